"""What a sentence is looked up by: the stems of its telling words, its names and its numbers, with their weight.

No model is asked here, so that a thousand articles take seconds; what is found is parsed and judged later.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from factcheck.claims.quantities import WORDS
from factcheck.claims.times import MONTHS, WEEKDAYS
from factcheck.claims.vocabulary import LIGHT, PLACES

_TOKEN = re.compile(r"\d[\d,.]*\d|\d|[^\W\d_][^\W_]*(?:[’'][^\W\d_]+)?")
_STOP = frozenset(
    "a about after again all also although an and another any are as at back be because been before being but by can "
    "could did do does down during each even every few first for from further had has have he her here him his how i "
    "if in into is it its itself just last like made many may me might more most much my near new no nor not now of "
    "off on once one only or other our out over own per same said say says she should since so some still such than "
    "that the their them then there these they this those through to told too under until up us very was we were what "
    "when where which while who whom whose why will with would yet you your according added".split()
)
_ENDED = re.compile(r"'(?:s|d|ll|re|ve|t|m)?$")
_STOP_STEMS = LIGHT | {*MONTHS, *WEEKDAYS}
_ENDINGS = ("ations", "ation", "ings", "ing", "edly", "ed", "ies", "ers", "er", "es", "s", "ly", "e")
_PLACE = {word: f"place{number}" for number, group in enumerate(PLACES) for word in group if len(word) > 2}
# A name or number tells more than a word of the language.
NAMED = 1.4
NUMBERED = 1.2
FEW_DIGITS = 2
# Sentences in which a term stands at most; in more it tells as little as "the".
COMMON = 400


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one sentence.

    Attributes:
        words: Each term once.
        names: Those of them that are written with a capital inside the sentence.
        numbers: Those of them that are numbers.
    """

    words: frozenset[str]
    names: frozenset[str]
    numbers: frozenset[str]


def read_terms(text: str, *, start: int = 0) -> Terms:
    """Return the terms of a sentence.

    Args:
        text: The sentence.
        start: Where it begins behind a dateline.
    """
    words: set[str] = set()
    names: set[str] = set()
    numbers: set[str] = set()
    first = True
    for match in _TOKEN.finditer(text, start):
        term, figures, capital = _read(match.group())
        if term:
            words.add(term)
            if capital and not first:
                names.add(term)
        numbers.update(figures)
        first = False
    return Terms(frozenset(words | numbers), frozenset(names), frozenset(numbers))


@lru_cache(maxsize=65536)
def _read(token: str) -> tuple[str, tuple[str, ...], bool]:
    """Return the stem that a word is looked up by, or "", the numbers it is, and whether it has a capital."""
    lower = token.lower().replace("’", "'")
    if token[0].isdigit():
        plain = lower.replace(",", "").rstrip(".")
        # The digits in order, so that 312 meets 321.
        jumbled = (f"~{''.join(sorted(plain))}",) if len(plain) > FEW_DIGITS else ()
        return "", (f"#{plain}", *jumbled), False
    if lower in WORDS and lower != "one":  # which is a pronoun, too
        return "", (f"#{WORDS[lower]:g}",), False
    term = stem(lower)
    if not term or lower in _STOP or term in _STOP_STEMS:
        return "", (), False
    return term, (), token[0].isupper()


def stem(word: str) -> str:
    """Return what inflected forms of a word share; peoples and capitals stand for their country."""
    if "'" in word:
        word = _ENDED.sub("", word)
    if word in _PLACE:
        return _PLACE[word]
    if len(word) < 3:
        return ""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    return word[:7]


class Weights:
    """How much each term tells: rare ones more, names and numbers more than words."""

    def __init__(self, sentences: Sequence[Terms]) -> None:
        self._count = max(1, len(sentences))
        self._frequency = Counter(term for terms in sentences for term in terms.words)
        named = Counter(term for terms in sentences for term in terms.names)
        self._names = {term for term, count in named.items() if 2 * count > self._frequency[term]}
        self._weights = {term: self._weigh(term, count) for term, count in self._frequency.items()}

    def _weigh(self, term: str, count: int) -> float:
        if count > COMMON:
            return 0.0
        weight = math.log(1 + self._count / count)
        if term[0] in "#~":
            return NUMBERED * weight
        return NAMED * weight if term in self._names else weight

    def of(self, term: str) -> float:
        """Return the weight of a term."""
        found = self._weights.get(term)
        return found if found is not None else self._weigh(term, 1)

    def total(self, terms: Iterable[str]) -> float:
        """Return the weight of several terms."""
        return sum(map(self.of, terms))

    def frequency(self, term: str) -> int:
        """Return in how many sentences a term stands."""
        return self._frequency.get(term, 0)

    def is_name(self, term: str) -> bool:
        """Whether a term is mostly written with a capital."""
        return term in self._names


def post(sentences: Sequence[Terms], weights: Weights, *, most: int) -> Mapping[str, list[int]]:
    """Return the sentences of each term that stands in two to `most` of them."""
    postings: dict[str, list[int]] = {}
    for place, terms in enumerate(sentences):
        for term in terms.words:
            if 2 <= weights.frequency(term) <= most:
                postings.setdefault(term, []).append(place)
    return postings
