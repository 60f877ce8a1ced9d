"""A quotation laid over an article, word by word and letter by letter."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.drafts.wording import find_words, lay, spell

ARTICLE = (
    "It is a concern of ours. And we have told the port that we will not stand by and allow any company to repay "
    "the owner for 35 lost ships,” Kaya warned. He left early, the US envoy said, by the sea."
)


def show(quotation: str) -> tuple[str, list[tuple[str, str, str]]]:
    """Return the article's nearest wording, and the words that differ."""
    laid = lay(find_words(quotation, omissions=True), find_words(ARTICLE))
    differing = [
        (
            piece.edit,
            quotation[piece.quoted.start : piece.quoted.end] if piece.quoted else "",
            ARTICLE[piece.told.start : piece.told.end] if piece.told else "",
        )
        for piece in laid.pieces
        if piece.edit != "same"
    ]
    return ARTICLE[laid.first : laid.last], differing


@pytest.mark.parametrize(
    ("quotation", "differing"),
    [
        ("we will not stand by", []),
        ("We Will NOT stand by!", []),
        ("We will stand by and allow any company", [("dropped", "", "not")]),
        ("we will not ever stand by and allow", [("added", "ever", "")]),
        ("we will not sit by and allow any company", [("changed", "sit", "stand")]),
        ("repay the owner for 350 lost ships", [("changed", "350", "35")]),
        ("repay the owners for 35 lost ships", [("changed", "owners", "owner")]),
        ("the U.S. envoy said", []),
        ("we have told the port … that we will not stand by", []),
        ("we have told [them] that we will not stand by", [("omitted", "", "the"), ("omitted", "", "port")]),
        ("we have told the port … we will not ... allow", [("omitted", "", "that"), ("omitted", "", "stand"),
                                                           ("omitted", "", "by"), ("omitted", "", "and")]),
    ],
)  # fmt: skip
def test_what_differs(quotation: str, differing: list[tuple[str, str, str]]) -> None:
    assert show(quotation)[1] == differing


def test_the_nearest_wording_has_the_words_that_were_changed() -> None:
    assert show("allow any firm to repay the holder")[0] == "allow any company to repay the owner"


def test_nothing_is_like_nothing() -> None:
    assert lay(find_words("cheese and moons"), find_words(ARTICLE)).likeness < 0.3
    assert lay([], find_words(ARTICLE)).likeness == 0
    assert lay(find_words("words"), []).likeness == 0


def test_letters() -> None:
    assert list(spell("disinformation", "misinformation")) == [
        ("changed", "d", "m"),
        ("same", "isinformation", "isinformation"),
    ]


TEXT = st.lists(st.sampled_from("we will not stand by the 35 ships … lost”".split()), max_size=12).map(" ".join)


@settings(max_examples=80, deadline=None)
@given(TEXT, TEXT)
def test_every_word_of_the_quotation_is_laid_once_and_in_order(quotation: str, article: str) -> None:
    quoted, told = find_words(quotation, omissions=True), find_words(article)
    laid = lay(quoted, told)
    assert [piece.quoted for piece in laid.pieces if piece.quoted] == quoted
    there = [piece.told.start for piece in laid.pieces if piece.told]
    assert there == sorted(set(there))
    assert 0 <= laid.likeness <= 1


@settings(max_examples=60, deadline=None)
@given(TEXT, st.integers(0, 11), st.integers(1, 12))
def test_a_part_of_the_article_is_like_it(article: str, start: int, length: int) -> None:
    told = find_words(article)
    part = told[start : start + length]
    if part:
        assert lay(part, told).likeness == 1
