from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

import polybius

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"


@pytest.fixture(scope="session")
def coder() -> polybius.Coder:
    return polybius.Coder()


@pytest.fixture(scope="session")
def articles() -> list[dict[str, Any]]:
    """Authored articles, and some that cannot be coded."""
    lines = [
        *(SAMPLES / "briefs.jsonl").open(encoding="utf-8"),
        *(ROOT / "corpus" / "dev.jsonl").open(encoding="utf-8"),
    ]
    names = ("id", "title", "date", "publisher", "url", "text")
    articles = [{name: json.loads(line).get(name) for name in names} for line in lines]
    none = dict.fromkeys(names)
    german = "Die Außenminister der beiden Länder trafen sich am Montag in Genf, um über die Waffenruhe zu sprechen."
    odd = "“Çok” — Çavuşoğlu 🇹🇷 met his Greek counterpart. Officials said <b>Athens & Ankara</b> would hold talks in May 2014."
    bad = [
        {"id": "german", "text": german},
        {"id": "empty", "text": " "},
        {"id": "odd", "text": odd, "date": "2013-07-22"},
    ]
    return articles + [{**none, **b} for b in bad]


def command_line(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Runs the command as a user does; ``POLYBIUS`` may name it."""
    binary = os.environ.get("POLYBIUS", str(ROOT / "target" / "release" / "polybius"))
    return subprocess.run(
        [binary, *arguments], input=stdin, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.fixture(scope="session")
def records(articles: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What the command line writes of the articles, by id."""
    stdin = "".join(json.dumps(a) + "\n" for a in articles)
    run = command_line("code", "-", "--format", "jsonl", stdin=stdin)
    assert run.returncode == 1, run.stderr  # two fail
    coded = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(coded) == len(articles) - 2
    assert sum(len(a["events"]) for a in coded) > 500
    return {a["id"]: a for a in coded}
