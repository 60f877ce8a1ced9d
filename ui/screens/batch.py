"""Batch: a list of questions or claims, answered as a whole and given back as a file."""

from __future__ import annotations

import html
from pathlib import Path

import streamlit as st

from factcheck.errors import FactcheckError
from ui.batch_runs import open_results, read_standing
from ui.batches import Batch, find_batch, read_preview
from ui.components.batch_options import show_draft
from ui.components.batch_running import show_downloads, show_ended, show_progressing, show_rows
from ui.components.batch_start import describe_standing, describe_time, show_delete, show_earlier, show_start
from ui.components.heading import find_library, show_failure, widen
from ui.components.plain import show_line
from ui.components.progress import INTERVAL
from ui.rerun import rerun
from ui.resources import Library
from ui.sessions.batch import Session

TITLE = "Answer a list of questions"
LEAD = "Upload a spreadsheet; every row comes back answered, with the sentence each answer rests on."
ADDRESS = "list"
STYLES = Path(__file__).resolve().parents[1] / "theme" / "batch.css"


def show_page() -> None:
    """Draw the page: a list to begin, or the one that is open."""
    session: Session = st.session_state.setdefault("batch", Session(batch=st.query_params.get(ADDRESS)))
    widen()
    st.html(STYLES)
    batch = find_batch(session.batch)
    library = find_library(TITLE, LEAD, folded=batch is not None)
    if library is None:
        return
    if batch is None:
        session.open_batch(None)
        st.query_params.pop(ADDRESS, None)
        show_start(session)
        show_earlier(session)
        return
    st.query_params[ADDRESS] = batch.id
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        if st.button("All lists", type="tertiary", key="batch-back"):
            session.open_batch(None)
            rerun()
        show_delete(batch, session)
    try:
        show_batch(batch, library, session)
    except FactcheckError as error:
        show_failure(error)


def show_batch(batch: Batch, library: Library, session: Session) -> None:
    """Draw one list: before its start, on its way, or ended."""
    standing = read_standing(batch, open_results(batch))
    if standing.state == "new":
        show_name(batch, "Not started yet")
        show_draft(batch, read_preview(batch), library, session)
        return
    running = standing.state == "running"
    st.fragment(follow, run_every=INTERVAL if running else None)(batch, library, session, running)


def follow(batch: Batch, library: Library, session: Session, running: bool) -> None:
    """Draw a list that was started; while it runs, this part is drawn again every second."""
    results = open_results(batch)
    standing = read_standing(batch, results)
    if running != (standing.state == "running"):
        rerun()
    show_name(batch, describe_standing(standing))
    if running:
        show_progressing(batch, standing)
    else:
        show_ended(batch, standing, library, session)
    show_downloads(batch, standing)
    if standing.total or running:
        show_rows(results, standing, library, session)


def show_name(batch: Batch, told: str) -> None:
    """Draw the name of a list and how it stands."""
    name, words = html.escape(show_line(batch.name)), html.escape(f"{describe_time(batch.begun)} · {told}")
    st.html(f'<h2 class="fc-name">{name}</h2><p class="fc-told">{words}</p>')


show_page()
