"""In what a sentence contradicts a claim, or leaves it without ground: typed, with words for people.

Two sorts: what contradicts (another number at the same noun, a denial of the same act) and what the sentence
does not explain (a name or detail that it does not have, a plan where the claim tells a deed).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from factcheck.claims.alignment import Alignment
from factcheck.claims.amounts import find_date_mismatches, find_number_mismatches, find_part_mismatches
from factcheck.claims.contrasts import (
    find_excluded,
    find_opposite_comparisons,
    find_possessors,
    find_retracted,
    find_undisclosed,
)
from factcheck.claims.findings import Mismatch
from factcheck.claims.polarity import (
    find_missing_details,
    find_polarity_mismatches,
    find_speaker_mismatches,
    find_undone,
)
from factcheck.claims.roles import find_name_mismatches, find_namesakes, find_sibling_mismatches, find_swaps

RULES: tuple[Callable[[Alignment], Iterator[Mismatch]], ...] = (
    find_number_mismatches,
    find_part_mismatches,
    find_date_mismatches,
    find_name_mismatches,
    find_namesakes,
    find_sibling_mismatches,
    find_swaps,
    find_polarity_mismatches,
    find_speaker_mismatches,
    find_excluded,
    find_retracted,
    find_undisclosed,
    find_possessors,
    find_opposite_comparisons,
    find_undone,
    find_missing_details,
)


def find_mismatches(found: Alignment) -> tuple[Mismatch, ...]:
    """Return everything in which a sentence does not bear out a claim, contradictions first."""
    mismatches = [mismatch for rule in RULES for mismatch in rule(found)]
    against = {word for mismatch in mismatches if mismatch.contradicts for word in mismatch.claimed.split()}
    mismatches = [one for one in mismatches if one.kind != "missing_detail" or one.claimed not in against]
    return tuple(sorted(mismatches, key=lambda mismatch: (not mismatch.contradicts, -mismatch.strength)))
