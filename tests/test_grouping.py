"""Readings that give the same answer are one statement; those that deny it never are."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from newsroom import read_sentence

from factcheck.answering.grouping import (
    Judged,
    group_by_content,
    group_by_value,
    name_spokespeople,
    same_person,
)
from factcheck.answering.questions import analyse_question
from factcheck.models.parser import Parser
from factcheck.speech.attributing import Attribution
from factcheck.types import SourceSentence


def judge(question: str, texts: Sequence[str], parser: Parser, speakers: Sequence[str | None] = ()) -> list[Judged]:
    """Readings of sentences of different files, best first."""
    given = itertools.chain(speakers, itertools.repeat(None))
    return [
        Judged(
            reading=read_sentence(question, text, parser, file=f"{number}.txt"),
            score=1.0 - number / 100,
            probability=0.9,
            nearness=0.9,
            attribution=Attribution(speaker, "say", "indirect") if speaker else None,
        )
        for number, (text, speaker) in enumerate(zip(texts, given, strict=False))
    ]


def group_values(question: str, texts: Sequence[str], parser: Parser) -> list[tuple[str | None, int]]:
    asked = analyse_question(question, parser.parse(question))
    return [(group.value, len(group.members)) for group in group_by_value(asked, judge(question, texts, parser))]


VALUES: list[tuple[str, list[str], list[tuple[str | None, int]]]] = [
    (
        "Who denied the request?",
        [
            "Zhao denied the request.",
            "Zhao Lijian denied the request.",
            "Kremlin spokesman Dmitry Peskov denied the request.",
        ],
        [("Zhao Lijian", 2), ("Dmitry Peskov", 1)],
    ),
    (
        "How many people died?",
        ["At least 35 people died.", "The bomb killed 35 people.", "The bomb killed 36 people."],
        [("At least 35", 2), ("36", 1)],
    ),
    ("How many people died?", ["The flood killed 17 people.", "Seventeen people died."], [("17", 2)]),
    (
        "When did the flood start?",
        ["The flood started on Monday.", "The flood started on Monday, 2 October.", "The flood started on Friday."],
        [("Monday", 2), ("Friday", 1)],
    ),
    ("Where was it founded?", ["It was founded in Turin.", "It was founded in Holm."], [("Turin", 1), ("Holm", 1)]),
    ("Who denied the request?", ["It rained all day."], []),
]


@pytest.mark.parametrize(("question", "texts", "groups"), VALUES)
def test_equal_values_are_one_group(
    question: str, texts: list[str], groups: list[tuple[str | None, int]], parser: Parser
) -> None:
    assert group_values(question, texts, parser) == groups


def test_copies_keep_every_file(parser: Parser) -> None:
    question = "Why will Tessaro close its plant?"
    text = "Tessaro Motors will close its plant in Holm because demand has collapsed."
    (group,) = group_by_content(judge(question, [text, text, text], parser))
    assert [member.sentence.file for member in group.members] == ["0.txt", "1.txt", "2.txt"]
    assert group.best is group.members[0]


OPPOSED = [
    ("The company will cut pensions in May.", "The company will not cut pensions in May."),
    ("The dam above Verrin was safe on Monday.", "The dam above Verrin was not safe on Monday."),
    ("The union accepted the offer of the company.", "The union never accepted the offer of the company."),
]


@pytest.mark.parametrize(("first", "second"), OPPOSED)
def test_opposed_sentences_are_never_one_group(first: str, second: str, parser: Parser) -> None:
    for texts in ([first, second], [second, first]):
        groups = group_by_content(judge("What happened?", texts, parser))
        assert [len(group.members) for group in groups] == [1, 1]


def test_the_same_words_of_two_speakers_are_two_groups(parser: Parser) -> None:
    first = "The old drains of the town caused the flood, the mayor said."
    second = "The old drains of the town caused the flood, the engineer said."
    assert len(group_by_content(judge("What happened?", [first, second], parser, ["Ann Low", "Paul Reyes"]))) == 2
    assert len(group_by_content(judge("What happened?", [first, second], parser, ["Ann Low", "Low"]))) == 1


def test_unrelated_sentences_are_apart(parser: Parser) -> None:
    texts = ["The flood destroyed the Alder Bridge near Verrin.", "Northgate Rovers won the cup after 31 years."]
    assert len(group_by_content(judge("What happened?", texts, parser))) == 2


def make_article(texts: Sequence[str]) -> list[SourceSentence]:
    return [SourceSentence(n + 1, "0.txt", "h", n, 1, 0, len(text), 1, text) for n, text in enumerate(texts)]


def test_the_spokesperson_is_named_for_the_institution(parser: Parser) -> None:
    question = "Who denied the reports?"
    texts = ["The Kremlin denied the reports.", "Kremlin spokesman Dmitry Peskov said they were untrue."]
    article = make_article(texts)
    said = {texts[1]: Attribution("Dmitry Peskov", "say", "indirect")}
    asked = analyse_question(question, parser.parse(question))
    found = name_spokespeople(
        group_by_value(asked, judge(question, texts[:1], parser)),
        lambda sentence, before, after: article,
        lambda sentence: said.get(sentence.text),
    )
    assert [group.value for group in found] == ["Dmitry Peskov (Kremlin)"]
    assert [sentence.text for sentence in found[0].support] == [texts[1]]


def test_the_spokesperson_of_another_institution_is_not_named(parser: Parser) -> None:
    question = "Who denied the reports?"
    texts = ["The Kremlin denied the reports.", "White House spokeswoman Jen Psaki said they were true."]
    article = [*make_article(texts[:1]), SourceSentence(2, "0.txt", "h", 1, 1, 0, len(texts[1]), 3, texts[1])]
    asked = analyse_question(question, parser.parse(question))
    (group,) = name_spokespeople(
        group_by_value(asked, judge(question, texts[:1], parser)),
        lambda sentence, before, after: article,
        lambda sentence: Attribution("Jen Psaki", "say", "indirect") if sentence.text == texts[1] else None,
    )
    assert group.value == "Kremlin"


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [("Zhao", "Zhao Lijian", True), ("Zhao Lijian", "Zhao", True), ("Mr Zhao", "Zhao Lijian", True),
     ("the Kremlin", "Kremlin", True), ("Zhao", "Peskov", False), ("", "Peskov", False), ("", "", False)],
)  # fmt: skip
def test_persons_are_compared(first: str, second: str, same: bool) -> None:
    assert same_person(first, second) is same
