"""When the articles do not say."""

from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.answering.abstention import (
    ALONE,
    CLOSE,
    WITH_READER,
    Features,
    Weights,
    name_words,
    probability,
    same_name,
    unknown_names,
)

FIELDS = [field.name for field in dataclasses.fields(Features)]
SHARES = st.floats(0, 1)
BOTH = pytest.mark.parametrize("weights", [ALONE, WITH_READER], ids=["alone", "with the reader"])


def features_of(weights: Weights, *values: float) -> Features:
    """Features of as many values as there are weights; without the reader's it did not read."""
    return Features(**dict(zip(FIELDS, values, strict=False)))


def test_every_feature_has_a_weight() -> None:
    assert len(WITH_READER.values) == len(FIELDS)
    assert len(ALONE.values) == len(FIELDS) - 1


@BOTH
@given(st.data())
def test_probability_follows_the_sign_of_each_weight(weights: Weights, data: st.DataObject) -> None:
    values = [data.draw(SHARES) for _ in weights.values]
    place, value = data.draw(st.integers(0, len(values) - 1)), data.draw(SHARES)
    found = features_of(weights, *values)
    other = features_of(weights, *values[:place], value, *values[place + 1 :])
    change = (probability(other) - probability(found)) * (value - values[place])
    assert change * weights.values[place] >= 0
    assert 0 < probability(found) < 1


@BOTH
def test_the_bands_are_in_order_and_can_be_reached(weights: Weights) -> None:
    assert 0 < CLOSE < weights.answers < 1
    worst = features_of(weights, *(0.0 if weight > 0 else 1.0 for weight in weights.values))
    best = features_of(weights, *(1.0 if weight > 0 else 0.0 for weight in weights.values))
    assert probability(worst) < CLOSE
    assert probability(best) > weights.answers
    nothing = features_of(weights, *[0.0] * len(weights.values))
    assert math.isclose(probability(nothing), 1 / (1 + math.exp(-weights.bias)))


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
