"""What the page shows of one row: expected beside given, and both in their articles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from factcheck.evaluation.excerpts import CONTEXT, Mark, Paragraph, cut_excerpt, move_offset
from factcheck.evaluation.metrics.matching import holds_half, places_of
from factcheck.evaluation.records import Flip, GoldCitation, GoldenCase, RowScore
from factcheck.evaluation.wording import judge_row, name_stage, show_value
from factcheck.presentation.display import displayable
from factcheck.texts import Span

Record = Mapping[str, Any]
# Articles of one row beyond these are named, not shown.
MOST_ARTICLES = 8
LONGEST_SUMMARY = 120
_PLAIN_ID = re.compile(r"[\w.-]+")


@dataclass(frozen=True, slots=True)
class GoldView:
    """A gold citation: whether its article holds it, its rank among the hits, whether it was cited."""

    file: str
    quote: str
    speaker: str | None
    required: bool
    found: bool
    rank: int | None
    cited: bool


@dataclass(frozen=True, slots=True)
class CitationView:
    """A given citation; `number` as in the answer, or its position among evidence or closest passages."""

    number: int
    file: str
    line: int | None
    quote: str
    details: str
    gold: bool
    stance: str


@dataclass(frozen=True, slots=True)
class ArticleView:
    """Part of an article with its marks.

    Attributes:
        file: Its name.
        position: Among the texts that the page carries.
        paragraphs: Those that are marked, with some around.
        marks: All marks for the whole article: "start-end-number", the number empty where gold.
    """

    file: str
    position: int
    paragraphs: tuple[Paragraph, ...]
    marks: str


@dataclass(frozen=True, slots=True)
class RowView:
    """All that the page shows of a row; `record` is its wire form, for what needs no work here."""

    score: RowScore
    case: GoldenCase | None
    record: Record
    asked: str
    anchor: str
    status: str
    stage: str
    summary: str
    flip: str
    gold: tuple[GoldView, ...]
    hits: int | None
    citations: tuple[CitationView, ...]
    articles: tuple[ArticleView, ...]
    unshown: tuple[str, ...]
    figures: tuple[tuple[str, str], ...]
    before: Record | None
    before_summary: str


@dataclass(frozen=True, slots=True)
class Material:
    """What rows are made of, by id or by file."""

    cases: Mapping[str, GoldenCase]
    records: Mapping[str, Record]
    before: Mapping[str, Record]
    flips: Mapping[str, Flip]
    texts: Mapping[str, str]
    context: int = CONTEXT


def view_row(score: RowScore, position: int, material: Material) -> RowView:
    """Return what the page shows of a row.

    Args:
        score: The row.
        position: Among the rows, from 1.
        material: Its case, record and texts are looked up here.
    """
    case, record = material.cases.get(score.id), material.records.get(score.id, {})
    given = [*_list_given(record)]
    gold = [
        (each, [*places_of(each.quote, material.texts.get(each.file, ""))]) for each in (case.citations if case else ())
    ]
    marks = _collect_marks(gold, given)
    articles = [*_view_articles(marks, material)]
    flip = material.flips.get(score.id)
    before = material.before.get(score.id)
    return RowView(
        score=score,
        case=case,
        record=record,
        asked=displayable(score.asked or (case.question or case.claim or "" if case else "")),
        anchor=f"row-{score.id}" if _PLAIN_ID.fullmatch(score.id) else f"row-number-{position}",
        status=judge_row(score),
        stage=name_stage(score.miss.stage) if score.miss else "",
        summary=describe_record(record),
        flip="" if flip is None else "better" if flip.after else "worse",
        gold=tuple(_view_gold(each, places, given, record) for each, places in gold),
        hits=len(_hits(record)) if record.get("trace") else None,
        citations=tuple(_view_citation(number, each, gold) for number, each in given),
        articles=tuple(articles[:MOST_ARTICLES]),
        unshown=tuple(displayable(each.file) for each in articles[MOST_ARTICLES:]),
        figures=tuple((name, show_value(name, value)) for name, value in score.values.items() if value is not None),
        before=before,
        before_summary=describe_record(before) if before is not None else "",
    )


def list_files(cases: Iterable[GoldenCase], records: Iterable[Record]) -> list[str]:
    """Return every file that is gold, cited, evidence or closest, once, sorted."""
    gold = {citation.file for case in cases for citation in case.citations}
    given = {str(each["file"]) for record in records for _, each in _list_given(record)}
    return sorted(gold | given)


def _list_given(record: Record) -> Iterator[tuple[int, Record]]:
    """Yield citations, evidence or closest passages with their numbers."""
    abstention = record.get("abstention") or {}
    found = record.get("citations") or record.get("evidence") or abstention.get("closest") or ()
    for position, each in enumerate(found, start=1):
        yield int(each.get("id") or position), each


def describe_record(record: Record) -> str:
    """Return in one line what was given."""
    match record.get("outcome"):
        case "answered":
            text = str(record.get("short_answer") or record.get("answer") or "")
        case "abstained":
            text = f"abstained: {(record.get('abstention') or {}).get('explanation', '')}"
        case "checked":
            text = str(record.get("verdict") or "").replace("_", " ")
        case "failed":
            text = f"failed: {(record.get('failure') or {}).get('error', '')}"
        case _:
            text = "no record"
    shown = displayable(text)
    return shown if len(shown) <= LONGEST_SUMMARY else f"{shown[: LONGEST_SUMMARY - 1]}…"


def _view_gold(
    gold: GoldCitation, places: Sequence[Span], given: Sequence[tuple[int, Record]], record: Record
) -> GoldView:
    hits = ((hit[0], hit[1], hit[2]) for hit in _hits(record))
    ranks = (rank for rank, hit in enumerate(hits, start=1) if _holds(hit, gold.file, places))
    cited = any(_holds((each["file"], each["start"], each["end"]), gold.file, places) for _, each in given)
    return GoldView(
        file=displayable(gold.file),
        quote=displayable(gold.quote),
        speaker=displayable(gold.speaker) if gold.speaker else None,
        required=gold.required,
        found=bool(places),
        rank=next(ranks, None),
        cited=cited and record.get("outcome") in {"answered", "checked"},
    )


def _hits(record: Record) -> Sequence[Any]:
    trace = record.get("trace") or {}
    hits: Sequence[Any] = trace.get("hits") or ()
    return hits


def _holds(span: tuple[str, int, int], file: str, places: Iterable[Span]) -> bool:
    return span[0] == file and any(holds_half(span[1], span[2], place) for place in places)


def _view_citation(number: int, citation: Record, gold: Sequence[tuple[GoldCitation, list[Span]]]) -> CitationView:
    span = (str(citation["file"]), int(citation["start"]), int(citation["end"]))
    speaker, via, origin = (citation.get(name) for name in ("speaker", "via", "origin"))
    details = [
        f"said by {speaker}" if speaker else "",
        f"via {via}" if via else "",
        f"origin {origin}" if origin else "",
    ]
    return CitationView(
        number=number,
        file=displayable(span[0]),
        line=citation.get("line"),
        quote=displayable(str(citation.get("quote", ""))),
        details=displayable(", ".join(part for part in details if part)),
        gold=any(_holds(span, each.file, places) for each, places in gold),
        stance=str(citation.get("stance") or ""),
    )


def _collect_marks(
    gold: Iterable[tuple[GoldCitation, list[Span]]], given: Iterable[tuple[int, Record]]
) -> dict[str, list[Mark]]:
    """Return the marks of each file, files with given citations first."""
    marks: dict[str, list[Mark]] = {}
    for number, each in given:
        marks.setdefault(str(each["file"]), []).append(Mark(int(each["start"]), int(each["end"]), number))
    for citation, places in gold:
        marks.setdefault(citation.file, []).extend(Mark(place.start, place.end) for place in places)
    return marks


def _view_articles(marks: Mapping[str, Sequence[Mark]], material: Material) -> Iterator[ArticleView]:
    positions = {file: position for position, file in enumerate(material.texts)}
    for file, found in marks.items():
        text = material.texts.get(file)
        if text is None or not found:
            continue
        yield ArticleView(
            file=displayable(file),
            position=positions[file],
            paragraphs=cut_excerpt(text, found, context=material.context),
            marks=",".join(
                f"{move_offset(text, mark.start)}-{move_offset(text, mark.end)}-{mark.number or ''}" for mark in found
            ),
        )
