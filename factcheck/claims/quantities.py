"""Numbers of a claim and of a sentence, with unit, limits ("at least") and what they count."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from factcheck.claims.times import find_times
from factcheck.claims.vocabulary import alike

_UNITS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
WORDS = {word: float(value) for value, word in enumerate(_UNITS, start=1)} | {
    word: float(value) for word, value in zip(_TENS, range(20, 100, 10), strict=True)
}
WORDS |= {f"{ten}-{one}": WORDS[ten] + WORDS[one] for ten in _TENS for one in _UNITS[:9]}
SCALES = {
    "dozen": 12.0, "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
    "m": 1e6, "bn": 1e9, "k": 1e3, "tn": 1e12,
}  # fmt: skip
SPANS = "second minute hour day week month year decade century".split()
_LONGER = {"decade": ("year", 10.0), "century": ("year", 100.0), "week": ("day", 7.0), "hour": ("minute", 60.0)}
MEASURES = (
    "metre meter kilometre kilometer km mile foot feet inch kg kilogram tonne ton litre liter degree acre".split()
)
COINS = (
    "dollar euro pound yen yuan ruble rouble crown kronor krona krone franc rupee "
    "peso rand lira shilling dinar cent mark"
).split()
PEOPLE = frozenset(
    "people person man woman child resident civilian soldier victim passenger worker employee student patient troop "
    "officer protester life death dead fatality casualty inhabitant fighter other injured staff "
    "volunteer farmer".split()
)
_SIGN = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen"}
_WORDED = "|".join(sorted([*WORDS, "a dozen", "dozen", "half", "twice", "both", "zero"], key=len, reverse=True))
_SCALE = r"hundred|thousand|million|billion|trillion|dozen|bn|tn|m|k"
_NUMBER = re.compile(
    rf"(?i)(?P<sign>[$€£¥]\s?)?(?<![\w.:])(?:(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)(?!:\d)"
    rf"|(?P<word>\b(?:{_WORDED})\b))(?:[\s-]?(?P<scale>{_SCALE})\b)?"
    r"(?:[\s-]*(?P<percent>%|percent\b|per\s?cent\b|percentage points?\b))?"
)
_BEFORE = (
    ("least", re.compile(r"(?i)\b(?:at least|no (?:fewer|less) than|a minimum of)\s+$")),
    ("most", re.compile(r"(?i)\b(?:at most|up to|as many as|no more than|a maximum of)\s+$")),
    ("over", re.compile(r"(?i)\b(?:more than|over|above|upwards of|exceed(?:s|ed|ing)?)\s+$")),
    ("under", re.compile(r"(?i)\b(?:fewer than|less than|under|below|nearly|almost)\s+$")),
    ("about", re.compile(r"(?i)\b(?:about|around|some|roughly|approximately|an estimated|close to|nearly)\s+$")),
)
Limit = Literal["exactly", "least", "most", "over", "under", "about"]
_ABOUT = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """A number in a sentence.

    Attributes:
        value: "half" is 50 percent, "a dozen" 12.
        limit: "least" for "at least 35".
        unit: "percent", a coin, a span of time or a measure, "" for what is counted.
        noun: Lemma of what is counted, "" where nothing is.
        root: The token of the number.
        text: As written.
    """

    value: float
    limit: Limit
    unit: str
    noun: str
    root: Any
    text: str

    @property
    def range(self) -> tuple[float, float]:
        """Return what the number leaves possible."""
        low = {"most": 0.0, "under": 0.0, "about": self.value * (1 - _ABOUT)}.get(self.limit, self.value)
        high = {"least": math.inf, "over": math.inf, "about": self.value * (1 + _ABOUT)}.get(self.limit, self.value)
        return low, high


# More numbers than this are a table, and each is looked at beside every other.
MOST = 30


def find_quantities(doc: Any) -> list[Quantity]:
    """Return the first `MOST` numbers of a sentence that are not part of a date, a clock time or a name."""
    return [*_find(doc)]


@lru_cache(maxsize=64)
def _find(doc: Any) -> tuple[Quantity, ...]:
    text = str(doc.text)
    dates = [(time.start, time.start + len(time.text)) for time in find_times(text)]
    found: list[Quantity] = []
    for match in itertools.islice(_NUMBER.finditer(text), MOST):
        if any(start < match.end() and match.start() < end for start, end in dates):
            continue
        quantity = _read(doc, text, match)
        if quantity is not None:
            found.append(quantity)
    return tuple(found)


def _read(doc: Any, text: str, match: re.Match[str]) -> Quantity | None:
    word, digits = (match["word"] or "").lower(), match["digits"]
    number = match.start("digits") if digits else match.start("word")
    span = doc.char_span(number, number + 1, alignment_mode="expand")
    if span is None or (word == "one" and span[0].pos_ != "NUM") or (span[0].pos_ == "PROPN" and word):
        return None
    if digits and re.match(r"(?:st|nd|rd|th)\b", text[match.end("digits") :]):
        return None
    root = span[0]
    unit, value = "", 0.0
    if digits:
        value = float(digits.replace(",", ""))
    elif word == "half":
        value, unit = 50.0, "percent"
        if re.match(r"(?i)[\s-]+(?:an?\s+)?(?:hours?|year|dozen|million|decade)", text[match.end() :]):
            return None
    else:
        value = {"a dozen": 12.0, "dozen": 12.0, "twice": 2.0, "both": 2.0, "zero": 0.0}.get(word) or WORDS.get(
            word, 0.0
        )
    value *= SCALES.get((match["scale"] or "").lower(), 1.0)
    if match["percent"]:
        unit = "percent"
    sign = (match["sign"] or "").strip()
    noun, follows = _counted(doc, match.end())
    unit = unit or _SIGN.get(sign, "") or follows
    if unit in _LONGER:
        unit, value = _LONGER[unit][0], value * _LONGER[unit][1]
    limit: Limit = "exactly"
    for name, before in _BEFORE:
        if before.search(text[: match.start()]):
            limit = name  # type: ignore[assignment]
            break
    if re.search(r"(?i)\b(?:nearly|almost)\s+$", text[: match.start()]):
        limit = "about"
    return Quantity(value, limit, unit, noun, root, match.group().strip())


def _counted(doc: Any, end: int) -> tuple[str, str]:
    """Return the noun that a number counts, and the unit if that noun is one."""
    joined = re.match(r"-([a-z]+)", str(doc.text)[end:])
    if joined is not None:  # "5,000-word"
        unit = next((unit for unit in (*SPANS, *MEASURES, *COINS) if joined[1] == unit), "")
        return joined[1], unit
    behind = [token for token in doc if token.idx >= end][:6]
    for token in behind:
        lemma = token.lemma_.lower().lstrip("-")
        unit = next((unit for unit in (*SPANS, *MEASURES, *COINS) if lemma in {unit, f"{unit}s"}), "")
        if unit:
            return lemma, unit
        if token.pos_ in {"NOUN", "PROPN"}:
            following = doc[token.i + 1] if token.i + 1 < len(doc) else None
            if following is None or following.pos_ not in {"NOUN", "PROPN"}:
                return lemma, ""
            continue
        if (
            token.pos_ not in {"ADJ", "DET", "ADV", "NUM", "PUNCT", "ADP", "PRON", "PART", "SYM"}
            or token.lower_ in ",;"
        ):
            break
        if token.pos_ == "ADP" and token.lower_ != "of":
            break
    return "", ""


def agrees(claimed: Quantity, told: Quantity) -> bool:
    """Whether a told number bears out a claimed one; "at least 35" bears out "35"."""
    if claimed.unit != told.unit and "" not in (claimed.unit, told.unit):
        return False
    if math.isclose(claimed.value, told.value, rel_tol=1e-6):
        return not (
            {claimed.limit, told.limit} == {"over", "under"} or {claimed.limit, told.limit} == {"least", "most"}
        )
    low, high = claimed.range
    if claimed.limit == told.limit:
        return False
    if claimed.limit == "exactly":
        return told.limit == "about" and told.range[0] <= claimed.value <= told.range[1]
    return low <= told.range[0] and told.range[1] <= high


def excludes(claimed: Quantity, told: Quantity) -> bool:
    """Whether both numbers cannot hold of one thing, as news tells it.

    Who reports "at least 35" does not bear out 134, though he does not rule it out.
    """
    low, high = claimed.range
    if claimed.limit in {"exactly", told.limit}:
        return not agrees(claimed, told)
    other_low, other_high = told.range
    return high < other_low or other_high < low or (told.limit == "exactly" and not low <= told.value <= high)


def counts_same(claimed: Quantity, told: Quantity) -> bool:
    """Whether two numbers measure one sort of thing: the same unit and the same noun."""
    if claimed.unit or told.unit:
        return claimed.unit == told.unit
    if not claimed.noun or not told.noun:
        return False
    people = claimed.noun in PEOPLE and told.noun in PEOPLE and "people" in {claimed.noun, told.noun}
    return people or alike(claimed.noun, told.noun) > 0


def governor(token: Any) -> Any | None:
    """Return the verb that a number or noun belongs to."""
    return next((above for above in token.ancestors if above.pos_ in {"VERB", "AUX"}), None)
