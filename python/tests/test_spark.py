"""Spark with two executors, each a JVM of its own with Python workers of its own."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyspark")

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

import polybius
import polybius.spark

pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .appName("polybius")
        .config("spark.executor.memory", "512m")
        .config("spark.executorEnv.PYTHONPATH", os.pathsep.join(p for p in sys.path if p))
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", 100)
        .config("spark.sql.shuffle.partitions", 4)
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.rpc.askTimeout", "600s")  # a busy machine starts an executor slowly
        .config("spark.network.timeout", "800s")
        .config("spark.local.dir", str(tmp_path_factory.mktemp("spark")))
        .getOrCreate()
    )
    yield session
    session.stop()


@pytest.fixture(scope="module")
def frame(spark: SparkSession, articles: list[dict[str, Any]]) -> DataFrame:
    return spark.createDataFrame(pa.Table.from_pylist(articles)).repartition(8, "id").cache()


def by_id(table: pa.Table) -> dict[str, dict[str, Any]]:
    rows = table.to_pylist()
    return {r["id"]: polybius.Article.from_row(r).to_dict() for r in rows if r["failure"] is None}


def executors(spark: SparkSession) -> list[int]:
    """The process ids of this application's executors."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                command = (process / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"org.apache.spark.executor.CoarseGrainedExecutorBackend" in command:
                if str(spark.sparkContext.applicationId).encode() in command:
                    found.append(int(process.name))
    return found


def test_spark_gives_the_records_of_the_command_line(
    frame: DataFrame, records: dict[str, Any], articles: list[dict[str, Any]]
) -> None:
    coded = polybius.spark.code(frame).toArrow()
    assert coded.num_rows == len(articles)
    assert by_id(coded) == records
    failures = {r["id"]: r["failure"] for r in coded.to_pylist() if r["failure"] is not None}
    assert failures == {
        "german": "german: this is not in English, so it was not coded; say force=True to code it all the same",
        "empty": "empty: the field `text` is empty; it holds the article's words",
    }


def test_a_worker_loads_the_model_once(spark: SparkSession, frame: DataFrame) -> None:
    assert len(executors(spark)) == 2
    polybius.spark.code(frame).count()

    def loads(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        from polybius._worker import coder

        sum(batch.num_rows for batch in batches)
        time.sleep(0.5)  # so that each worker gets some
        info = coder.cache_info()
        yield pa.RecordBatch.from_pylist([{"process": os.getpid(), "misses": info.misses, "hits": info.hits}])

    seen = frame.mapInArrow(loads, "process long, misses long, hits long").toArrow().to_pylist()
    workers = {w["process"]: w for w in seen}
    assert len(workers) == 2, seen
    for worker in workers.values():
        assert worker["misses"] == 1 and worker["hits"] >= 1, seen


def test_parquet_is_partitioned_by_month(
    spark: SparkSession, frame: DataFrame, tmp_path: Path, records: dict[str, Any]
) -> None:
    path = str(tmp_path / "articles")
    polybius.spark.write(frame, path)
    months = sorted(p.name for p in Path(path).iterdir() if p.is_dir())
    assert "month=2016-02" in months, months
    coded = polybius.spark.code(spark.read.parquet(path))
    events = polybius.spark.events(coded)
    polybius.spark.write(events, str(tmp_path / "events"))
    written = spark.read.parquet(str(tmp_path / "events"))
    one = written.where("month = '2016-02'").toArrow()
    assert {str(d)[:7] for d in one["published"].to_pylist()} == {"2016-02"}
    whole = written.drop("month").toArrow().sort_by([("article", "ascending"), ("trigger_start", "ascending")])
    assert whole.schema.names == polybius.event_schema().names
    assert whole.schema.types == polybius.event_schema().types or _same(whole.schema, polybius.event_schema())
    expected = {e["id"]: e for a in records.values() for e in a["events"]}
    assert {r["id"]: polybius.Event.from_row(r).to_dict() for r in whole.to_pylist()} == expected


def _same(one: pa.Schema, other: pa.Schema) -> bool:
    """Spark does not keep which columns may be null."""
    return all(str(a.type).replace(" not null", "") == str(b.type).replace(" not null", "") for a, b in zip(one, other))


def test_a_frame_without_ids_is_refused(spark: SparkSession) -> None:
    with pytest.raises(polybius.TableError, match="no column `id`"):
        polybius.spark.code(spark.createDataFrame([("x",)], ["text"]))
    with pytest.raises(polybius.TableError, match="neither a column `published` nor `date`"):
        polybius.spark.write(spark.createDataFrame([("x",)], ["text"]), "nowhere")


def test_a_worker_killed_in_mid_run_costs_nothing_but_time(
    spark: SparkSession, articles: list[dict[str, Any]], records: dict[str, Any]
) -> None:
    copies = [{**a, "id": f"{copy}/{a['id']}"} for copy in range(4) for a in articles]
    frame = spark.createDataFrame(pa.Table.from_pylist(copies)).repartition(16, "id")
    result: list[pa.Table] = []
    run = threading.Thread(target=lambda: result.append(polybius.spark.code(frame).toArrow()))
    tracker = spark.sparkContext.statusTracker()
    run.start()
    victims = executors(spark)
    assert len(victims) == 2

    def coding() -> tuple[int, int]:
        stages = [tracker.getStageInfo(s) for s in tracker.getActiveStageIds()]
        return max(((s.numCompletedTasks, s.numTasks) for s in stages if s and s.numTasks == 16), default=(0, 0))

    deadline = time.monotonic() + 300
    while not 2 <= coding()[0] < 12:
        assert run.is_alive() and time.monotonic() < deadline, "the run ended before a worker could be killed"
        time.sleep(0.02)
    os.kill(victims[0], signal.SIGKILL)
    run.join(timeout=600)
    assert not run.is_alive() and len(result) == 1
    assert victims[0] not in executors(spark)
    coded = by_id(result[0])
    assert result[0].num_rows == len(copies) and len(coded) == 4 * len(records)

    def without_ids(article: dict[str, Any]) -> dict[str, Any]:
        return {**article, "id": None, "events": [{**e, "id": None} for e in article["events"]]}

    for id, article in coded.items():
        assert without_ids(article) == without_ids(records[id.split("/", 1)[1]])
