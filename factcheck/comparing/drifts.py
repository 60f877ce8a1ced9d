"""What is told differently, as the comparison's record shows it."""

from __future__ import annotations

from collections.abc import Sequence

from factcheck.comparing.citing import CitationList
from factcheck.comparing.findings import KINDS
from factcheck.comparing.joining import ABOUT, Form, Found, Joined, join
from factcheck.comparing.records import Drift, DriftSide, FactConflict, Mark, Subject
from factcheck.types import Side

# Of a name that is misspelt all over an article, this many sentences of each form are shown.
MOST_CITED = 6


def list_drifts(found: Sequence[Found], citations: CitationList) -> tuple[Drift, ...]:
    """Return one drift for each thing that is told differently: what is material first, then the weightiest."""
    drifts = [_describe(joined, citations) for joined in join(found)]
    return tuple(sorted(drifts, key=lambda each: (not each.material, each.subject == "fact", KINDS.index(each.kind))))


def list_conflicts(drifts: Sequence[Drift]) -> tuple[FactConflict, ...]:
    """Return the facts, beyond what people are quoted with, on which files differ."""
    return tuple(
        FactConflict(
            drift.about or ABOUT[drift.kind],
            drift.kind,
            tuple(Side(side.value, side.citations) for side in drift.sides),
        )
        for drift in drifts
        if drift.material and drift.subject == "fact" and drift.kind != "name"
    )


def _describe(joined: Joined, citations: CitationList) -> Drift:
    subject: Subject = "utterance" if joined.said else "fact"
    sides = tuple(_side(form, citations) for form in joined.forms)
    return Drift(joined.best.kind, joined.best.material, subject, joined.about, explain(joined), sides)


def _side(form: Form, citations: CitationList) -> DriftSide:
    marks = []
    for sentence, span in form.places[:MOST_CITED]:
        marks.append(Mark(citations.cite(sentence), sentence.start + span.start, sentence.start + span.end))
    return DriftSide(form.value, tuple(dict.fromkeys(mark.citation for mark in marks)), tuple(marks))


def explain(joined: Joined) -> str:
    """Return in words how the forms differ, in their order."""
    difference, values = joined.best, [" ".join(form.value.split()) for form in joined.forms]
    if not difference.material:
        return difference.explanation
    if len(values) > 2:
        return "the files say " + ", ".join(f"“{value}”" for value in values)
    one, two = values
    if one == two:
        return difference.explanation
    match difference.kind:
        case "number" | "date":
            return f"one says {one}, the other {two}"
        case "name":
            return f"one writes {one}, the other {two}"
        case "actor" if difference.about:
            return f"one names {one}, the other {two}"
        case "negation":
            return f"one says “{one}”, the other “{two}”"
        case _:
            return difference.explanation
