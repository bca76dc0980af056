"""What a user of the package relies on."""

from __future__ import annotations

import copy
import dataclasses
import datetime
import json
import multiprocessing
import pickle
import threading
import time
from pathlib import Path
from typing import Any

import pytest

import polybius
from conftest import ROOT, SAMPLES, command_line

TEXT = "“Çok”. The Ukrainian foreign ministry accused Russia on Monday of shelling the town."


def test_an_article_becomes_typed_events(coder: polybius.Coder) -> None:
    article = coder.code(TEXT, date="2022-03-02", title="A title", publisher="The Harbour Times")
    event = next(e for e in article.events if e.event == "ACCUSE")
    assert (event.event, event.date, event.quad) == ("ACCUSE", "2022-02-28", "verbal conflict")
    assert (event.actor[0].country, event.actor[0].sector, event.recipient[0].country) == ("UKR", "GOV", "RUS")
    assert article.text[event.trigger.start : event.trigger.end] == event.trigger.text
    assert article.date == "2022-03-02"
    with pytest.raises(dataclasses.FrozenInstanceError):
        event.event = "AGREE"  # type: ignore[misc]
    assert coder.code(TEXT, date=datetime.date(2022, 3, 2), title="A title", publisher="The Harbour Times") == article
    assert coder.code(TEXT, min_confidence=1.0).events == ()
    assert copy.deepcopy(article) == pickle.loads(pickle.dumps(article)) == article


def test_every_class_and_field_says_what_it_is() -> None:
    for name in polybius.__all__:
        thing = getattr(polybius, name)
        if isinstance(thing, type):
            assert thing.__doc__ and not thing.__doc__.startswith(name + "("), name


def test_errors_are_exceptions_with_the_words_of_the_command_line(coder: polybius.Coder) -> None:
    german = "Die Außenminister der beiden Länder trafen sich am Montag in Genf, um über die Waffenruhe zu sprechen."

    def said(text: str, **more: Any) -> str:
        with pytest.raises(polybius.ArticleError) as error:
            coder.code(text, **more)
        run = command_line("code", "-", stdin=json.dumps({"id": "-", "text": text, **more}) + "\n")
        assert run.returncode == 1
        words = str(error.value)
        assert words.split("; say")[0] in run.stderr, (words, run.stderr)
        return words

    assert "not in English" in said(german)
    assert said(" ") == "the field `text` is empty; it holds the article's words"
    assert said("Words.", date="07/08/2013") == "the date `07/08/2013` cannot be read; write YYYY-MM-DD"
    assert coder.code(german, force=True).events == ()
    assert issubclass(polybius.ArticleError, polybius.PolybiusError)


def test_a_lexicon_of_ones_own(tmp_path: Path) -> None:
    example = ROOT / "docs" / "lexicon-example"
    text = "The Northern Dawn Front attacked an army base on Monday."
    (event,) = polybius.Coder(lexicon=example).code(text, date="2027-06-14").events
    assert (event.actor[0].country, event.actor[0].sector) == ("MLI", "REB")
    folder = tmp_path / "actors"
    folder.mkdir()
    (folder / "people.tsv").write_text("# name\taliases\tcountry\tsector\toffice\tfrom\tto\nA B\t\tXXXX\tGOV\t\t\t\n")
    with pytest.raises(polybius.LexiconError) as error:
        polybius.Coder(lexicon=tmp_path)
    run = command_line("code", "--lexicon", str(tmp_path), stdin=text)
    assert str(error.value) in run.stderr and "people.tsv" in str(error.value)
    with pytest.raises(ValueError, match="1 or more"):
        polybius.Coder(threads=0)


def test_files_are_read_as_the_command_line_reads_them(coder: polybius.Coder, tmp_path: Path) -> None:
    coded = coder.code_files(SAMPLES)
    run = command_line("code", "--format", "jsonl", str(SAMPLES))
    assert [a.to_dict() for a in coded] == [json.loads(line) for line in run.stdout.splitlines()]
    for article in coded:
        for event in article.events:
            assert article.text[event.trigger.start : event.trigger.end] == event.trigger.text
    (tmp_path / "empty.txt").write_text("")
    with pytest.warns(UserWarning, match="empty.txt: the file is empty; an article's text is needed"):
        assert coder.code_files(tmp_path) == []


def test_threads_go_on_while_a_batch_is_coded(coder: polybius.Coder, articles: list[dict[str, Any]]) -> None:
    ticks = 0
    done = threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not done.is_set():
            ticks += 1
            time.sleep(0.001)

    other = threading.Thread(target=tick)
    other.start()
    started = time.monotonic()
    coder.code_batch(articles * 2)
    took = time.monotonic() - started
    done.set()
    other.join()
    assert ticks > took / 0.05, f"{ticks} ticks in {took} s"


def _events_in_child(coder: polybius.Coder) -> int:
    return coder.code_batch([TEXT] * 8).events.num_rows


@pytest.mark.parametrize("method", ["spawn", "fork"])
def test_other_processes_may_use_it(coder: polybius.Coder, method: str) -> None:
    events = _events_in_child(coder)
    assert events >= 8
    with multiprocessing.get_context(method).Pool(1) as pool:
        assert pool.apply_async(_events_in_child, (coder,)).get(timeout=120) == events
