"""Word knowledge of news English."""

from __future__ import annotations

import itertools

import pytest

from factcheck.lexicon import (
    ACTIONS,
    CUES,
    NOUN_ENTITIES,
    OPPOSITES,
    REASON,
    action_similarity,
    opposite,
    same_stem,
)

PAIRS = [
    ("deny", "deny", 1.0),
    ("deny", "reject", 0.95),
    ("deny", "denial", 0.95),
    ("ask", "request", 0.95),
    ("kill", "toll", 0.95),
    ("negotiate", "negotiation", 0.95),
    ("sanction", "sanctioned", 0.9),
    ("deny", "confirm", -1.0),
    ("rise", "fall", -1.0),
    ("deny", "rain", 0.0),
    ("sing", "sink", 0.0),
]


@pytest.mark.parametrize(("first", "second", "expected"), PAIRS)
def test_acts_are_compared_both_ways(first: str, second: str, expected: float) -> None:
    assert action_similarity(first, second) == expected
    assert action_similarity(second, first) == expected


STEMS = [
    ("volunteer", "volunteers", True),
    ("evacuate", "evacuation", True),
    ("ukraine", "ukrainian", True),
    ("form", "formation", True),
    ("cat", "cats", False),
    ("import", "important", True),
    ("river", "rifle", False),
    ("bank", "bankruptcies", False),
]


@pytest.mark.parametrize(("first", "second", "same"), STEMS)
def test_stems_are_compared_both_ways(first: str, second: str, same: bool) -> None:
    assert same_stem(first, second) is same
    assert same_stem(second, first) is same


def test_every_word_is_a_lemma_in_lower_case() -> None:
    words = set(itertools.chain(CUES, NOUN_ENTITIES, *ACTIONS, *OPPOSITES))
    assert {word for word in words if word != word.lower() or " " in word or not word} == set()


def test_opposites_differ_and_hold_both_ways() -> None:
    for first, second in OPPOSITES:
        assert first != second
        assert opposite(second, first)
        assert action_similarity(first, second) == -1.0


@pytest.mark.parametrize(
    "text", ["It closed because demand fell.", "Delays due to snow.", "He blamed the drains.", "Citing costs, he left."]
)
def test_reasons_are_seen(text: str) -> None:
    assert REASON.search(text)


@pytest.mark.parametrize("text", ["It closed on Monday.", "The causeway is open.", "A reasonable man."])
def test_no_reason_is_seen_where_none_is_given(text: str) -> None:
    assert not REASON.search(text)
