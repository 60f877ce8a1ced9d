"""A checked draft as one HTML file: the draft on the left, what was found in the margin, no request, no script."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from factcheck.drafts.record import CheckedSentence, DraftRecord, Mark
from factcheck.drafts.records import Difference, DraftFinding, Quotation
from factcheck.drafts.wording import spell
from factcheck.presentation.display import ArticleInfo, displayable
from factcheck.presentation.draft_words import (
    MARKS,
    UNCHECKED,
    describe_counts,
    describe_verdict,
    list_sources,
    name_finding,
    shows_difference,
)
from factcheck.presentation.pages import make_policy, open_templates
from factcheck.presentation.text import NO_ARTICLES, describe_source, describe_speaker
from factcheck.types import Citation

# A line end before a list item, a blank line or a heading begins a paragraph.
_BREAK = re.compile(r"\n[ \t]*\r?\n|\n[ \t>]*(?:[-*+#|]|\d{1,9}[.)])")
_ITEM = re.compile(r"\n[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+[^\w\n]*$")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a sentence, and whether a finding is about them."""

    text: str
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """What an article says: where, who, how it bears, and its words."""

    label: str
    place: str
    speaker: str
    quote: str


@dataclass(frozen=True, slots=True)
class Change:
    """A run of a quotation: its edit, the words of both, and their letters where they are nearly the same."""

    edit: str
    draft: str
    article: str
    letters: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SentenceView:
    """A sentence as the page shows it."""

    number: int
    mark: Mark
    sign: str
    said: str
    pieces: tuple[Piece, ...]
    findings: tuple[tuple[str, str, str], ...]
    changes: tuple[tuple[Change, ...], ...]
    sources: tuple[Source, ...]

    @property
    def has_note(self) -> bool:
        """Whether something stands in the margin."""
        return bool(self.findings or self.sources)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a heading or a list item of the draft."""

    kind: str
    sentences: tuple[SentenceView, ...]


def render(record: DraftRecord, *, articles: Mapping[str, ArticleInfo] = NO_ARTICLES) -> str:
    """Return a checked draft as one self-contained HTML file.

    Args:
        record: The draft.
        articles: Outlet and date of the cited files, by file.
    """
    from markupsafe import Markup

    environment = open_templates()
    style = environment.get_template("draft.css").render()
    return environment.get_template("draft.html").render(
        record=record,
        counts=list(describe_counts(record)),
        blocks=list(_find_blocks(record, articles)),
        nothing=record.outcome == "nothing_to_check",
        style=Markup(style),
        policy=make_policy(style),
    )


def _find_blocks(record: DraftRecord, articles: Mapping[str, ArticleInfo]) -> Iterator[Block]:
    """Yield the draft's paragraphs in order."""
    run: list[SentenceView] = []
    kind, position = "paragraph", 0
    for sentence in record.sentences:
        gap = record.source[position : sentence.start]
        heading = sentence.kind == "heading"
        if run and (_BREAK.search(gap) or heading or kind == "heading"):
            yield Block(kind, tuple(run))
            run = []
        if not run:
            kind = (
                "heading"
                if heading
                else "item"
                if _ITEM.search(f"\n{gap.lstrip()}" if not position else gap)
                else "paragraph"
            )
        run.append(_view(record, sentence, articles))
        position = sentence.end
    if run:
        yield Block(kind, tuple(run))


def _view(record: DraftRecord, sentence: CheckedSentence, articles: Mapping[str, ArticleInfo]) -> SentenceView:
    mark = sentence.mark
    differing = [quotation for quotation in sentence.quotations if shows_difference(quotation)]
    return SentenceView(
        number=sentence.number,
        mark=mark,
        sign=MARKS[mark],
        said=describe_verdict(sentence) or UNCHECKED.get(sentence.kind, ""),
        pieces=tuple(_cut(record, sentence)),
        findings=tuple((each.severity, name_finding(each), displayable(each.message)) for each in sentence.findings),
        changes=tuple(tuple(_changes(quotation)) for quotation in differing),
        sources=tuple(_source(label, citation, articles) for label, citation in list_sources(sentence)),
    )


def _cut(record: DraftRecord, sentence: CheckedSentence) -> Iterator[Piece]:
    """Yield a sentence's words, those that a finding is about by themselves."""
    text = displayable(sentence.text)
    places = sorted(place for finding in sentence.findings if (place := _find(record, text, finding)))
    position = 0
    for start, end, severity in places:
        if start < position:
            continue
        yield from [Piece(text[position:start])] if start > position else []
        yield Piece(text[start:end], severity)
        position = end
    yield from [Piece(text[position:])] if position < len(text) else []


def _find(record: DraftRecord, text: str, finding: DraftFinding) -> tuple[int, int, str] | None:
    """Return where the words of a finding stand in the words of its sentence, or None where that is all of it."""
    words = displayable(record.source[finding.start : finding.end])
    place = text.find(words) if words else -1
    if place < 0 or len(words) == len(text) or finding.severity == "note":
        return None
    return place, place + len(words), finding.severity


def _changes(quotation: Quotation) -> Iterator[Change]:
    for each in quotation.difference:
        yield Change(each.edit, displayable(each.draft), displayable(each.article), _spell(each))


def _spell(each: Difference) -> tuple[tuple[str, str, str], ...]:
    """Return two words letter by letter, where most letters are the same."""
    if each.edit != "changed" or " " in each.draft or " " in each.article:
        return ()
    letters = tuple((str(edit), ours, theirs) for edit, ours, theirs in spell(each.draft, each.article))
    same = sum(len(ours) for edit, ours, _ in letters if edit == "same")
    return letters if 2 * same >= max(len(each.draft), len(each.article)) else ()


def _source(label: str, citation: Citation, articles: Mapping[str, ArticleInfo]) -> Source:
    return Source(label, describe_source(citation, articles), describe_speaker(citation), displayable(citation.quote))
