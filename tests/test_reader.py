"""The reader's file checks and its choice of a span; what it says is tested where its weights are."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.errors import ModelError
from factcheck.models.reader import LONGEST_SPAN, Read, Reader, Stance, best_span

SCORES = st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), min_size=1, max_size=60)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"reader\.json cannot be read"):
        Reader(tmp_path)


def test_an_altered_file_is_never_loaded(tmp_path: Path) -> None:
    (tmp_path / "reader.json").write_text("{}")
    with pytest.raises(ModelError, match="not the one"):
        Reader(tmp_path)
    shutil.rmtree(tmp_path)


@given(SCORES)
def test_the_span_is_the_likeliest_that_is_short_enough(scores: list[tuple[float, float]]) -> None:
    starts, ends = (np.array(column) for column in zip(*scores, strict=True))
    first, last, sure = best_span(starts, ends)
    assert 0 <= first <= last < len(scores) and last - first < LONGEST_SPAN
    allowed = [(i, j) for i in range(len(scores)) for j in range(i, min(i + LONGEST_SPAN, len(scores)))]
    assert starts[first] + ends[last] >= max(starts[i] + ends[j] for i, j in allowed) - 1e-6
    assert 0 < sure <= 1 + 1e-9


@pytest.mark.parametrize(("chance", "odds"), [(0.0, 0.0), (0.5, 0.5), (1.0, 1.0)])
def test_odds_are_put_into_a_share(chance: float, odds: float) -> None:
    assert Read(chance, 0, 1, 0.5, Stance(1.0, 0.0, 0.0)).odds == pytest.approx(odds)
