"""Form groups of files from what was found in common between pairs.

The strongest links join first, and no group may hold stories that have nothing to do with each other: a
digest of ten stories is a near copy of each, and they are still ten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import fmean

from factcheck.origins.pairs import JOINS, RELATED
from factcheck.origins.records import Comparison, Grouping

# Of large groups this many members are asked whether they belong together.
ASKED = 6
# A link of this strength joins two groups by itself; of weaker ones the pairs across both groups have to
# be this strong on average, so that one quotation after another does not chain up all that was written.
SURE = 0.9
ON_AVERAGE = JOINS / 2
# Files that were not compared with each other are companions where one has this part of the other's telling words.
LIKELY = 0.5

Likeness = Callable[[str, str], float]


def form_groups(files: Iterable[str], comparisons: Sequence[Comparison], likeness: Likeness) -> Grouping:
    """Group files by their links.

    Args:
        files: All files.
        comparisons: What was found for those pairs that were compared.
        likeness: What share of telling words two files have in common; asked where they were not compared.
    """
    ordered = sorted(files)
    found = {(item.a, item.b): item for item in comparisons}
    groups = {file: [file] for file in ordered}
    for item in sorted(comparisons, key=lambda item: (-item.strength, item.a, item.b)):
        one, other = groups[item.a], groups[item.b]
        if item.strength < JOINS:
            break
        if one is not other and _fit(item, one, other, found, likeness):
            joined = sorted([*one, *other])
            groups.update(dict.fromkeys(joined, joined))
    links = [
        link
        for item in sorted(comparisons, key=lambda item: (item.a, item.b))
        if item.strength >= JOINS and groups[item.a] is groups[item.b]
        for link in item.links
    ]
    return Grouping(_number(ordered, groups), tuple(links))


def _fit(
    link: Comparison,
    one: Sequence[str],
    other: Sequence[str],
    found: Mapping[tuple[str, str], Comparison],
    likeness: Likeness,
) -> bool:
    """Return whether two groups may become one by a link between them."""
    strengths = []
    for a in one[:ASKED]:
        for b in other[:ASKED]:
            pair = (min(a, b), max(a, b))
            if pair in found:
                if not found[pair].related:
                    return False
                strengths.append(found[pair].strength)
            elif (alike := likeness(a, b)) < RELATED:
                return False
            else:
                strengths.append(1.0 if alike >= LIKELY else 0.0)
    return link.strength >= SURE or fmean(strengths) >= ON_AVERAGE


def _number(ordered: Sequence[str], groups: Mapping[str, Sequence[str]]) -> dict[str, str]:
    numbers: dict[str, str] = {}
    for file in ordered:
        numbers.setdefault(groups[file][0], f"o{len(numbers) + 1}")
    return {file: numbers[groups[file][0]] for file in ordered}
