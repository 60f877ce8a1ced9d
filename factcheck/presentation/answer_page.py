"""Answers as one HTML file: no request leaves it, and no script runs in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from factcheck.presentation.display import ArticleInfo, displayable
from factcheck.presentation.pages import make_policy, open_templates
from factcheck.presentation.text import (
    HEADLINES,
    NO_ARTICLES,
    describe_engine,
    describe_origins,
    describe_searched,
    describe_source,
    describe_speaker,
    marked,
)
from factcheck.types import Abstention, Answer, AnswerRecord, Citation, Failure


@dataclass(frozen=True, slots=True)
class SourceView:
    """A quoted sentence as the page shows it."""

    label: str
    place: str
    speaker: str
    quote: str


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answer as the page shows it: any outcome, the parts of the others empty."""

    kind: str
    question: str
    read_as: str
    lead: str
    explanation: str
    statements: tuple[tuple[str, bool], ...]
    conflicts: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    heading: str
    sources: tuple[SourceView, ...]
    searched: str
    findings: tuple[str, ...]
    made: str


def render(
    records: Sequence[AnswerRecord], *, articles: Mapping[str, ArticleInfo] = NO_ARTICLES, asked: Sequence[str] = ()
) -> str:
    """Return one answer, or a conversation, as one self-contained HTML file.

    Args:
        records: In the order in which they were asked.
        articles: Outlet and date of the cited files, by file.
        asked: When each was asked, for people; or nothing.
    """
    from markupsafe import Markup

    environment = open_templates()
    style = environment.get_template("answer.css").render()
    times = [*asked, *[""] * (len(records) - len(asked))]
    return environment.get_template("answer.html").render(
        title=displayable(records[0].question) if records else "Conversation",
        answers=[_view(record, articles, when) for record, when in zip(records, times, strict=True)],
        style=Markup(style),
        policy=make_policy(style),
    )


def _view(record: AnswerRecord, articles: Mapping[str, ArticleInfo], when: str) -> AnswerView:
    outcome = record.outcome
    answer = outcome if isinstance(outcome, Answer) else None
    cited: tuple[Citation, ...] = answer.citations if answer else ()
    kind, lead, explanation, heading, searched = "failed", "This is not an answer: something failed", "", "", ""
    if isinstance(outcome, Answer):
        kind, lead = "answered", displayable(outcome.short_answer or "")
        heading = f"Sources ({describe_origins(outcome.origins.files, outcome.origins.independent)})"
    elif isinstance(outcome, Abstention):
        kind, lead, explanation = "abstained", HEADLINES[outcome.reason], displayable(outcome.explanation)
        cited, searched = outcome.closest, describe_searched(outcome.searched)
        heading = "Closest passages, which do not answer the question" if cited else ""
    elif isinstance(outcome, Failure):
        explanation = displayable(f"{outcome.error} {outcome.hint}")
    return AnswerView(
        kind=kind,
        question=displayable(record.question),
        read_as=displayable(record.read_as or ""),
        lead=lead,
        explanation=explanation,
        statements=tuple(
            (marked(each), each.support == "unsupported") for each in (answer.statements if answer else ())
        ),
        conflicts=tuple(
            (
                displayable(conflict.about),
                tuple(
                    (displayable(side.value), "".join(f"[{id_}]" for id_ in side.citations)) for side in conflict.sides
                ),
            )
            for conflict in (answer.conflicts if answer else ())
        ),
        heading=heading,
        sources=tuple(
            SourceView(
                f"{each.id}" if answer else "",
                describe_source(each, articles),
                describe_speaker(each),
                displayable(each.quote),
            )
            for each in cited
        ),
        searched=searched,
        findings=tuple(displayable(each.message) for each in record.findings),
        made=" · ".join(part for part in (displayable(when), describe_engine(record.engine)) if part),
    )
