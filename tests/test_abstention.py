"""When the articles do not say."""

from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.answering.abstention import (
    ANSWERS,
    BIAS,
    CLOSE,
    WEIGHTS,
    Features,
    name_words,
    probability,
    same_name,
    unknown_names,
)

FIELDS = [field.name for field in dataclasses.fields(Features)]
SHARES = st.floats(0, 1)
FEATURES = st.builds(Features, **{name: SHARES for name in FIELDS})


def test_every_feature_has_a_weight() -> None:
    assert len(WEIGHTS) == len(FIELDS)


@given(FEATURES, st.sampled_from(FIELDS), SHARES)
def test_probability_follows_the_sign_of_each_weight(found: Features, name: str, value: float) -> None:
    other = dataclasses.replace(found, **{name: value})
    change = (probability(other) - probability(found)) * (value - getattr(found, name))
    assert change * WEIGHTS[FIELDS.index(name)] >= 0
    assert 0 < probability(found) < 1


def test_the_bands_are_in_order_and_can_be_reached() -> None:
    assert 0 < CLOSE < ANSWERS < 1
    worst = Features(*(0.0 if weight > 0 else 1.0 for weight in WEIGHTS))
    best = Features(*(1.0 if weight > 0 else 0.0 for weight in WEIGHTS))
    assert probability(worst) < CLOSE
    assert probability(best) > ANSWERS
    assert math.isclose(probability(Features(*[0.0] * len(FIELDS))), 1 / (1 + math.exp(-BIAS)))


# Names asked for, words the index knows, words of the hits, and the names that are not mentioned.
UNKNOWN: list[tuple[list[str], list[str], list[str], list[str]]] = [
    (["Zelensky"], [], ["Putin", "Peskov"], ["Zelensky"]),
    (["Peskov"], ["Peskov"], [], []),
    (["Boris Johnson"], ["Boris"], ["Boris"], ["Boris Johnson"]),
    (["President Putin"], ["Putin"], [], []),
    (["Zelensky", "Peskov"], ["Peskov"], [], ["Zelensky"]),
    # Aliases.
    (["America"], [], ["US"], []),
    (["Kyiv"], [], ["Kiev"], []),
    (["Moscow"], [], ["Russian"], []),
    (["Beijing"], [], ["Berlin"], ["Beijing"]),
    # Slips of the keyboard and other endings.
    (["Sulivan"], [], ["Sullivan"], []),
    (["Siluanow"], [], ["Siluanov"], []),
    (["Ukrainians"], [], ["Ukrainian"], []),
    (["Morris"], [], ["Marsh"], ["Morris"]),
    ([], [], [], []),
]


@pytest.mark.parametrize(("names", "known", "seen", "missing"), UNKNOWN)
def test_names_that_nobody_mentions(names: list[str], known: list[str], seen: list[str], missing: list[str]) -> None:
    assert unknown_names(names, {word: 1 for word in known}, seen) == missing


PAIRS = [
    ("Sullivan", "sullivan", True),
    ("Sulivan", "Sullivan", True),
    ("US", "U.S.", True),
    ("US", "American", True),
    ("Peking", "Beijing", True),
    ("Russia", "Kremlin", True),
    ("Ostra", "Ostrava", True),
    ("Lyme", "Lime", False),
    ("China", "Chile", False),
    ("2020", "2021", False),
    ("Li", "Lu", False),
    ("Zhao", "Zhou", False),
]


@pytest.mark.parametrize(("first", "second", "same"), PAIRS)
def test_names_are_compared_both_ways(first: str, second: str, same: bool) -> None:
    assert same_name(first, second) is same
    assert same_name(second, first) is same


def test_titles_do_not_identify() -> None:
    assert name_words("Prime Minister Ada Brook") == ["Ada", "Brook"]
    assert name_words("Putin’s") == ["Putin"]
    assert name_words("the") == []
