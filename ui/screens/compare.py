"""Compare: who says what in which article, where they differ, and which rest on one source."""

from __future__ import annotations

import streamlit as st

from factcheck.errors import FactcheckError
from ui.comparisons import FEW, Chosen, comparisons, may_stop
from ui.components.compare_choice import choose_files
from ui.components.compare_pages import show_comparison, show_downloads
from ui.components.heading import find_library, show_failure, widen
from ui.components.progress import INTERVAL, show_progress
from ui.rerun import rerun
from ui.resources import Library
from ui.sessions.compare import CompareSession
from ui.work import Work

TITLE = "Compare your articles"
LEAD = "Who says what, where the articles differ, and which of them rest on one source."


def show_page() -> None:
    """Draw the page: what is compared, and the comparison or how far it is."""
    widen()
    library = find_library(TITLE, LEAD)
    if library is None:
        return
    session: CompareSession = st.session_state.setdefault("compare", CompareSession())
    files, count = choose_files(library.articles)
    if not count:
        st.info("No article has such a name. Choose others.")
        return
    work = comparisons().find(library.corpus, files)
    if work is None and count <= FEW:
        work = comparisons().start(library.corpus, files, count)
    if work is None:
        show_start(library, files, count)
    elif work.state == "running":
        show_running(work)
    elif work.state == "done":
        show_comparison(work.result, library, session)
        show_downloads(work.result)
    else:
        show_ended(work, library, files, count)


def show_start(library: Library, files: Chosen, count: int) -> None:
    """Ask before work that takes a while."""
    st.text(f"Comparing {count:,} articles takes about {describe_time(count)}. You can look at other pages meanwhile.")
    if st.button(f"Compare {count:,} articles", type="primary"):
        comparisons().start(library.corpus, files, count)
        rerun()


@st.fragment(run_every=INTERVAL)
def show_running(work: Work) -> None:
    """Draw the progress of a comparison, and the page anew when it has ended."""
    if work.state != "running":
        rerun()
    show_progress(work)
    if may_stop(work):
        st.button("Stop", on_click=work.stop, disabled=work.stopping.is_set())


def show_ended(work: Work, library: Library, files: Chosen, count: int) -> None:
    """Say that a comparison was stopped or has failed; neither is a comparison without differences."""
    if work.failure is not None:
        show_failure(FactcheckError(work.failure.error, hint=work.failure.hint))
    else:
        st.text("The comparison was stopped. Nothing of it is kept.")
    if st.button("Compare again", type="primary"):
        comparisons().start(library.corpus, files, count)
        rerun()


def describe_time(count: int) -> str:
    """Return about how long a comparison of so many articles takes."""
    seconds = 5 + count / 25
    return f"{round(seconds / 10) * 10:.0f} seconds" if seconds < 90 else f"{round(seconds / 60)} minutes"


show_page()
