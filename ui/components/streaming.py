"""Show statements while a language model still writes; each is checked already."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from factcheck.errors import FactcheckError
from factcheck.types import Answer, AnswerRecord, Exchange, Statement
from ui.components.plain import show_line
from ui.sessions.ask import Turn

if TYPE_CHECKING:
    from factcheck.pipeline import Corpus

EXCHANGES = 3


def streams(corpus: Any) -> bool:
    """Whether a language model answers, statement by statement."""
    from factcheck.answering.engines import choose_engine

    settings = getattr(corpus, "settings", None)
    if settings is None or not hasattr(corpus, "stream"):
        return False
    try:
        return choose_engine(settings.engine) == "openai"
    except FactcheckError:
        return False  # asking says what is wrong


def ask_streaming(corpus: Corpus, question: str, turns: Sequence[Turn], place: Any) -> AnswerRecord:
    """Ask, drawing each statement when it is finished; what counts is the record.

    Args:
        corpus: The opened index.
        question: As typed.
        turns: Earlier ones, newest first; a follow-up question is read in their light.
        place: Where to draw; empty again at the end.
    """
    shown: list[Statement] = []
    for item in corpus.stream(question, history=conversation(question, turns)):
        if isinstance(item, AnswerRecord):
            place.empty()
            return item
        shown.append(item)
        place.html(draw(shown))
    raise AssertionError("a stream ends in a record")


def conversation(question: str, turns: Sequence[Turn]) -> list[Exchange]:
    """Return the answered turns, oldest first, where the question seems to lean on them."""
    from factcheck.answering.rewriting import leans_on_context

    if not leans_on_context(question):
        return []
    answered = [turn for turn in turns[:EXCHANGES] if isinstance(turn.outcome, Answer)]
    return [Exchange(turn.question, getattr(turn.outcome, "text", "")) for turn in reversed(answered)]


def draw(statements: Sequence[Statement]) -> str:
    """Return statements as HTML, with nothing of them taken for markup."""
    lines = []
    for statement in statements:
        doubt = " <small>not supported by the articles</small>" if statement.support == "unsupported" else ""
        marks = "".join(f"<sup>{number}</sup>" for number in statement.citations)
        lines.append(f"<li>{html.escape(show_line(statement.text))}{marks}{doubt}</li>")
    return f'<ul class="fc-stream" aria-live="polite">{"".join(lines)}</ul>'
