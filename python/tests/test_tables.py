"""Arrow in, Arrow out."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import polybius
from conftest import SAMPLES, command_line


def test_every_kind_of_table_gives_the_same_events(coder: polybius.Coder, articles: list[dict[str, Any]]) -> None:
    some = articles[:6] + articles[-3:]
    expected = coder.code_batch(some)
    assert expected.events.num_rows > 30
    assert expected.events.schema.equals(polybius.event_schema(), check_metadata=True)
    assert expected.articles.schema.equals(polybius.article_schema(), check_metadata=True)
    arrow = pa.Table.from_pylist(some)
    tables = [
        arrow,
        arrow.to_batches()[0],
        arrow.to_reader(max_chunksize=2),
        pl.DataFrame(some),
        pd.DataFrame(some),
        duckdb.sql("select * from arrow"),
        arrow.append_column("other", pa.array([1] * len(some))).select(
            ["other", "text", "date", "publisher", "title", "url", "id"]
        ),
    ]
    for table in tables:
        coded = coder.code_batch(table)
        assert coded.articles.equals(expected.articles), type(table)
        assert coded.events.equals(expected.events), type(table)


def test_dates_may_be_dates(coder: polybius.Coder) -> None:
    texts = pa.array(["Turkey condemned Greece on Monday."])
    day = datetime.date(2013, 7, 23)
    noon = datetime.datetime(2013, 7, 23, 12, tzinfo=datetime.timezone.utc)
    dates: list[Any] = [
        pa.array([day]),
        pa.array([noon], pa.timestamp("us", "America/New_York")),
        pa.array(["23 July 2013"], pa.large_string()),
        pa.array(["2013-07-23"]).dictionary_encode(),
    ]
    for date in dates:
        events = coder.code_batch(pa.table({"text": texts, "date": date})).events
        assert events["date"].to_pylist() == [datetime.date(2013, 7, 22)], date.type
        assert events["article"].to_pylist() == ["1"]


def test_one_that_fails_does_not_stop_the_others(coder: polybius.Coder, articles: list[dict[str, Any]]) -> None:
    coded = coder.code_batch(articles)
    assert coded.articles.num_rows == len(articles)
    assert coded.articles["id"].to_pylist() == [a["id"] for a in articles]
    assert coded.failures == [
        "german: this is not in English, so it was not coded; say force=True to code it all the same",
        "empty: the field `text` is empty; it holds the article's words",
    ]
    assert repr(coded) == f"<{coded.events.num_rows} events in {len(articles)} articles, 2 not coded>"


def test_what_is_no_table_of_articles_is_refused(coder: polybius.Coder) -> None:
    with pytest.raises(polybius.TableError, match="no column `text`; it holds the articles' words. Its columns: body"):
        coder.code_batch(pa.table({"body": ["x"]}))
    with pytest.raises(polybius.TableError, match="`text` is of type Int64; it must hold strings"):
        coder.code_batch(pa.table({"text": [1]}))
    for wrong in ("text", {"text": "x"}, 7):
        with pytest.raises(polybius.TableError, match="takes a table that speaks Arrow or a list of articles"):
            coder.code_batch(wrong)
    with pytest.raises(polybius.TableError, match="a dict with a field `text`, or a string, not int"):
        coder.code_batch([7])
    assert coder.code_batch([]).events.num_rows == 0


def test_frames(coder: polybius.Coder, articles: list[dict[str, Any]]) -> None:
    coded = coder.code_batch(articles[:6])
    pandas, polars = coded.to_pandas(), coded.to_polars()
    assert len(pandas) == len(polars) == coded.events.num_rows
    assert list(pandas.columns) == polars.columns == coded.events.column_names
    assert polars.schema["date"] == pl.Date and polars.schema["score"] == pl.Float64
    assert pl.DataFrame(coded).equals(polars)
    coded_events = coded.events
    relation = duckdb.query("select id from coded_events")
    assert relation is not None and coded_events.num_rows == len(relation.fetchall())


def test_the_command_line_writes_the_same_table(coder: polybius.Coder, tmp_path: Path) -> None:
    file = tmp_path / "events.parquet"
    assert command_line("code", str(SAMPLES / "briefs.jsonl"), "--out", str(file)).returncode == 0
    written = pq.read_table(file)
    table = pa.Table.from_pylist([{**a.to_dict(), "text": a.text} for a in coder.code_files(SAMPLES / "briefs.jsonl")])
    coded = coder.code_batch(table.drop_columns(["events"])).events
    assert written.equals(coded)
    assert written.schema.equals(polybius.event_schema(), check_metadata=True)
