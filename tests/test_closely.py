"""The reader's span among the candidates of grammar, and which hits it reads."""

from __future__ import annotations

import pytest

from factcheck.answering.closely import CLOSELY, MOST, SURE, read_closely, with_span
from factcheck.answering.questions import Question, analyse_question
from factcheck.answering.readings import Candidate
from factcheck.models.parser import Parser
from factcheck.models.reader import Pair, Read, Stance
from factcheck.types import Hit, SourceSentence

SENTENCE = "Judge Miriam Okafor told the court on June 12 that about 40 boats were sold."
NEITHER = Stance(0.0, 0.0, 1.0)


def question(text: str, parser: Parser) -> Question:
    return analyse_question(text, parser.parse(text))


def read(words: str, *, sure: float = 0.9) -> Read:
    start = SENTENCE.index(words)
    return Read(0.9, start, start + len(words), sure, NEITHER)


def candidate(words: str, strength: float) -> Candidate:
    start = SENTENCE.index(words)
    return Candidate(start, start + len(words), words, strength)


@pytest.mark.parametrize(
    ("asked", "by_grammar", "by_reader", "expected"),
    [
        ("Who told the court?", [], "Miriam Okafor", ["Miriam Okafor"]),
        ("Who told the court?", [("the court", 0.5)], "Miriam Okafor", ["Miriam Okafor", "the court"]),
        ("Who told the court?", [("Miriam Okafor", SURE)], "the court", ["Miriam Okafor"]),
        ("Who told the court?", [("Miriam Okafor", 0.5)], "Miriam Okafor", ["Miriam Okafor"]),
        ("How many boats were sold?", [], "Miriam Okafor", []),
        ("How many boats were sold?", [], "about 40", ["about 40"]),
        ("When were the boats sold?", [], "June 12", ["June 12"]),
        ("When were the boats sold?", [], "about 40", []),
        ("Where were the boats sold?", [], "about 40 boats", []),
        ("How old is the judge?", [], "about 40", []),
        ("How long did it take?", [], "about 40", []),
        ("Who told the court?", [], "Judge", []),
        ("Who heard Okafor?", [], "Judge Miriam Okafor", []),
        ("Did Okafor tell the court?", [], "June 12", []),
    ],
)
def test_the_readers_span_stands_where_grammar_is_not_sure(
    asked: str, by_grammar: list[tuple[str, float]], by_reader: str, expected: list[str], parser: Parser
) -> None:
    found = [candidate(words, strength) for words, strength in by_grammar]
    spans = with_span(question(asked, parser), parser.parse(SENTENCE), found, read(by_reader))
    assert [span.text for span in spans] == expected
    assert all(SENTENCE[span.start : span.end] == span.text for span in spans)


def test_without_a_reading_the_candidates_stay(parser: Parser) -> None:
    found = [candidate("Miriam Okafor", 0.3)]
    assert with_span(question("Who told the court?", parser), parser.parse(SENTENCE), found, None) == found


def test_an_unsure_reader_gives_a_weak_span_that_grammar_can_strengthen(parser: Parser) -> None:
    asked = question("Who told the court?", parser)
    (weak,) = with_span(asked, parser.parse(SENTENCE), [], read("Miriam Okafor", sure=0.0))
    (strong,) = with_span(asked, parser.parse(SENTENCE), [], read("Miriam Okafor", sure=1.0))
    assert weak.strength < strong.strength < SURE
    assert strong.strength == pytest.approx(MOST)
    first, _ = with_span(asked, parser.parse(SENTENCE), [candidate("the court", 0.7)], read("Miriam Okafor", sure=0.0))
    assert first.strength == 0.7


class ScriptedReader:
    """Gives every pair the same reading, and records what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[Pair]]] = []

    def read(self, first: str, pairs: list[Pair]) -> list[Read]:
        self.asked.append((first, pairs))
        return [Read(0.5, 0, 1, 0.5, NEITHER)] * len(pairs)


def hit(number: int) -> Hit:
    sentence = SourceSentence(
        id=number, passage=0, file="a.txt", ordinal=number, start=0, end=9, line=1, text=f"Sentence {number}.",
        sha256="", origin="o1", title=None, outlet=None, date=None,
    )  # fmt: skip
    return Hit(sentence=sentence, score=0.0, rank=number + 1, maxsim=0.0)


def test_the_first_hits_are_read_with_their_neighbours() -> None:
    hits = [hit(number) for number in range(CLOSELY + 3)]

    def around(sentence: SourceSentence, before: int, after: int) -> list[SourceSentence]:
        return [each.sentence for each in hits[max(0, sentence.ordinal - before) : sentence.ordinal + after + 1]]

    reader = ScriptedReader()
    found = read_closely(reader, "Who?", hits, around)  # type: ignore[arg-type]
    assert set(found) == set(range(CLOSELY))
    ((first, pairs),) = reader.asked
    assert first == "Who?"
    assert pairs[0] == Pair("Sentence 0.", "", "Sentence 1.")
    assert pairs[5] == Pair("Sentence 5.", "Sentence 4.", "Sentence 6.")


def test_without_a_reader_nothing_is_read() -> None:
    assert read_closely(None, "Who?", [hit(0)], lambda sentence, before, after: []) == {}
