"""Check: a claim or a draft held against the articles, marked sentence by sentence."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

from factcheck.errors import FactcheckError
from factcheck.filters import Within, read_filter
from ui.checking import Checking, find_running, read_task, read_task_again, start_check
from ui.components.check import show_checks, view_check, view_list
from ui.components.check_exports import golden_export, list_exports
from ui.components.check_panel import list_citations
from ui.components.heading import show_closed, show_failure, show_heading, widen
from ui.components.progress import show_progress
from ui.rerun import rerun
from ui.resources import Library, open_library
from ui.sessions.check import Session
from ui.sessions.kept_checks import delete_check, keep_decisions, list_checks, read_decisions, read_kept
from ui.visitor import visitor, visitor_folder
from ui.work import works

TITLE = "Check a claim or a draft"
LEAD = "Every sentence is held against your articles, every quotation looked up word by word."
FORMATS = ["md", "txt", "docx"]
MOST_CHARACTERS = 200_000
MOST_MEGABYTES = 5
INTERVAL = 1.0
# While sentences arrive, Streamlit would fade what is there at every look.
STEADY = "<style>[data-stale='true'] { opacity: 1 !important; }</style>"
# A claim is mostly done by then, and its result comes without a bar.
PATIENCE = 0.8


def show_page() -> None:
    """Draw the page: the box and earlier checks, or the check that is open."""
    session: Session = st.session_state.setdefault("check", Session())
    header = st.empty()
    try:
        with st.spinner("Opening the index…", show_time=False):
            library = open_library()
    except FactcheckError as error:
        show_heading(header, TITLE, LEAD)
        show_closed(error)
        return
    folder = visitor_folder("checks")
    follow(session, folder)
    busy = session.work is not None or session.kept is not None
    show_heading(header, TITLE, LEAD, library, folded=busy)
    if busy:
        if session.about is None or session.about.kind == "draft":
            widen()
        running = session.work is not None
        if running:
            st.html(STEADY)
        st.fragment(show_check, run_every=INTERVAL if running else None)(library, session, folder)
    else:
        st.query_params.clear()
        show_form(library, session, folder)
        st.fragment(show_start)(library, session, folder)


def follow(session: Session, folder: Path) -> None:
    """Find again what the visitor has open: a check that goes on, or the one in the address."""
    if session.work is not None:
        settle(session, folder)
    if session.work is not None or session.kept is not None or session.error is not None:
        return
    named = st.query_params.get("check")
    running = find_running(works(), visitor(), named)
    if running is not None:
        session.watch(running)
    elif named:
        reopen(session, folder, named)


def settle(session: Session, folder: Path) -> None:
    """Show the result of a check that has come to its end."""
    work = session.work
    if work is None or work.state == "running":
        return
    going = work.partial
    works().drop(work)
    if isinstance(going, Checking):
        reopen(session, folder, going.about.id)


def reopen(session: Session, folder: Path, id: str) -> None:
    """Show a check that is kept; where it is gone, say so."""
    try:
        session.show(read_kept(folder, id))
        st.query_params["check"] = id
    except FactcheckError as error:
        session.show(None)
        session.error = error
        st.query_params.clear()


def show_form(library: Library, session: Session, folder: Path) -> None:
    """Draw the box for a claim or a draft; what is sent is checked at once."""
    with st.form("check-form", border=False):
        text = st.text_area(
            "A claim, or a whole draft",
            key="check-text",
            height=190,
            max_chars=MOST_CHARACTERS,
            placeholder="Write a sentence, or paste a draft.",
        )
        st.caption("One sentence is checked as a claim; more are checked as a draft, sentence by sentence.")
        file = st.file_uploader(
            f"Or a file: Markdown, text or Word, up to {MOST_MEGABYTES} MB",
            type=FORMATS,
            max_upload_size=MOST_MEGABYTES,
            key="check-file",
        )
        with st.expander("Only some of the articles"):
            files = st.text_input("File names like", key="check-files", placeholder="2022/*.txt", max_chars=200)
            until = st.date_input("Dated up to", value=None, key="check-as-of", format="YYYY-MM-DD")
        sent = st.form_submit_button("Check", type="primary")
    if sent:
        upload = (file.name, file.getvalue()) if file is not None else None
        begin(library, session, folder, text or "", upload, choose_articles(files, until))
    if session.error is not None:
        show_failure(session.error)
        session.error = None


def choose_articles(files: str | None, until: object) -> Within:
    """Return the filter of the form."""
    chosen: Within = {}
    if files and files.strip():
        chosen["files"] = files.strip()
    if isinstance(until, date):
        chosen["as_of"] = until.isoformat()
    return chosen


def begin(
    library: Library, session: Session, folder: Path, text: str, upload: tuple[str, bytes] | None, within: Within
) -> None:
    """Start a check, or note why it cannot be."""
    try:
        read_filter(within)
        run(library, session, folder, read_task(text, upload, within))
    except FactcheckError as error:
        session.error = error


def run(library: Library, session: Session, folder: Path, task: Any) -> None:
    """Start a check and wait a moment for it, so that a claim needs no bar."""
    session.watch(start_check(works(), visitor(), folder, library.corpus, task))
    st.query_params["check"] = task.about.id
    deadline = time.monotonic() + PATIENCE
    while task.about.kind == "claim" and session.work and time.monotonic() < deadline:
        if session.work.state != "running":
            break
        time.sleep(0.02)
    rerun()


def show_start(library: Library, session: Session, folder: Path) -> None:
    """Draw what can be tried, and the earlier checks."""

    def on_event(event: str, value: Any) -> None:
        if event in {"started", "reopened", "deleted"} and isinstance(value, str):
            session.wanted = (event, value)

    data = {
        "reading": None,
        "opened": None,
        "examples": list(library.claims),
        "earlier": view_list(list_checks(folder)),
    }
    show_checks(data, key="checks", on_event=on_event)
    serve(library, session, folder)


def serve(library: Library, session: Session, folder: Path) -> None:
    """Do what a click in the component asks of the whole page."""
    wanted, session.wanted = session.wanted, None
    if wanted is None:
        return
    event, value = wanted
    if event == "started":
        begin(library, session, folder, value[:MOST_CHARACTERS], None, {})
    elif event == "reopened":
        reopen(session, folder, value)
    elif event == "deleted":
        delete_check(folder, value)
    elif event == "retried" and session.kept is not None:
        run(library, session, folder, read_task_again(session.kept.about, session.kept.record))
    rerun()


def show_check(library: Library, session: Session, folder: Path) -> None:
    """Draw the open check; while it goes on, this runs again and again."""
    if session.work is not None and session.work.state != "running":
        rerun()  # the whole page, which shows the result
    with st.container(horizontal=True, vertical_alignment="center"):
        if session.work is not None:
            show_going(session)
        else:
            show_actions(library, session, folder)

    def on_event(event: str, value: Any) -> None:
        sentences = session.sentences
        if event == "opened":
            session.open(value, {f"s{each.number}": list_citations(each) for each in sentences})
        elif event == "decided" and session.kept is not None:
            session.decisions = read_decisions(folder, session.kept.about.id)
            if session.decide(value):
                keep_decisions(folder, session.kept.about.id, session.decisions)
        elif event == "wanted" and type(value) is int and 0 < value <= len(sentences):
            session.cursor = value
            session.views.pop("panels", None)
        elif event == "retried":
            session.wanted = ("retried", "")

    show_checks(view_check(library, session), key="checks-reading", on_event=on_event)
    serve(library, session, folder)


def show_going(session: Session) -> None:
    """Draw how far the check is, and a way to stop it."""
    work = session.work
    if work is None:
        return
    with st.container(width="stretch"):
        show_progress(work)
    if st.button("Stop checking", key="check-stop", disabled=work.stopping.is_set()):
        work.stop()


def show_actions(library: Library, session: Session, folder: Path) -> None:
    """Draw what can be done with the open check."""
    kept = session.kept
    if kept is None:
        return
    if st.button("New check", key="check-new"):
        session.show(None)
        st.query_params.clear()
        rerun()
    undone = kept.about.state != "done" or kept.record.failed
    if undone and st.button("Go on" if kept.about.state in {"stopped", "running"} else "Try again", key="check-again"):
        session.wanted = ("retried", "")
    if kept.record.sentences:
        with st.popover("Download"):
            golden = golden_export(kept, session.decisions)
            exports = list_exports(kept, session.decisions, library.articles)
            for export in (*exports, *([golden] if golden is not None else [])):
                st.download_button(
                    export.label, export.write, export.name, export.mime, on_click="ignore", width="stretch"
                )
            if golden is None:
                st.caption("Accept or reject verdicts to keep them as golden cases for an evaluation.")
            elif st.button("Keep the golden cases for Evaluate", key="check-golden", width="stretch"):
                name = f"{kept.about.id[:6]}-{golden.name}"  # two drafts may have one title
                (visitor_folder("golden") / name).write_text(golden.write(), "utf-8")
                st.caption("Kept. The Evaluate page offers them as a golden set.")
    if st.button("Delete", key="check-delete"):
        delete_check(folder, kept.about.id)
        session.show(None)
        st.query_params.clear()
        rerun()


show_page()
