"""Ask: a question, the cited answer, and the article beside it."""

from __future__ import annotations

import base64
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from factcheck.errors import FactcheckError, IndexMissing
from factcheck.types import AnswerRecord, Failure
from ui.components.answer import view_shelf, view_turn
from ui.components.article import view_article
from ui.components.desk import show_desk
from ui.components.streaming import ask_streaming, streams
from ui.resources import Library, open_library
from ui.session import Session, Turn

log = logging.getLogger(__name__)

ICON = Path(__file__).resolve().parents[1] / "theme" / "icon.svg"
MOST_CHARACTERS = 2_000


def show_page() -> None:
    """Draw the page; where a question waits, answer it and draw again."""
    session: Session = st.session_state.setdefault("session", Session())
    header = st.empty()
    try:
        with st.spinner("Opening the index…", show_time=False):
            library = open_library()
    except FactcheckError as error:
        show_header(header, None, asked=False)
        show_closed(error)
        return
    show_question(session)
    show_header(header, library, asked=bool(session.turns or session.asking))
    show_conversation(library, session)
    if session.asking:
        question = session.asking
        session.add(question, ask(library, question, session.turns, st.empty()))
        st.rerun()


def show_header(place: Any, library: Library | None, *, asked: bool) -> None:
    """Draw name, size of the corpus and, before the first question, what the page is for."""
    picture = base64.b64encode(ICON.read_bytes()).decode()
    count = f"{len(library.articles):,} articles · {library.sentences:,} sentences" if library else ""
    place.html(
        f'<div class="{"fc-asked" if asked else ""}"><div class="fc-head">'
        f'<img src="data:image/svg+xml;base64,{picture}" alt=""><b>factcheck</b>'
        f'<span class="fc-count">{count}</span></div>'
        '<h1 class="fc-title">Ask your articles</h1>'
        '<p class="fc-lead">Every answer shows the sentence it rests on, in its article.</p></div>'
    )


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
        if event == "opened" and isinstance(value, dict):
            session.open(value.get("turn"), value.get("position"))
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
            "opened": view_opened(library, session),
        },
        key="desk",
        on_event=on_event,
    )
    if session.summoned:
        session.summoned = False
        st.rerun()


def view_opened(library: Library, session: Session) -> dict[str, Any] | None:
    """Return the open article with its place among the turn's citations, or None."""
    opened = session.opened
    turn = session.turn(opened.turn) if opened else None
    if opened is None or turn is None:
        return None
    file = turn.citations[opened.position].file
    try:
        text, boilerplate = library.corpus.text(file), library.corpus.boilerplate(file)
    except FactcheckError as error:
        text, boilerplate = "", ()
        log.warning("cannot show %s: %s", file, error)
    return {
        "turn": turn.id,
        "position": opened.position,
        "count": len(turn.citations),
        "article": view_article(
            file,
            text,
            boilerplate=boilerplate,
            citations={key: each for key, each in enumerate(turn.citations) if each.file == file},
            selected=opened.position,
            articles=library.articles,
        ),
    }


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


def show_closed(error: FactcheckError) -> None:
    """Say why there is nothing to ask, and how to change that."""
    missing = isinstance(error, IndexMissing)
    st.subheader("No articles yet" if missing else "The index cannot be used", anchor=False)
    st.text(error.message)
    if missing:
        st.text("Index a folder of articles, then come back:")
        st.code("factcheck index FOLDER", language="shell")
    elif error.hint:
        st.text(error.hint)
    st.button("Look again", type="primary")


show_page()
