"""The page on R, run through Rscript."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import ROOT, SAMPLES, command_line

R = shutil.which("Rscript")


@pytest.mark.skipif(R is None, reason="Rscript is not here")
def test_the_code_of_the_page(tmp_path: Path) -> None:
    assert R is not None
    run = command_line("ingest", "--store", str(tmp_path / "events.sqlite"), str(SAMPLES))
    assert run.returncode == 0, run.stderr
    page = (ROOT / "docs" / "r.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```r\n(.*?)```", page, re.DOTALL)
    assert len(blocks) == 2
    (tmp_path / "page.R").write_text("\n".join(blocks), encoding="utf-8")
    done = subprocess.run([R, "page.R"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "ASSAULT" in done.stdout
    assert (tmp_path / "events.png").read_bytes().startswith(b"\x89PNG")
