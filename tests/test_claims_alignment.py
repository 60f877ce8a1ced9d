"""Which words, names, numbers and dates of a claim have their counterpart in a sentence."""

from __future__ import annotations

import datetime

import pytest

from factcheck.claims.acts import certainty, find_acts, is_denied
from factcheck.claims.alignment import align
from factcheck.claims.documents import read_claim, read_evidence
from factcheck.claims.names import Name, find_names, is_named
from factcheck.claims.quantities import agrees, excludes, find_quantities
from factcheck.claims.times import compare_times, find_times
from factcheck.models.parser import load_parser

PARSE = load_parser().parse
TUESDAY = datetime.date(2024, 3, 12)


def aligned(claim: str, sentence: str, **known: str):
    return align(read_claim(claim, PARSE), read_evidence(sentence, PARSE, **known))


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("The firm bought two rivals.", "Two rivals were acquired by the company."),
        ("The minister resigned.", "The resignation of the minister came at noon."),
        ("Paris criticised the plan.", "French officials condemned the project."),
    ],
)
def test_what_says_the_same_in_other_words_is_covered(claim: str, sentence: str) -> None:
    assert aligned(claim, sentence).coverage >= 0.8


def test_an_unstated_detail_is_missing() -> None:
    found = aligned("The minister resigned over a bribe.", "The minister resigned on Friday.")
    assert [word.token.text for word in found.missing] == ["bribe"]


def test_a_name_beside_the_sentence_counts_as_context_only() -> None:
    found = aligned("Brandt opened the museum.", "She opened the museum.", before="Ilse Brandt came by train.")
    assert [match.where for match in found.names] == ["around"]
    assert found.coverage < 1.0


@pytest.mark.parametrize("sentence", ["The council did not fund the pool.", "The council refused to fund the pool.",
                                      "Officials denied that the council had funded the pool.",
                                      "No council funded the pool."])  # fmt: skip
def test_denials_are_seen(sentence: str) -> None:
    act = next(act for act in find_acts(PARSE(sentence)) if act.lemma_ == "fund")
    assert is_denied(act)


def test_not_only_denies_nothing() -> None:
    act = next(act for act in find_acts(PARSE("The council not only funded the pool.")) if act.lemma_ == "fund")
    assert not is_denied(act)


@pytest.mark.parametrize(
    ("sentence", "lemma", "expected"),
    [
        ("The army shelled the port.", "shell", "done"),
        ("The army threatened to shell the port.", "shell", "planned"),
        ("The firm will close the plant.", "close", "planned"),
        ("He allegedly sold the painting.", "sell", "alleged"),
    ],
)
def test_what_is_planned_is_not_done(sentence: str, lemma: str, expected: str) -> None:
    act = next(act for act in find_acts(PARSE(sentence)) if act.lemma_ == lemma)
    assert certainty(act) == expected


@pytest.mark.parametrize(
    ("text", "value", "unit", "limit"),
    [
        ("It cost $4.6 billion.", 4.6e9, "dollar", "exactly"),
        ("It lost 38 per cent of its mass.", 38, "percent", "exactly"),
        ("At least thirty-five people died.", 35, "", "least"),
        ("More than 2,300 people signed.", 2300, "", "over"),
        ("It lasted two decades.", 20, "year", "exactly"),
        ("They signed a 5,000-word declaration.", 5000, "", "exactly"),
        ("Half of the voters stayed home.", 50, "percent", "exactly"),
    ],
)
def test_numbers_are_read(text: str, value: float, unit: str, limit: str) -> None:
    (found,) = find_quantities(PARSE(text))
    assert (found.value, found.unit, found.limit) == (pytest.approx(value), unit, limit)


@pytest.mark.parametrize("text", ["It opened in 1998.", "It opened on March 13.", "The first man won."])
def test_dates_and_ordinals_are_no_numbers(text: str) -> None:
    assert find_quantities(PARSE(text)) == []


@pytest.mark.parametrize(
    ("claim", "sentence", "agree", "exclude"),
    [
        ("35 people died.", "At least 35 people died.", True, False),
        ("At least 30 people died.", "35 people died.", True, False),
        ("More than 40 people died.", "35 people died.", False, True),
        ("Up to 16 people died.", "Up to 12 people died.", False, True),
        ("About 100 people died.", "97 people died.", True, False),
        ("Twelve people died.", "12 people died.", True, False),
        ("134 people died.", "At least 35 people died.", False, True),
    ],
)
def test_limits_are_respected(claim: str, sentence: str, agree: bool, exclude: bool) -> None:
    (claimed,), (told,) = find_quantities(PARSE(claim)), find_quantities(PARSE(sentence))
    assert (agrees(claimed, told), excludes(claimed, told)) == (agree, exclude)


@pytest.mark.parametrize(
    ("claim", "sentence", "expected"),
    [
        ("It fell on March 12.", "It fell on Tuesday.", "same"),
        ("It fell on March 11.", "It fell yesterday.", "same"),
        ("It fell on March 13.", "It fell on Tuesday.", "other"),
        ("It fell in 1982.", "It fell in 1972.", "other"),
        ("It fell on 5 June 2021.", "It fell on June 5.", "other"),
        ("It fell in 2023.", "It fell last year.", "same"),
        ("It fell in May.", "It fell in 2024.", "unknown"),
    ],
)
def test_dates_are_resolved_by_the_articles_date(claim: str, sentence: str, expected: str) -> None:
    (claimed,), (told,) = find_times(claim), find_times(sentence, TUESDAY)
    assert compare_times(claimed, told, TUESDAY) == expected


@pytest.mark.parametrize(
    ("name", "words", "expected"),
    [
        ("Marta Velasco", ["velasco"], True),
        ("China", ["chinese"], True),
        ("Beijing", ["china"], True),
        ("United Nations", ["un"], True),
        ("Marta Velasco", ["marta", "ruiz"], False),
        ("Norway", ["sweden"], False),
    ],
)
def test_names_under_other_forms(name: str, words: list[str], expected: bool) -> None:
    assert is_named(Name(name, tuple(name.lower().split()), None, "PERSON"), words) is expected


def test_names_are_found() -> None:
    assert [name.words for name in find_names(PARSE("On Monday Angela Merkel visited Oslo."))] == [
        ("angela", "merkel"),
        ("oslo",),
    ]
