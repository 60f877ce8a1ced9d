"""Render an answer record as Markdown, with everything from articles escaped."""

from __future__ import annotations

import re
from collections.abc import Mapping

from factcheck.presentation.display import ArticleInfo, displayable
from factcheck.presentation.text import (
    HEADLINES,
    NO_ARTICLES,
    describe_call,
    describe_engine,
    describe_origins,
    describe_searched,
    describe_source,
    describe_speaker,
    marked,
)
from factcheck.types import Abstention, Answer, AnswerRecord, Citation, Failure

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~&$^@])")
_AUTOLINK = re.compile(r"(?i)\b(https?|ftp|mailto)(:)|\b(www)(\.)")
# Only at the start of a line do these open a heading, a list, a rule or a quotation.
_LEADING = re.compile(r"^(\d*)([.)#+=-])")


def escape(text: str) -> str:
    """Return text of an article so that Markdown shows it as it is, on one line."""
    escaped = _SPECIAL.sub(r"\\\1", displayable(text))
    # An address in an article must not become a link that somebody clicks.
    unlinked = _AUTOLINK.sub(lambda found: f"{found[1] or found[3]}\\{found[2] or found[4]}", escaped)
    return _LEADING.sub(r"\1\\\2", unlinked)


def render(record: AnswerRecord, *, articles: Mapping[str, ArticleInfo] = NO_ARTICLES) -> str:
    """Return a record as Markdown, ending in a line end.

    Args:
        record: Any outcome: an answer, an abstention or a failure.
        articles: Outlet and date of the cited files, by file.
    """
    lines = [f"## {escape(record.question)}", ""]
    lines += [f"*Read as: {escape(record.read_as)}*", ""] if record.read_as else []
    match record.outcome:
        case Answer() as answer:
            lines += _answer(answer, articles)
        case Abstention() as abstention:
            lines += _abstention(abstention, articles)
        case Failure() as failure:
            lines += [f"**Failed ({escape(failure.stage)}):** {escape(failure.error)}", ""]
            lines += [escape(failure.hint), ""]
    lines += [f"- {escape(finding.check)}: {escape(finding.message)}" for finding in record.findings]
    if record.findings:
        lines.append("")
    lines.append(f"*{escape(describe_engine(record.engine))}*")
    if call := describe_call(record.call, record.usage):
        lines += ["", f"*{escape(call)}*"]
    return "\n".join(lines) + "\n"


def _answer(answer: Answer, articles: Mapping[str, ArticleInfo]) -> list[str]:
    lines = [f"**{escape(answer.short_answer)}**", ""] if answer.short_answer else []
    for statement in answer.statements:
        doubt = " *(not supported by what it cites)*" if statement.support == "unsupported" else ""
        lines.append(f"- {escape(marked(statement))}{doubt}")
    lines += ["", f"### Sources ({describe_origins(answer.origins.files, answer.origins.independent)})", ""]
    for citation in answer.citations:
        lines += _citation(citation, articles, lead=f"{citation.id}. ")
    for conflict in answer.conflicts:
        lines += [f"### The files differ: {escape(conflict.about)}", ""]
        lines += [f"- {escape(side.value)} {_markers(side.citations)}" for side in conflict.sides]
        lines.append("")
    return lines


def _abstention(abstention: Abstention, articles: Mapping[str, ArticleInfo]) -> list[str]:
    lines = [f"**{HEADLINES[abstention.reason]}** {escape(abstention.explanation)}", ""]
    if abstention.closest:
        lines += ["### Closest passages", ""]
        for citation in abstention.closest:
            lines += _citation(citation, articles, lead="- ")
    return [*lines, describe_searched(abstention.searched), ""]


def _citation(citation: Citation, articles: Mapping[str, ArticleInfo], *, lead: str) -> list[str]:
    indent = " " * len(lead)
    speaker = describe_speaker(citation)
    said = f", {escape(speaker)}" if speaker else ""
    source = escape(describe_source(citation, articles))
    return [f"{lead}{source}{said}", "", f"{indent}> {escape(citation.quote)}", ""]


def _markers(citations: tuple[int, ...]) -> str:
    return "".join(f"\\[{number}\\]" for number in citations)
