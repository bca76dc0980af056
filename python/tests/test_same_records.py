"""Identical articles have identical records, wherever they are coded."""

from __future__ import annotations

import json
from typing import Any

import polybius
from conftest import command_line


def test_one_by_one(coder: polybius.Coder, articles: list[dict[str, Any]], records: dict[str, Any]) -> None:
    for article in articles:
        if article["id"] in records:
            coded = coder.code(**{**article, "text": article["text"]})
            assert coded.to_dict() == records[article["id"]]
            assert polybius.Article.from_dict(coded.to_dict()) == coded


def test_to_the_byte(coder: polybius.Coder, articles: list[dict[str, Any]]) -> None:
    for article in articles[:8] + articles[-1:]:
        line = command_line("code", "-", stdin=json.dumps(article) + "\n").stdout
        record = coder.code(**article).to_dict()
        assert json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n" == line


def test_in_batches(coder: polybius.Coder, articles: list[dict[str, Any]], records: dict[str, Any]) -> None:
    coded = {a.id: a.to_dict() for a in coder.code_batch(articles)}
    assert coded == records
