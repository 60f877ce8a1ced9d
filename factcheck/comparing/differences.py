"""Where two aligned sentences of different files differ, by kind.

a, b → claims laid over each other, both ways → rules → differences, the weightiest first
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from factcheck.comparing.denials import find_denials
from factcheck.comparing.doubts import find_hedging_differences
from factcheck.comparing.figures import find_date_differences, find_number_differences
from factcheck.comparing.findings import KINDS, Difference
from factcheck.comparing.sides import Laid, Side, whole
from factcheck.comparing.spellings import find_actor_differences, find_name_differences

RULES: tuple[Callable[[Laid], Iterator[Difference]], ...] = (
    find_denials,
    find_number_differences,
    find_date_differences,
    find_hedging_differences,
    find_name_differences,
    find_actor_differences,
)


def find_differences(a: Side, b: Side) -> tuple[Difference, ...]:
    """Return where two sentences that tell the same differ, the weightiest kind first.

    Args:
        a: A sentence of one file.
        b: The sentence of another file that tells the same.

    Returns:
        At least one: "wording_only" over the whole of both where no rule found more.
    """
    return lay_differences(Laid(a, b))


def lay_differences(laid: Laid) -> tuple[Difference, ...]:
    """Return the differences of two sides that are laid over each other already."""
    found = [difference for rule in RULES for difference in rule(laid)]
    if not found:
        return (Difference("wording_only", False, whole(laid.a), whole(laid.b), "they differ in wording only"),)
    return tuple(sorted(found, key=lambda each: (KINDS.index(each.kind), -each.strength)))
