"""The quality reached on the golden questions is a gate: the real command line, the real engine."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from places import ROOT
from terminals import FACTCHECK

from factcheck.evaluation.folder import load_evaluation

LEVELS = ROOT / "golden" / "levels.txt"


@pytest.mark.slow
def test_quality_on_the_seeds_does_not_fall(seed_index: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    command = ["eval", str(ROOT / "golden" / "questions.jsonl"), "-o", str(out), "--index", str(seed_index)]
    done = subprocess.run(
        [*FACTCHECK, *command, "--engine", "embedded", "--misses", "--require", f"@{LEVELS}"],
        capture_output=True,
        text=True,
    )
    print(done.stdout)
    assert done.returncode == 0, done.stderr
    assert len(load_evaluation(out).rows) == 109
