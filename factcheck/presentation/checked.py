"""Render a check record for a terminal: the verdict, then what speaks for and against it, by origin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from factcheck.checking.record import Checked, CheckRecord, Evidence
from factcheck.presentation.display import ArticleInfo, displayable
from factcheck.presentation.text import (
    NO_ARTICLES,
    Page,
    citation_lines,
    describe_engine,
    describe_origins,
    describe_searched,
)
from factcheck.types import Failure

VERDICTS = {
    "supported": ("Supported", "bold green"),
    "refuted": ("Refuted", "bold red"),
    "conflicting": ("Conflicting", "bold yellow"),
    "not_enough_evidence": ("Not enough evidence", "bold yellow"),
}
SIDES = {"supports": "For", "refutes": "Against", "mentions": "Near it, and settling nothing"}


def render(
    record: CheckRecord,
    *,
    articles: Mapping[str, ArticleInfo] = NO_ARTICLES,
    width: int | None = None,
    color: bool = False,
) -> str:
    """Return a record as text for people.

    Args:
        record: A verdict or a failure.
        articles: Outlet and date of the cited files, by file.
        width: Columns to wrap at; None leaves every quote on one line.
        color: Whether to use terminal colours.
    """
    page = Page(width, color)
    if isinstance(record.outcome, Failure):
        lines = _failure(record.outcome, page)
    else:
        lines = _checked(record.outcome, articles, page)
    return "\n".join([*lines, "", *_footer(record, page)])


def describe_verdict(checked: Checked) -> str:
    """Return the verdict in words, and whether it rests on speech alone."""
    said = ", but only as somebody's words" if checked.verdict.attributed_only else ""
    return f"{VERDICTS[checked.verdict.label][0]}{said}"


def _checked(checked: Checked, articles: Mapping[str, ArticleInfo], page: Page) -> list[str]:
    style = VERDICTS[checked.verdict.label][1]
    sure = f"{checked.verdict.confidence:.0%} sure"
    lines = page.block(f"{describe_verdict(checked)} ({sure})", style=style)
    lines += page.block(displayable(checked.explanation))
    if len(checked.parts) > 1:
        lines.append("")
        for number, part in enumerate(checked.parts, 1):
            verdict = VERDICTS[part.verdict.label][0].lower()
            lines += page.block(f"{displayable(part.text)} {verdict}", indent=4, first=f" {number}.")
    for stance, title in SIDES.items():
        side = [each for each in checked.evidence if each.stance == stance]
        if side:
            lines += ["", *_side(title, side, articles, page, parts=len(checked.parts))]
    return [*lines, "", *page.block(describe_searched(checked.searched))]


def _side(
    title: str, side: Sequence[Evidence], articles: Mapping[str, ArticleInfo], page: Page, *, parts: int
) -> list[str]:
    files = len({each.citation.file for each in side})
    by_origin: dict[str, list[Evidence]] = {}
    for each in side:
        by_origin.setdefault(each.citation.origin or each.citation.file, []).append(each)
    lines = [page.paint(title, "bold") + f" ({describe_origins(files, len(by_origin))})"]
    for group in by_origin.values():
        for each in group:
            lines += citation_lines(each.citation, articles, page, first=f"[{each.citation.id}]")
            part = f"part {each.part}: " if parts > 1 else ""
            lines += page.block(f"→ {part}{displayable(each.reason)}", indent=4, style="dim")
    return lines


def _failure(failure: Failure, page: Page) -> list[str]:
    again = " Trying again may help." if failure.retryable else ""
    lines = page.block(f"Not checked ({failure.stage}): {displayable(failure.error)}", style="bold red")
    return [*lines, *page.block(f"hint: {displayable(failure.hint)}{again}")]


def _footer(record: CheckRecord, page: Page) -> list[str]:
    lines: list[str] = []
    for finding in record.findings:
        lines += page.block(f"{finding.check}: {displayable(finding.message)}", indent=2, first="!")
    verb = "Tried" if isinstance(record.outcome, Failure) else "Checked"
    about = f"{verb} by the {describe_engine(record.engine)} in {record.timing.total / 1000:.2f} s"
    return [*lines, *page.block(about, style="dim")]
