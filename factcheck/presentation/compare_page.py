"""A comparison as one HTML file: no request leaves it, and no script runs in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from factcheck.comparing.records import CompareRecord, Drift, Voice
from factcheck.presentation.compare_words import (
    KINDS,
    Piece,
    cut_quote,
    describe_drift,
    describe_extent,
    describe_how,
    describe_left_out,
    describe_place,
    describe_reason,
    describe_roles,
    describe_saying,
    describe_variants,
    describe_voice,
    describe_worded,
    index_citations,
    list_articles,
    list_sections,
)
from factcheck.presentation.display import ArticleInfo, displayable
from factcheck.presentation.pages import make_policy, open_templates
from factcheck.presentation.text import describe_source, plural
from factcheck.types import Citation


@dataclass(frozen=True, slots=True)
class Quote:
    """A quoted sentence: where it stands, and its words."""

    place: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class DriftView:
    """A difference as the page shows it."""

    kind: str
    title: str
    difference: str
    sides: tuple[tuple[Quote, ...], ...]


@dataclass(frozen=True, slots=True)
class VoiceView:
    """A speaker as the page shows it."""

    name: str
    roles: str
    counts: str
    variants: tuple[str, ...]
    sayings: tuple[tuple[str, str, str], ...]


def render(record: CompareRecord) -> str:
    """Return a comparison as one self-contained HTML file."""
    from markupsafe import Markup

    environment = open_templates()
    citations, articles = index_citations(record), list_articles(record)
    style = environment.get_template("compare.css").render()
    return environment.get_template("compare.html").render(
        record=record,
        extent=describe_extent(record),
        left_out=describe_left_out(record),
        worded=describe_worded(record),
        sections=[
            (id_, title, [_view(drift, citations, articles) for drift in drifts])
            for id_, title, drifts in list_sections(record)
        ],
        origins=list(_list_origins(record, citations)),
        voices=[_voice(voice, citations) for voice in record.people],
        style=Markup(style),
        policy=make_policy(style),
    )


def _view(drift: Drift, citations: Mapping[int, Citation], articles: Mapping[str, ArticleInfo]) -> DriftView:
    sides = tuple(
        tuple(
            Quote(describe_place(citations[id_], articles), tuple(cut_quote(citations[id_], side)))
            for id_ in side.citations
        )
        for side in drift.sides
    )
    return DriftView(drift.kind, KINDS[drift.kind], describe_drift(drift, citations), sides)


def _list_origins(
    record: CompareRecord, citations: Mapping[int, Citation]
) -> Iterator[tuple[list[tuple[str, str]], list[tuple[str, list[tuple[str, str]]]]]]:
    """Yield the files of each origin (name, what is known of it) and its reasons with the words that show them."""
    known = {file.file: file for file in record.files}
    for origin in record.origins:
        files = []
        for name in origin.files:
            file = known[name]
            about = " · ".join(part for part in (file.title, file.outlet, file.date) if part)
            files.append((displayable(name), displayable(about)))
        reasons = [
            (
                describe_reason(reason),
                [
                    (displayable(citations[first].quote), displayable(citations[second].quote))
                    for first, second in reason.evidence
                ],
            )
            for reason in origin.reasons
        ]
        yield files, reasons


def _voice(voice: Voice, citations: Mapping[int, Citation]) -> VoiceView:
    sayings = []
    for saying in voice.sayings:
        cited = citations[saying.citation]
        sayings.append((describe_source(cited, {}), describe_how(saying, cited), describe_saying(saying, cited)))
    counts = f"{plural(len(voice.sayings), 'utterance')} in {plural(len(voice.files), 'file')}"
    return VoiceView(
        describe_voice(voice), describe_roles(voice), counts, tuple(describe_variants(voice)), tuple(sayings)
    )
