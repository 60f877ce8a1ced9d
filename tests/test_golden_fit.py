"""What a golden set holds beside an index, records read back from their wire form, and one at a time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from evaluated import CASES, CNN, RECORDS, TEXTS
from scripted_corpus import denied, record, stand_by, timed_out, unknown_number

from factcheck.errors import UsageError
from factcheck.evaluation.fitting import measure_fit
from factcheck.evaluation.golden import GoldenSet
from factcheck.evaluation.grading import estimate_grades
from factcheck.evaluation.record_lines import RecordLines
from factcheck.presentation.jsonl import to_line
from factcheck.presentation.reading import read_answer
from factcheck.types import AnswerRecord

GOLDEN = GoldenSet("golden.jsonl", "", tuple(CASES[1:]))


def test_a_set_is_counted_and_held_against_the_articles() -> None:
    fit = measure_fit(GOLDEN, TEXTS.get)
    assert (fit.questions, fit.claims, fit.files) == (4, 1, 1)
    assert fit.tags == {"who": 2, "absent": 1, "claim": 1}
    assert fit.holds


def test_missing_files_are_named_once_and_their_quotes_not_at_all() -> None:
    fit = measure_fit(GOLDEN, {}.get)
    assert fit.missing == (CNN,) and fit.problems == () and not fit.holds


def test_quotes_that_are_not_there_are_problems() -> None:
    fit = measure_fit(GoldenSet("g", "", tuple(CASES)), TEXTS.get)
    assert [problem.id for problem in fit.problems] == ["g1"] and not fit.holds


@pytest.mark.parametrize(
    "whole", [record("Who?", denied()), stand_by(), record("How many?", unknown_number()), record("Why?", timed_out())]
)
def test_an_answer_record_comes_back_as_it_was_written(whole: AnswerRecord) -> None:
    assert read_answer(json.loads(json.dumps(whole.to_dict()))) == whole


@pytest.mark.parametrize("broken", [{}, {"outcome": "guessed"}, {"citations": [{"file": "a"}]}, {"engine": None}])
def test_what_is_no_record_is_refused(broken: Mapping[str, Any]) -> None:
    wire = {} if not broken else {**record("Who?", denied()).to_dict(), **broken}
    with pytest.raises(UsageError, match="a record cannot be read"):
        read_answer(wire)


def test_records_are_read_by_position(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.write_text("".join(to_line(each) + "\n" for each in RECORDS), "utf-8")
    lines = RecordLines(path)
    assert len(lines) == len(RECORDS) and list(lines) == RECORDS
    assert [lines.read(at)["id"] for at in (5, 0, 3)] == ["g6", "g1", "g4"]
    path.write_text("[1]\n", "utf-8")
    with pytest.raises(UsageError, match="a line is no record"):
        RecordLines(path).read(0)
    with pytest.raises(UsageError, match="cannot be read"):
        RecordLines(tmp_path / "missing")


def test_what_grading_costs_is_known_where_the_price_is() -> None:
    known = estimate_grades(100, "gpt-4o-mini")
    assert known is not None and 0.001 < known < 0.1
    assert estimate_grades(100, "a model of nobody") is None
