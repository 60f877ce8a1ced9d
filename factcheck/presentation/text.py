"""Render an answer record for a terminal."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlsplit

from factcheck.presentation.display import ArticleInfo, displayable, wrap
from factcheck.types import (
    Abstention,
    Answer,
    AnswerRecord,
    Citation,
    Conflict,
    EngineInfo,
    Failure,
    ModelCall,
    Searched,
    Statement,
    Usage,
)

NO_ARTICLES: Mapping[str, ArticleInfo] = MappingProxyType({})
HEADLINES = {
    "no_evidence": "Not in the articles.",
    "insufficient_evidence": "The articles do not say.",
    "false_premise": "The question takes something for granted that the articles do not say.",
}
_MARKER_RUN = re.compile(r"(?:\[\d+\])+$")
_STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
_MARKER = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Page:
    """Where text goes: how wide it is (None does not wrap) and whether it has colours."""

    width: int | None = None
    color: bool = False

    def paint(self, text: str, style: str) -> str:
        """Return the text in a style, or as it is where there are no colours."""
        if not self.color or not text:
            return text
        codes = ";".join(_STYLES[name] for name in style.split())
        return f"\x1b[{codes}m{text}\x1b[0m"

    def block(self, text: str, *, indent: int = 0, first: str = "", rest: str = "", style: str = "") -> list[str]:
        """Return wrapped lines; `first` and `rest` stand in the indent of the first and other lines."""
        room = None if self.width is None else max(self.width - indent, 20)
        leads = itertools.chain([first], itertools.repeat(rest))
        return [
            self._lead(lead, indent) + (self.paint(line, style) if style else self._markers(line))
            for line, lead in zip(wrap(text, room), leads, strict=False)
        ]

    def _lead(self, lead: str, indent: int) -> str:
        return self.paint(lead, "cyan") + " " * (indent - len(lead))

    def _markers(self, line: str) -> str:
        return _MARKER_RUN.sub(lambda run: self.paint(run.group(), "cyan"), line) if self.color else line


def render(
    record: AnswerRecord,
    *,
    articles: Mapping[str, ArticleInfo] = NO_ARTICLES,
    width: int | None = None,
    color: bool = False,
    statements: bool = True,
) -> str:
    """Return a record as text for people.

    Args:
        record: Any outcome: an answer, an abstention or a failure.
        articles: Outlet and date of the cited files, by file.
        width: Columns to wrap at; None leaves every statement and quote on one line.
        color: Whether to use terminal colours.
        statements: Whether the statements are shown, or were already.
    """
    page = Page(width, color)
    match record.outcome:
        case Answer() as answer:
            lines = _answer(answer, articles, page, statements=statements)
        case Abstention() as abstention:
            lines = _abstention(abstention, articles, page)
        case Failure() as failure:
            lines = _failure(failure, page)
    return "\n".join([*lines, "", *_footer(record, page)])


def render_statement(statement: Statement, *, width: int | None = None, color: bool = False) -> str:
    """Return one statement as text for people, as `render` shows it in an answer."""
    return "\n".join(_statement(statement, Page(width, color)))


def plural(count: int, noun: str, nouns: str = "") -> str:
    """Return a count with its noun: "1 file", "1,200 files"."""
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"


def describe_origins(files: int, independent: int) -> str:
    """Return how many files and independent origins an answer rests on."""
    return f"{plural(files, 'file')}, {plural(independent, 'independent origin')}"


def describe_searched(searched: Searched) -> str:
    """Return what was searched."""
    return f"Searched {plural(searched.sentences, 'sentence')} in {plural(searched.files, 'file')}."


def describe_source(citation: Citation, articles: Mapping[str, ArticleInfo]) -> str:
    """Return where a citation points: file, line, outlet, date and origin."""
    article = articles.get(citation.file)
    parts = [f"{citation.file}:{citation.line}"]
    if article is not None:
        parts += [part for part in (article.outlet, article.date) if part]
    if citation.origin:
        parts.append(f"origin {citation.origin}")
    return displayable(" · ".join(parts))


def describe_speaker(citation: Citation) -> str:
    """Return who says it, or "" where it is not reported speech."""
    via = f"via {citation.via}" if citation.via else ""
    said = f"said by {citation.speaker}" if citation.speaker else ""
    return displayable(", ".join(part for part in (said, via) if part))


def marked(statement: Statement) -> str:
    """Return a statement with a marker for each of its citations, safe to show.

    Markers that the text has already, "he said “no” [1], or “yes” [2]", stay where they are.
    """
    text = displayable(statement.text)
    present = {int(number) for number in _MARKER.findall(text)}
    if not present <= set(statement.citations):
        present = set()  # brackets of the article's own
    missing = "".join(f"[{number}]" for number in statement.citations if number not in present)
    return f"{text} {missing}" if missing else text


def describe_engine(engine: EngineInfo) -> str:
    """Return the engine's name, model and endpoint, without anything secret of its address."""
    place = ""
    if engine.endpoint:
        address = urlsplit(engine.endpoint)
        place = f" at {address.netloc.rpartition('@')[2]}{address.path}"
    return displayable(f"{engine.name} engine ({engine.model}{place})")


def describe_call(call: ModelCall | None, usage: Usage) -> str:
    """Return what a language model was shown and what it cost, or "" where none was asked."""
    if call is None:
        return ""
    parts = [f"{call.shown:,} of {plural(call.available, 'retrieved sentence')} shown"]
    parts.append("the reply was remembered" if call.remembered else plural(call.calls, "call"))
    if usage.prompt_tokens:
        parts.append(f"{usage.prompt_tokens:,} + {usage.completion_tokens:,} tokens")
    parts.append("cost unknown" if usage.cost_usd is None else f"{usage.cost_usd:.6f} USD")
    if call.format != "json_schema":
        forms = {"json_object": "JSON mode", "text": "plain text"}
        parts.append(f"the server takes no schema ({forms.get(call.format, call.format)})")
    if not call.counter.startswith("tiktoken"):
        parts.append(f"tokens counted by the {call.counter} counter")
    return displayable(" · ".join(parts))


def _answer(answer: Answer, articles: Mapping[str, ArticleInfo], page: Page, *, statements: bool = True) -> list[str]:
    lines: list[str] = []
    if answer.short_answer:
        lines += [*page.block(displayable(answer.short_answer), style="bold green"), ""]
    for statement in answer.statements if statements else ():
        lines += _statement(statement, page)
    if not answer.citations:
        return [*lines, "", *page.block("No statement is supported by the articles.", style="bold yellow")]
    lines += ["", page.paint("Sources", "bold") + f" ({describe_origins(**_origins(answer))})"]
    for citation in answer.citations:
        lines += citation_lines(citation, articles, page, first=f"[{citation.id}]")
    for conflict in answer.conflicts:
        lines += ["", *_conflict(conflict, page)]
    return lines


def _origins(answer: Answer) -> dict[str, int]:
    return {"files": answer.origins.files, "independent": answer.origins.independent}


def _statement(statement: Statement, page: Page) -> list[str]:
    lines = page.block(marked(statement), indent=2, first="•")
    if statement.support == "unsupported":
        warning = "not supported: the cited sentences do not say this"
        lines += page.block(warning, indent=4, first="  !", style="yellow")
    return lines


def citation_lines(citation: Citation, articles: Mapping[str, ArticleInfo], page: Page, *, first: str) -> list[str]:
    """Return a citation as lines: where it stands, who says it, and the quote behind a bar."""
    indent = max(len(first) + 1, 4)
    bar = " " * (indent - 2) + "│"
    lines = page.block(describe_source(citation, articles), indent=indent, first=first, style="dim")
    speaker = describe_speaker(citation)
    if speaker:
        lines += page.block(speaker, indent=indent, style="dim")
    return [*lines, *page.block(displayable(citation.quote), indent=indent, first=bar, rest=bar)]


def _conflict(conflict: Conflict, page: Page) -> list[str]:
    lines = page.block(f"The files differ: {displayable(conflict.about)}", style="bold yellow")
    for side in conflict.sides:
        markers = "".join(f"[{number}]" for number in side.citations)
        lines += page.block(f"{displayable(side.value)} {markers}", indent=4, first="  ↔")
    return lines


def _abstention(abstention: Abstention, articles: Mapping[str, ArticleInfo], page: Page) -> list[str]:
    lines = page.block(HEADLINES[abstention.reason], style="bold yellow")
    lines += page.block(displayable(abstention.explanation))
    if abstention.closest:
        lines += ["", page.paint("Closest passages", "bold") + " (they do not answer the question)"]
        for citation in abstention.closest:
            lines += citation_lines(citation, articles, page, first="  -")
    return [*lines, "", *page.block(describe_searched(abstention.searched))]


def _failure(failure: Failure, page: Page) -> list[str]:
    again = " Trying again may help." if failure.retryable else ""
    lines = page.block(f"Failed ({failure.stage}): {displayable(failure.error)}", style="bold red")
    return [*lines, *page.block(f"hint: {displayable(failure.hint)}{again}")]


def _footer(record: AnswerRecord, page: Page) -> list[str]:
    lines = page.block(f"Read as: {displayable(record.read_as)}", style="dim") if record.read_as else []
    for finding in record.findings:
        message = displayable(finding.message)
        named = message.lower().startswith(finding.check)
        lines += page.block(message if named else f"{finding.check}: {message}", indent=2, first="!")
    verb = {Abstention: "Searched", Failure: "Tried"}.get(type(record.outcome), "Answered")
    about = f"{verb} by the {describe_engine(record.engine)} in {record.timing.total / 1000:.2f} s"
    call = describe_call(record.call, record.usage)
    return [*lines, *page.block(about, style="dim"), *(page.block(call, style="dim") if call else [])]
