"""Coding by Apache Spark, on as many machines as it has.

>>> articles = spark.read.parquet("articles")                    # doctest: +SKIP
>>> coded = polybius.spark.code(articles)                        # doctest: +SKIP
>>> polybius.spark.write(polybius.spark.events(coded), "events") # doctest: +SKIP
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

import pyarrow as pa
from pyspark import TaskContext
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import from_arrow_schema

from polybius import _worker
from polybius._native import TableError, article_schema


def code(
    articles: DataFrame,
    *,
    lexicon: str | os.PathLike[str] | None = None,
    force: bool = False,
    min_confidence: float = 0.0,
) -> DataFrame:
    """A row an article, with its events in the list ``events``, or in ``failure`` why it was not coded.

    ``articles`` has the columns ``id`` and ``text`` and may have ``title``, ``date``, ``publisher`` and ``url``. ``lexicon`` is a
    folder that every worker can read. Each Python worker loads the coder once and codes with as many threads as its task has cores.

    :raises TableError: if ``id`` or ``text`` is missing.
    """
    folder = None if lexicon is None else os.fspath(lexicon)

    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        task = TaskContext.get()
        threads = task.cpus() if task else 1
        return _worker.code_batches(batches, folder, threads, force, min_confidence)

    schema = from_arrow_schema(article_schema())
    return articles.select(*_worker.needed(articles.columns)).mapInArrow(run, schema)


def events(coded: DataFrame) -> DataFrame:
    """A row an event, with the columns of ``polybius code --format parquet``."""
    id, published = F.col("id").alias("article"), F.col("date").alias("published")
    return coded.select(id, "title", "publisher", published, "url", F.explode("events").alias("event")).select(
        "article", "title", "publisher", "published", "url", "event.*"
    )


def write(table: DataFrame, path: str, mode: str = "error") -> None:
    """Writes articles or events as Parquet, a folder a month of publication: ``path/month=2013-07``. ``mode`` is Spark's."""
    day = next((name for name in ("published", "date") if name in table.columns), None)
    if day is None:
        raise TableError(
            "the table has neither a column `published` nor `date`; it is written by the month of publication"
        )
    month = F.date_format(F.col(day), "yyyy-MM")
    table.withColumn("month", month).write.mode(mode).partitionBy("month").parquet(path)
