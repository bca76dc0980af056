"""What a worker of Spark or Ray does: load the coder once, code what comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import pyarrow as pa

from polybius._native import TableError
from polybius.coder import Coder

COLUMNS = ("id", "title", "date", "publisher", "url", "text")
"""The columns of a table of articles."""


@lru_cache(maxsize=1)
def coder(lexicon: str | None, threads: int) -> Coder:
    """The coder of this process."""
    return Coder(lexicon, threads)


def needed(columns: Iterable[str]) -> list[str]:
    """Those of the columns that matter here.

    :raises TableError: if ``id`` or ``text`` is missing: what reads a part of a table cannot number its articles.
    """
    there = list(columns)
    for name, what in (("id", "a name for each article, unique among them"), ("text", "the articles' words")):
        if name not in there:
            raise TableError(f"the table has no column `{name}`; it holds {what}. Its columns: {', '.join(there)}")
    return [name for name in COLUMNS if name in there]


def code_batches(
    batches: Iterable[pa.RecordBatch], lexicon: str | None, threads: int, force: bool, min_confidence: float
) -> Iterator[pa.RecordBatch]:
    """A row an article, with its events."""
    for batch in batches:
        coded = coder(lexicon, threads).code_batch(batch, force=force, min_confidence=min_confidence)
        yield from coded.articles.to_batches()
