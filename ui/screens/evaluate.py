"""Evaluate: ask a golden set, and see how many come out right, what went wrong, and what changed."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from factcheck.errors import FactcheckError
from ui.components.evaluate_comparing import show_comparing
from ui.components.evaluate_results import show_all, show_downloads, show_figures, show_plots, show_rows
from ui.components.evaluate_runs import draw_run, show_delete, show_ended, show_import, show_running, show_runs
from ui.components.evaluate_start import show_start
from ui.components.heading import find_library, show_failure, widen
from ui.evaluations import Evaluating, begin, find_golden, list_evaluations, read_evaluating
from ui.rerun import rerun
from ui.resources import Library
from ui.reviews import open_review
from ui.sessions.evaluate import Session

TITLE = "Evaluate the answers"
LEAD = "Ask questions whose right answers you know, and see how many come out right."
VIEWS = ("Results", "Plots", "All measures", "Compare")
ADDRESS = "run"
STYLES = Path(__file__).resolve().parents[1] / "theme" / "evaluate.css"


def show_page() -> None:
    """Draw the page."""
    session: Session = st.session_state.setdefault("evaluate", Session(run=st.query_params.get(ADDRESS)))
    widen()
    st.html(STYLES)
    library = find_library(TITLE, LEAD)
    if library is None:
        return
    evaluating = read_evaluating(session.run) if session.run else None
    if evaluating is None:
        st.query_params.pop(ADDRESS, None)
        show_home(library, session)
    else:
        st.query_params[ADDRESS] = evaluating.id
        show_run(evaluating, library, session)


def show_home(library: Library, session: Session) -> None:
    """Draw what can be started, and what was."""
    evaluatings = list_evaluations()
    going = next((each for each in evaluatings if each.state.state == "running"), None)
    if going is not None:
        st.html(draw_run(going))
        show_running(going)
    else:
        with st.container(border=True, key="evaluate-start"):
            show_start(library, session)
    show_runs(evaluatings, session)
    show_import(session)


def show_run(evaluating: Evaluating, library: Library, session: Session) -> None:
    """Draw one run: on its way, ended without results, or finished."""
    if st.button("← All evaluations", type="tertiary", key="evaluate-back"):
        session.open_run(None)
        rerun()
    st.html(draw_run(evaluating, figure=not evaluating.finished))
    if evaluating.state.state == "running":
        show_running(evaluating)
    elif not evaluating.finished:
        show_ended(evaluating)
        show_delete(evaluating, session)
    else:
        show_finished(evaluating, library, session)


def show_finished(evaluating: Evaluating, library: Library, session: Session) -> None:
    """Draw the results of a run."""
    with st.container(horizontal=True):
        golden = find_golden(evaluating)
        if golden is not None and st.button("Run again", help="The same golden set with the same options."):
            session.open_run(begin(golden, evaluating.wish))
            rerun()
        show_downloads(evaluating)
        show_delete(evaluating, session)
    try:
        with st.spinner("Opening the run…"):
            review = open_review(evaluating.out)
    except FactcheckError as error:
        show_failure(error)
        return
    view = st.segmented_control("Look at", VIEWS, default=VIEWS[0], key="evaluate-view", label_visibility="collapsed")
    if view == "Plots":
        show_plots(evaluating)
    elif view == "All measures":
        show_all(review)
    elif view == "Compare":
        show_comparing(evaluating, review, list_evaluations(), library, session)
    else:
        show_figures(review)
        show_rows(review, library, session)


show_page()
