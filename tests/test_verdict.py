"""The verdict, a pure function of how sentences stand to a claim."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.checking.verdict import Verdict, Vote, combine_verdicts, decide_verdict

YES = Vote("o1", "supports", 0.97)
NO = Vote("o2", "refutes", 0.97)
NEAR = Vote("o3", "mentions", 0.9)
votes = st.lists(
    st.builds(
        Vote,
        origin=st.sampled_from(["o1", "o2", "o3"]),
        stance=st.sampled_from(["supports", "refutes", "mentions"]),
        probability=st.floats(0, 1),
        said=st.booleans(),
        corrects=st.booleans(),
        elsewhere=st.booleans(),
    ),
    max_size=12,
)


def test_the_four_verdicts() -> None:
    assert decide_verdict([YES, NEAR]).label == "supported"
    assert decide_verdict([NO, NEAR]).label == "refuted"
    assert decide_verdict([YES, NO]).label == "conflicting"
    assert decide_verdict([NEAR]).label == decide_verdict([]).label == "not_enough_evidence"


@given(votes, st.data())
def test_copies_change_nothing(given_votes: list[Vote], data: st.DataObject) -> None:
    copies = data.draw(st.lists(st.sampled_from(given_votes), max_size=20)) if given_votes else []
    assert decide_verdict([*given_votes, *copies]) == decide_verdict(given_votes)


@given(votes, st.lists(st.floats(0, 1), max_size=20))
def test_what_only_mentions_the_matter_changes_nothing(given_votes: list[Vote], others: list[float]) -> None:
    unrelated = [Vote(f"x{number}", "mentions", chance) for number, chance in enumerate(others)]
    assert decide_verdict([*unrelated, *given_votes]) == decide_verdict(given_votes)


@given(votes)
def test_order_changes_nothing_and_confidence_is_a_probability(given_votes: list[Vote]) -> None:
    verdict = decide_verdict(given_votes)
    assert verdict == decide_verdict(given_votes[::-1])
    assert 0 <= verdict.confidence <= 1


@given(votes)
def test_only_what_is_reported_can_be_only_said(given_votes: list[Vote]) -> None:
    verdict = decide_verdict(given_votes)
    assert not verdict.attributed_only or verdict.label in {"supported", "conflicting"}


def test_only_said_means_that_nobody_tells_it_himself() -> None:
    said = Vote("o1", "supports", 0.97, said=True)
    assert decide_verdict([said, said]).attributed_only
    assert not decide_verdict([said, Vote("o2", "supports", 0.9)]).attributed_only


def test_a_correction_outweighs_what_it_corrects() -> None:
    corrected = Vote("o1", "supports", 0.9, corrects=True)
    assert decide_verdict([corrected, NO]).label == "supported"
    assert decide_verdict([YES, Vote("o2", "refutes", 0.9, corrects=True)]).label == "refuted"


def test_what_another_says_is_no_answer_to_what_somebody_said() -> None:
    other = Vote("o2", "refutes", 0.97, elsewhere=True)
    assert decide_verdict([YES, other]).label == "supported"
    assert decide_verdict([other]).label == "refuted"


def verdict(label: str, confidence: float = 0.9, said: bool = False) -> Verdict:
    return Verdict(label, confidence, said)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        (["supported", "supported"], "supported"),
        (["supported", "not_enough_evidence"], "not_enough_evidence"),
        (["supported", "conflicting", "not_enough_evidence"], "conflicting"),
        (["conflicting", "refuted", "supported"], "refuted"),
    ],
)
def test_one_part_that_fails_fails_the_claim(parts: list[str], whole: str) -> None:
    assert combine_verdicts([verdict(part) for part in parts]).label == whole


def test_every_part_adds_doubt() -> None:
    assert combine_verdicts([verdict("supported", 0.9), verdict("supported", 0.8)]).confidence == pytest.approx(0.72)
    assert combine_verdicts([verdict("supported"), verdict("supported", said=True)]).attributed_only
