"""Join the differences of pairs of sentences: one thing that is told differently, with a form for each telling.

pairs with their differences → places that differ, joined → forms, each with the sentences that have it
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from factcheck.comparing.denials import NOT
from factcheck.comparing.doubts import NOT_GIVEN
from factcheck.comparing.findings import Difference
from factcheck.comparing.spellings import fold
from factcheck.types import SourceSentence, Span

# What a conflict is about where no verb, noun or name says it.
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
Places = tuple[tuple[SourceSentence, Span], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A difference between two sentences of the index.

    Attributes:
        a: One sentence.
        b: The other.
        difference: What differs; its spans are those of the sentences' texts.
        said: Whether both are part of an utterance.
    """

    a: SourceSentence
    b: SourceSentence
    difference: Difference
    said: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """One way in which a thing is told: the words, and the sentences that have them, by file and place."""

    value: str
    places: Places


@dataclass(frozen=True, slots=True)
class Joined:
    """One thing that is told differently.

    Attributes:
        best: The surest of its differences.
        forms: Two or more.
        said: Whether it is an utterance.
    """

    best: Difference
    forms: tuple[Form, ...]
    said: bool

    @property
    def about(self) -> str:
        """What it is about, for people."""
        if self.best.about == NOT_GIVEN:
            return "what is not specified"
        named = self.best.kind in {"negation", "number"} and self.best.about not in {"", NOT}
        return self.best.about if named else ABOUT.get(self.best.kind, self.best.kind)


def join(found: Sequence[Found]) -> Iterator[Joined]:
    """Yield each thing that is told differently once, whatever number of sentences tell it."""
    groups = _group(found)
    shown = {id_ for group in groups for one in group if one.difference.material for id_ in (one.a.id, one.b.id)}
    for group in groups:
        best = max((one.difference for one in group), key=lambda difference: difference.strength)
        if not best.material and all(id_ in shown for one in group for id_ in (one.a.id, one.b.id)):
            continue  # two wordings of a form that is shown already
        forms = _list_forms(group)
        if len(forms) > 1:
            yield Joined(best, tuple(forms), any(one.said for one in group))


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
    return (kind, one.a.id, difference.a.start), (kind, one.b.id, difference.b.start)


def _spellings(one: Found) -> tuple[str, str]:
    """Return how both sides write a name: by the surname where that differs, so that each slip counts once."""
    first, second = (
        fold(_POSSESSIVE.sub("", span.of(sentence.text)))
        for sentence, span in ((one.a, one.difference.a), (one.b, one.difference.b))
    )
    last, other = first.split()[-1], second.split()[-1]
    return (last, other) if last != other else (first, second)


def _list_forms(group: Sequence[Found]) -> list[Form]:
    forms: dict[str, dict[tuple[str, int], tuple[SourceSentence, Span]]] = defaultdict(dict)
    kind = group[0].difference.kind
    for one in group:
        difference = one.difference
        keys = _spellings(one) if kind == "name" else (difference.key_a, difference.key_b)
        for sentence, span, key in ((one.a, difference.a, keys[0]), (one.b, difference.b, keys[1])):
            if kind == "wording_only":
                key = sentence.text
            forms[key or fold(span.of(sentence.text))].setdefault((sentence.file, sentence.start), (sentence, span))
    found = [_form(tuple(places[at] for at in sorted(places)), full=kind == "name") for places in forms.values()]
    return sorted(found, key=lambda form: (form.places[0][0].file, form.places[0][0].start))


def _form(places: Places, *, full: bool) -> Form:
    """Return one form; `full` takes the fullest words (of a name) for its value, else the first ones."""
    values = [span.of(sentence.text) for sentence, span in places]
    if full:
        return Form(max((_POSSESSIVE.sub("", value) for value in values), key=len), places)
    return Form(values[0], places)
