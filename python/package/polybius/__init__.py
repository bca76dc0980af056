"""Polybius reads the news and writes down who did what to whom, when, where, and on whose word.

>>> import polybius
>>> coder = polybius.Coder()
>>> article = coder.code("Ukraine accused Russia on Monday of shelling the town.", date="2022-03-02")
>>> event = article.events[0]
>>> event.event, event.actor[0].country, event.recipient[0].country, event.date
('ACCUSE', 'UKR', 'RUS', '2022-02-28')
"""

from polybius._native import (
    ArticleError,
    LexiconError,
    PolybiusError,
    TableError,
    __version__,
    article_schema,
    event_schema,
)
from polybius.coder import Coded, Coder
from polybius.records import Article, Event, Figure, Participant, Place, Sentence, Source, Words
from polybius.store import StoreError, read_store

__all__ = [
    "Article",
    "ArticleError",
    "Coded",
    "Coder",
    "Event",
    "Figure",
    "LexiconError",
    "Participant",
    "Place",
    "PolybiusError",
    "Sentence",
    "Source",
    "StoreError",
    "TableError",
    "Words",
    "__version__",
    "article_schema",
    "event_schema",
    "read_store",
]
