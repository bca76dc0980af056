"""The record of a coded article, typed. ``to_dict()`` gives exactly what ``polybius code --format jsonl`` writes.

Offsets count Unicode code points of the article's text, as Python's slices do: ``article.text[e.trigger.start:e.trigger.end]``.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any


def _plain(value: Any) -> Any:
    """Records to dicts, tuples to lists."""
    if isinstance(value, _Record):
        return value.to_dict()
    return [_plain(v) for v in value] if isinstance(value, tuple) else value


class _Record:
    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """The JSON record."""
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self) if f.metadata.get("record", True)}  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Words(_Record):
    """Words of the text."""

    text: str
    """The words."""
    start: int
    """The code points before them."""
    end: int
    """The code points up to their end."""


@dataclass(frozen=True, slots=True)
class Participant(_Record):
    """Who did it, or to whom."""

    text: str
    """The words nearest the trigger."""
    name: str | None
    """The fullest proper name that the article or the lexicon gives."""
    id: str | None
    """The name, country and sector in one word (``syr-gov-qadri-jamil``)."""
    country: str | None
    """ISO 3166-1 alpha-3, or IGO, NGO, MNC, IMG."""
    sector: str | None
    """PLOVER's sector (``GOV``, ``REB``, ``CVL``, ...)."""
    guessed: bool
    """No word says the country: it is that of the place or of what the article speaks of."""
    start: int
    """The code points before the words."""
    end: int
    """The code points up to their end."""


@dataclass(frozen=True, slots=True)
class Source(Participant):
    """On whose word an event rests."""

    kind: str
    """``named``, ``anonymous`` or ``media``."""


@dataclass(frozen=True, slots=True)
class Place(_Record):
    """Where it happened."""

    text: str
    """The words."""
    name: str | None
    """The gazetteer's name; None with kind, coordinates and id where the gazetteer does not have the place."""
    kind: str | None
    """``country``, ``admin1``, ``admin2``, ``capital``, ``town``, ``region``, ..."""
    country: str | None
    """ISO 3166-1 alpha-3."""
    lat: float | None
    """Degrees north."""
    lon: float | None
    """Degrees east."""
    geonames: int | None
    """Its id in GeoNames."""
    start: int
    """The code points before the words."""
    end: int
    """The code points up to their end."""
    basis: str
    """How it was found: ``text``, ``dateline`` or ``focus``."""


@dataclass(frozen=True, slots=True)
class Figure(_Record):
    """How many people an event struck or took part in it."""

    kind: str
    """``killed``, ``wounded``, ``detained``, ``missing``, ``displaced`` or ``participants``."""
    low: int | None
    """At least so many; None for "up to 12"."""
    high: int | None
    """At most so many; None for "at least 12"."""
    text: str
    """The words."""
    start: int
    """The code points before them."""
    end: int
    """The code points up to their end."""


@dataclass(frozen=True, slots=True)
class Sentence(_Record):
    """The sentence of an event."""

    index: int
    """Its number among the article's body sentences, from 0."""
    start: int
    """The code points before it."""
    end: int
    """The code points up to its end."""


@dataclass(frozen=True, slots=True)
class Event(_Record):
    """Who did what to whom, when, where, and on whose word."""

    id: str
    """The same in every run: of the article's id, the category and where the trigger stands."""
    event: str
    """PLOVER's category (``ACCUSE``)."""
    mode: str | None
    """PLOVER's mode (``allege``)."""
    cameo: str | None
    """The CAMEO code (``112``)."""
    quad: str
    """The quad class (``verbal conflict``)."""
    score: float
    """PLOVER's score, from -10 to 10."""
    context: tuple[str, ...]
    """The fields it belongs to (``military``, ``election``, ...)."""
    trigger: Words
    """The words that say what happened."""
    actor: tuple[Participant, ...]
    """Who did it."""
    recipient: tuple[Participant, ...]
    """To whom."""
    auxiliary: tuple[str, ...]
    """``historical``, ``future``, ``hypothetical``, ``negation``; empty: reported as having happened."""
    attribution: tuple[Source, ...]
    """On whose word, outermost first; empty: the article's own."""
    date: str | None
    """``YYYY-MM-DD``, ``YYYY-MM`` or ``YYYY``, as far as the text tells."""
    place: Place | None
    """Where."""
    figures: tuple[Figure, ...]
    """How many were killed, wounded, ... or take part."""
    sentence: Sentence
    """Its sentence."""
    rule: str
    """The frame and the predicate of the lexicon that coded it."""
    confidence: float
    """The chance, from 0 to 1, that it is there and of its category."""

    @staticmethod
    def from_dict(record: Mapping[str, Any]) -> Event:
        """From the JSON record."""
        many = {"context": tuple(record["context"]), "auxiliary": tuple(record["auxiliary"])}
        return Event(
            **{
                **record,
                **many,
                "trigger": Words(**record["trigger"]),
                "actor": tuple(Participant(**p) for p in record["actor"]),
                "recipient": tuple(Participant(**p) for p in record["recipient"]),
                "attribution": tuple(Source(**p) for p in record["attribution"]),
                "figures": tuple(Figure(**f) for f in record["figures"]),
                "place": record["place"] and Place(**record["place"]),
                "sentence": Sentence(**record["sentence"]),
            }
        )

    @staticmethod
    def from_row(row: Mapping[str, Any]) -> Event:
        """From a row of a table of events, or of the ``events`` of a table of articles."""
        place = ("text", "name", "kind", "country", "lat", "lon", "geonames", "start", "end", "basis")
        auxiliaries = ("historical", "future", "hypothetical", "negation")
        plain = ("id", "event", "mode", "cameo", "quad", "score", "rule", "confidence", "context")
        return Event.from_dict(
            {
                **{name: row[name] for name in plain},
                "trigger": {"text": row["trigger"], "start": row["trigger_start"], "end": row["trigger_end"]},
                **{side: [dict(_items(p)) for p in row[side]] for side in ("actor", "recipient", "attribution", "figures")},
                "auxiliary": [name for name in auxiliaries if row[name]],
                "date": _date(row["date"], row["date_precision"]),
                "place": None if row["place_text"] is None else {name: row[f"place_{name}"] for name in place},
                "sentence": {name: row[f"sentence_{name}"] for name in ("index", "start", "end")},
            }
        )


@dataclass(frozen=True, slots=True)
class Article(_Record):
    """A coded article and its events, in the order of their triggers."""

    id: str
    """Unique among the articles given."""
    title: str | None
    """The headline."""
    publisher: str | None
    """Who published it."""
    date: str | None
    """The day of publication, ``YYYY-MM-DD``."""
    url: str | None
    """Its address."""
    events: tuple[Event, ...]
    """What it tells."""
    text: str = field(default="", repr=False, compare=False, metadata={"record": False})
    """What the offsets count in; empty where it is not known. Not part of the record."""

    @staticmethod
    def from_dict(record: Mapping[str, Any], text: str = "") -> Article:
        """From the JSON record."""
        return Article(**{**record, "events": tuple(Event.from_dict(e) for e in record["events"]), "text": text})

    @staticmethod
    def from_row(row: Mapping[str, Any], text: str = "") -> Article:
        """From a row of a table of articles."""
        names = ("id", "title", "publisher", "url")
        known: dict[str, Any] = {name: row[name] for name in names}
        events = tuple(Event.from_row(_items(e)) for e in row["events"])
        return Article(**known, date=_date(row["date"], "day"), events=events, text=text)

    def _repr_html_(self) -> str:
        from polybius.display import article_html

        return article_html(self)


def _items(row: Any) -> Mapping[str, Any]:
    """A mapping of a dict, or of a Spark row."""
    return row if isinstance(row, Mapping) else row.asDict()


def _date(day: datetime.date | None, precision: str | None) -> str | None:
    """As the record writes it."""
    if day is None:
        return None
    return day.isoformat()[: {"year": 4, "month": 7}.get(precision or "day", 10)]
