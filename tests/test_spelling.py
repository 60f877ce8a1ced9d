"""Slips of the keyboard are mended by the words of the articles, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from factcheck.index.spelling import mend_spelling
from factcheck.index.store import Store
from factcheck.models.embedder import MiniLM, load_embedder
from factcheck.models.late_interaction import LateInteraction
from factcheck.settings import Settings


@pytest.fixture(scope="module")
def mend(seed_index: Path) -> Callable[[str], str]:
    model = load_embedder(Settings())
    assert isinstance(model, MiniLM)
    interaction = LateInteraction(model)
    store = Store.open(seed_index)
    return lambda text: mend_spelling(store, text, interaction.is_word)


MENDED = [
    ("Who deneid the request?", "denied"),
    ("waht did the Kremlin say?", "what"),
    ("What did Sulivan say?", "Sullivan"),
    ("What did Siluanof say about the reservs?", "Siluanov"),
    ("Who rejected the snactions?", "sanctions"),
]


@pytest.mark.parametrize(("text", "word"), MENDED)
def test_slips_are_mended(text: str, word: str, mend: Callable[[str], str]) -> None:
    assert word in mend(text).split() or f"{word}?" in mend(text).split()


LEFT = [
    "Who denied the request?",
    "What did Zelensky say?",
    "What did Boris Johnson say?",
    "What did Macron promise?",
    # English words that the articles do not hold.
    "How many paintings were stolen by the burglar?",
    "Which penguin won the marathon?",
    "Did the orchestra play?",
    "",
    "?",
    "42 %",
    "' OR 1=1 --",
    'NEAR(a b) AND "c" *',
]


@pytest.mark.parametrize("text", LEFT)
def test_everything_else_is_left_alone(text: str, mend: Callable[[str], str]) -> None:
    assert mend(text) == text


def test_words_of_questions_survive_a_small_corpus(news_corpus: object) -> None:
    from factcheck.pipeline import Corpus

    assert isinstance(news_corpus, Corpus)
    record = news_corpus.ask("How many spectators watched the match?")
    assert not [finding for finding in record.findings if finding.check == "spelling"]
