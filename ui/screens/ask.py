"""Ask: a question, the cited answer, and the article beside it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from factcheck.errors import FactcheckError
from ui.asking import answer_folder, finish_answer, start_answer, stop_answer, view_asking, wait_shortly
from ui.components.answer import view_shelf
from ui.components.desk import show_desk
from ui.components.filters import show_filters
from ui.components.heading import show_closed, show_heading
from ui.components.sheet import view_opened
from ui.components.turns import view_turns, write_file
from ui.rerun import rerun
from ui.resources import Library, open_library
from ui.sessions.ask import Session
from ui.sessions.kept_answers import read_kept

TITLE = "Ask your articles"
LEAD = "Every answer shows the sentence it rests on, in its article."
MOST_CHARACTERS = 2_000
# Seconds between two looks at a question that is being answered.
INTERVAL = 0.3


def show_page() -> None:
    """Draw the page; a question that waits is answered beside it."""
    session: Session = st.session_state.setdefault("ask", Session())
    header = st.empty()
    try:
        with st.spinner("Opening the index…", show_time=False):
            library = open_library()
    except FactcheckError as error:
        show_heading(header, TITLE, LEAD)
        show_closed(error)
        return
    finish_answer(session)
    reopen_answer(session)
    show_question(library, session)
    start_answer(library, session)
    show_heading(header, TITLE, LEAD, library, folded=bool(session.turns or session.asking))
    asking = session.asking
    st.fragment(show_conversation, run_every=INTERVAL if asking else None)(library, session)
    if asking is not None:
        wait_shortly(asking)
        if finish_answer(session):
            rerun()


def reopen_answer(session: Session) -> None:
    """Open the answer that the page's address names, and name the newest one there."""
    wanted = st.query_params.get("answer", "")
    if wanted and wanted != session.address:
        session.address = wanted
        if session.turn(wanted) is None:
            try:
                session.place(read_kept(answer_folder(), wanted))
                session.notice = ""
            except FactcheckError as error:
                session.notice = f"{error.message} {error.hint}"
    newest = session.turns[0] if session.turns else None
    if newest is not None and newest.kept and not session.notice and newest.id != session.address:
        session.address = newest.id
        st.query_params["answer"] = newest.id


def show_question(library: Library, session: Session) -> None:
    """Draw the question box and the filters; a sent question is asked by this very run."""
    with st.container(key="ask-box"):
        with st.form("ask-form", border=False, clear_on_submit=False), st.container(horizontal=True, gap="small"):
            question = st.text_input(
                "Your question",
                key="question",
                label_visibility="collapsed",
                placeholder="Who said it, when, how many, what did they answer?",
                max_chars=MOST_CHARACTERS,
                autocomplete="off",
            )
            sent = st.form_submit_button("Ask", type="primary", width="content")
        session.within = show_filters(library, session.filters)
    if sent:
        stop_answer(session)
        session.submit(question, within=session.within)


def show_conversation(library: Library, session: Session) -> None:
    """Draw the turns and the open article; a click, and a look at the work, runs only this part again."""
    if finish_answer(session):
        rerun()
    show_desk(
        {
            "turns": view_turns(session, library),
            "asking": view_asking(session.asking),
            "notice": session.notice,
            "download": session.take_download(),
            "examples": library.examples,
            "shelf": [] if session.turns else view_shelf(library.articles),
            "count": len(library.articles),
            "opened": view_article_of(library, session),
        },
        key="desk",
        on_event=lambda event, value: answer_event(library, session, event, value),
    )
    if session.summoned:
        session.summoned = False
        rerun()


def answer_event(library: Library, session: Session, event: str, value: Any) -> None:
    """Do what the visitor wants; the browser is not trusted, and a value may be anything."""
    if event == "opened":
        session.open(value)
    elif event == "asked" and isinstance(value, str):
        session.submit(value[:MOST_CHARACTERS], within=session.within, summon=True)
        st.session_state["question"] = session.asking.question if session.asking else ""
    elif event == "retried" and isinstance(value, str):
        session.retry(value)
    elif event == "stopped":
        stop_answer(session)
        session.summoned = True
    elif event == "cleared":
        stop_answer(session)
        session.clear()
        st.session_state["question"] = ""
        st.query_params.clear()
    elif event == "saved" and isinstance(value, dict):
        found = session.turn(str(value.get("turn")))
        turns = [found] if found is not None else session.turns[::-1]
        session.download = write_file(turns, str(value.get("form")), library)


def view_article_of(library: Library, session: Session) -> dict[str, Any] | None:
    """Return the open article with its place among the turn's citations, or None."""
    opened = session.opened
    turn = session.turn(opened.group) if opened else None
    if opened is None or turn is None:
        return None
    return view_opened(turn.id, opened.position, turn.citations, library.corpus, library.articles)


show_page()
