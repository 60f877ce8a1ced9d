"""Render a checked draft for a terminal: the draft's sentences in order, each with what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from factcheck.drafts.record import CheckedSentence, DraftRecord, Mark
from factcheck.drafts.records import Difference, DraftFinding
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
from factcheck.presentation.text import NO_ARTICLES, Page, describe_source, describe_speaker
from factcheck.types import Citation

_STYLES: Mapping[Mark, str] = {
    "error": "bold red", "warning": "yellow", "good": "green", "failed": "yellow", "unchecked": "dim",
}  # fmt: skip
_SEVERITY = {"error": "red", "warning": "yellow", "note": "dim"}
_INDENT = 7


def render(
    record: DraftRecord,
    *,
    articles: Mapping[str, ArticleInfo] = NO_ARTICLES,
    width: int | None = None,
    color: bool = False,
) -> str:
    """Return a checked draft as text for people.

    Args:
        record: The draft.
        articles: Outlet and date of the cited files, by file.
        width: Columns to wrap at; None leaves every sentence on one line.
        color: Whether to use terminal colours.
    """
    page = Page(width, color)
    lines = page.block(displayable(record.name), style="bold")
    for line in describe_counts(record):
        lines += page.block(line)
    for sentence in record.sentences:
        lines += _sentence(sentence, articles, page)
    about = f"Checked in {record.total_ms / 1000:.1f} s against the index {record.provenance.index}"
    return "\n".join([*lines, "", *page.block(about, style="dim")])


def _sentence(sentence: CheckedSentence, articles: Mapping[str, ArticleInfo], page: Page) -> list[str]:
    mark = sentence.mark
    head = f"{MARKS[mark]} {sentence.line:>4}"
    said = describe_verdict(sentence) or UNCHECKED.get(sentence.kind, "")
    lines = ["", *_headed(displayable(sentence.text), head, page, _STYLES[mark])]
    if mark != "error" and not sentence.findings and said:
        lines += page.block(said, indent=_INDENT, style="dim")
    for finding in sentence.findings:
        lines += _finding(finding, page)
    for quotation in sentence.quotations:
        if shows_difference(quotation):
            told = displayable("".join(_join(quotation.difference)))
            lines += page.block(told, indent=_INDENT + 2, first=" " * _INDENT + "±")
    for label, citation in list_sources(sentence):
        lines += _citation(citation, articles, page, label)
    return lines


def _headed(text: str, head: str, page: Page, style: str) -> list[str]:
    lines = page.block(text, indent=_INDENT)
    return [page.paint(head, style) + lines[0][len(head) :], *lines[1:]] if lines else [head]


def _finding(finding: DraftFinding, page: Page) -> list[str]:
    lead = {"error": "✗", "warning": "!", "note": "·"}[finding.severity]
    text = f"{name_finding(finding)}. {displayable(finding.message)}"
    return page.block(text, indent=_INDENT + 2, first=f"{' ' * _INDENT}{lead}", style=_SEVERITY[finding.severity])


def _join(difference: tuple[Difference, ...]) -> Iterator[str]:
    """Yield a quotation with what was changed: "it is pure [misinformation → disinformation]"."""
    for number, each in enumerate(difference):
        space = " " if number else ""
        match each.edit:
            case "same":
                yield f"{space}{each.draft}"
            case "changed":
                yield f"{space}[{each.article} → {each.draft}]"
            case "added":
                yield f"{space}[+{each.draft}]"
            case "dropped":
                yield f"{space}[−{each.article}]"
            case "omitted":
                yield f"{space}[… {each.article} …]"


def _citation(citation: Citation, articles: Mapping[str, ArticleInfo], page: Page, label: str) -> list[str]:
    bar = " " * _INDENT + "│"
    speaker = describe_speaker(citation)
    parts = [label, describe_source(citation, articles), *([speaker] if speaker else [])]
    return [
        *page.block(" · ".join(parts), indent=_INDENT + 2, first=bar, style="dim"),
        *page.block(displayable(citation.quote), indent=_INDENT + 2, first=bar, rest=bar),
    ]
