"""What the page shows of one turn, as plain data for the browser.

    Turn → view_turn → {"outcome", "statements", "citations", "conflicts", …} → desk

Pure functions: they word and arrange a record and decide nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from pathlib import PurePosixPath
from typing import Any, Protocol
from urllib.parse import urlsplit

from factcheck.presentation.display import ArticleInfo
from factcheck.presentation.text import describe_origins, describe_searched
from factcheck.types import (
    Abstention,
    Answer,
    AnswerRecord,
    Citation,
    Conflict,
    EngineInfo,
    Failure,
    Statement,
)
from ui.components.plain import show_error, show_line, show_piece
from ui.sessions.ask import Turn

_MARKER = re.compile(r"\s*\[(\d{1,4})\]")

HEADLINES = {
    "no_evidence": "Not in the articles",
    "insufficient_evidence": "The articles do not say",
    "false_premise": "The question assumes what the articles do not say",
}


class TitledArticle(ArticleInfo, Protocol):
    """What the page needs to know of an article; rows of the index fit."""

    @property
    def title(self) -> str | None:
        """Headline, where the article gives it."""


def view_turn(turn: Turn, articles: Mapping[str, TitledArticle], *, offline: bool = True) -> dict[str, Any]:
    """Return everything the page shows of a turn.

    Args:
        turn: The question and its outcome.
        articles: Articles by file, for titles and dates; a removed one may be absent.
        offline: Whether the embedded engine works without any endpoint.
    """
    outcome = turn.outcome
    view: dict[str, Any] = {
        "id": turn.id,
        "question": show_line(turn.question),
        "citations": [view_citation(each, articles) for each in turn.citations],
        "meta": _view_meta(turn.result, offline=offline) if isinstance(turn.result, AnswerRecord) else None,
        "findings": [show_line(each.message) for each in turn.result.findings]
        if isinstance(turn.result, AnswerRecord)
        else [],
    }
    if isinstance(outcome, Answer):
        return view | {"outcome": "answered"} | _view_answer(outcome, articles)
    if isinstance(outcome, Abstention):
        return view | {"outcome": "abstained", "abstention": _view_abstention(outcome)}
    return view | {"outcome": "failed", "failure": _view_failure(outcome)}


def view_citation(citation: Citation, articles: Mapping[str, TitledArticle]) -> dict[str, Any]:
    """Return the content of a citation's hover card."""
    article = articles.get(citation.file)
    return {
        "quote": show_line(citation.quote),
        "speaker": _view_speaker(citation),
        "title": show_line((article and article.title) or PurePosixPath(citation.file).name),
        "source": describe_outlet(article),
        "place": f"{show_line(citation.file)}, line {citation.line}",
    }


def describe_outlet(article: TitledArticle | None) -> str:
    """Return who published an article and when, as far as it says so."""
    parts = (article.outlet, article.date) if article else ()
    return " · ".join(show_line(part) for part in parts if part)


def view_shelf(articles: Mapping[str, TitledArticle], *, limit: int = 8) -> list[dict[str, str]]:
    """Return the first articles by name, so that a visitor sees what there is to ask about."""
    return [
        {
            "title": show_line(article.title or PurePosixPath(file).name),
            "source": describe_outlet(article),
        }
        for file, article in islice(articles.items(), limit)
    ]


def view_engine(engine: EngineInfo, *, offline: bool = True) -> dict[str, Any]:
    """Return the badge of the engine that answered; never a path or key of its address."""
    if engine.name == "embedded":
        label = "Embedded engine · offline" if offline else "Embedded engine"
        return {"label": label, "detail": show_line(engine.model), "local": offline}
    address = urlsplit(engine.endpoint or "")
    host = f"{address.hostname}:{address.port}" if address.port else address.hostname
    label = f"{engine.model} · {host or engine.name}"
    return {"label": show_line(label), "detail": "language model endpoint", "local": False}


def split_markers(statement: Statement, positions: Mapping[int, int]) -> list[str | int]:
    """Return a statement's text with its citations as positions, in place or behind it.

    Args:
        statement: A statement; "[2]" in its text marks citation 2 only where it cites 2.
        positions: Position in the answer's citations by citation id.
    """
    parts: list[str | int] = []
    placed: set[int] = set()
    end = 0
    for match in _MARKER.finditer(statement.text):
        id = int(match[1])
        if id in statement.citations and id in positions:
            parts += [show_piece(statement.text[end : match.start()]), positions[id]]
            placed.add(id)
            end = match.end()
    parts.append(show_piece(statement.text[end:].rstrip()))
    parts += [positions[id] for id in statement.citations if id in positions and id not in placed]
    return [part for part in parts if part != ""]


def _view_answer(answer: Answer, articles: Mapping[str, TitledArticle]) -> dict[str, Any]:
    positions = {citation.id: position for position, citation in enumerate(answer.citations)}
    texts = [statement.text for statement in answer.statements]
    short = answer.short_answer if answer.short_answer not in texts else None
    return {
        "short": show_line(short) if short else None,
        "statements": [
            {"parts": split_markers(each, positions), "support": each.support} for each in answer.statements
        ],
        "conflicts": [_view_conflict(each, positions) for each in answer.conflicts],
        "sources": _view_sources(answer.citations, articles),
        "origins": describe_origins(answer.origins.files, answer.origins.independent),
    }


def _view_conflict(conflict: Conflict, positions: Mapping[int, int]) -> dict[str, Any]:
    return {
        "about": show_line(conflict.about),
        "sides": [
            {
                "value": show_line(side.value),
                "citations": [positions[id] for id in side.citations if id in positions],
            }
            for side in conflict.sides
        ],
    }


def _view_sources(citations: tuple[Citation, ...], articles: Mapping[str, TitledArticle]) -> list[dict[str, Any]]:
    sources: dict[str, dict[str, Any]] = {}
    for position, citation in enumerate(citations):
        if citation.file not in sources:
            view = view_citation(citation, articles)
            sources[citation.file] = {
                "title": view["title"],
                "source": view["source"],
                "file": show_line(citation.file),
                "citations": [],
            }
        sources[citation.file]["citations"].append(position)
    return list(sources.values())


def _view_abstention(abstention: Abstention) -> dict[str, Any]:
    return {
        "headline": HEADLINES[abstention.reason],
        "explanation": show_line(abstention.explanation),
        "searched": describe_searched(abstention.searched),
    }


def _view_failure(failure: Failure) -> dict[str, Any]:
    return {
        "error": show_error(failure.error),
        "hint": show_error(failure.hint),
        "stage": show_line(failure.stage),
        "retryable": failure.retryable,
    }


def _view_meta(record: AnswerRecord, *, offline: bool) -> dict[str, Any]:
    timing = record.timing
    stages = {"search": timing.retrieve, "answer": timing.answer, "checks": timing.verify}
    return {
        "engine": view_engine(record.engine, offline=offline),
        "time": f"{timing.total:.0f} ms" if timing.total < 1000 else f"{timing.total / 1000:.1f} s",
        "stages": " · ".join(f"{name} {ms:.0f} ms" for name, ms in stages.items()),
    }


def _view_speaker(citation: Citation) -> str | None:
    if not citation.speaker:
        return None
    via = f", via {citation.via}" if citation.via else ""
    return show_line(f"{citation.speaker}{via}")
