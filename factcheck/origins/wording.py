"""Words by which two tellings of one story are recognised: names, numbers and rare words.

A name counts by its consonants, so that a misspelt or transliterated one is the same ("Reyle", "Reile"); other
words count by their stem. Prefixes tell the kinds apart: "@" a name, "#" a number.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Sequence
from functools import lru_cache

from factcheck.types import Sentence, SourceSentence

# Marks of a name and of a number.
FACTS = "@#"

_WORD = re.compile(r"[^\W_]+(?:[.,:]\d+)*(?:['’][^\W_]+)?")
_POSSESSIVE = re.compile(r"['’][sS]?$")
_UNIT = re.compile(r"[^\d.]+$")
_COMMON = frozenset(
    "the a an and or but of in on at to for from by with as is are was were be been being it its this that these"
    " those he she they him his her hers their them i we us you our your my me who whom whose which what when where"
    " why how not no nor so than then there here have has had do does did done will would can could may might must"
    " shall should said says say saying told tell tells added according also after before into over under about"
    " up down out off again once more most less least many much some any all both each other another such only own"
    " same very just even still yet now since until while during because if though although however against"
    " through between among per mr mrs ms dr prof".split()
)
_WRITTEN = {
    word: str(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen twenty".split()
    )
} | dict(zip("thirty forty fifty sixty seventy eighty ninety".split(), "30 40 50 60 70 80 90".split(), strict=True))
_SUFFIXES = (
    "ingly edly ations ation ments ment ings ing ies ied ers ors ions ion ed es er or ly s e".split()
)  # fmt: skip
_STEM = 7
_LONGEST = 40
_SHORTEST_STEM = 4
_SOUNDS = (
    ("ph", "f"), ("th", "t"), ("ck", "k"), ("w", "f"), ("v", "f"), ("z", "s"), ("c", "k"), ("q", "k"), ("y", "i"),
)  # fmt: skip
_VOWELS = "aeiouh"
_TWICE_AT_END = re.compile(r"([bdgmnprt])\1$")
_TWICE = re.compile(r"(.)\1+")


def read_words(text: str) -> list[str]:
    """Return the words of a text, in lower case, without possessive endings."""
    return [_POSSESSIVE.sub("", match.group()).casefold() for match in _WORD.finditer(text)]


def read_keys(text: str, sentences: Sequence[Sentence | SourceSentence]) -> tuple[frozenset[str], ...]:
    """Return the telling words of each sentence of an article."""
    names = _find_names(text, sentences)
    return tuple(key_words(text[sentence.start : sentence.end], names) for sentence in sentences)


def key_words(text: str, names: frozenset[str] = frozenset()) -> frozenset[str]:
    """Return the telling words of a text.

    Args:
        text: A sentence or a quotation.
        names: Words that are names, in lower case.
    """
    return frozenset(key for word in read_words(text) if (key := _key(word[:_LONGEST], word in names)))


def hash_key(key: str) -> int:
    """Return a number of 32 bits for a telling word, the same in every run."""
    return zlib.crc32(key.encode("utf-8", "surrogatepass"))


def _find_names(text: str, sentences: Sequence[Sentence | SourceSentence]) -> frozenset[str]:
    """Return words that are capitalised inside sentences and never written small."""
    capital: set[str] = set()
    small: set[str] = set()
    for sentence in sentences:
        for place, match in enumerate(_WORD.finditer(text, sentence.start, sentence.end)):
            word = _POSSESSIVE.sub("", match.group())
            if not word[:1].isupper():
                small.add(word.casefold())
            elif place and text[match.start() - 1] not in "“\"'‘":
                capital.add(word.casefold())
    return frozenset(capital - small - _COMMON)


@lru_cache(maxsize=65536)
def _key(word: str, is_name: bool) -> str:
    if word[:1].isdigit():
        return "#" + _UNIT.sub("", word.replace(",", "").replace(":", ".")).strip(".")
    if word in _WRITTEN:
        return "#" + _WRITTEN[word]
    if word in _COMMON or len(word) < 3:
        return ""
    if is_name:
        return "@" + _sound(word)
    return _stem(word)


def _stem(word: str) -> str:
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_STEM:
            word = _TWICE_AT_END.sub(r"\1", word.removesuffix(suffix))
            break
    return word[:_STEM]


def _sound(word: str) -> str:
    """Return a name's consonants as they sound, or the whole name where it has hardly any."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", word) if letter.isalpha())
    for written, heard in _SOUNDS:
        plain = plain.replace(written, heard)
    first = "*" if plain[:1] in _VOWELS else ""
    consonants = _TWICE.sub(r"\1", "".join(letter for letter in plain if letter not in _VOWELS))
    return first + consonants if len(consonants) > 1 else word
