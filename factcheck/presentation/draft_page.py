"""A checked draft as one HTML file: the draft on the left, what was found in the margin, no request, no script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from factcheck.drafts.record import CheckedSentence, DraftRecord, Mark
from factcheck.presentation.display import ArticleInfo, displayable
from factcheck.presentation.draft_pieces import Change, Piece, cut_words, group_sentences, list_changes
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


@dataclass(frozen=True, slots=True)
class Source:
    """What an article says: where, who, how it bears, and its words."""

    label: str
    place: str
    speaker: str
    quote: str


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
    for kind, sentences in group_sentences(record.source, record.sentences):
        yield Block(kind, tuple(_view(record, sentence, articles) for sentence in sentences))


def _view(record: DraftRecord, sentence: CheckedSentence, articles: Mapping[str, ArticleInfo]) -> SentenceView:
    mark = sentence.mark
    differing = [quotation for quotation in sentence.quotations if shows_difference(quotation)]
    return SentenceView(
        number=sentence.number,
        mark=mark,
        sign=MARKS[mark],
        said=describe_verdict(sentence) or UNCHECKED.get(sentence.kind, ""),
        pieces=tuple(cut_words(record.source, sentence)),
        findings=tuple((each.severity, name_finding(each), displayable(each.message)) for each in sentence.findings),
        changes=tuple(tuple(list_changes(quotation)) for quotation in differing),
        sources=tuple(_source(label, citation, articles) for label, citation in list_sources(sentence)),
    )


def _source(label: str, citation: Citation, articles: Mapping[str, ArticleInfo]) -> Source:
    return Source(label, describe_source(citation, articles), describe_speaker(citation), displayable(citation.quote))
