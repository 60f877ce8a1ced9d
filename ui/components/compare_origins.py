"""Origins as the page draws them: the files of each, in an order that keeps linked ones near, and their links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from factcheck.comparing.records import Origin, Reason
from factcheck.presentation.compare_words import REASONS
from factcheck.types import Citation
from ui.components.answer import describe_outlet
from ui.components.compare_material import Material
from ui.components.plain import show_line

# A picture of more is a tangle; the others are told by their number.
MOST_FILES = 24
MOST_LINKS = 40
MOST_ALONE = 12
MOST_FOUND = 50

Pairs = Mapping[tuple[str, str], Sequence[Reason]]


def find_origins(material: Material, words: str) -> tuple[list[int], list[str]]:
    """Return the origins of several files and the files alone, those that hold the words, folded."""
    wanted = words.split()
    shared: list[int] = []
    alone: list[str] = []
    for number, origin in enumerate(material.record.origins, 1):
        if wanted and not any(_holds(material, file, wanted) for file in origin.files):
            continue
        if len(origin.files) > 1:
            shared.append(number)
        else:
            alone += origin.files
    return shared, alone


def view_origin(number: int, words: str, material: Material) -> tuple[dict[str, Any], list[Citation]]:
    """Return one origin for the browser, and the sentences that show its links."""
    origin = material.origin(number)
    pairs = _pair(origin.reasons)
    wanted = words.split()
    found = [file for file in origin.files if wanted and _holds(material, file, wanted)]
    shown = _order(origin, pairs, found)[:MOST_FILES]
    places = {file: place for place, file in enumerate(shown)}
    links = [pair for pair in pairs if pair[0] in places and pair[1] in places]
    links.sort(key=lambda pair: -max(reason.strength for reason in pairs[pair]))
    citations: list[Citation] = []
    return {
        "id": f"origin-{number}",
        "name": f"Origin {number}",
        "count": len(origin.files),
        "hidden": len(origin.files) - len(shown),
        "files": [{**view_file(file, material), "found": file in found} for file in shown],
        "links": [
            {
                "a": places[a],
                "b": places[b],
                "reasons": [_view_reason(reason, (a, b), material, citations) for reason in _strongest(pairs[a, b])],
            }
            for a, b in links[:MOST_LINKS]
        ],
        "unlinked": max(0, len(links) - MOST_LINKS),
    }, citations


def view_alone(files: Sequence[str], words: str, material: Material) -> dict[str, Any]:
    """Return the files that share their origin with no other: their number and, where they are few, each."""
    shown = files if len(files) <= MOST_ALONE else files[:MOST_FOUND] if words else ()
    return {
        "count": len(files),
        "files": [view_file(file, material) for file in shown],
        "hidden": len(files) - len(shown),
    }


def view_file(file: str, material: Material) -> dict[str, str]:
    """Return a file's label."""
    return {
        "title": material.name_article(file),
        "source": describe_outlet(material.articles.get(file)),
        "file": show_line(file),
    }


def _view_reason(
    reason: Reason, pair: tuple[str, str], material: Material, citations: list[Citation]
) -> dict[str, Any]:
    evidence = []
    for one, other in reason.evidence:
        both = (one, other) if (reason.a, reason.b) == pair else (other, one)
        evidence.append([_cite(material.citations[id_], citations) for id_ in both])
    names = f": {', '.join(reason.names)}" if reason.names else ""
    return {
        "kind": reason.reason,
        "words": show_line(REASONS.get(reason.reason, reason.reason.replace("_", " ")) + names),
        "sure": f"{reason.strength:.0%} sure",
        "strength": reason.strength,
        "evidence": evidence,
    }


def _cite(citation: Citation, citations: list[Citation]) -> int:
    """Return a citation's place in the list, put there where it is missing."""
    if citation not in citations:
        citations.append(citation)
    return citations.index(citation)


def _pair(reasons: Iterable[Reason]) -> dict[tuple[str, str], list[Reason]]:
    pairs: dict[tuple[str, str], list[Reason]] = defaultdict(list)
    for reason in reasons:
        pairs[min(reason.a, reason.b), max(reason.a, reason.b)].append(reason)
    return dict(pairs)


def _strongest(reasons: Iterable[Reason]) -> list[Reason]:
    return sorted(reasons, key=lambda reason: -reason.strength)


def _order(origin: Origin, pairs: Pairs, found: Sequence[str]) -> list[str]:
    """Return the files so that each stands near those it is linked to; those that were sought come first."""
    strength: dict[str, dict[str, float]] = defaultdict(dict)
    for (a, b), reasons in pairs.items():
        strength[a][b] = strength[b][a] = max(reason.strength for reason in reasons)
    left = dict.fromkeys([*found, *sorted(origin.files, key=lambda file: (-len(strength[file]), file))])
    order: list[str] = []
    pull: dict[str, float] = dict.fromkeys(left, 0.0)
    while left and len(order) < MOST_FILES:
        best = max(left, key=lambda file: pull[file] + (10 if file in found else 0))
        del left[best]
        order.append(best)
        for other, weight in strength[best].items():
            pull[other] = pull.get(other, 0.0) / 2 + weight
    return [*order, *left]


def _holds(material: Material, file: str, wanted: Sequence[str]) -> bool:
    return all(word in material.searched[file] for word in wanted)
