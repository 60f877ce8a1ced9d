"""Every wrong row is put down to the first stage that lost the answer."""

from __future__ import annotations

import pytest
from evaluations import abstained, answered, case, checked, claim, failed, judgement, quote

from factcheck.evaluation.metrics import score_row
from factcheck.evaluation.misses import find_miss
from factcheck.evaluation.records import STAGES, GoldCitation, Judgement, Miss


def miss_of(found: Judgement) -> Miss | None:
    return find_miss(found, score_row(found).values)


def test_a_right_row_has_no_miss() -> None:
    assert miss_of(judgement(case(), answered("12 million", 1))) is None
    assert miss_of(judgement(case(answers=(), citations=(), answerable=False), abstained())) is None
    assert miss_of(judgement(claim(), checked("supported"))) is None


WRONG = {
    "failed": (judgement(case(), failed()), "answer: it timed out"),
    "not_indexed": (judgement(case(), answered("900", 2), indexed=(0, 2)), "“The repair costs 12 million.” of a.txt"),
    "not_retrieved": (judgement(case(), abstained(), hits=(0, 2)), "not among the 2 hits"),
    "ranked_low": (judgement(case(), abstained(), hits=(0, 2, 1)), "hit 3 of 3, the engine surely reads 2"),
    "read_wrong": (judgement(case(), answered("900", 2)), "hit 2 of 3, and it answered “900”"),
    "cited_wrong": (judgement(case(), answered("12 million", 2)), "cites a.txt; the gold sentence was hit 2 of 3"),
    "abstained_wrong": (judgement(case(), abstained()), "None says what it costs."),
    "answered_wrong": (
        judgement(case(answers=(), citations=(), answerable=False), answered("900", 2)),
        "the articles do not say, and it answered “900”",
    ),
    "judged_wrong": (judgement(claim(), checked("refuted")), "the verdict is refuted, right is supported"),
}


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_is_recognised_and_explained(stage: str) -> None:
    found, words = WRONG[stage]
    miss = miss_of(found)
    assert miss is not None
    assert miss.stage == stage
    assert words in miss.explanation


def test_the_gold_of_what_is_missing_counts_not_that_of_what_was_found() -> None:
    both = case(
        answers=(("12 million",), ("900",)),
        citations=(GoldCitation("a.txt", quote(1)), GoldCitation("a.txt", quote(2))),
    )
    miss = miss_of(judgement(both, answered("12 million", 1), hits=(1, 0, 2), read=1))
    assert miss is not None
    assert miss.stage == "ranked_low"
    assert "hit 3 of 3" in miss.explanation


def test_a_sentence_that_must_be_cited_is_the_one_explained() -> None:
    both = case(citations=(GoldCitation("a.txt", quote(1)), GoldCitation("a.txt", quote(0), required=True)))
    miss = miss_of(judgement(both, answered("12 million", 1), hits=(1, 2, 0)))
    assert miss is not None
    assert miss.stage == "cited_wrong"
    assert "hit 3 of 3" in miss.explanation


def test_a_claim_whose_evidence_was_not_found_is_no_fault_of_the_verdict() -> None:
    miss = miss_of(judgement(claim(), checked("not_enough_evidence"), hits=(0, 2)))
    assert miss is not None
    assert miss.stage == "not_retrieved"


def test_without_a_trace_retrieval_is_not_blamed() -> None:
    miss = miss_of(judgement(case(), abstained(), hits=None))
    assert miss is not None
    assert miss.stage == "abstained_wrong"
    assert "hit" not in miss.explanation


def test_a_forbidden_name_is_named() -> None:
    asked = case(answers=(("12 million",),), forbidden=("900",))
    miss = miss_of(judgement(asked, answered("12 million; 900", 1, 2)))
    assert miss is not None
    assert miss.stage == "read_wrong"
    assert "must not name 900" in miss.explanation
