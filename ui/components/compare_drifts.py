"""Differences as the page shows them: every telling a row, its own words marked against the first one.

A row holds its sentence as it stands in its file and nothing else: what only the first row has is marked there,
what only another has is marked in that one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from factcheck.comparing.records import Drift, DriftSide
from factcheck.presentation.compare_edits import find_edits
from factcheck.presentation.compare_words import KINDS, describe_drift
from factcheck.presentation.text import plural
from factcheck.types import Citation, Span
from ui.components.answer import describe_outlet, view_citation
from ui.components.compare_material import Material, Told
from ui.components.plain import show_line, show_piece

Views = tuple[list[dict[str, Any]], dict[str, Sequence[Citation]]]


def find_told(told: Iterable[Told], words: str, kind: str | None) -> list[Told]:
    """Return the differences of a kind that hold all the words, folded; without a kind, those that matter."""
    wanted = words.split()
    return [
        each
        for each in told
        if (each.drift.material if kind is None else each.drift.kind == kind)
        and all(word in each.searched for word in wanted)
    ]


def view_drifts(told: Sequence[Told], material: Material) -> Views:
    """Return differences for the browser, and the citations of each by its id."""
    groups: dict[str, Sequence[Citation]] = {each.id: list_cited(each.drift, material) for each in told}
    return [_view_once(each, material, groups[each.id]) for each in told], groups


def list_cited(drift: Drift, material: Material) -> list[Citation]:
    """Return the citations of a difference, side by side."""
    return [material.citations[id_] for side in drift.sides for id_ in side.citations]


def view_group(id: str, citations: Sequence[Citation], material: Material) -> dict[str, Any]:
    """Return a group of citations as the sheet knows them."""
    return {"id": id, "citations": [view_citation(each, material.articles) for each in citations]}


def name_origin(file: str, material: Material) -> str:
    """Return the origin of a file, or "" where it stands alone."""
    number = material.origins[file]
    return f"Origin {number}" if len(material.origin(number).files) > 1 else ""


def count_files(citations: Sequence[Citation], material: Material) -> str:
    """Return "3 articles of 1 origin": copies of one source count once."""
    files = {each.file for each in citations}
    origins = {material.origins[file] for file in files}
    if len(files) == 1:
        return "1 article"
    return f"{plural(len(files), 'article')} of {plural(len(origins), 'origin')}"


def _view_once(told: Told, material: Material, cited: Sequence[Citation]) -> dict[str, Any]:
    view = material.drawn.get(told.id)
    if view is None:
        view = material.drawn[told.id] = _view(told, material, cited)
    return dict(view)


def _view(told: Told, material: Material, cited: Sequence[Citation]) -> dict[str, Any]:
    drift = told.drift
    rows = [
        (number, side, material.citations[id_]) for number, side in enumerate(drift.sides) for id_ in side.citations
    ]
    edits = _lay([citation for _, _, citation in rows])
    return {
        "id": told.id,
        "kind": drift.kind,
        "label": KINDS[drift.kind],
        "headline": show_line(describe_drift(drift, material.citations)) if drift.material else "",
        "about": show_line(drift.about) if drift.material else "",
        "subject": drift.subject,
        "apart": not any(edits) and len(rows) > 1,
        "rows": [
            {
                "position": position,
                "side": number,
                "speaker": show_line(citation.speaker or ""),
                "via": show_line(citation.via or ""),
                "title": material.name_article(citation.file),
                "source": describe_outlet(material.articles.get(citation.file)),
                "origin": name_origin(citation.file, material),
                "pieces": cut(citation, edits[position], _points(side, citation, drift), first=position == 0),
            }
            for position, (number, side, citation) in enumerate(rows)
        ],
        "sides": [
            {
                "value": _value(drift, side),
                "count": count_files([material.citations[id_] for id_ in side.citations], material),
            }
            for side in drift.sides
        ],
    }


def _value(drift: Drift, side: DriftSide) -> str:
    return show_line(side.value) if drift.material else ""


def _lay(cited: Sequence[Citation]) -> list[tuple[Span, ...]]:
    """Return what each sentence has that the first one has not; of the first, what the next like it has not."""
    laid: list[tuple[Span, ...]] = [()] * len(cited)
    for place, other in enumerate(cited[1:], 1):
        found = find_edits(cited[0].quote, other.quote)
        if found is None:
            continue
        laid[0] = laid[0] or found[0]
        laid[place] = found[1]
    return laid


def _points(side: DriftSide, citation: Citation, drift: Drift) -> list[Span]:
    """Return where the difference itself stands in a quote."""
    if not drift.material:
        return []
    marks = [mark for mark in side.marks if mark.citation == citation.id]
    return [Span(mark.start - citation.start, mark.end - citation.start) for mark in marks]


def cut(citation: Citation, edits: Sequence[Span], points: Sequence[Span], *, first: bool) -> list[dict[str, Any]]:
    """Cut a quote where its own words begin and end.

    Args:
        citation: The quote.
        edits: What the sentence it is held against does not have.
        points: What the difference is about.
        first: Whether the others are held against this one; what only it has was left out by them.
    """
    quote = citation.quote
    spans = [*edits, *points]
    inside = {edge for span in spans for edge in (span.start, span.end) if 0 < edge < len(quote)}
    pieces = []
    for start, end in pairwise([0, *sorted(inside), len(quote)]):
        piece: dict[str, Any] = {"text": show_piece(quote[start:end])}
        if any(span.start <= start and end <= span.end for span in edits):
            piece["edit"] = "out" if first else "in"
        if any(span.start <= start and end <= span.end for span in points):
            piece["point"] = True
        pieces.append(piece)
    return pieces
