"""What `polybius export` writes, read back by the tools that its users have."""
from __future__ import annotations

from pathlib import Path

import duckdb
import pandas
import polars
import pytest

from conftest import SAMPLES, command_line


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "news.db"
    done = command_line("ingest", "--store", str(path), str(SAMPLES))
    assert done.returncode == 0, done.stderr
    return path


def export(store: Path, kind: str, out: Path) -> Path:
    done = command_line("export", "--store", str(store), "--format", kind, "--out", str(out))
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def events(store: Path) -> int:
    return int(command_line("count", "--store", str(store)).stdout.splitlines()[1])


def test_parquet_by_month(store: Path, events: int, tmp_path: Path) -> None:
    folder = export(store, "parquet", tmp_path / "parquet")
    by_pandas = pandas.read_parquet(folder)
    by_polars = polars.read_parquet(folder / "**/*.parquet", hive_partitioning=True)
    by_duckdb = duckdb.connect().execute(f"SELECT count(*), count(DISTINCT month) FROM read_parquet('{folder}/**/*.parquet', hive_partitioning = true)").fetchall()[0]
    assert len(by_pandas) == len(by_polars) == by_duckdb[0] == events
    assert by_pandas["month"].nunique() == by_polars["month"].n_unique() == by_duckdb[1] > 3
    assert set(by_pandas["event"]) == set(by_polars["event"]) and "PROTEST" in set(by_pandas["event"])


def test_csv(store: Path, events: int, tmp_path: Path) -> None:
    file = export(store, "csv", tmp_path / "events.csv")
    assert len(pandas.read_csv(file)) == len(polars.read_csv(file, infer_schema_length=None)) == events
    assert duckdb.connect().execute(f"SELECT count(*) FROM read_csv('{file}')").fetchall() == [(events,)]


@pytest.mark.parametrize("kind, columns, header", [("polecat", 40, True), ("icews", 20, True), ("gdelt", 61, False)])
def test_layouts_of_others(store: Path, events: int, tmp_path: Path, kind: str, columns: int, header: bool) -> None:
    file = export(store, kind, tmp_path / f"events.{kind}")
    # as the scripts of their users do: tabs, no quoting
    by_pandas = pandas.read_csv(file, sep="\t", header=0 if header else None, quoting=3, dtype=str, keep_default_na=False)
    by_polars = polars.read_csv(file, separator="\t", has_header=header, quote_char=None, infer_schema_length=0)
    by_duckdb = duckdb.connect().execute(f"SELECT count(*) FROM read_csv('{file}', delim = '\t', header = {header}, quote = '', all_varchar = true)").fetchall()[0][0]
    assert by_pandas.shape[1] == by_polars.width == columns
    assert len(by_pandas) == by_polars.height == by_duckdb >= events
    if kind == "polecat":
        assert len(by_pandas) == events and set(by_pandas["Quad Code"]) <= {
            "VERBAL COOPERATION", "MATERIAL COOPERATION", "VERBAL CONFLICT", "MATERIAL CONFLICT"}
    if kind == "icews":
        assert by_pandas["Event Date"].str.fullmatch(r"\d{4}-\d\d-\d\d").all() and by_pandas["CAMEO Code"].str.fullmatch(r"\d*").all()
    if kind == "gdelt":
        assert by_pandas[0].is_unique and by_pandas[1].str.fullmatch(r"\d{8}").all()
