"""What the docs show works."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import polybius
from conftest import ROOT


def test_the_code_of_the_page(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page.split("\n## A store")[0], re.DOTALL)
    assert len(blocks) == 2
    names: dict[str, object] = {}
    for block in blocks:
        exec(block, names)
    out = capsys.readouterr().out
    assert "ACCUSE ['UKR'] ['RUS'] 2022-02-28 accused" in out
    assert "event" in out and "len" in out


def test_every_column_is_documented() -> None:
    page = (ROOT / "docs" / "arrow.md").read_text(encoding="utf-8")
    for name in polybius.event_schema().names + polybius.article_schema().names:
        assert f"`{name}`" in page, name


@pytest.mark.parametrize(
    "example", sorted(p.name for p in (ROOT / "python" / "examples").glob("*.py") if "spark" not in p.name)
)
def test_examples_run(example: str, tmp_path: Path) -> None:
    script = ROOT / "python" / "examples" / example
    run = subprocess.run(
        [sys.executable, script], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip()
