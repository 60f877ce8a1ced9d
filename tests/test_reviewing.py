"""Decisions on a checked draft: what there is to decide, golden cases out of it, and records read back from disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import drafted
import pytest
from scripted_corpus import refuted, seed_texts, timed_out
from scripted_draft import BROKEN, DENIED, NOT_A_CLAIM, SOURCE, check, judged, mark

from factcheck.checking.wire import read_check
from factcheck.drafts.markdown import is_markdown
from factcheck.drafts.reading import read_draft
from factcheck.drafts.record import DraftRecord
from factcheck.drafts.reviewing import (
    LONGEST_COMMENT,
    Decision,
    as_draft,
    count_review,
    list_items,
    read_decision,
)
from factcheck.drafts.sentences import is_one_claim
from factcheck.drafts.wire import read_checked_draft
from factcheck.errors import UsageError
from factcheck.evaluation.golden import check_quotes, read_golden
from factcheck.evaluation.reviewed import make_cases, write_cases

CLAIM = "China confirmed the request."


@pytest.fixture
def record() -> DraftRecord:
    draft = read_draft(SOURCE, "draft.md")
    return DraftRecord(draft.name, "md", draft.source, draft.sha256, tuple(mark(draft)), drafted.PROVENANCE, 12.0)


def again(wire: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(wire))
    return found


# Records from disk


@pytest.mark.parametrize("make", [drafted.draft, lambda: as_draft(check(CLAIM, refuted()))])
def test_a_draft_is_read_back_as_it_was(make: Any) -> None:
    assert read_checked_draft(again(make().to_dict())) == make()


@pytest.mark.parametrize("outcome", [refuted(), timed_out(), NOT_A_CLAIM])
def test_a_check_is_read_back_as_it_was(outcome: Any) -> None:
    assert read_check(again(check(CLAIM, outcome).to_dict())) == check(CLAIM, outcome)


@pytest.mark.parametrize(
    "changes", [{"schema": "factcheck/draft/9"}, {"sentences": None}, {"sentences": [{}]}, {"provenance": {"x": 1}}]
)
def test_another_form_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        read_checked_draft({**drafted.draft().to_dict(), **changes})


def test_another_form_of_a_check_is_refused() -> None:
    for changes in ({"schema": "x"}, {"evidence": [{}]}, {"failure": {"x": 1}}):
        with pytest.raises(UsageError):
            read_check({**check(CLAIM, refuted()).to_dict(), **changes})


# What there is to decide


def test_findings_and_bare_verdicts_are_decided_on_and_failures_are_not(record: DraftRecord) -> None:
    assert [item.key for item in list_items(record)] == [
        "2-verdict-supported",
        "3-altered_quotation-1",
        "4-negation-1",
        "5-not_found-1",
    ]


def test_the_summary_counts_what_is_open(record: DraftRecord) -> None:
    decided = {"4-negation-1": Decision("accepted"), "5-not_found-1": Decision("open", "hm")}
    tally = count_review(record, decided)
    assert (tally.checkable, tally.findings, tally.open) == (5, 3, 2)


@pytest.mark.parametrize(
    ("outcome", "kinds"),
    [
        (refuted(), ["refuted"]),
        (judged(CLAIM, "conflicting", refuted().evidence[0].citation), ["conflicting"]),
        (judged(CLAIM, "not_enough_evidence", refuted().evidence[0].citation), ["not_found"]),
        (judged(CLAIM, "supported", refuted().evidence[0].citation), []),
        (judged(CLAIM, "supported", refuted().evidence[0].citation, said=True), ["attributed_only"]),
        (timed_out(), ["failed"]),
        (NOT_A_CLAIM, ["not_checked"]),
    ],
)
def test_a_claim_is_a_draft_of_one_sentence(outcome: Any, kinds: list[str]) -> None:
    record = as_draft(check(CLAIM, outcome))
    (sentence,) = record.sentences
    assert [finding.kind for finding in sentence.findings] == kinds
    assert sentence.failed == (kinds == ["failed"])
    assert len(list_items(record)) == (kinds not in (["failed"], ["not_checked"]))


@pytest.mark.parametrize(
    "value",
    [None, [], "accepted", {}, {"state": "done"}, {"state": "accepted", "comment": 1},
     {"state": "rejected", "verdict": "true"}, {"state": ["accepted"]}],
)  # fmt: skip
def test_what_is_no_decision_is_none(value: Any) -> None:
    assert read_decision(value) is None


def test_a_decision_is_cut_to_what_it_may_be() -> None:
    long = read_decision({"state": "accepted", "comment": "x" * 9_000, "verdict": "refuted", "more": 1})
    assert long == Decision("accepted", "x" * LONGEST_COMMENT, None)
    assert read_decision({"state": "rejected", "verdict": "refuted"}) == Decision("rejected", "", "refuted")


# Golden cases


def test_golden_cases_are_what_the_evaluation_reads(record: DraftRecord, tmp_path: Path) -> None:
    decisions = {
        "2-verdict-supported": Decision("accepted"),
        "3-altered_quotation-1": Decision("accepted"),
        "4-negation-1": Decision("rejected", "", "supported"),
        "5-not_found-1": Decision("accepted"),
    }
    path = tmp_path / "cases.jsonl"
    path.write_text(write_cases(record, decisions, prefix="check-1"), encoding="utf-8")
    golden = read_golden(path)
    assert [(case.id, case.verdict) for case in golden.cases] == [
        ("check-1-s2", "supported"),
        ("check-1-s4", "supported"),
        ("check-1-s5", "not_enough_evidence"),
    ]
    first, corrected, unknown = golden.cases
    assert first.claim == DENIED and first.attributed_only is False and len(first.citations) == 1
    assert (
        corrected.tags == ("reviewed", "corrected") and corrected.citations == () and corrected.attributed_only is None
    )
    assert unknown.citations == ()
    assert check_quotes(golden, seed_texts().get) == ()


def test_what_is_open_or_has_no_right_verdict_makes_no_case(record: DraftRecord) -> None:
    decisions = {"2-verdict-supported": Decision("open", "hm"), "4-negation-1": Decision("rejected")}
    assert list(make_cases(record, decisions, prefix="x")) == []
    assert write_cases(record, {}, prefix="x") == ""


def test_only_that_it_is_said_can_be_rejected() -> None:
    record = as_draft(check(BROKEN, judged(BROKEN, "supported", refuted().evidence[0].citation, said=True)))
    (case,) = make_cases(record, {"1-attributed_only-1": Decision("rejected", "", "supported")}, prefix="x")
    assert (case["verdict"], case["attributed_only"]) == ("supported", False)
    (case,) = make_cases(record, {"1-attributed_only-1": Decision("accepted")}, prefix="x")
    assert (case["verdict"], case["attributed_only"]) == ("supported", True)


# Claim or draft


@pytest.mark.parametrize(
    ("text", "one"),
    [
        (CLAIM, True),
        ("China confirmed it", True),
        ("Is it so?", True),
        (f"{CLAIM} It did so today.", False),
        ("“We know,” he said.", False),
        ("word " * 500, False),
    ],
)
def test_one_sentence_that_quotes_nobody_is_a_claim(text: str, one: bool) -> None:
    assert is_one_claim(read_draft(text, "")) is one


@pytest.mark.parametrize(
    ("text", "markdown"),
    [("# Title\n\nText.", True), ("A **bold** word.", True), ("> Quoted.", True),
     ("See [it](https://a.example).", True), ("Plain * with a star.", False), ("#tag and 2 > 1", False), ("", False)],
)  # fmt: skip
def test_markdown_is_told_by_its_marks(text: str, markdown: bool) -> None:
    assert is_markdown(text) is markdown
