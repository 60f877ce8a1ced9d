"""Who a noun phrase or a pronoun stands for."""

from __future__ import annotations

import pytest

from factcheck.models.parser import Parser
from factcheck.naming import clean_name, describe, find_referent

NAMES = [
    ("the Kremlin", "Kremlin"),
    ("The company", "company"),
    ("an official", "official"),
    ("Putin’s", "Putin"),
    ("Putin's", "Putin"),
    ("[Vladimir] Putin", "Vladimir Putin"),
    ("“Ivan  Novak,”", "Ivan Novak"),
    ("  Ivan\nNovak ", "Ivan Novak"),
    ("Theresa", "Theresa"),
    ("Anton", "Anton"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "name"), NAMES)
def test_names_are_cleaned(text: str, name: str) -> None:
    assert clean_name(text) == name


SUBJECTS = [
    ("Kremlin spokesman Dmitry Peskov said it was untrue.", "Dmitry Peskov"),
    ("The agency’s head, Olga Petrenko, said it was stable.", "Olga Petrenko"),
    ("The president of the country said it was untrue.", "president of the country"),
    ("A US official who asked not to be named said it was new.", "US official"),
    ("The officials said it was new.", "officials"),
]


@pytest.mark.parametrize(("text", "name"), SUBJECTS)
def test_subjects_are_described(text: str, name: str, parser: Parser) -> None:
    verb = next(token for token in parser.parse(text) if token.lower_ == "said")
    subject = next(child for child in verb.children if child.dep_ == "nsubj")
    assert describe(subject) == name


REFERENTS = [
    ("Edda Lindqvist met reporters.", False, "Lindqvist"),
    ("The minister resigned after Carla Voss said no.", False, "Voss"),
    ("The minister resigned.", False, "minister"),
    ("The river burst its banks.", False, None),
    ("The officials met on Monday.", True, "officials"),
    ("The drains were blocked.", True, None),
    ("The official met reporters.", True, None),
]


@pytest.mark.parametrize(("text", "plural", "head"), REFERENTS)
def test_pronouns_find_people(text: str, plural: bool, head: str | None, parser: Parser) -> None:
    found = find_referent(list(parser.parse(text)), plural=plural)
    assert (found.text if found is not None else None) == head
