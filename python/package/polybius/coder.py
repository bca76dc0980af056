"""Articles in, events out."""

from __future__ import annotations

import datetime
import json
import os
import warnings
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from polybius._native import NativeCoder, Records, TableError
from polybius.records import Article

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

_Date = str | datetime.date | None
_Row = tuple[str | None, str | None, str | None, str | None, str | None, str | None]


class Coder:
    """The model and the lexicon. Load it once: that takes a tenth of a second and 100 MB. Threads may share it, and other processes
    get one of their own when it is sent to them.

    ``lexicon`` is a folder with further lexicon files, laid out like Polybius' own; ``threads`` is how many cores ``code_batch`` and
    ``code_files`` may use (all, if it is not said).

    :raises LexiconError: if the folder has errors, which it names one a line.
    """

    def __init__(self, lexicon: str | os.PathLike[str] | None = None, threads: int | None = None) -> None:
        if threads is not None and threads < 1:
            raise ValueError("threads must be 1 or more")
        self._arguments = (None if lexicon is None else os.fspath(lexicon), threads)
        self._native = NativeCoder(self._arguments[0], threads or 0)

    def __reduce__(self) -> tuple[type[Coder], tuple[str | None, int | None]]:
        return Coder, self._arguments

    def __repr__(self) -> str:
        lexicon, threads = self._arguments
        return f"Coder(lexicon={lexicon!r}, threads={threads!r})"

    def code(
        self,
        text: str,
        *,
        id: str = "-",
        title: str | None = None,
        date: _Date = None,
        publisher: str | None = None,
        url: str | None = None,
        force: bool = False,
        min_confidence: float = 0.0,
    ) -> Article:
        """Codes one article. Each line of ``text`` is a paragraph; all offsets count in it. ``date`` is the day of publication, which
        "on Monday" is measured against. Events below ``min_confidence`` are left out.

        :raises ArticleError: if the text is empty, the date cannot be read, or it is not in English and ``force`` is not said.
        """
        record = self._native.code((id, title, _day(date), publisher, url, text), force, min_confidence)
        return Article.from_dict(json.loads(record), text)

    def code_files(
        self,
        *paths: str | os.PathLike[str],
        date: _Date = None,
        publisher: str | None = None,
        force: bool = False,
        min_confidence: float = 0.0,
    ) -> list[Article]:
        """Codes files and folders, read as the command line reads them: plain text, Markdown, HTML, JSON Lines. ``date`` and
        ``publisher`` are for articles that do not say it. Of what cannot be read or is not in English a warning says so.
        """
        files = [os.fspath(p) for p in paths]
        articles = []
        for coded, failure in self._native.code_files(list(files), _day(date), publisher, force, min_confidence):
            if coded is not None:
                articles.append(Article.from_dict(json.loads(coded[0]), coded[1]))
            else:
                warnings.warn(str(failure), stacklevel=2)
        return articles

    def code_batch(
        self,
        articles: Any,
        *,
        force: bool = False,
        min_confidence: float = 0.0,
    ) -> Coded:
        """Codes many articles on all cores; Python's other threads go on meanwhile.

        ``articles`` is a table of anything that speaks Arrow (pyarrow, polars, pandas, DuckDB; it is read where it lies), with a column
        ``text`` and, where there are such, ``id``, ``title``, ``date``, ``publisher`` and ``url``; or a list of dicts of these, or of
        strings. One without ``id`` is called by its number, from 1. An article that cannot be coded does not stop the others: its row
        says why.

        :raises TableError: if the table has no texts.
        """
        if hasattr(articles, "__arrow_c_stream__"):
            # by way of pyarrow, which takes the empty columns of polars as they are
            stream = pa.RecordBatchReader.from_stream(articles)
            return Coded(self._native.code_stream(stream, force, min_confidence))
        if hasattr(articles, "__arrow_c_array__"):
            return Coded(self._native.code_stream(articles, force, min_confidence))
        if isinstance(articles, (str, bytes, Mapping)) or not isinstance(articles, Iterable):
            raise TableError(
                f"code_batch takes a table that speaks Arrow or a list of articles, not {type(articles).__name__}"
            )
        return Coded(self._native.code_rows([_row(a) for a in articles], force, min_confidence))


class Coded:
    """What became of many articles, as Arrow tables (``docs/arrow.md`` tells the columns)."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._articles: pa.Table | None = None
        self._events: pa.Table | None = None

    @property
    def articles(self) -> pa.Table:
        """A row an article, in the order given: its events in a list, or in ``failure`` why it was not coded."""
        if self._articles is None:
            self._articles = self._records.articles()
        return self._articles

    @property
    def events(self) -> pa.Table:
        """A row an event, beside what is known of its article."""
        if self._events is None:
            self._events = self._records.events()
        return self._events

    @property
    def failures(self) -> list[str]:
        """Why articles were not coded, one sentence each."""
        return [why for why in self.articles["failure"].to_pylist() if why is not None]

    def to_pandas(self) -> pd.DataFrame:
        """The events as a pandas DataFrame."""
        frame: pd.DataFrame = self.events.to_pandas()
        return frame

    def to_polars(self) -> pl.DataFrame:
        """The events as a polars DataFrame."""
        import polars

        return polars.DataFrame(self.events)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The events, for everything that speaks Arrow."""
        return self.events.__arrow_c_stream__(requested_schema)  # type: ignore[no-untyped-call]

    def __iter__(self) -> Iterator[Article]:
        """The articles that were coded, as typed records."""
        for batch in self.articles.to_batches():
            for row in batch.to_pylist():
                if row["failure"] is None:
                    yield Article.from_row(row)

    def __repr__(self) -> str:
        return f"<{self.events.num_rows} events in {self.articles.num_rows} articles, {len(self.failures)} not coded>"

    def _repr_html_(self) -> str:
        from polybius.display import events_html

        return events_html(self.events)


def _day(date: _Date) -> str | None:
    return date.isoformat() if isinstance(date, datetime.date) else date


def _row(article: object) -> _Row:
    if isinstance(article, str):
        return (None, None, None, None, None, article)
    if not isinstance(article, Mapping):
        raise TableError(f"an article is a dict with a field `text`, or a string, not {type(article).__name__}")
    id = article.get("id")
    return (
        None if id is None else str(id),
        article.get("title"),
        _day(article.get("date")),
        article.get("publisher"),
        article.get("url"),
        article.get("text"),
    )
