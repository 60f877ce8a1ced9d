"""Join the differences of pairs of sentences into one entry for each thing that is told differently.

pairs with their differences → places that differ, joined → one drift with a side for each form
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from factcheck.comparing.citing import CitationList
from factcheck.comparing.denials import NOT
from factcheck.comparing.findings import KINDS, Difference
from factcheck.comparing.records import Drift, DriftSide, FactConflict, Mark, Subject
from factcheck.comparing.spellings import fold
from factcheck.types import Side, SourceSentence, Span

# Of a name that is misspelt all over an article, this many sentences of each side are shown.
MOST_CITED = 6
# Without a common number, verb or name there is nothing that a conflict could be about.
ABOUT = {
    "number": "how much",
    "negation": "whether it is so",
    "name": "how a name is written",
    "actor": "who",
    "date": "when",
    "hedging": "whether it is certain",
}

_POSSESSIVE = re.compile(r"['’]s?$")

Node = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A difference between two sentences of the index."""

    a: SourceSentence
    b: SourceSentence
    difference: Difference
    said: bool


def join_differences(found: Sequence[Found], citations: CitationList) -> tuple[Drift, ...]:
    """Return one drift for each thing that is told differently, the weightiest and surest first."""
    groups = _group(found)
    material = {pair for group in groups for one in group if one.difference.material for pair in _ids(one)}
    drifts = []
    for group in groups:
        best = max(group, key=lambda one: one.difference.strength)
        if not best.difference.material and all(id_ in material for one in group for id_ in _ids(one)):
            continue  # two forms of a side that is shown already
        sides = _sides(group, citations)
        if len(sides) > 1:
            drifts.append(_describe(best, group, sides))
    return tuple(sorted(drifts, key=lambda each: (not each.material, each.subject == "fact", KINDS.index(each.kind))))


def list_conflicts(drifts: Sequence[Drift]) -> tuple[FactConflict, ...]:
    """Return the facts, beyond what people are quoted with, on which files differ."""
    return tuple(
        FactConflict(
            drift.about if drift.kind in {"negation", "number"} and drift.about not in {"", NOT} else ABOUT[drift.kind],
            drift.kind,
            tuple(Side(side.value, side.citations) for side in drift.sides),
        )
        for drift in drifts
        if drift.material and drift.subject == "fact" and drift.kind != "name"
    )


def _ids(one: Found) -> tuple[int, int]:
    return one.a.id, one.b.id


def _group(found: Sequence[Found]) -> list[list[Found]]:
    """Return the differences that share a place, or for names a spelling."""
    above: dict[Node, Node] = {}

    def root(node: Node) -> Node:
        while above.setdefault(node, node) != node:
            above[node] = node = above[above[node]]
        return node

    for one in found:
        first, second = _nodes(one)
        above[root(first)] = root(second)
    groups: dict[Node, list[Found]] = defaultdict(list)
    for one in found:
        groups[root(_nodes(one)[0])].append(one)
    return list(groups.values())


def _nodes(one: Found) -> tuple[Node, Node]:
    difference, kind = one.difference, one.difference.kind
    if kind == "name":
        first, second = _spellings(one)
        return (kind, first), (kind, second)
    return tuple((kind, sentence.id, span.start) for sentence, span in ((one.a, difference.a), (one.b, difference.b)))  # type: ignore[return-value]


def _spellings(one: Found) -> tuple[str, str]:
    """Return how both sides write a name: by the surname where that differs, so that each slip counts once."""
    written = (one.difference.a.of(one.a.text), one.difference.b.of(one.b.text))
    names = tuple(fold(_POSSESSIVE.sub("", name)) for name in written)
    last = tuple(name.split()[-1] for name in names)
    return (last[0], last[1]) if last[0] != last[1] else (names[0], names[1])


def _sides(group: Sequence[Found], citations: CitationList) -> list[DriftSide]:
    """Return the forms, each with the sentences that have it, by file and place."""
    forms: dict[str, dict[tuple[str, int], tuple[SourceSentence, Span]]] = defaultdict(dict)
    for one in group:
        difference = one.difference
        keys = _spellings(one) if difference.kind == "name" else (difference.key_a, difference.key_b)
        for sentence, span, key in ((one.a, difference.a, keys[0]), (one.b, difference.b, keys[1])):
            if difference.kind == "wording_only":
                key = sentence.text
            forms[key or fold(span.of(sentence.text))].setdefault((sentence.file, sentence.start), (sentence, span))
    full = group[0].difference.kind == "name"
    sides = [
        _side([places[at] for at in sorted(places)][:MOST_CITED], citations, full=full) for places in forms.values()
    ]
    return sorted(sides, key=lambda side: side.citations)


def _side(places: Sequence[tuple[SourceSentence, Span]], citations: CitationList, *, full: bool) -> DriftSide:
    """Return one form; `full` takes the fullest words (of a name) for its value, else the first ones."""
    ids, marks = [], []
    for sentence, span in places:
        id_ = citations.cite(sentence)
        ids.append(id_)
        marks.append(Mark(id_, sentence.start + span.start, sentence.start + span.end))
    values = [
        _POSSESSIVE.sub("", span.of(sentence.text)) if full else span.of(sentence.text) for sentence, span in places
    ]
    return DriftSide(max(values, key=len) if full else values[0], tuple(dict.fromkeys(ids)), tuple(marks))


def _describe(best: Found, group: Sequence[Found], sides: Sequence[DriftSide]) -> Drift:
    subject: Subject = "utterance" if any(one.said for one in group) else "fact"
    difference = best.difference
    return Drift(
        difference.kind, difference.material, subject, difference.about, _explain(difference, sides), tuple(sides)
    )


def _explain(difference: Difference, sides: Sequence[DriftSide]) -> str:
    """Return the difference in words; where there are more than two forms, all of them."""
    values = [" ".join(side.value.split()) for side in sides]
    if len(values) > 2 and difference.material:
        return "the files say " + ", ".join(f"“{value}”" for value in values)
    wordings: dict[str, Callable[[], str]] = {
        "number": lambda: f"one says {values[0]}, the other {values[1]}",
        "date": lambda: f"one says {values[0]}, the other {values[1]}",
        "name": lambda: f"one writes {values[0]}, the other {values[1]}",
        "actor": lambda: f"one names {values[0]}, the other {values[1]}",
        "negation": lambda: f"one says “{values[0]}”, the other “{values[1]}”",
    }
    # The words of the citations that are shown first, in their order.
    return (
        wordings[difference.kind]()
        if difference.kind in wordings and values[0] != values[1]
        else (difference.explanation)
    )
