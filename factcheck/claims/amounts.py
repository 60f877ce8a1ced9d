"""Rules for numbers, shares and dates."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Any

from factcheck.claims.acts import certainty
from factcheck.claims.alignment import Alignment
from factcheck.claims.findings import Mismatch
from factcheck.claims.quantities import Quantity, agrees, counts_same, excludes, find_quantities, governor
from factcheck.claims.times import Time, compare_times, find_times
from factcheck.claims.vocabulary import alike

# "all of its reserves" against "$300 billion of its $640 billion".
WHOLE = re.compile(r"(?i)\b(?:all|every|each|entire|whole|both|none|fully|completely)\b")
PART = re.compile(r"(?i)\b(?:of|out of|from)\s+(?:its|his|her|their|the|all|a total of)?\s*$")
_OF = re.compile(r"(?i)\b(?:out )?of\s+(?:the|its|his|her|their|all|these|those)?\s*$")
SAME_THING, NEAR_THING = 1.0, 0.6


def find_number_mismatches(found: Alignment) -> Iterator[Mismatch]:
    """Yield numbers that the sentence gives otherwise, of other things, or not at all."""
    told = find_quantities(found.evidence.doc)
    for claimed in find_quantities(found.claim.doc):
        same = [other for other in told if agrees(claimed, other)]
        rivals = sorted(
            ((_nearness(found, claimed, other), other) for other in told if excludes(claimed, other)),
            key=lambda pair: -pair[0],
        )
        here = max((_nearness(found, claimed, other) for other in same), default=0.0)
        if same and (not rivals or here >= rivals[0][0] or here >= SAME_THING):
            continue
        if rivals and rivals[0][0] > 0:
            nearness, rival = rivals[0]
            yield Mismatch("number", claimed.text, rival.text, nearness,
                           f"the article says {_say(rival)}, the claim {_say(claimed)}")  # fmt: skip
        elif not same:
            yield Mismatch("missing_number", claimed.text, "", 1.0, f"the sentence does not give {_say(claimed)}")


def _say(quantity: Quantity) -> str:
    before = {"least": "at least ", "most": "up to ", "over": "more than ", "under": "less than ", "about": "about "}
    coin = "" if quantity.unit in {"", "percent"} or not quantity.text[:1].isalnum() else f" {quantity.unit}s"
    return f"{before.get(quantity.limit, '')}{quantity.text}{coin}"


def _nearness(found: Alignment, claimed: Quantity, told: Quantity) -> float:
    """Return how surely two numbers are of one thing: of the same sort, at the same act."""
    if claimed.unit != told.unit:
        return 0.0
    mine, other = governor(claimed.root), governor(told.root)
    paired = any(match.act == mine and match.other in {other, governor(match.other)} for match in found.acts)
    acts = paired or (mine is not None and other is not None and alike(mine.lemma_.lower(), other.lemma_.lower()) > 0)
    if counts_same(claimed, told):
        # "killing 35 and injuring 134" count the same people at different acts.
        rival_act = not acts and _has_act(found, mine)
        return NEAR_THING - 0.2 if rival_act else SAME_THING if acts or not claimed.unit else 0.8
    if acts and not (claimed.noun and told.noun):
        return NEAR_THING + 0.2
    return 0.0


def _has_act(found: Alignment, act: Any | None) -> bool:
    return any(match.act == act for match in found.acts)


def find_part_mismatches(found: Alignment) -> Iterator[Mismatch]:
    """Yield wholes where the article has a part: "all", and "11 of its 12"."""
    whole = WHOLE.search(found.claim.text)
    if whole is None or whole.group().lower() == "both":
        return
    claimed = next((token for token in found.claim.doc if token.idx == whole.start()), None)
    head = claimed.head if claimed is not None else None
    text, told = found.evidence.text, find_quantities(found.evidence.doc)
    for part, total in itertools.pairwise(told):
        between = text[part.root.idx + len(part.root.text) : total.root.idx]
        joined = re.search(r"(?i)\b(?:of|out of)\b[^,;.]{0,20}$", between) is not None and len(between) < 40
        if _OF.search(text[: part.root.idx]) and part.value > total.value and "," in between:
            part, total, joined = total, part, True  # "Of the 14 violins, eight were …"
        if joined and part.value < total.value and (part.unit == total.unit or not total.unit or not part.unit):
            share = f"{part.text} of {total.text}"
            yield Mismatch("part", whole.group(), share, 1.0,
                           f"the article says {share}, the claim {whole.group().lower()}")  # fmt: skip
            return
    if head is None or whole.group().lower() == "none":
        return
    shares = [quantity for quantity in told if quantity.unit == "percent" and quantity.value < 100]
    if shares and found.acts and re.search(r"(?i)(?:%|per ?cent|half)\s+of\b", text):
        yield Mismatch("part", whole.group(), shares[0].text, 0.8,
                       f"the article says {shares[0].text}, the claim {whole.group().lower()}")  # fmt: skip
        return
    for token in found.evidence.doc:
        if token.lower_ in {"some", "most", "many", "few", "half", "several", "part"}:
            noun = next((t for t in (token.head, *token.subtree) if alike(t.lemma_.lower(), head.lemma_.lower())), None)
            if noun is not None and noun.i != token.i:
                yield Mismatch("part", whole.group(), token.text, 0.7,
                               f"the article says {token.lower_}, the claim {whole.group().lower()}")  # fmt: skip
                return


def find_date_mismatches(found: Alignment) -> Iterator[Mismatch]:
    """Yield dates that the article gives otherwise, or does not give."""
    today = found.evidence.date
    ahead = any(certainty(match.other) == "planned" for match in found.acts)
    told = find_times(found.evidence.text, today, ahead=ahead)
    for claimed in find_times(found.claim.text):
        verdicts = [(compare_times(claimed, time, today), time) for time in told]
        if any(verdict == "same" for verdict, _ in verdicts):
            continue
        others = [time for verdict, time in verdicts if verdict == "other" and _same_sort(claimed, time)]
        unknown = any(verdict == "unknown" for verdict, _ in verdicts)
        if others and not unknown and found.acts:
            nearest = others[0]
            yield Mismatch("date", claimed.text, nearest.text, 1.0 if len(others) == 1 else 0.7,
                           f"the article says {nearest.text}, the claim {claimed.text}")  # fmt: skip
        elif not _is_today(claimed, found, told):
            yield Mismatch("missing_date", claimed.text, "", 1.0, f"the sentence does not say {claimed.text}")


def _same_sort(claimed: Time, told: Time) -> bool:
    """Whether both dates tell the part on which they differ: a year is not held against a weekday alone."""
    return any(
        mine is not None and other is not None
        for mine, other in (
            (claimed.year, told.year),
            (claimed.month, told.month),
            (claimed.day, told.day),
            (claimed.weekday, told.weekday),
        )
    )


def _is_today(claimed: Time, found: Alignment, told: Sequence[Time]) -> bool:
    """Whether a sentence without a date of its own may tell of the claimed day, month or year of the article."""
    today = found.evidence.date
    if today is None or told:
        return False
    here = Time("", 0, today.year, today.month, None if claimed.day is None else today.day)
    return compare_times(claimed, here, today) == "same"
