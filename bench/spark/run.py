"""The command line beside Spark on the same cores and the same articles, in turns.

    python bench/spark/run.py --articles 50000 --rounds 2

codes `--articles` authored articles (the development half of corpus/ and samples/briefs.jsonl, repeated under other ids) from Parquet
to events in Parquet: once a round by `polybius code --threads CORES` from JSON Lines, once by `polybius.spark` in local-cluster mode
with a worker a core. It prints wall and processor seconds of each, everything included: start-up, reading, writing. On a machine that
others use too, the processor seconds are what to compare. Needs the package with Spark (pip install 'python/[spark]') and a release build.
"""

import argparse
import itertools
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FIELDS = ("id", "title", "date", "publisher", "url", "text")


def articles(count):
    files = (ROOT / "samples" / "briefs.jsonl", ROOT / "corpus" / "dev.jsonl")
    authored = [json.loads(line) for file in files for line in file.open(encoding="utf-8")]
    for n, article in zip(range(count), itertools.cycle(authored)):
        yield {**{name: article.get(name) for name in FIELDS}, "id": f"{n}/{article['id']}"}


def session_seconds():
    """User and system seconds of all processes of this session, those that ended included."""
    ticks, session = 0, os.getsid(0)
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                stat = (process / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(stat[3]) == session:
                ticks += sum(map(int, stat[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def spark(source, target, cores):
    """Runs in a session of its own (see main)."""
    os.environ["PYSPARK_PYTHON"] = sys.executable
    from pyspark.sql import SparkSession

    import polybius.spark

    session = (
        SparkSession.builder.master(f"local-cluster[{cores},1,1024]")
        .config("spark.executor.memory", "768m")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.files.maxPartitionBytes", "4m")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", 1000)
        .getOrCreate()
    )
    start = time.monotonic()
    coded = polybius.spark.code(session.read.parquet(source))
    polybius.spark.events(coded).write.parquet(target)
    coding = time.monotonic() - start
    seconds = session_seconds()
    session.stop()
    print(json.dumps({"coding": coding, "processor": seconds}))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--cores", type=int, default=os.cpu_count())
    parser.add_argument("--spark", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.spark:
        return spark(*args.spark, args.cores)

    import pyarrow as pa
    import pyarrow.parquet as pq

    folder = Path(tempfile.mkdtemp(prefix="polybius-bench-"))
    rows = list(articles(args.articles))
    (folder / "articles").mkdir()
    for n in range(0, len(rows), 1000):
        pq.write_table(pa.Table.from_pylist(rows[n : n + 1000]), folder / "articles" / f"{n:07}.parquet")
    with (folder / "articles.jsonl").open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in rows)
    words = sum(len(row["text"].split()) for row in rows)
    print(f"{len(rows)} articles, {words} words, {args.cores} cores")

    binary = os.environ.get("POLYBIUS", str(ROOT / "target" / "release" / "polybius"))
    for n in range(args.rounds):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.monotonic()
        command = [binary, "code", folder / "articles.jsonl", "--threads", str(args.cores), "--out", folder / "events.parquet"]
        subprocess.run(command, check=True)
        wall = time.monotonic() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        count = pq.read_metadata(folder / "events.parquet").num_rows
        print(f"round {n + 1}: command line {wall:.1f} s, {processor:.1f} processor s, {count} events", flush=True)

        target = folder / f"events-{n}"
        start = time.monotonic()
        command = [sys.executable, __file__, "--cores", str(args.cores), "--spark", str(folder / "articles"), str(target)]
        run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, start_new_session=True)
        total = time.monotonic() - start
        told = json.loads(run.stdout.splitlines()[-1])
        count = sum(pq.read_metadata(file).num_rows for file in target.glob("*.parquet"))
        print(
            f"round {n + 1}: Spark {total:.1f} s ({told['coding']:.1f} s without its start), "
            f"{told['processor']:.1f} processor s, {count} events; "
            f"processor ratio {told['processor'] / processor:.2f}, wall ratio {total / wall:.2f}",
            flush=True,
        )
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
