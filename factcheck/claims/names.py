"""Names of a claim and of a sentence: the same under inflection, alias, demonym, initials or a slip."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

from factcheck.claims.vocabulary import PLACES
from factcheck.lexicon import same_stem

NAMED = frozenset({"PERSON", "ORG", "GPE", "NORP", "LOC", "FAC", "EVENT", "PRODUCT", "WORK_OF_ART"})
SLIP = 0.86
# Words inside names that name nobody: titles, kinds of bodies.
TITLES = frozenset(
    "mr mrs ms dr prof sir lord lady president minister prime secretary general director chief senator governor mayor "
    "professor judge captain councillor cllr king queen prince pope saint the of and for a in on at".split()
)
# The groups of PLACES that a word is in, by number.
_GROUPS = {word: frozenset(n for n, group in enumerate(PLACES) if word in group) for words in PLACES for word in words}
_NOWHERE: frozenset[int] = frozenset()
_WORD = re.compile(r"[^\W_](?:[\w’'.&-]*[^\W_])?")


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """A name in a sentence.

    Attributes:
        text: As written.
        words: Its words in lower case without titles, possessive endings cut off.
        root: The token that the rest of the sentence holds it by.
        label: spaCy's kind of entity, "" where it saw none.
    """

    text: str
    words: tuple[str, ...]
    root: Any
    label: str


def find_names(doc: Any) -> list[Name]:
    """Return the names of a sentence: entities, and runs of proper nouns outside them."""
    return [*_find(doc)]


@lru_cache(maxsize=64)
def _find(doc: Any) -> tuple[Name, ...]:
    found: list[Name] = []
    taken: set[int] = set()
    for entity in doc.ents:
        if entity.label_ in NAMED:
            tokens = [token for token in entity if token.text[:1].isupper() or token.pos_ == "PROPN"]
            if tokens:
                found.append(_name(str(entity.text), entity.root, entity.label_))
                taken.update(token.i for token in entity)
        elif entity.label_ in {"DATE", "TIME", "CARDINAL", "MONEY", "PERCENT", "ORDINAL", "QUANTITY"}:
            taken.update(token.i for token in entity)
    run: list[Any] = []
    for token in [*doc, None]:
        if token is not None and token.pos_ == "PROPN" and token.text[:1].isupper() and token.i not in taken:
            run.append(token)
        elif run:
            span = doc[run[0].i : run[-1].i + 1]
            found.append(_name(str(span.text), span.root, ""))
            run = []
    return tuple(name for name in found if name.words)


def _name(text: str, root: Any, label: str) -> Name:
    return Name(text, name_words(text), root, label)


def name_words(text: str) -> tuple[str, ...]:
    """Return the words that make a name, without titles and endings."""
    words = (re.sub(r"['’]s?$", "", word.lower()) for word in _WORD.findall(text))
    return tuple(word for word in words if word.rstrip(".") not in TITLES)


@lru_cache(maxsize=65536)
def same_word(first: str, second: str) -> bool:
    """Whether two words of names are one: the same, a demonym, inflected or misspelt."""
    one, two = first.lower().rstrip("."), second.lower().rstrip(".")
    if one == two or not _GROUPS.get(one, _NOWHERE).isdisjoint(_GROUPS.get(two, _NOWHERE)):
        return True
    if min(len(one), len(two)) < 4 or one.isdigit() or two.isdigit():
        return False
    return same_stem(one, two) or (one[0] == two[0] and SequenceMatcher(None, one, two).ratio() >= SLIP)


def is_named(name: Name, words: Iterable[str]) -> bool:
    """Whether a name stands among words: its last word does (surnames), or one of several, or its initials."""
    known = list(words)
    hits = [any(same_word(word, other) for other in known) for word in name.words]
    if all(hits) or (hits and hits[-1] and (name.label == "PERSON" or len(hits) <= 2)):
        return True
    if len(hits) >= 3 and sum(hits) * 2 > len(hits):
        return True
    initials = "".join(word[0] for word in name.words)
    return len(initials) >= 2 and any(other.replace(".", "") == initials for other in known)


def same_names(first: Name, second: Name) -> bool:
    """Whether two names may be one: either is named by the other's words."""
    return is_named(first, second.words) or is_named(second, first.words)


def spelled(text: str) -> list[str]:
    """Return the words of a text in lower case, possessive endings cut off."""
    return [*_spell(text)]


@lru_cache(maxsize=1024)
def _spell(text: str) -> tuple[str, ...]:
    return tuple(re.sub(r"['’]s?$", "", word.lower()) for word in _WORD.findall(text))
