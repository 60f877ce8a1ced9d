"""Find the origins of a set of articles: which pairs to compare, and the groups that follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from factcheck.origins.candidates import find_candidates, mark
from factcheck.origins.copies import find_copies, sketch
from factcheck.origins.grouping import form_groups
from factcheck.origins.pairs import compare
from factcheck.origins.profiles import profile
from factcheck.origins.records import Comparison, Grouping, Link, Story
from factcheck.origins.wording import read_keys

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Of the copies of one text this many are compared with other articles.
MOST_COPIES = 4
# Copies that share less may be compared with others each for itself.
SAME_TEXT = 0.8


@dataclass(frozen=True, slots=True)
class Marks:
    """Hashes by which an article's likely companions are found.

    Attributes:
        file: Name in the index.
        sketch: Hashes of its word runs (copies.py).
        keys: Hashes of its telling words (candidates.py).
    """

    file: str
    sketch: bytes
    keys: bytes


def mark_story(story: Story) -> Marks:
    """Return the hashes of an article."""
    keys = chain.from_iterable(read_keys(story.text, story.sentences))
    return Marks(story.file, sketch(join_story(story)), mark(keys))


def join_story(story: Story) -> str:
    """Return an article's sentences without what is between them."""
    return "\n".join(story.text[sentence.start : sentence.end] for sentence in story.sentences)


def find_pairs(marks: Sequence[Marks]) -> dict[tuple[str, str], float]:
    """Return the pairs of files that are to be compared, and what share of text is copied (0: none, 1: all).

    The pairs are the same in whatever order the articles come.
    """
    ordered = sorted(marks, key=lambda item: item.file)
    copies = find_copies([item.sketch for item in ordered])
    left_out = set(_find_further_copies(ordered, copies))
    keys = [b"" if place in left_out else item.keys for place, item in enumerate(ordered)]
    pairs = dict.fromkeys(find_candidates(keys), 0.0) | copies
    return {(ordered[one].file, ordered[other].file): share for (one, other), share in sorted(pairs.items())}


def is_settled(share: float) -> bool:
    """Return whether two articles need no comparison, since their words are all the same."""
    return share >= 1


def settle(a: str, b: str) -> Comparison:
    """Return the comparison of two articles whose words are all the same."""
    return Comparison(a, b, 1.0, related=True, links=(Link(a, b, "near_copy", 1.0),))


def group_compared(marks: Sequence[Marks], comparisons: Sequence[Comparison]) -> Grouping:
    """Group files by the comparisons of those pairs that `find_pairs` named."""
    keys = {item.file: np.frombuffer(item.keys, dtype="<u4") for item in marks}

    return form_groups(keys, comparisons, lambda a, b: _share_keys(keys[a], keys[b]))


def group_origins(stories: Sequence[Story]) -> Grouping:
    """Group articles by the origin that they rest on, each with the reasons."""
    marks = [mark_story(story) for story in stories]
    profiles = {story.file: profile(story) for story in stories}
    comparisons = [
        settle(a, b) if is_settled(share) else compare(profiles[a], profiles[b], copied=share)
        for (a, b), share in find_pairs(marks).items()
    ]
    return group_compared(marks, comparisons)


def _find_further_copies(marks: Sequence[Marks], copies: Mapping[tuple[int, int], float]) -> Iterator[int]:
    """Yield the positions of all but the fullest copies of each text."""
    first = list(range(len(marks)))
    for (one, other), share in sorted(copies.items()):
        if share >= SAME_TEXT:
            first[other] = min(first[other], first[one])
    members: dict[int, list[int]] = defaultdict(list)
    for place, head in enumerate(first):
        members[head].append(place)
    for places in members.values():
        fullest = sorted(places, key=lambda place: (-len(marks[place].keys), place))
        yield from fullest[MOST_COPIES:]


def _share_keys(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> float:
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared / max(1, min(len(one), len(other)))
