from __future__ import annotations

import json
from dataclasses import replace

import pytest
from scripted_corpus import denied, record, stand_by, timed_out, unknown_number

from factcheck.types import AnswerRecord, Span

KEYS = {
    "schema", "id", "question", "read_as", "outcome", "answer", "short_answer", "statements", "citations", "origins",
    "conflicts", "confidence", "abstention", "failure", "findings", "engine", "call", "timing_ms", "usage",
    "provenance",
}  # fmt: skip
RECORDS = {
    "answered": record("Who denied the request?", denied()),
    "abstained": record("How many drones?", unknown_number()),
    "failed": record("Who?", timed_out()),
}


@pytest.mark.parametrize("outcome", RECORDS)
def test_every_outcome_has_the_same_keys_and_its_own_part(outcome: str) -> None:
    wire = json.loads(json.dumps(RECORDS[outcome].to_dict()))
    assert set(wire) == KEYS
    assert wire["schema"] == "factcheck/answer/1"
    assert wire["outcome"] == outcome
    assert bool(wire["citations"]) == (outcome == "answered")
    assert (wire["abstention"] is not None) == (outcome == "abstained")
    assert (wire["failure"] is not None) == (outcome == "failed")


def test_a_citation_on_the_wire_has_the_fields_of_the_contract() -> None:
    citation = RECORDS["answered"].to_dict()["citations"][0]
    assert list(citation) == [
        "id", "file", "start", "end", "line", "quote", "sha256", "speaker", "via", "origin",
    ]  # fmt: skip


def test_conflicts_are_lists_of_sides() -> None:
    wire = json.loads(json.dumps(stand_by().to_dict()))
    assert [side["citations"] for side in wire["conflicts"][0]["sides"]] == [[1], [2, 3]]


def test_an_abstention_says_what_was_searched() -> None:
    abstention = RECORDS["abstained"].to_dict()["abstention"]
    assert abstention["reason"] == "insufficient_evidence"
    assert abstention["searched"] == {"files": 5, "sentences": 168}
    assert abstention["closest"][0]["quote"]


def test_confidence_stands_in_one_place_whatever_the_outcome() -> None:
    unsure = replace(unknown_number(), confidence=0.125)
    wire = record("How many drones?", unsure).to_dict()
    assert (wire["confidence"], "confidence" in wire["abstention"]) == (0.125, False)
    assert record("Who?", replace(denied(), confidence=0.5)).to_dict()["confidence"] == 0.5
    assert RECORDS["failed"].to_dict()["confidence"] is None


def test_carried_fields_never_replace_a_part_of_the_record() -> None:
    carried = AnswerRecord(
        **{name: getattr(RECORDS["failed"], name) for name in AnswerRecord.__slots__ if name != "extra"},
        extra={"outcome": "answered", "row": 7},
    ).to_dict()
    assert (carried["outcome"], carried["row"]) == ("failed", 7)


def test_a_span_covers_half_open_offsets() -> None:
    assert Span(2, 5).of("abcdefg") == "cde"
