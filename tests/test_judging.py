"""How well a sentence answers: the right speaker, the right act, the right doer."""

from __future__ import annotations

from pathlib import Path

import pytest
from newsroom import write_articles

from factcheck.answering.grouping import Judged
from factcheck.answering.judging import Judge
from factcheck.answering.library import Library
from factcheck.answering.questions import analyse_question
from factcheck.index.store import Store
from factcheck.index.sync import sync
from factcheck.models.parser import Parser
from factcheck.retrieval import Retriever, open_retriever
from factcheck.settings import Settings


class Desk:
    """A judge over the articles of newsroom.py."""

    def __init__(self, root: Path, parser: Parser) -> None:
        settings = Settings(index=str(root / "index"))
        sync([write_articles(root / "articles")], settings=settings)
        store = Store.open(root / "index")
        self.retriever: Retriever = open_retriever(store, settings)
        self.parser = parser
        self.judge = Judge(Library(store, parser))

    def ask(self, question: str) -> list[Judged]:
        asked = analyse_question(question, self.parser.parse(question))
        return self.judge.judge(asked, self.retriever.retrieve(question))

    def chance(self, question: str, words: str) -> float:
        """Probability of the sentence that holds these words."""
        return next(found.probability for found in self.ask(question) if words in found.sentence.text)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, parser: Parser) -> Desk:
    return Desk(tmp_path_factory.mktemp("judging"), parser)


FIRST = [
    ("Who convicted Garrett Hollis?", "A jury on Wednesday convicted"),
    ("How old is Hollis?", "Hollis, 58,"),
    ("Who won the Carrow Cup?", "Northgate Rovers beat"),
    ("Why will Tessaro close its plant?", "because demand"),
    ("Who condemned the decision?", "Carla Voss condemned"),
    ("Which bridge did the flood destroy?", "destroyed the Alder Bridge"),
]


@pytest.mark.parametrize(("question", "words"), FIRST)
def test_the_sentence_that_answers_comes_first(question: str, words: str, desk: Desk) -> None:
    assert words in desk.ask(question)[0].sentence.text


@pytest.mark.parametrize("question", [row[0] for row in FIRST])
def test_scores_order_and_probabilities_are_shares(question: str, desk: Desk) -> None:
    found = desk.ask(question)
    scores = [item.score for item in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= item.probability <= item.nearness <= 1 for item in found)


def test_only_the_asked_speaker_speaks(desk: Desk) -> None:
    assert desk.chance("What did Lena Whitfield say?", "betrayed every fisherman") > 0
    assert desk.chance("What did Miriam Okafor say?", "betrayed every fisherman") == 0


def test_an_act_of_another_counts_little(desk: Desk) -> None:
    mine = desk.chance("What did Edda Lindqvist blame for the flood?", "blamed blocked drains")
    other = desk.chance("What did Hanna Brekke blame for the flood?", "blamed blocked drains")
    assert other < mine


def test_a_denied_act_does_not_answer(desk: Desk) -> None:
    asserted = desk.chance("Who identified the buyer of the boat?", "was identified as Quentin Marsh")
    denied = desk.chance("Who identified the buyer of the boat?", "did not identify the buyer")
    assert denied < asserted or denied < 0.17


def test_a_sentence_without_the_asked_kind_cannot_answer(desk: Desk) -> None:
    assert desk.chance("How many people did the flood kill?", "destroyed the Alder Bridge") == 0
    assert desk.chance("When did the dam break?", "The dam was safe") == 0
