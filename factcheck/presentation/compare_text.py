"""Render a comparison for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from factcheck.comparing.records import CompareRecord, Drift, Voice
from factcheck.presentation.compare_words import (
    KINDS,
    cut_quote,
    describe_drift,
    describe_extent,
    describe_how,
    describe_left_out,
    describe_origin,
    describe_place,
    describe_reason,
    describe_roles,
    describe_saying,
    describe_variants,
    describe_voice,
    describe_worded,
    index_citations,
    join_pieces,
    list_articles,
    list_sections,
)
from factcheck.presentation.display import displayable
from factcheck.presentation.text import Page, plural
from factcheck.types import Citation

# A terminal shows so many speakers and utterances of each; the page and the record have all.
MOST_VOICES, MOST_SAYINGS = 25, 8
LONGEST_SAYING = 220


def render(record: CompareRecord, *, width: int | None = None, color: bool = False) -> str:
    """Return a comparison as text for people.

    Args:
        record: The comparison.
        width: Columns to wrap at; None leaves every quote on one line.
        color: Whether to use terminal colours.
    """
    page = Page(width, color)
    citations = index_citations(record)
    lines = [*page.block(describe_extent(record), style="bold"), ""]
    sections = list_sections(record)
    for _, title, drifts in sections:
        lines += _section(title, drifts, record, page)
    if not any(drifts for _, _, drifts in sections):
        lines += [*page.block("No two files tell the same differently."), ""]
    worded = describe_worded(record)
    lines += [*page.block(worded, style="dim"), ""] if worded else []
    lines += [*_origins(record, page), "", *_voices(record.people, citations, page)]
    left_out = describe_left_out(record)
    lines += ["", *page.block(f"Compared in {record.milliseconds / 1000:.1f} s. {left_out}".strip(), style="dim")]
    return "\n".join(lines)


def _section(title: str, drifts: Sequence[Drift], record: CompareRecord, page: Page) -> Iterator[str]:
    if not drifts:
        return
    citations, articles = index_citations(record), list_articles(record)
    yield page.paint(title, "bold")
    for drift in drifts:
        yield ""
        headline = f"{KINDS[drift.kind]}: {describe_drift(drift, citations)}"
        yield from page.block(headline, indent=2, first="•", style="yellow")
        for side in drift.sides:
            for id_ in side.citations:
                cited = citations[id_]
                yield from page.block(describe_place(cited, articles), indent=4, first="  ↔", style="dim")
                quote = join_pieces(cut_quote(cited, side))
                yield from page.block(quote, indent=6, first="    │", rest="    │")
    yield ""


def _origins(record: CompareRecord, page: Page) -> Iterator[str]:
    yield page.paint("Origins", "bold")
    for origin in record.origins:
        yield from page.block(describe_origin(origin), indent=2, first="•")
        for reason in origin.reasons:
            yield from page.block(describe_reason(reason), indent=4, style="dim")


def _voices(voices: Sequence[Voice], citations: Mapping[int, Citation], page: Page) -> Iterator[str]:
    yield page.paint("Who says what", "bold")
    if not voices:
        yield from page.block("Nobody is quoted.")
    for voice in voices[:MOST_VOICES]:
        roles = describe_roles(voice)
        yield ""
        yield from page.block(f"{describe_voice(voice)} ({plural(len(voice.files), 'file')})", style="bold")
        if roles:
            yield from page.block(roles, indent=2, style="dim")
        for variant in describe_variants(voice):
            yield from page.block(variant, indent=2, style="yellow")
        for saying in voice.sayings[:MOST_SAYINGS]:
            cited = citations[saying.citation]
            place = displayable(f"{cited.file}:{cited.line} · {describe_how(saying, cited)}")
            yield from page.block(place, indent=4, first="  -", style="dim")
            yield from page.block(_shorten(describe_saying(saying, cited)), indent=6, first="    │", rest="    │")
        hidden = len(voice.sayings) - MOST_SAYINGS
        if hidden > 0:
            yield from page.block(f"and {plural(hidden, 'more utterance')}", indent=4, style="dim")
    if len(voices) > MOST_VOICES:
        more = plural(len(voices) - MOST_VOICES, "more speaker")
        yield from ["", *page.block(f"And {more}; --html and --json have all.", style="dim")]


def _shorten(text: str) -> str:
    if len(text) <= LONGEST_SAYING:
        return text
    cut = text[:LONGEST_SAYING].rpartition(" ")[0] or text[:LONGEST_SAYING]
    return f"{cut} …"
