"""Articles and events as HTML for notebooks. Every word of an article is escaped; there is no script and no style sheet."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

import pyarrow as pa

from polybius.records import Article, Event

COLORS = {
    "verbal cooperation": "#9ad1f5",
    "material cooperation": "#9fe0a8",
    "verbal conflict": "#ffd877",
    "material conflict": "#ffa59c",
}
"""Of the words that say what happened, by quad class."""
_OTHER = "#d9d9d9"
_ROWS = 20

# what words are marked as, from what is drawn first to what is drawn last
_ACTOR, _RECIPIENT, _TRIGGER = range(3)
_Mark = tuple[int, int, int, str, str]


def _marks(event: Event) -> Iterable[_Mark]:
    """Start, end, kind, style and what the pointer is told, of the words of an event."""
    told = f"{event.event} {event.mode or ''}".strip()
    for p in event.actor:
        yield p.start, p.end, _ACTOR, "border-bottom:2px solid #2060c0", f"does it: {told}"
    for p in event.recipient:
        yield p.start, p.end, _RECIPIENT, "border-bottom:2px dotted #c04020", f"has it done to them: {told}"
    style = f"background:{COLORS.get(event.quad, _OTHER)};color:#000;padding:0 2px;border-radius:3px"
    yield event.trigger.start, event.trigger.end, _TRIGGER, style, told


def marked(text: str, events: Iterable[Event], offset: int = 0) -> str:
    """``text`` as HTML with the words of the events marked; ``offset`` is where it begins in the article."""
    marks = [m for e in events for m in _marks(e) if offset <= m[0] < m[1] <= offset + len(text)]
    edges = sorted({0, len(text), *(m[0] - offset for m in marks), *(m[1] - offset for m in marks)})
    pieces = []
    for start, end in zip(edges, edges[1:], strict=False):
        words = escape(text[start:end])
        over = sorted((m for m in marks if m[0] <= start + offset and end + offset <= m[1]), key=lambda m: m[2])
        if over:
            style = ";".join(dict.fromkeys(m[3] for m in over))
            told = "; ".join(dict.fromkeys(m[4] for m in over))
            words = f'<span style="{escape(style)}" title="{escape(told)}">{words}</span>'
        pieces.append(words)
    return "".join(pieces)


def _legend() -> str:
    quads = " ".join(f'<span style="background:{c};color:#000;padding:0 4px">{q}</span>' for q, c in COLORS.items())
    sides = (
        '<span style="border-bottom:2px solid #2060c0">actor</span> '
        '<span style="border-bottom:2px dotted #c04020">recipient</span>'
    )
    return f"<p><small>{quads} {sides}</small></p>"


def article_html(article: Article) -> str:
    """The text with the words of its events marked, and a table of the events."""
    about = ", ".join(x for x in (article.publisher, article.date) if x)
    head = f"<p><b>{escape(article.title or article.id)}</b>{escape(f' ({about})' if about else '')}</p>"
    paragraphs = []
    start = 0
    for line in article.text.splitlines(keepends=True):
        if line.strip():
            paragraphs.append(f"<p>{marked(line, article.events, start)}</p>")
        start += len(line)
    rows = [_cells(e.event, e.mode, _names(e.actor), _names(e.recipient), e.date, e) for e in article.events]
    return f'<div class="polybius">{head}{"".join(paragraphs)}{_legend()}{_table(rows)}</div>'


def events_html(events: pa.Table) -> str:
    """The first events of a table, each in its sentence."""
    rows = []
    for row in events.slice(0, _ROWS).to_pylist():
        event = Event.from_row(row)
        sentence = marked(row["sentence"], [event], event.sentence.start)
        cells = _cells(event.event, event.mode, _names(event.actor), _names(event.recipient), event.date, event)
        rows.append(cells[:-1] + (sentence,))
    left_out = events.num_rows - len(rows)
    more = f"<p><small>and {left_out} more</small></p>" if left_out else ""
    return f'<div class="polybius">{_table(rows)}{more}{_legend()}</div>'


def _names(side: Iterable[Any]) -> str:
    codes = ((p, " ".join(c for c in (p.country, p.sector) if c)) for p in side)
    return ", ".join(f"{p.name or p.text}{f' [{code}]' if code else ''}" for p, code in codes)


def _cells(event: str, mode: str | None, actor: str, recipient: str, date: str | None, e: Event) -> tuple[str, ...]:
    color = COLORS.get(e.quad, _OTHER)
    category = escape(f"{event} {mode or ''}".strip())
    name = f'<span style="background:{color};color:#000;padding:0 4px">{category}</span>'
    source = ", ".join(s.name or s.text for s in e.attribution)
    texts = (actor, recipient, date or "", ", ".join(e.auxiliary), source, e.trigger.text)
    return (name, *(escape(t) for t in texts))


def _table(rows: list[tuple[str, ...]]) -> str:
    if not rows:
        return "<p>no events</p>"
    heads = ("event", "who", "to whom", "when", "how real", "whose word", "words")
    head = "".join(f"<th>{h}</th>" for h in heads)
    body = "".join("<tr>" + "".join(f'<td style="text-align:left">{c}</td>' for c in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
