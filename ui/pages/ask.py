"""Ask: a question, the cited answer, and the article beside it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import streamlit as st

from factcheck.errors import FactcheckError
from factcheck.types import AnswerRecord, Failure
from ui.components.answer import view_shelf, view_turn
from ui.components.desk import show_desk
from ui.components.heading import show_closed, show_heading
from ui.components.sheet import view_opened
from ui.components.streaming import ask_streaming, streams
from ui.resources import Library, open_library
from ui.sessions.ask import Session, Turn

log = logging.getLogger(__name__)

TITLE = "Ask your articles"
LEAD = "Every answer shows the sentence it rests on, in its article."
MOST_CHARACTERS = 2_000


def show_page() -> None:
    """Draw the page; where a question waits, answer it and draw again."""
    session: Session = st.session_state.setdefault("session", Session())
    header = st.empty()
    try:
        with st.spinner("Opening the index…", show_time=False):
            library = open_library()
    except FactcheckError as error:
        show_heading(header, TITLE, LEAD)
        show_closed(error)
        return
    show_question(session)
    show_heading(header, TITLE, LEAD, library, folded=bool(session.turns or session.asking))
    show_conversation(library, session)
    if session.asking:
        question = session.asking
        session.add(question, ask(library, question, session.turns, st.empty()))
        st.rerun()


def show_question(session: Session) -> None:
    """Draw the question box; a sent question is asked by this very run."""
    with st.container(key="ask-box"), st.form("ask", border=False, clear_on_submit=False):
        with st.container(horizontal=True, gap="small"):
            question = st.text_input(
                "Your question",
                key="question",
                label_visibility="collapsed",
                placeholder="Who said it, when, how many, what did they answer?",
                max_chars=MOST_CHARACTERS,
                autocomplete="off",
            )
            sent = st.form_submit_button("Ask", type="primary", width="content")
    if sent:
        session.submit(question)


@st.fragment
def show_conversation(library: Library, session: Session) -> None:
    """Draw the turns and the open article; a click runs only this part again."""

    def on_event(event: str, value: Any) -> None:
        if event == "opened":
            session.open(value)
        elif event == "asked" and isinstance(value, str):
            session.submit(value[:MOST_CHARACTERS], summon=True)
            st.session_state["question"] = session.asking or ""
        elif event == "retried" and isinstance(value, str):
            session.retry(value)

    show_desk(
        {
            "turns": [view_turn(turn, library.articles, offline=library.offline) for turn in session.turns],
            "asking": session.asking,
            "examples": library.examples,
            "shelf": [] if session.turns else view_shelf(library.articles),
            "count": len(library.articles),
            "opened": view_article_of(library, session),
        },
        key="desk",
        on_event=on_event,
    )
    if session.summoned:
        session.summoned = False
        st.rerun()


def view_article_of(library: Library, session: Session) -> dict[str, Any] | None:
    """Return the open article with its place among the turn's citations, or None."""
    opened = session.opened
    turn = session.turn(opened.group) if opened else None
    if opened is None or turn is None:
        return None
    return view_opened(turn.id, opened.position, turn.citations, library.corpus, library.articles)


def ask(library: Library, question: str, turns: Sequence[Turn], place: Any) -> AnswerRecord | Failure:
    """Ask, and turn whatever goes wrong into a failure: the page never shows a traceback."""
    try:
        if streams(library.corpus):
            return ask_streaming(library.corpus, question, turns, place)
        return library.corpus.ask(question)
    except FactcheckError as error:
        return Failure(stage="question", error=error.message, retryable=error.retryable, hint=error.hint)
    except Exception:
        log.exception("asking failed")
        return Failure(
            stage="question",
            error="Something unexpected went wrong inside factcheck.",
            retryable=False,
            hint="The terminal that runs the app shows what; try again or start the app anew.",
        )


show_page()
