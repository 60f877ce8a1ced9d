"""Questions that a folder of articles may answer, and claims to check, for people who do not know it yet.

    sentences → who speaks, who is introduced, what is counted, what is denied → a few questions

Plain patterns of news English: they cost milliseconds, and a question that turns out to have no
answer is no harm. Nothing is suggested where nothing matches.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, zip_longest
from typing import Protocol

MOST_ARTICLES = 40
_WORD = r"[A-Z][\w’'-]*[a-z]"
_NAME = rf"(?P<name>{_WORD}(?: (?:[A-Z]\.|bin|al|de|da|di|du|del|la|van|von|der|den))*(?: {_WORD}){{1,5}})"
_SAYS = r"(?:said|says|told|warned|stated|added|explained|declared|insisted|argued|announced|noted|wrote)"
_ROLE = (
    "(?:spokesman|spokeswoman|spokesperson|minister|president|secretary|director|chief|adviser|advisor|mayor"
    "|judge|professor|senator|chairman|chairwoman|governor|ambassador|leader|officer|analyst|executive)"
)
_SPEAKERS = (re.compile(rf"{_NAME},? {_SAYS}\b"), re.compile(rf"\b{_SAYS} {_NAME}"))
_INTRODUCED = (re.compile(rf"\b(?i:{_ROLE}) {_NAME}"), re.compile(rf"{_NAME}, (?:an?|the) [^,.]{{3,60}}"))
_COUNTED = re.compile(
    r"(?P<what>killing|injuring|killed|injured|wounded)\D{1,20}\d[\d,]*|"
    r"\d[\d,]* (?:people|others)[^.]{0,20}\b(?P<were>killed|injured|wounded)"
)
_ACTED = re.compile(
    r"\b(?P<act>denied|rejected|dismissed|confirmed|condemned|criticised|criticized|accused|approved|signed"
    r"|proposed|announced|ordered|won|bought|designed|founded|discovered|rescued)"
    r" (?P<what>(?:the|an?) (?:[a-z-]+ )??[a-z-]{4,})"
    r"(?=[,.;]| (?:of|in|on|at|by|as|after|that|and|for|to|from|with)\b)"
)
# What stands before the name proper: "National Security Adviser Jake Sullivan".
_TITLES = re.compile(rf".*\b(?:{_ROLE}|Mr|Ms|Mrs|Dr|Sir|General|Captain|Colonel) ", re.IGNORECASE)
_BARE = re.compile(_NAME)
_VERB = re.compile(rf"\b{_SAYS}\b|{_ACTED.pattern}")
# A sentence that leans on another one, or quotes: it does not stand alone.
_ELSEWHERE = re.compile(
    r"[“”\"‘?!:;…()\[\]]|^(?:He|She|It|They|This|That|These|Those|And|But|So|Then|Here|There|His|Her|Their)\b"
)
_PAST = {"killing": "killed", "injuring": "injured"}


class Sentence(Protocol):
    """A sentence of the index."""

    @property
    def text(self) -> str:
        """Its exact text."""


class Article(Protocol):
    """An article of the index."""

    @property
    def file(self) -> str:
        """Its name in the index."""


class Sentences(Protocol):
    """What suggestions are made from; `Corpus` fits."""

    def articles(self) -> Sequence[Article]:
        """Return the indexed articles."""

    def sentences_of_file(self, file: str) -> Sequence[Sentence]:
        """Return the sentences of an article, in order."""


def suggest_questions(corpus: Sentences, *, limit: int = 4) -> list[str]:
    """Return up to `limit` questions of different kinds, those that most articles bear on first.

    Args:
        corpus: The articles; no more than the first 40 are read.
        limit: How many questions at most.
    """
    sources: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for article in corpus.articles()[:MOST_ARTICLES]:
        for sentence in corpus.sentences_of_file(article.file):
            for kind, question in _read(sentence.text):
                sources[kind][question].add(article.file)
    ranked = [
        sorted(sources[kind], key=lambda question, kind=kind: -len(sources[kind][question]))  # type: ignore[misc]
        for kind in ("act", "say", "count", "identity")
    ]
    alternating: Iterable[str | None] = chain.from_iterable(zip_longest(*ranked))
    return [question for question in alternating if question][:limit]


def suggest_claims(corpus: Sentences, *, limit: int = 3) -> list[str]:
    """Return up to `limit` sentences that tell what a named person said or did, each of another article.

    Args:
        corpus: The articles; no more than the first 40 are read.
        limit: How many claims at most.
    """
    found: list[str] = []
    for article in corpus.articles()[:MOST_ARTICLES]:
        texts = (" ".join(sentence.text.split()) for sentence in corpus.sentences_of_file(article.file))
        claim = next((text for text in texts if _tells(text) and text not in found), None)
        found += [claim] if claim else []
        if len(found) == limit:
            break
    return found


def _tells(text: str) -> bool:
    """Whether a sentence stands alone: a name with a verb of saying or acting, plain words, and a full stop."""
    if not 40 <= len(text) <= 160 or not text[0].isupper() or text[-1] != "." or _ELSEWHERE.search(text):
        return False
    return _VERB.search(text) is not None and any(_names((_BARE,), text))


def _read(text: str) -> Iterator[tuple[str, str]]:
    """Yield the kinds and wordings of the questions that a sentence answers."""
    for match in _ACTED.finditer(text):
        yield "act", f"Who {match['act']} {match['what']}?"
    for match in _COUNTED.finditer(text):
        what = match["what"] or match["were"]
        yield "count", f"How many people were {_PAST.get(what, what)}?"
    for name in _names(_SPEAKERS, text):
        yield "say", f"What did {name} say?"
    for name in _names(_INTRODUCED, text):
        yield "identity", f"Who is {name}?"


def _names(patterns: Sequence[re.Pattern[str]], text: str) -> Iterator[str]:
    for pattern in patterns:
        for match in pattern.finditer(text):
            name = _TITLES.sub("", match["name"])
            # With an article before it, it is an institution or a description.
            described = name.startswith("The ") or text[: match.start("name")].lower().endswith("the ")
            if " " in name and not described:
                yield name
