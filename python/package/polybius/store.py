"""The store that ``polybius ingest`` keeps, as an Arrow table."""

from __future__ import annotations

import datetime
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa

from polybius._native import PolybiusError, event_schema

VERSION = 1
"""The version of the store that is known here (``PRAGMA user_version``)."""
_APPLICATION = 0x506C7962
_CHUNK = 10_000
_NOT_STORED = ("place_kind", "sentence_index")

_EVENTS = """
SELECT e.id AS row, a.name AS article, a.title, a.publisher, a.published, a.url, e.key AS id, e.event, e.mode, e.cameo, e.quad, e.score,
  e.date, e.auxiliary, e.place AS place_text, e.place_name, e.place_country, e.lat AS place_lat, e.lon AS place_lon,
  e.geonames AS place_geonames, e.place_basis, e.place_start, e.place_end, e.trigger, e.start AS trigger_start, e.end AS trigger_end,
  s.text AS sentence, s.start AS sentence_start, s.end AS sentence_end, e.rule, e.confidence
FROM events e JOIN articles a ON a.id = e.article JOIN sentences s ON s.id = e.sentence
"""


class StoreError(PolybiusError):
    """A store that cannot be read."""


def read_store(path: str | os.PathLike[str], where: str | None = None) -> pa.Table:
    """The events of a store, with the columns of ``Coded.events`` less ``place_kind`` and ``sentence_index``, which a store does not keep.

    ``where`` is a condition in SQL on the tables ``events e``, ``articles a`` and ``sentences s``, such as
    ``"e.quad = 'material conflict' AND a.published >= '2013-07'"``. The file is opened for reading only.

    :raises StoreError: if the file is no store, or of a newer version, or the condition cannot be understood.
    """
    name = os.fspath(path)
    if not Path(name).is_file():
        raise StoreError(f"{name}: there is no such store; `polybius ingest --store {name} SOURCES...` makes one")
    wanted = event_schema()
    for column in _NOT_STORED:
        wanted = wanted.remove(wanted.get_field_index(column))
    with closing(sqlite3.connect(f"{Path(name).absolute().as_uri()}?mode=ro", uri=True)) as store:
        store.row_factory = sqlite3.Row
        try:
            _check(store, name)
            condition = f" WHERE {where}" if where else ""
            cursor = store.execute(f"{_EVENTS}{condition} ORDER BY e.id")
            batches = list(_batches(store, cursor, wanted))
        except sqlite3.Error as error:
            raise StoreError(f"{name}: {error}") from error
    return pa.Table.from_batches(batches, wanted)


def _check(store: sqlite3.Connection, name: str) -> None:
    foreign = StoreError(f"{name}: this is not a Polybius store; give another file, or a new name to make one")
    try:
        (application,) = store.execute("PRAGMA application_id").fetchone()
        (version,) = store.execute("PRAGMA user_version").fetchone()
    except sqlite3.DatabaseError:
        raise foreign from None
    if application != _APPLICATION:
        raise foreign
    if version > VERSION:
        raise StoreError(
            f"{name}: this store has version {version}, this Polybius knows versions up to {VERSION}; "
            "use the Polybius that made it, or a later one"
        )


def _batches(store: sqlite3.Connection, cursor: sqlite3.Cursor, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    while rows := cursor.fetchmany(_CHUNK):
        events = {row["row"]: _event(row) for row in rows}
        lists = {"actor": "actor", "recipient": "recipient", "source": "attribution"}
        within = (min(events), max(events))
        for p in store.execute("SELECT * FROM participants WHERE event BETWEEN ? AND ? ORDER BY event, position", within):
            if p["event"] in events:
                event, side = events[p["event"]], lists[p["role"]]
                event[side].append({**dict(p), "id": p["actor"], "guessed": bool(p["guessed"])})
        for c in store.execute("SELECT event, context FROM contexts WHERE event BETWEEN ? AND ? ORDER BY context", within):
            if c["event"] in events:
                events[c["event"]]["context"].append(c["context"])
        for f in store.execute("SELECT * FROM figures WHERE event BETWEEN ? AND ? ORDER BY event, position", within):
            if f["event"] in events:
                events[f["event"]]["figures"].append(dict(f))
        for event in events.values():
            _first(event, "actor", "country", "sector")
            _first(event, "recipient", "country", "sector")
            _first(event, "attribution", "kind", prefix="source")
        yield pa.RecordBatch.from_pylist(list(events.values()), schema)


def _event(row: sqlite3.Row) -> dict[str, Any]:
    event: dict[str, Any] = dict(row)
    event["published"] = _day(event["published"])
    date = event["date"]
    event["date"], event["date_precision"] = _day(date), {4: "year", 7: "month", 10: "day"}.get(len(date or ""))
    auxiliary = event["auxiliary"].split(",")
    for name in ("historical", "future", "hypothetical", "negation"):
        event[name] = name in auxiliary
    return {**event, "actor": [], "recipient": [], "attribution": [], "context": [], "figures": []}


def _day(date: str | None) -> datetime.date | None:
    """The first day that it may mean."""
    return datetime.date.fromisoformat((date + "-01-01")[:10]) if date else None


def _first(event: dict[str, Any], side: str, *names: str, prefix: str | None = None) -> None:
    first = next(iter(event[side]), None)
    event[f"{prefix or side}_name"] = first and (first["name"] or first["text"])
    for name in names:
        event[f"{prefix or side}_{name}"] = first and first[name]
