"""Where sentences of different files differ, and where they only seem to."""

from __future__ import annotations

import pytest
from newsroom import read_sentence

from factcheck.answering.conflicts import find_conflicts, number_key, unspecified
from factcheck.answering.negation import opposed, overlap
from factcheck.answering.questions import analyse_question
from factcheck.answering.readings import Candidate
from factcheck.models.parser import Parser


def find_values(question: str, texts: list[str], parser: Parser, *, files: list[str] | None = None) -> list[set[str]]:
    """The values of each disagreement between sentences, each of another file."""
    names = files or [f"{number}.txt" for number in range(len(texts))]
    readings = [read_sentence(question, text, parser, file=file) for text, file in zip(texts, names, strict=True)]
    asked = analyse_question(question, parser.parse(question))
    return [{side.value for side in found.sides} for found in find_conflicts(asked, readings, [])]


DIFFER: list[tuple[str, list[str], set[str]]] = [
    # A lost "not", of a verb and of an adjective.
    (
        "Will the company cut pensions?",
        ["The company will not cut pensions, Demir said.", "The company will cut pensions, Demir said."],
        {"will not cut", "will cut"},
    ),
    (
        "Was the dam safe?",
        ["The dam was safe, an engineer said.", "The dam was not safe, an engineer said."],
        {"was safe", "was not safe"},
    ),
    (
        "Did the union accept the offer?",
        ["The union accepted the offer on Friday.", "The union never accepted the offer on Friday."],
        {"accepted", "never accepted"},
    ),
    (
        "Will the US stand by?",
        [
            "We will not stand by and allow any country to compensate Russia for its losses.",
            "We will stand by and will allow every country to compensate Russia for its losses.",
        ],
        {"will not stand by", "will stand by"},
    ),
    (
        "Did he sign the treaty?",
        ["Carl Dunne refused to sign the treaty.", "Carl Dunne agreed to sign the treaty."],
        {"refused to sign", "agreed to sign"},
    ),
    # Numbers of the same things.
    (
        "How many people died in the flood?",
        ["At least 14 people died in the flood.", "The flood killed 17 people."],
        {"At least 14", "17"},
    ),
    (
        "How much did Hollis steal?",
        ["Hollis stole $412,000 from the trust.", "Hollis stole $421,000 from the trust."],
        {"$412,000", "$421,000"},
    ),
    (
        "How long did the strike last?",
        ["The strike lasted six weeks.", "The strike lasted eight weeks."],
        {"six weeks", "eight weeks"},
    ),
    # Not said here, said there.
    (
        "What kind of equipment did Russia ask for?",
        [
            "The official did not specify what kind of equipment Russia asked for.",
            "The official said that Russia asked for equipment, including drones.",
        ],
        {"did not specify", "drones"},
    ),
    # A name spelt twice.
    (
        "Who met Sullivan?",
        ["Jake Sullivan met Yang Jiechi in Rome on Monday.", "Jake Sullivan met Chang Yiechi in Rome on Monday."],
        {"Yang Jiechi", "Chang Yiechi"},
    ),
]


@pytest.mark.parametrize(("question", "texts", "values"), DIFFER)
def test_differences_are_found_in_either_order(
    question: str, texts: list[str], values: set[str], parser: Parser
) -> None:
    assert values in find_values(question, texts, parser)
    assert values in find_values(question, texts[::-1], parser)


AGREE: list[tuple[str, list[str]]] = [
    (
        "Will the company cut pensions?",
        ["The company will cut pensions, Demir said.", "The company will cut pensions."],
    ),
    ("Was the dam safe?", ["The dam was not safe.", "The dam was not safe, an engineer said."]),
    (
        "Did he cut pensions?",
        ["He not only cut pensions but closed the plant.", "He cut pensions and closed the plant."],
    ),
    (
        "Will Washington allow it?",
        ["We will allow no country to help Russia.", "We will not allow any country to help Russia."],
    ),
    ("How many people died?", ["At least 14 people died in the flood.", "The flood killed 14 people."]),
    ("How many people died?", ["The flood killed 2,300 people.", "In the flood 2300 people died."]),
    ("How many people died?", ["The flood killed 17 people.", "More than 2,300 residents were evacuated to schools."]),
    ("How much did it cost?", ["Repairs cost 6.5 million euros.", "The repairs cost 6.5 million euros."]),
    ("Who met Sullivan?", ["Jake Sullivan met Yang Jiechi in Rome.", "Jake Sullivan met Yang in Rome."]),
    ("Who met Sullivan?", ["Jake Sullivan met Yang Jiechi in Rome.", "Carla Voss met Yusuf Demir in Holm."]),
    ("Will it rain?", ["It will rain in Kalten.", "The plant will not close."]),
    ("Who denied it?", ["The Kremlin denied the reports.", "Zhao Lijian denied the reports."]),
]


@pytest.mark.parametrize(("question", "texts"), AGREE)
def test_nothing_is_found_where_sentences_agree_or_tell_other_things(
    question: str, texts: list[str], parser: Parser
) -> None:
    assert find_values(question, texts, parser) == []
    assert find_values(question, texts[::-1], parser) == []


@pytest.mark.parametrize(("question", "texts", "_values"), DIFFER)
def test_one_file_does_not_contradict_itself(
    question: str, texts: list[str], _values: set[str], parser: Parser
) -> None:
    assert find_values(question, texts, parser, files=["a.txt", "a.txt"]) == []


def test_equal_values_are_one_side(parser: Parser) -> None:
    question = "How many people died in the flood?"
    texts = ["The flood killed 17 people.", "Seventeen people died in the flood.", "The flood killed 14 people."]
    asked = analyse_question(question, parser.parse(question))
    readings = [read_sentence(question, text, parser, file=f"{n}.txt") for n, text in enumerate(texts)]
    (found,) = find_conflicts(asked, readings, [])
    assert [(side.value, len(side.sentences)) for side in found.sides] == [("17", 2), ("14", 1)]


KEYS = [
    ("35", "35"),
    ("at least 35", "35"),
    ("2,300", "2300"),
    ("$412,000", "412000"),
    ("6.5 million euros", "6.5million"),
    ("61%", "61%"),
    ("61 percent", "61%"),
    ("61 per cent", "61%"),
    ("seventeen", "17"),
    ("two dozen", "2dozen"),
    ("many", ""),
]


@pytest.mark.parametrize(("text", "key"), KEYS)
def test_numbers_are_compared_without_hedges_and_commas(text: str, key: str) -> None:
    assert number_key(Candidate(0, len(text), text, 1.0)) == key


UNSAID = [
    ("The official did not specify what kind of equipment was asked for.", "did not specify"),
    ("The official declined to say how many.", "declined to say"),
    ("The minister didn't name the suspect.", "didn't name"),
    ("Washington has not wanted to specify what Moscow asked for.", "has not wanted to specify"),
    ("The official specified the equipment.", None),
    ("The minister named the suspect.", None),
    ("The minister wanted to name the suspect.", None),
    ("The drains were not cleaned.", None),
]


@pytest.mark.parametrize(("text", "words"), UNSAID)
def test_what_was_not_said_is_found(text: str, words: str | None, parser: Parser) -> None:
    place = unspecified(parser.parse(text))
    assert (text[place[0] : place[1]] if place is not None else None) == words


def test_opposed_needs_the_same_story(parser: Parser) -> None:
    question = "Will the company cut pensions?"
    will = read_sentence(question, "The company will cut pensions in May.", parser)
    will_not = read_sentence(question, "The company will not cut pensions in May.", parser, file="b.txt")
    other = read_sentence(question, "The river did not burst its banks.", parser, file="c.txt")
    assert opposed(will, will_not)
    assert opposed(will_not, will)
    assert not opposed(will, will)
    assert not opposed(will, other)


def test_overlap_is_a_share_of_the_shorter_sentence(parser: Parser) -> None:
    first = parser.parse("The flood destroyed the bridge.")
    second = parser.parse("The flood destroyed the bridge and three houses in Kalten.")
    assert overlap(first, second) == overlap(second, first) == 1.0
    assert overlap(first, parser.parse("It rained.")) == 0.0
    assert overlap(first, parser.parse("And so on.")) == 0.0


def test_a_sentence_that_comes_near_may_contradict_but_not_speak_for_itself(parser: Parser) -> None:
    question = "Will the company cut pensions?"
    asked = analyse_question(question, parser.parse(question))
    will = read_sentence(question, "The company will cut pensions in May.", parser)
    near = [
        read_sentence(question, "The company will not cut pensions in May.", parser, file="b.txt"),
        read_sentence(question, "The company will not close the plant in Holm.", parser, file="c.txt"),
        read_sentence(question, "The company will close the plant in Holm.", parser, file="d.txt"),
    ]
    (found,) = find_conflicts(asked, [will], near)
    assert [side.sentences[0].file for side in found.sides] == ["a.txt", "b.txt"]
    assert find_conflicts(asked, [], near) == []
