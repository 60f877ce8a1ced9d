"""When a text holds an answer, a citation covers a gold sentence, and two names are one speaker."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from factcheck.evaluation.records import GoldCitation, Judgement
from factcheck.texts import Span

# A citation covers a gold quote when it holds at least this share of it.
OVERLAP = 0.5
FIRST_UNSPACED = "\u2e80"
_TITLES = frozenset("mr mrs ms miss dr prof professor sir lord lady dame the a an".split())


def fold(text: str) -> str:
    """Return a text without differences of case, quotation marks and spaces."""
    return " ".join(text.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"').casefold().split())


def contains(text: str, alias: str) -> bool:
    """Whether an alias occurs, apart from case, quotation marks and a plural or possessive ending.

    It does not occur within a longer number ("14" in "14.2") or word ("US" in "Russia").
    """
    text, alias = fold(text), fold(alias)
    before = r"(?<!\d)(?<!\d[.,])" if alias[:1].isdigit() else r"(?<!\w)" if _is_spaced(alias[:1]) else ""
    after = r"(?!\d)(?![.,]\d)" if alias[-1:].isdigit() else r"(?:'?e?s)?(?!\w)" if _is_spaced(alias[-1:]) else ""
    return re.search(before + re.escape(alias) + after, text) is not None


def _is_spaced(character: str) -> bool:
    """Whether it is a letter of a script that puts spaces between words; Chinese, for one, does not."""
    return character.isalpha() and character < FIRST_UNSPACED


def meets(text: str, answers: Iterable[Iterable[str]]) -> bool:
    """Whether every group is met by one of its aliases."""
    return all(any(contains(text, alias) for alias in group) for group in answers)


def places_of(quote: str, text: str) -> Iterator[Span]:
    """Yield every place of a quote in a text."""
    at = text.find(quote) if quote else -1
    while at >= 0:
        yield Span(at, at + len(quote))
        at = text.find(quote, at + len(quote))


def holds_half(start: int, end: int, quote: Span) -> bool:
    """Whether a span holds at least half of a quote's place."""
    return min(end, quote.end) - max(start, quote.start) >= OVERLAP * (quote.end - quote.start)


def covers(citation: Mapping[str, Any], gold: GoldCitation, texts: Mapping[str, str]) -> bool:
    """Whether a citation covers enough of the gold quote, wherever that stands in the file's text."""
    if citation["file"] != gold.file:
        return False
    places = places_of(gold.quote, texts.get(gold.file, ""))
    return any(holds_half(citation["start"], citation["end"], place) for place in places)


def cited(judgement: Judgement) -> Sequence[Mapping[str, Any]]:
    """Return the citations of an answer, or the evidence that a check's verdict rests on."""
    if judgement.case.kind == "question":
        return tuple(judgement.record.get("citations") or ())
    return tuple(found for found in judgement.record.get("evidence") or () if found.get("stance") != "mentions")


def usable(gold: GoldCitation, texts: Mapping[str, str]) -> bool:
    """Whether a gold quote can count: not where its article is there and does not hold it.

    Such a label is wrong, which is no fault of an answer; an article that is not indexed is one.
    """
    return gold.file not in texts or gold.quote in texts[gold.file]


def usable_gold(judgement: Judgement) -> tuple[GoldCitation, ...]:
    """Return the gold sentences of a case that can count."""
    return tuple(gold for gold in judgement.case.citations if usable(gold, judgement.texts))


def same_speaker(given: str, gold: str) -> bool:
    """Whether a name stands for the gold speaker.

    It does where the words of one are among the words of the other ("Liu", "Kremlin spokesman Dmitry
    Peskov"), apart from case and titles. Two people of one surname are two.
    """
    one, two = _name_words(given), _name_words(gold)
    return bool(one and two) and (one <= two or two <= one)


def _name_words(name: str) -> frozenset[str]:
    words = re.findall(r"\w[\w'-]*", fold(name).replace("'s ", " "))
    return frozenset(words) - _TITLES
