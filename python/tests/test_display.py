"""What a notebook shows."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import polybius
from polybius.display import COLORS


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.marked: list[tuple[str, str]] = []
        self.style = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in {"div", "p", "b", "small", "span", "table", "thead", "tbody", "tr", "th", "td"}, tag
        assert {name for name, _ in attrs} <= {"style", "title", "class"}
        self.open.append(tag)
        self.style = dict(attrs).get("style") or "" if tag == "span" else ""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self.style = ""

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.style:
            self.marked.append((data, self.style))


def read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    assert reader.open == []
    return reader


HOSTILE = (
    "“Çok” <script>alert(1)</script> & so on. 🇹🇷 Turkey's <b>foreign</b> minister accused Greece on Monday of espionage, officials said.\n"
    "\n"
    "France and Germany will meet Iranian officials in Vienna.\n"
)


def test_the_words_of_an_article_are_marked_in_colour(coder: polybius.Coder) -> None:
    article = coder.code(HOSTILE, title="<i>T</i>", publisher='"P"', date="2013-07-23")
    assert article.events
    shown = read(article._repr_html_())
    for line in HOSTILE.splitlines():
        assert line in shown.text
    assert '<i>T</i> ("P", 2013-07-23)' in shown.text
    for event in article.events:
        assert any(w == event.trigger.text and COLORS[event.quad] in style for w, style in shown.marked), event
        for p in event.actor:
            assert any(w in p.text and "2px solid" in style for w, style in shown.marked), p


def test_a_batch_shows_its_events_in_their_sentences(coder: polybius.Coder) -> None:
    coded = coder.code_batch([HOSTILE] * 20)
    html = coded._repr_html_()
    shown = read(html)
    row = coded.events.slice(0, 1).to_pylist()[0]
    assert row["sentence"] in shown.text
    assert any(w == row["trigger"] and COLORS[row["quad"]] in style for w, style in shown.marked)
    left = coded.events.num_rows - 20
    assert left > 0 and f"and {left} more" in shown.text
    assert len(re.findall("<tr>", html)) == 21
    assert "no events" in coder.code_batch(["Nothing."])._repr_html_()
