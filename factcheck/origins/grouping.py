"""Form groups of files from what was found in common between pairs.

The strongest links join first. Two groups are not joined where that would put stories together that have
nothing to do with each other: a digest of ten stories is a near copy of each, and they are still ten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from factcheck.origins.pairs import JOINS
from factcheck.origins.records import Comparison, Grouping

# Of large groups this many members are asked whether they belong together.
ASKED = 6
# What two files of one group have in common at least, for the most part of the pairs.
COMMON = 0.1

Likely = Callable[[str, str], bool]


def form_groups(files: Iterable[str], comparisons: Sequence[Comparison], likely: Likely) -> Grouping:
    """Group files by their links.

    Args:
        files: All files.
        comparisons: What was found for those pairs that were compared.
        likely: Whether two files that were not compared seem to belong together.
    """
    ordered = sorted(files)
    found = {(item.a, item.b): item for item in comparisons}
    groups = {file: [file] for file in ordered}
    for item in sorted(comparisons, key=lambda item: (-item.strength, item.a, item.b)):
        one, other = groups[item.a], groups[item.b]
        if item.strength < JOINS:
            break
        if one is not other and _fit(one, other, found, likely):
            joined = sorted([*one, *other])
            groups.update(dict.fromkeys(joined, joined))
    links = [
        link
        for item in sorted(comparisons, key=lambda item: (item.a, item.b))
        if item.strength >= JOINS and groups[item.a] is groups[item.b]
        for link in item.links
    ]
    return Grouping(_number(ordered, groups), tuple(links))


def _fit(one: Sequence[str], other: Sequence[str], found: Mapping[tuple[str, str], Comparison], likely: Likely) -> bool:
    """Return whether most pairs across two groups have something in common."""
    pairs = [(min(a, b), max(a, b)) for a in one[:ASKED] for b in other[:ASKED]]
    common = sum(found[pair].strength >= COMMON if pair in found else likely(*pair) for pair in pairs)
    return 2 * common >= len(pairs)


def _number(ordered: Sequence[str], groups: Mapping[str, Sequence[str]]) -> dict[str, str]:
    numbers: dict[str, str] = {}
    for file in ordered:
        numbers.setdefault(groups[file][0], f"o{len(numbers) + 1}")
    return {file: numbers[groups[file][0]] for file in ordered}
