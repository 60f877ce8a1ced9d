"""Checks without a model: they find every tampering and never raise."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.answering.verification import (
    Source,
    check_answer,
    check_citation,
    check_statement,
    verify_record,
)
from factcheck.types import ANSWER_SCHEMA, CHECK_SCHEMA, Answer, Citation, Origins, Statement

TEXT = "The River Ostra flooded Verrin. At least 14 people died, Edda Lindqvist said.\n"
QUOTE = "At least 14 people died, Edda Lindqvist said."
START = TEXT.index(QUOTE)
FILES = {"a.txt": Source(TEXT, "hash")}
RECORD: dict[str, Any] = {
    "schema": ANSWER_SCHEMA,
    "id": "q1",
    "outcome": "answered",
    "statements": [{"text": QUOTE, "citations": [1], "support": "verbatim"}],
    "citations": [
        {"id": 1, "file": "a.txt", "start": START, "end": START + len(QUOTE), "quote": QUOTE, "sha256": "hash",
         "speaker": "Edda Lindqvist", "via": None}
    ],
    "abstention": None,
}  # fmt: skip


def read(file: str) -> Source:
    return FILES.get(file, Source(None, None))


def tampered(change: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    record = copy.deepcopy(RECORD)
    change(record)
    return record


def test_an_untouched_record_holds() -> None:
    assert verify_record(RECORD, read) == []


def test_a_check_record_is_held_to_its_evidence() -> None:
    check = {"schema": CHECK_SCHEMA, "id": "c1", "outcome": "checked", "evidence": RECORD["citations"]}
    assert verify_record(check, read) == []
    assert verify_record({**check, "outcome": "failed", "evidence": []}, read) == []
    moved = {**RECORD["citations"][0], "start": START + 1}
    (problem,) = verify_record({**check, "evidence": [moved]}, read)
    assert (problem.record, problem.where) == ("c1", "citation 1") and "not the quote" in problem.reason
    (problem,) = verify_record({**check, "evidence": "all"}, read)
    assert "not a list" in problem.reason


def set_citation(name: str, value: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda record: record["citations"][0].__setitem__(name, value)


def set_statement(name: str, value: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda record: record["statements"][0].__setitem__(name, value)


TAMPERED: list[tuple[Callable[[dict[str, Any]], Any], str]] = [
    (set_citation("start", START + 1), "not the quote"),
    (set_citation("end", START + len(QUOTE) + 1), "not the quote"),
    (set_citation("start", -3), "not a range"),
    (set_citation("start", True), "not a range"),
    (set_citation("start", float(START)), "not a range"),
    (set_citation("end", 10**30), "not the quote"),
    (set_citation("end", START), "not a range"),
    (set_citation("quote", QUOTE.replace("14", "15")), "nowhere in the file"),
    (set_citation("quote", ""), "no quote"),
    (set_citation("quote", None), "no quote"),
    (set_citation("file", "b.txt"), "no longer there"),
    (set_citation("file", 7), "no file"),
    (set_citation("sha256", "other"), "has changed since"),
    (set_citation("sha256", None), "has changed since"),
    (set_citation("id", 2), "a number that is not there"),
    (lambda record: record.update(schema="factcheck/answer/9"), "schema"),
    (lambda record: record.pop("schema"), "schema"),
    (lambda record: record.update(citations="all"), "not a list"),
    (lambda record: record.update(citations=[1]), "not a list"),
    (lambda record: record.update(citations=[]), "a number that is not there"),
    (lambda record: record.update(statements={"text": QUOTE}), "not a list"),
    (set_statement("text", QUOTE.replace("14", "140")), "the number 140"),
    (set_statement("text", "At least 14 people died, Carla Voss said."), "the name Carla Voss"),
    (set_statement("text", "She said “nobody died”."), "the words “nobody died”"),
    (set_statement("text", None), "not a text"),
    (set_statement("citations", [1, 9]), "a number that is not there"),
    (set_statement("citations", []), "cites nothing"),
    (set_statement("citations", "1"), "not a text with citations"),
    (lambda record: record.update(abstention={"closest": "x"}), "not a list"),
    (
        lambda record: record.update(
            abstention={"closest": [{"file": "a.txt", "start": 0, "end": 4, "quote": "That", "sha256": "hash"}]}
        ),
        "not the quote",
    ),
]


@pytest.mark.parametrize(("change", "reason"), TAMPERED)
def test_every_tampering_is_reported(change: Callable[[dict[str, Any]], Any], reason: str) -> None:
    problems = verify_record(tampered(change), read)
    assert any(reason in problem.reason for problem in problems), problems


def test_a_quote_that_moved_is_found_again() -> None:
    reason = check_citation({**RECORD["citations"][0], "sha256": "old"}, Source("New first line.\n" + TEXT, "new"))
    assert reason is not None
    assert f"now stands at {START + 16}" in reason


def test_an_unsupported_statement_is_not_checked_again() -> None:
    assert verify_record(tampered(lambda r: r["statements"][0].update(support="unsupported", text="x 99")), read) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.sampled_from(["a.txt", QUOTE]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELD = st.sampled_from(
    ["id", "citations", "statements", "abstention", "closest", "file", "start", "end", "quote", "sha256", "text",
     "support", "speaker", "via"]
)  # fmt: skip
HOSTILE = st.recursive(
    JSON,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELD, inner, max_size=6),
    max_leaves=10,
)


@given(st.dictionaries(FIELD, HOSTILE, max_size=8), st.booleans())
def test_hostile_records_are_reported_and_never_raise(record: dict[str, Any], known: bool) -> None:
    problems = verify_record({**record, **({"schema": ANSWER_SCHEMA} if known else {})}, read)
    assert all(isinstance(problem.reason, str) for problem in problems)
    if not known:
        assert problems


@given(st.sampled_from(sorted(RECORD)), HOSTILE)
def test_any_value_in_any_field_never_raises(name: str, value: Any) -> None:
    verify_record({**copy.deepcopy(RECORD), name: value}, read)


@given(st.sampled_from(sorted(RECORD["citations"][0])), HOSTILE)
def test_any_value_in_a_citation_is_reported_or_equal(name: str, value: Any) -> None:
    record = tampered(set_citation(name, value))
    problems = verify_record(record, read)
    if name in {"file", "start", "end", "quote", "sha256"} and json.dumps(value) != json.dumps(
        RECORD["citations"][0][name]
    ):
        assert problems


STATEMENTS: list[tuple[str, list[str]]] = [
    (QUOTE, []),
    (QUOTE + " [1]", []),
    ("Edda Lindqvist: At least 14 people died.", []),
    ("“At least 14 people died,” Edda Lindqvist said.", []),
    ("“At least ... died,” said Edda Lindqvist.", []),
    ("In Verrin 14 people died.", ["Verrin"]),
    ("There were 15 dead.", ["15"]),
    ("“At least 14 people drowned,” she said.", ["“At least 14 people drowned,”"]),
    ("Some died [2].", []),
]


@pytest.mark.parametrize(("text", "wrong"), STATEMENTS)
def test_statements_hold_only_what_is_cited(text: str, wrong: list[str]) -> None:
    cited = Citation(1, "a.txt", START, START + len(QUOTE), 1, QUOTE, "hash", speaker="Edda Lindqvist")
    reasons = check_statement(text, [cited])
    assert len(reasons) == len(wrong)
    for words, reason in zip(wrong, reasons, strict=True):
        assert words in reason


def test_findings_name_the_statement_and_the_citation() -> None:
    good = Citation(1, "a.txt", START, START + len(QUOTE), 1, QUOTE, "hash")
    answer = Answer(
        "x",
        None,
        (
            Statement(QUOTE, (1,), "verbatim"),
            Statement("99 died.", (1,), "verbatim"),
            Statement(QUOTE, (5,), "verbatim"),
        ),
        (good, replace(good, id=2, start=0, end=len(QUOTE)), replace(good, id=3, file="gone.txt")),
        Origins(1, 1),
    )
    found = check_answer(answer, read)
    assert [(finding.check, finding.statement) for finding in found if finding.check == "citation"] == [
        ("citation", None), ("citation", None), ("citation", 3)
    ]  # fmt: skip
    assert {finding.statement for finding in found if finding.check == "statement"} >= {2}
    assert not any(finding.statement == 1 for finding in found)
