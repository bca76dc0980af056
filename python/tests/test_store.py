"""A store gives the events that are coded."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import polybius
from conftest import SAMPLES, command_line


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "events of 100%.sqlite"
    run = command_line("ingest", "--store", str(path), str(SAMPLES / "briefs.jsonl"))
    assert run.returncode == 0, run.stderr
    return path


def test_a_store_gives_the_events_that_are_coded(coder: polybius.Coder, store: Path) -> None:
    stored = polybius.read_store(store)
    articles = [{**a.to_dict(), "text": a.text} for a in coder.code_files(SAMPLES / "briefs.jsonl")]
    coded = coder.code_batch(articles).events.drop_columns(["place_kind", "sentence_index"])
    assert stored.num_rows > 20 and stored.schema.equals(coded.schema, check_metadata=True)
    for ours, theirs in zip(_in_order(stored), _in_order(coded), strict=True):
        theirs["context"].sort()
        assert ours == theirs


def _in_order(events: pa.Table) -> list[dict[str, Any]]:
    return sorted(events.to_pylist(), key=lambda e: (e["article"], e["trigger_start"], e["id"]))


def test_a_condition_chooses(store: Path) -> None:
    some = polybius.read_store(store, "e.quad = 'verbal conflict' AND a.published >= '2016'")
    assert 0 < some.num_rows < polybius.read_store(store).num_rows
    assert set(some["quad"].to_pylist()) == {"verbal conflict"}
    assert polybius.read_store(store, "0").num_rows == 0


def test_what_is_no_store_says_so(store: Path, tmp_path: Path) -> None:
    def said(path: Path, where: str | None = None) -> str:
        with pytest.raises(polybius.StoreError) as error:
            polybius.read_store(path, where)
        return str(error.value).removeprefix(str(path))

    assert said(tmp_path / "none").startswith(": there is no such store; `polybius ingest --store")
    (tmp_path / "text").write_text("This is no database at all, but a text that is long enough to be taken for one." * 20)
    sqlite3.connect(tmp_path / "other").execute("CREATE TABLE t (x)")
    for foreign in ("text", "other"):
        message = said(tmp_path / foreign)
        assert message == ": this is not a Polybius store; give another file, or a new name to make one"
        run = command_line("count", "--store", str(tmp_path / foreign))
        assert message in run.stderr
    assert said(store, "nonsense = 1") == ": no such column: nonsense"
    newer = tmp_path / "newer"
    newer.write_bytes(store.read_bytes())
    with sqlite3.connect(newer) as connection:
        connection.execute("PRAGMA user_version = 99")
    assert "has version 99, this Polybius knows versions up to 1" in said(newer)
