"""Coding by Ray Data.

>>> articles = ray.data.read_parquet("articles")                            # doctest: +SKIP
>>> coded = articles.map_batches(polybius.ray.Coder, concurrency=2)         # doctest: +SKIP
>>> coded.map_batches(polybius.ray.events, batch_format="pyarrow").write_parquet("events") # doctest: +SKIP
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from polybius import _worker
from polybius._native import article_schema, event_schema
from polybius.coder import Coder as _Coder


class Coder:
    """For ``map_batches``: each of Ray's workers makes one, which loads the model. A batch of articles becomes a table with a row an
    article, its events in the list ``events``, or in ``failure`` why it was not coded. The batch has the columns ``id`` and ``text``
    and may have ``title``, ``date``, ``publisher`` and ``url``.
    """

    def __init__(
        self,
        lexicon: str | os.PathLike[str] | None = None,
        threads: int = 1,
        force: bool = False,
        min_confidence: float = 0.0,
    ) -> None:
        self._coder = _Coder(lexicon, threads)
        self._force = force
        self._min_confidence = min_confidence

    def __call__(self, batch: Any) -> pa.Table:
        """Codes a batch in any of Ray's formats."""
        if isinstance(batch, Mapping):
            batch = pa.table({name: pa.array(column, from_pandas=True) for name, column in batch.items()})
        elif not isinstance(batch, pa.Table):
            batch = pa.Table.from_pandas(batch)
        batch = batch.select(_worker.needed(batch.column_names))
        coded = self._coder.code_batch(batch, force=self._force, min_confidence=self._min_confidence)
        return coded.articles.replace_schema_metadata(article_schema().metadata)


def events(coded: pa.Table) -> pa.Table:
    """A row an event, with the columns of ``polybius code --format parquet``."""
    rows = pc.list_parent_indices(coded["events"])
    of_article = coded.select(["id", "title", "publisher", "date", "url"]).take(rows)
    events = pa.Table.from_struct_array(pa.chunked_array(pc.list_flatten(coded["events"])))
    columns = [*of_article.columns, *events.columns]
    return pa.Table.from_arrays(columns, schema=event_schema())
