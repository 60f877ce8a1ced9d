"""Questions to go on with, made from the articles that an answer cites.

Plain patterns as in `factcheck.suggestions`: what is offered is about the same story, and other than what was asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from factcheck.suggestions import Article, Sentence, Sentences, suggest_questions

MOST_FILES = 4
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _File:
    file: str


@dataclass(frozen=True, slots=True)
class _Few:
    """Some of the articles, as suggestions are made from."""

    corpus: Sentences
    files: Sequence[str]

    def articles(self) -> Sequence[Article]:
        return [_File(file) for file in self.files]

    def sentences_of_file(self, file: str) -> Sequence[Sentence]:
        return self.corpus.sentences_of_file(file)


def suggest_follow_ups(corpus: Sentences, files: Sequence[str], asked: Iterable[str], *, limit: int = 3) -> list[str]:
    """Return up to `limit` questions that the cited articles may answer and nobody asked yet.

    Args:
        corpus: The articles.
        files: Those that the answer cites, the first of them are read.
        asked: Questions of the conversation.
        limit: How many questions at most.
    """
    known = [set(_WORDS.findall(question.casefold())) for question in asked]
    found = suggest_questions(_Few(corpus, files[:MOST_FILES]), limit=limit + 2 * len(known) + 4)
    # Who did something is vague without its story, and a capital does not make a person.
    clear = [question for question in found if question.startswith(("What did ", "How many "))]
    fresh = [question for question in clear if not any(_is_near(question, words) for words in known)]
    return fresh[:limit]


def _is_near(question: str, asked: set[str]) -> bool:
    """Whether a question asks nearly what was asked: most of its words are there."""
    words = set(_WORDS.findall(question.casefold()))
    return len(words & asked) >= 0.75 * len(words)
