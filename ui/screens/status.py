"""Status: what answers, what is indexed, what it takes, and whether everything works."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from factcheck.doctor import Diagnosis, examine
from factcheck.settings import Settings
from factcheck.storage import Storage, measure
from ui.access import signed_in_as
from ui.components.heading import find_library
from ui.components.plain import show_line
from ui.components.progress import INTERVAL, show_progress
from ui.components.status import (
    NAMES,
    EngineChoice,
    find_choice,
    view_engine,
    view_index,
    view_storage,
    view_versions,
    write_diagnoses,
    write_rows,
)
from ui.rerun import rerun
from ui.resources import Library
from ui.visitor import find_app_folder
from ui.work import Work, works

TITLE = "Status"
LEAD = "What answers your questions, what it has read, and whether everything works."
SELF_TEST = "self-test"
# It is about the machine and the same for all.
EVERYBODY = ""
PARTS = 10


def show_page() -> None:
    """Draw the page; all of it but the index can be seen without one."""
    st.html(Path(__file__).parents[1] / "theme" / "status.css")
    library = find_library(TITLE, LEAD)
    settings = Settings.load()
    choice = find_choice(settings)
    show_account()
    show_engine(settings, choice)
    if library is not None:
        st.header("Index", anchor=False)
        st.html(write_rows(view_index(read_state(library))))
    st.header("Storage", anchor=False)
    index, app = measure_storage(settings.index, str(find_app_folder()))
    st.html(write_rows(view_storage(index, app)))
    show_self_test(settings)
    st.header("Versions", anchor=False)
    st.html(write_rows(view_versions()))


def show_account() -> None:
    """Say who is signed in, where somebody is, with a way out."""
    account = signed_in_as()
    if account:
        st.header("Account", anchor=False)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(f"Signed in as {show_line(account)}")
            st.button("Sign out", on_click=st.logout, width="content")


def show_engine(settings: Settings, choice: EngineChoice) -> None:
    """Say what answers, and let the visitor choose for this session what is possible and allowed."""
    st.header("Engine", anchor=False)
    chosen = st.session_state.get("engine", "auto")
    if chosen not in choice.possible:
        chosen = "auto"
    place = st.empty()
    if len(choice.possible) > 1:
        st.session_state.setdefault("status-engine", chosen)
        st.session_state["engine"] = chosen = st.radio(
            "Engine for your questions in this session",
            choice.possible,
            key="status-engine",
            format_func=NAMES.__getitem__,
            captions=[choice.explain(each) for each in choice.possible],
        )
    else:
        st.caption(choice.explain("auto"))
    place.html(write_rows(view_engine(settings, choice, chosen)))


def show_self_test(settings: Settings) -> None:
    """Run every examination of `factcheck doctor` and show what it found."""
    st.header("Self-test", anchor=False)
    newest = next(iter(works().of(EVERYBODY, SELF_TEST)), None)
    running = newest is not None and newest.state == "running"
    if newest is None:
        st.text("Tries every model, the stores, the disk and the index. It takes some seconds and changes nothing.")
    if st.button("Run the self-test" if newest is None else "Run it again", disabled=running):
        if newest is not None:
            works().drop(newest)
        works().start(EVERYBODY, SELF_TEST, "Self-test", lambda work: run_examinations(work, settings))
        rerun()
    if running:
        watch_self_test()
    elif newest is not None:
        show_results(newest)


@st.fragment(run_every=INTERVAL)
def watch_self_test() -> None:
    """Draw how far the self-test is; once it has ended, draw the page again."""
    newest = next(iter(works().of(EVERYBODY, SELF_TEST)), None)
    if newest is None or newest.state != "running":
        rerun()
    else:
        show_progress(newest)


def show_results(work: Work) -> None:
    """Show what an ended self-test found, or why it ended."""
    found: tuple[Diagnosis, ...] = work.result or ()
    if work.failure is not None:
        st.error(f"The self-test itself failed. {work.failure.hint}")
        return
    wrong = sum(not each.ok for each in found)
    st.text("Everything works." if not wrong else f"{wrong} of {len(found)} need attention.")
    st.html(write_diagnoses(found))


def run_examinations(work: Work, settings: Settings) -> tuple[Diagnosis, ...]:
    """Look at everything, telling how far it is."""
    found: list[Diagnosis] = []
    work.advance("looking at everything", 0, PARTS)
    for diagnosis in examine(settings):
        found.append(diagnosis)
        work.advance(f"looked at the {diagnosis.part}", len(found), max(PARTS, len(found)))
    return tuple(found)


@st.cache_resource(show_spinner=False, max_entries=1, hash_funcs={Library: id})
def read_state(library: Library) -> Mapping[str, Any]:
    """Return the state of an index, read once while it is open."""
    # What is returned keeps the library alive, so that its identity is not given to another.
    return {**library.corpus.status(), "library": library}


@st.cache_data(show_spinner=False, ttl=30, max_entries=4)
def measure_storage(index: str, app: str) -> tuple[Storage, Storage]:
    """Return what the index and the app's own files take; looked up twice a minute at most."""
    return measure(Path(index)), measure(Path(app))


show_page()
