"""Answer one visitor's question in a thread, statement by statement: the page stays usable and can stop it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from factcheck.answering.leaning import leans_on_context
from factcheck.types import AnswerRecord, Exchange, Statement
from ui.components.plain import show_line
from ui.resources import Library
from ui.sessions.ask import Asking, Session, Turn, recall
from ui.sessions.kept_answers import keep_answer
from ui.visitor import app_folder, visitor
from ui.work import Work, works

# Seconds that the first look waits: most answers are there by then, and the page is drawn once.
PATIENCE = 0.15
STEP = 0.01


def answer_folder() -> Path:
    """Return the folder of kept answers."""
    return app_folder() / "answers"


def start_answer(library: Library, session: Session) -> None:
    """Begin to answer the question that waits, where nothing works on it yet."""
    asking = session.asking
    if asking is None or asking.work is not None:
        return
    options: dict[str, Any] = dict(asking.within)
    if engine := st.session_state.get("engine"):
        options["engine"] = engine
    turns, shown = tuple(session.turns), asking.shown

    def call(work: Work) -> AnswerRecord:
        for item in library.corpus.stream(asking.question, history=_recall(asking.question, turns), **options):
            work.advance("answering", len(shown), 0)
            if isinstance(item, AnswerRecord):
                return item
            shown.append(item)
        raise AssertionError("a stream ends in a record")

    asking.work = works().start(visitor(), "ask", asking.question, call)


def finish_answer(session: Session) -> bool:
    """Put a finished answer on top of the conversation and keep it; return whether there was one."""
    asking = session.asking
    if asking is None or asking.work is None or asking.work.state == "running":
        return False
    works().drop(asking.work)
    result = asking.work.result if asking.work.state == "done" else asking.work.failure
    if result is None:  # stopped
        session.asking = None
        return True
    turn = session.add(asking.question, result, asking.within)
    if turn.record is not None and keep_answer(answer_folder(), turn):
        session.turns[0] = replace(turn, kept=True)
    return True


def stop_answer(session: Session) -> None:
    """Give up the question that is being answered."""
    if session.asking is not None and session.asking.work is not None:
        works().drop(session.asking.work)
    session.stop()


def wait_shortly(asking: Asking) -> None:
    """Wait until the answer is there, but no longer than a glance."""
    deadline = time.monotonic() + PATIENCE
    while asking.work is not None and asking.work.state == "running" and time.monotonic() < deadline:
        time.sleep(STEP)


def view_asking(asking: Asking | None) -> dict[str, Any] | None:
    """Return what the page shows of the question that is being answered."""
    if asking is None:
        return None
    return {
        "question": show_line(asking.question),
        "statements": [_view_statement(each) for each in tuple(asking.shown)],
    }


def _view_statement(statement: Statement) -> dict[str, Any]:
    return {
        "text": show_line(statement.text),
        "support": statement.support,
        "numbers": list(statement.citations),
    }


def _recall(question: str, turns: Sequence[Turn]) -> list[Exchange]:
    """Return the conversation, where the question seems to lean on it."""
    return recall(turns) if leans_on_context(question) else []
