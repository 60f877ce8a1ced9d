"""Minimal pairs for each kind of mismatch: one sentence that contradicts, one that does not."""

from __future__ import annotations

import pytest

from factcheck.claims.alignment import align
from factcheck.claims.documents import read_claim, read_evidence
from factcheck.claims.mismatches import find_mismatches
from factcheck.models.parser import load_parser

PARSE = load_parser().parse


def kinds(claim: str, sentence: str, **known: str) -> list[str]:
    found = find_mismatches(align(read_claim(claim, PARSE), read_evidence(sentence, PARSE, **known)))
    return [mismatch.kind for mismatch in found]


CONTRADICTED = [
    ("number", "The fire killed 350 people.", "The fire killed 35 people."),
    ("number", "The fire killed 12 people.", "The fire killed nine people and injured 12 others."),
    ("number", "Profit rose by 8 percent.", "Profit rose by 3 percent."),
    ("number", "The tunnel costs $9 million.", "The tunnel costs $7 million."),
    ("part", "All of the ships were sunk.", "11 of the 12 ships were sunk."),
    ("part", "The island buys all of its oil from Peru.", "The island buys 62 percent of its oil from Peru."),
    ("name", "Lena Koch led the inquiry.", "Martin Koch led the inquiry."),
    ("date", "The treaty was signed in 1982.", "The treaty was signed in 1972."),
    ("date", "The bridge opens in June.", "The bridge opens in May 2025."),
    ("place", "The leaders met in Geneva.", "The leaders met in Vienna."),
    ("name", "Carla Jensen won the race.", "Maria Lopez won the race."),
    ("name", "He was raised by his mother.", "He was raised by his father."),
    ("negation", "The mayor signed the contract.", "The mayor did not sign the contract."),
    ("negation", "The mayor signed the contract.", "The mayor refused to sign the contract."),
    ("negation", "The firm has no debts.", "The firm has debts."),
    ("negation", "The guard helped the thieves.", "Police deny that the guard helped the thieves."),
    ("antonym", "The minister confirmed the report.", "The minister denied the report."),
    ("antonym", "Exports rose in winter.", "Exports fell in winter."),
    ("antonym", "The lower court accepted the appeal.", "The lower court rejected the appeal."),
    ("antonym", "The highest offer came from Oslo.", "The lowest offer came from Oslo."),
    ("antonym", "Councillor Lee voted for the plan.", "Councillor Lee voted against the plan."),
    ("swapped", "Alpha Motors bought Beta Trucks.", "Beta Trucks bought Alpha Motors."),
    ("swapped", "The dog bit the man.", "The dog was bitten by the man."),
]


@pytest.mark.parametrize(("kind", "claim", "sentence"), CONTRADICTED)
def test_contradictions_are_found(kind: str, claim: str, sentence: str) -> None:
    assert kind in kinds(claim, sentence)


AGREED = [
    ("The fire killed 35 people.", "At least thirty-five people were killed by the fire."),
    ("The fire injured 12 people.", "The fire killed nine people and injured 12 others."),
    ("The treaty was signed in 1972.", "The treaty was signed on 4 May 1972."),
    ("The leaders met in Vienna.", "The leaders were meeting in Vienna."),
    ("Beijing rejected the offer.", "China refused the offer."),
    ("The mayor did not sign the contract.", "The mayor refused to sign the contract."),
    ("The dog bit the man.", "The man was bitten by the dog."),
    ("Beta Trucks was bought by Alpha Motors.", "Alpha Motors bought Beta Trucks."),
    ("The minister denied the report.", "The minister rejected the report."),
    ("Exports fell in winter.", "Exports dropped in winter."),
    ("No residents were hurt.", "None of the residents was injured."),
]


@pytest.mark.parametrize(("claim", "sentence"), AGREED)
def test_nothing_is_found_where_both_say_the_same(claim: str, sentence: str) -> None:
    assert kinds(claim, sentence) == []


GAPS = [
    ("missing_number", "The fire killed 35 people.", "The fire killed people."),
    ("missing_name", "Carla Jensen praised the film.", "The critics praised the film."),
    ("missing_date", "The fire broke out on Monday.", "The fire broke out in the kitchen."),
    ("missing_detail", "The firm sold its bakery.", "The firm sold its shops."),
    ("not_done", "The army shelled the port.", "The army threatened to shell the port."),
    ("not_done", "The firm closed the plant.", "The firm plans to close the plant."),
]


@pytest.mark.parametrize(("kind", "claim", "sentence"), GAPS)
def test_what_the_sentence_leaves_open_is_a_gap(kind: str, claim: str, sentence: str) -> None:
    found = find_mismatches(align(read_claim(claim, PARSE), read_evidence(sentence, PARSE)))
    assert kind in [mismatch.kind for mismatch in found]
    assert not any(mismatch.contradicts for mismatch in found)


def test_another_speaker_is_found() -> None:
    claim = "Anna Weber said that the dam was safe."
    assert "speaker" in kinds(claim, "“The dam was safe,” he said.", speaker="Peter Novak")
    assert "speaker" not in kinds(claim, "“The dam was safe,” she said.", speaker="Anna Weber")


def test_a_spokesman_speaks_for_his_house() -> None:
    sentence = "“We were never asked,” Kremlin spokesman Igor Belov said."
    assert "speaker" not in kinds("The Kremlin said that it was never asked.", sentence, speaker="Igor Belov")


def test_a_weekday_is_read_by_the_articles_date() -> None:
    claim = "The museum reopened on March 12."
    assert "date" in kinds(claim, "The museum reopened on Monday.", date="2024-03-12")
    assert kinds(claim, "The museum reopened on Tuesday.", date="2024-03-12") == []


def test_the_explanation_names_both_values() -> None:
    claim, sentence = "The fire killed 350 people.", "The fire killed 35 people."
    (mismatch,) = find_mismatches(align(read_claim(claim, PARSE), read_evidence(sentence, PARSE)))
    assert mismatch.explanation == "the article says 35, the claim 350"
