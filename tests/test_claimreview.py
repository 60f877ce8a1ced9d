"""ClaimReview in JSON-LD, held against the shape that schema.org and search engines ask for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from factcheck.checking.record import Checked, CheckRecord, Evidence, PartResult
from factcheck.checking.verdict import Verdict, VerdictLabel
from factcheck.presentation.claimreview import review_claims
from factcheck.types import Citation, EngineInfo, Failure, Origins, Provenance, Searched, Span, Timing, Usage

TODAY = date(2026, 11, 22)
# Property: its types on schema.org that we use, and whether search engines ask for it.
REVIEW: dict[str, tuple[type | str, bool]] = {
    "@type": ("ClaimReview", True),
    "claimReviewed": (str, True),
    "itemReviewed": ("Claim", True),
    "author": ("Organization", True),
    "datePublished": ("date", True),
    "reviewRating": ("Rating", True),
    "url": ("url", False),
    "citation": ("works", False),
}
SHAPES: dict[str, dict[str, tuple[type | str, bool]]] = {
    "ClaimReview": REVIEW,
    "Claim": {"@type": ("Claim", True), "text": (str, False), "appearance": ("CreativeWork", False)},
    "CreativeWork": {"@type": ("CreativeWork", True), "name": (str, True), "text": (str, False), "url": ("url", False)},
    "Organization": {"@type": ("Organization", True), "name": (str, True), "url": ("url", False)},
    "Rating": {
        "@type": ("Rating", True), "ratingValue": (int, True), "bestRating": (int, True), "worstRating": (int, True),
        "alternateName": (str, True), "ratingExplanation": (str, False),
    },
}  # fmt: skip


def check_shape(value: Any, kind: str) -> None:
    """Hold a JSON-LD object against what its type allows and asks for."""
    assert isinstance(value, Mapping), value
    shape = SHAPES[kind]
    assert not set(value) - set(shape), f"{kind} has no {set(value) - set(shape)}"
    assert not {name for name, (_, asked) in shape.items() if asked} - set(value), f"{kind} lacks something"
    for name, item in value.items():
        expected = shape[name][0]
        if name == "@type":
            assert item == kind
        elif isinstance(expected, type):
            assert type(item) is expected and item != "", (name, item)
        elif expected == "date":
            assert date.fromisoformat(item).isoformat() == item
        elif expected == "url":
            assert item.startswith("https://")
        elif expected == "works":
            for each in item:
                check_shape(each, "CreativeWork")
        else:
            check_shape(item, expected)
    if kind == "Rating":
        assert value["worstRating"] <= value["ratingValue"] <= value["bestRating"]


def check_document(document: Any) -> list[Any]:
    assert set(document) == {"@context", "@graph"}
    assert document["@context"] == "https://schema.org"
    json.dumps(document, allow_nan=False)
    for review in document["@graph"]:
        check_shape(review, "ClaimReview")
    return list(document["@graph"])


def record(label: VerdictLabel | None, *, said: bool = False, claim: str = "The pier is shut.") -> CheckRecord:
    outcome: Checked | Failure = Failure("judge", "the reader failed", True, "Try again.")
    if label is not None:
        verdict = Verdict(label, 0.9, said)
        cited = Citation(1, "a.txt", 3, 20, 1, "The pier is shut,\n it said.", "0" * 64)
        stance = "refutes" if label == "refuted" else "mentions" if label == "not_enough_evidence" else "supports"
        evidence = (Evidence(cited, stance, "It says so.", 0.9),)
        part = PartResult(claim, (Span(0, len(claim)),), verdict, "Because.")
        outcome = Checked(verdict, "Because.", evidence, Origins(1, 1), (part,), Searched(1, 9))
    return CheckRecord("c1", claim, outcome, EngineInfo("e", "m"), Timing(), Usage(), Provenance("i", "s", {}, "1"))


@pytest.mark.parametrize(
    ("label", "value", "name"),
    [
        ("supported", 5, "Supported by the articles"),
        ("refuted", 1, "Refuted by the articles"),
        ("conflicting", 3, "The articles disagree"),
        ("not_enough_evidence", 3, "Not settled by the articles"),
    ],
)
def test_every_verdict_has_a_rating(label: VerdictLabel, value: int, name: str) -> None:
    (review,) = check_document(review_claims([record(label)], published=TODAY))
    rating = review["reviewRating"]
    assert (rating["ratingValue"], rating["alternateName"]) == (value, name)
    assert ("citation" in review) == (label != "not_enough_evidence")


def test_a_failure_is_no_rating() -> None:
    assert check_document(review_claims([record(None), record("refuted")], published=TODAY))[0]["claimReviewed"]
    assert check_document(review_claims([record(None)], published=TODAY)) == []


def test_what_is_only_said_is_named() -> None:
    (review,) = check_document(review_claims([record("supported", said=True)], published=TODAY))
    assert review["reviewRating"]["alternateName"] == "Supported by the articles (only reported as said)"


def test_work_author_and_address_are_given() -> None:
    document = review_claims(
        [record("supported")], published=TODAY, author="The Desk", url="https://desk.example/1", appearance="draft.md"
    )
    (review,) = check_document(document)
    assert review["itemReviewed"]["appearance"] == {"@type": "CreativeWork", "name": "draft.md"}
    assert (review["author"]["name"], review["url"]) == ("The Desk", "https://desk.example/1")
    assert review["datePublished"] == "2026-11-22"


def test_hostile_claims_are_shown_harmless() -> None:
    (review,) = check_document(review_claims([record("supported", claim="a\x1b[31m\u202e\ud800 b.")], published=TODAY))
    assert review["claimReviewed"] == "a␛[31m‹U+202E›‹U+D800› b."
