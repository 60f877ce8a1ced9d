"""Numbers and dates that two sentences give differently."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Sequence

from factcheck.claims.amounts import find_number_mismatches
from factcheck.claims.quantities import Quantity, agrees, find_quantities, governor
from factcheck.claims.times import Time, compare_times, find_times
from factcheck.claims.vocabulary import alike
from factcheck.comparing.findings import Difference
from factcheck.comparing.sides import Laid, Side
from factcheck.lexicon import CUES
from factcheck.types import Span

# Numbers this near, or one the other rounded, contradict nothing.
ROUNDED = 0.08
SURE = 0.6
# A number that a sentence itself corrects ("five, not six") is surer than what a rule finds.
BY_RULE = 0.95
# "31 craters, not 40": the number behind the "not" is the one that is contradicted.
_CONTRAST = re.compile(r"(?i),?\s+(?:and|but)?\s*not\s+(?:the\s+|some\s+|about\s+)?$")
# A noun right before the number, or before a list of numbers.
_LABEL = re.compile(r"([^\W\d_]+)[\s-]+(?:\d+(?:,|\s+and|\s+or|,\s+and)\s+)*$")


def find_number_differences(laid: Laid) -> Iterator[Difference]:
    """Yield numbers of the same things at the same act that differ, each side's own left over."""
    mine, theirs = _own(laid.a), _own(laid.b)
    yield from _find_contrasts(laid, mine, theirs)
    left_a = [one for one in mine if not _told(one, theirs, laid.b)]
    left_b = [one for one in theirs if not _told(one, mine, laid.a)]
    if not left_a or not left_b:
        return
    forward = {(each.claimed, each.told): each.strength for each in find_number_mismatches(laid.forward)}
    backward = {(each.told, each.claimed): each.strength for each in find_number_mismatches(laid.backward)}
    pairs = [
        (strength, -abs(math.log((a.value or 1) / (b.value or 1))), a, b)
        for a in left_a
        for b in left_b
        if not is_compatible(a, b) and (strength := _relate(a, b, forward, backward)) >= SURE
    ]
    taken: set[int] = set()
    for strength, _, a, b in sorted(pairs, key=lambda pair: pair[:2], reverse=True):
        if id(a) not in taken and id(b) not in taken:
            taken |= {id(a), id(b)}
            yield _differ(a, b, strength)


def _own(side: Side) -> list[Quantity]:
    return [one for one in find_quantities(side.doc) if one.root.idx >= side.begins and not _is_label(one)]


def _is_label(number: Quantity) -> bool:
    """Whether a number names a thing and counts none: "silos 4 and 5", "Court 2"."""
    if number.noun or number.unit or number.limit != "exactly":
        return False
    before = _LABEL.search(str(number.root.doc.text)[: _place(number).start])
    if before is None:
        return False
    named = next((token for token in number.root.doc if token.idx == before.start(1)), None)
    return named is not None and named.pos_ in {"NOUN", "PROPN"}


def _told(number: Quantity, others: Sequence[Quantity], side: Side) -> bool:
    """Whether the other sentence, or one beside it, gives the number too."""
    if any(is_compatible(number, other) for other in others):
        return True
    digits = re.search(r"\d[\d.,]*", number.text)
    if digits is None:
        return False
    beside = " ".join(doc.text for doc in (side.evidence.before, side.evidence.after) if doc is not None)
    behind = rf"[\s-]+(?:\w+\s+)?{re.escape(number.noun[:4])}" if number.noun else ""
    return re.search(rf"(?i)(?<![\d.,]){re.escape(digits.group())}(?!\d|[.,]\d){behind}", beside) is not None


def _relate(
    a: Quantity, b: Quantity, forward: dict[tuple[str, str], float], backward: dict[tuple[str, str], float]
) -> float:
    """Return how surely two left-over numbers are of one thing."""
    ahead, back = forward.get((a.text, b.text), 0.0), backward.get((a.text, b.text), 0.0)
    if ahead and back:
        return min(max(ahead, back), BY_RULE)
    return 0.7 if is_garbled_text(a.text, b.text) and a.unit == b.unit else 0.0


def is_compatible(a: Quantity, b: Quantity) -> bool:
    """Whether both numbers can be one, rounded or bounded: "41,206", "more than 41,000"."""
    if agrees(a, b) or agrees(b, a):
        return True
    if a.unit != b.unit:
        return False
    high = max(abs(a.value), abs(b.value))
    if a.limit == b.limit != "about":
        return high > 0 and abs(a.value - b.value) / high <= ROUNDED and (_rounds(a, b) or _rounds(b, a))
    near = high > 0 and abs(a.value - b.value) / high <= 2 * ROUNDED
    (low, top), (other_low, other_top) = a.range, b.range
    return near and low <= other_top and other_low <= top


def _rounds(fine: Quantity, coarse: Quantity) -> bool:
    """Whether the second number is the first one with fewer digits."""
    digits = len(_digits(coarse).rstrip("0"))
    if not fine.value or not digits or digits >= len(_digits(fine).rstrip("0")):
        return False
    return math.isclose(float(f"{fine.value:.{digits}g}"), coarse.value)


def _digits(number: Quantity) -> str:
    return re.sub(r"\D", "", f"{number.value:.10g}")


def is_garbled_text(one: str, two: str) -> bool:
    """Whether two numbers look like one that was copied wrongly: 312 and 321, $4.6 and $6.4 billion."""
    first, second = re.sub(r"\D", "", one), re.sub(r"\D", "", two)
    return len(first) >= 2 and first != second and sorted(first) == sorted(second)


def _differ(a: Quantity, b: Quantity, strength: float) -> Difference:
    about = a.noun or b.noun or a.unit
    explanation = f"one says {_say(a)}, the other {_say(b)}"
    keys = (f"{a.value:.10g} {a.unit}", f"{b.value:.10g} {b.unit}")
    return Difference("number", True, _place(a), _place(b), explanation, strength, about, *keys)


def _say(number: Quantity) -> str:
    return " ".join(number.text.split())


def _place(number: Quantity) -> Span:
    """Return where a number stands, with its sign and scale."""
    text, at = str(number.root.doc.text), int(number.root.idx)
    start = text.rfind(number.text, 0, at + len(number.text))
    return Span(start, start + len(number.text)) if start >= 0 else Span(at, at + len(number.root.text))


def _find_contrasts(laid: Laid, mine: Sequence[Quantity], theirs: Sequence[Quantity]) -> Iterator[Difference]:
    """Yield numbers that a sentence gives instead of another's: "five, not six as first reported"."""
    for own, others, swapped in ((mine, theirs, False), (theirs, mine, True)):
        for given, denied in itertools.pairwise(own):
            text = str(denied.root.doc.text)
            if not _CONTRAST.search(text[: _place(denied).start]):
                continue
            for other in others:
                if math.isclose(other.value, denied.value) and not any(
                    math.isclose(each.value, given.value) for each in others
                ):
                    yield _differ(given, other, 1.0) if not swapped else _differ(other, given, 1.0)


def find_date_differences(laid: Laid) -> Iterator[Difference]:
    """Yield dates of the same act that differ, where each side has one of its own left over."""
    mine, theirs = _times(laid.a), _times(laid.b)
    left_a = [time for time in mine if not any(_same(time, other, laid) for other in theirs)]
    left_b = [time for time in theirs if not any(_same(other, time, laid) for other in mine)]
    if len(left_a) != 1 or len(left_b) != 1:
        return
    a, b = left_a[0], left_b[0]
    if _sort(a) != _sort(b) or compare_times(a, b, laid.b.date) != "other" or not _at_one_act(laid, a, b):
        return
    yield Difference(
        "date", True, Span(a.start, a.start + len(a.text)), Span(b.start, b.start + len(b.text)),
        f"one says {a.text}, the other {b.text}", 0.9, "date",
    )  # fmt: skip


def _times(side: Side) -> list[Time]:
    return [time for time in find_times(side.text, side.date) if time.start >= side.begins]


def _same(one: Time, two: Time, laid: Laid) -> bool:
    return "same" in (compare_times(one, two, laid.b.date), compare_times(two, one, laid.a.date))


def _sort(time: Time) -> tuple[bool, ...]:
    """Return which parts of a date its words give; "on Tuesday" is only held against a weekday."""
    if time.weekday is not None:
        return (False, False, False, True)
    return (time.year is not None, time.month is not None, time.day is not None, False)


def _at_one_act(laid: Laid, a: Time, b: Time) -> bool:
    """Whether both dates hang on one act that is not the saying: reports of two days quote on two days."""
    acts = []
    for side, time in ((laid.a, a), (laid.b, b)):
        token = next((each for each in side.doc if each.idx >= time.start), None)
        above = governor(token) if token is not None else None
        if above is None:
            return False
        acts.append(above.lemma_.lower())
    if any(act in CUES for act in acts):
        return False
    return bool(alike(acts[0], acts[1])) or laid.least >= SURE
