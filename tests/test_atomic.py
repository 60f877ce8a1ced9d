"""Splitting claims, and telling claims from what is none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.checking.atomic import split_claim
from factcheck.checking.kinds import find_kind, find_subject, tells_speech
from factcheck.claims.documents import read_claim
from factcheck.models.parser import load_parser

PARSE = load_parser().parse


@pytest.mark.parametrize(
    ("claim", "parts"),
    [
        ("China confirmed the request.", ["China confirmed the request."]),
        ("China confirmed the request and sent drones.", ["China confirmed the request.", "China sent drones."]),
        ("The plan failed, but the mayor stayed.", ["The plan failed.", "The mayor stayed."]),
        ("On Tuesday Voss was arrested and charged with fraud.",
         ["On Tuesday Voss was arrested.", "On Tuesday Voss was charged with fraud."]),
        ("Voss, who was an engineer, won the election.", ["Voss won the election.", "Voss was an engineer."]),
        ("Liu Pengyu, a spokesman for the embassy, resigned.",
         ["Liu Pengyu resigned.", "Liu Pengyu is a spokesman for the embassy."]),
        ("Sullivan said that China knew and Russia lied.", ["Sullivan said that China knew and Russia lied."]),
        ("Voss won or lost.", ["Voss won or lost."]),
        ("He did not sign and send the letter.", ["He did not sign and send the letter."]),
        ("Voss met Okafor, praised him, and left.", ["Voss met Okafor, praised him, and left."]),
        ("Russia and China signed a pact.", ["Russia and China signed a pact."]),
        ("Russia asked for help. China refused.", ["Russia asked for help.", "China refused."]),
    ],
)  # fmt: skip
def test_a_claim_falls_into_its_statements(claim: str, parts: list[str]) -> None:
    assert [atom.text for atom in split_claim(claim, PARSE)] == parts


def test_parts_know_where_their_words_stand() -> None:
    claim = "Liu Pengyu, a spokesman for the embassy, denied the report and left."
    first, second, third = split_claim(claim, PARSE)
    assert [[span.of(claim) for span in atom.parts] for atom in (first, second, third)] == [
        ["Liu Pengyu", "denied the report"], ["Liu Pengyu", "left"], ["Liu Pengyu", "a spokesman for the embassy"],
    ]  # fmt: skip


@given(st.text(max_size=120))
@settings(max_examples=40, deadline=None)
def test_any_text_falls_into_parts_of_itself(text: str) -> None:
    clean = " ".join(text.split())
    for atom in split_claim(clean, PARSE):
        assert atom.parts
        assert all(0 <= span.start < span.end <= len(clean) for span in atom.parts)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("checkable", "China confirmed the request."),
        ("checkable", "Voss wins Port Averley mayoralty"),
        ("checkable", "When the river rose, the premier was in Madrid."),
        ("checkable", "Rio de Janeiro is the largest port of Brazil."),
        ("prediction", "Russia will win the war."),
        ("question", "Who denied the request?"),
        ("question", "Did China confirm it"),
        ("request", "Tell me about China."),
        ("opinion", "China is a beautiful country."),
        ("opinion", "I think that China lied."),
        ("opinion", "The government should resign."),
        ("foreign", "La Chine a confirmé la demande."),
        ("foreign", "China bestätigte die Anfrage."),
        ("foreign", "Китай подтвердил просьбу."),
        ("nothing", "Thank you very much."),
        ("nothing", "Paris"),
        ("nothing", "He did it."),
    ],
)
def test_the_kind_of_a_sentence(kind: str, text: str) -> None:
    assert find_kind(read_claim(text, PARSE).doc) == kind


def test_what_somebody_says_can_be_checked_whatever_it_is() -> None:
    for text in ("Voss said that the city is beautiful.", "The minister says that prices will fall."):
        claim = read_claim(text, PARSE)
        assert find_kind(claim.doc, attributed=claim.speech is not None) == "checkable"


@pytest.mark.parametrize(
    ("speech", "text"),
    [
        (True, "The Kremlin denied the reports."),
        (True, "Voss said that she had won."),
        (True, "Delacourt accuses the government of hiding money."),
        (False, "Russia asked China for drones."),
        (False, "The bridge cost 14 million."),
    ],
)
def test_claims_about_speech(speech: bool, text: str) -> None:
    assert tells_speech(read_claim(text, PARSE)) is speech


def test_the_subject_of_a_claim() -> None:
    assert find_subject(read_claim("The old mayor of Lima resigned.", PARSE)) == "The old mayor"
