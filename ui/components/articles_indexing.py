"""The run over the index as the page shows it: live progress with a stop, and in the end what it did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from factcheck.articles.uploads import delete_uploads, list_uploads
from factcheck.index.last_run import LastRun
from factcheck.presentation.text import plural
from ui.components.articles import MOST_LISTED, Catalogue, describe_run, name_root
from ui.components.articles_adding import start_indexing
from ui.components.heading import link_page
from ui.components.plain import show_error, show_line
from ui.components.progress import INTERVAL, show_progress
from ui.indexing import (
    begin_indexing,
    is_own_run,
    known_roots,
    last_run,
    read_indexing,
    samples_folder,
    stop_indexing,
    uploads_folder,
)
from ui.rerun import rerun
from ui.runs import RunState
from ui.sessions.articles import Shelf

# Beyond this a list is a table.
MOST_LINES = 30


def show_run(shelf: Shelf, articles: Mapping[str, Any]) -> bool:
    """Draw the run over the index, if one goes on or was followed to its end; return whether one goes on."""
    state = read_indexing()
    if state.state == "running":
        shelf.follows = True
        _show_running(shelf)
        return True
    if shelf.queued:
        shelf.queued = False
        begin_indexing(articles)
        rerun()
    if shelf.follows or shelf.said:
        _show_outcome(shelf, state, articles)
    return False


@st.fragment(run_every=INTERVAL)
def _show_running(shelf: Shelf) -> None:
    """Draw how far it is; only this part runs every second."""
    state = read_indexing()
    if state.state != "running":
        rerun()
    with st.container(border=True, key="articles-running", gap="xsmall"):
        st.text("Reading your articles" if is_own_run() else "Somebody else is adding articles right now")
        show_progress(state, rate=state.rate, seconds_left=state.seconds_left)
        if shelf.queued:
            st.text("Your files are kept, and are read when this is done.")
        _show_lines(shelf.said)
        if st.button("Stopping…" if state.stopping else "Stop", key="stop-indexing", disabled=state.stopping):
            stop_indexing()
            rerun(scope="fragment")


def _show_outcome(shelf: Shelf, state: RunState, articles: Mapping[str, Any]) -> None:
    """Say what came of the last thing that was done, until it is closed."""
    failed = shelf.follows and state.state not in {"done", "none"}
    with st.container(border=True, key="articles-outcome", gap="xsmall"):
        if shelf.follows:
            _show_lines(_describe_end(state))
        _show_lines(shelf.said)
        with st.container(horizontal=True, vertical_alignment="center"):
            if failed and st.button("Try again", key="again-indexing", type="primary"):
                start_indexing(shelf, articles)
                rerun()
            if shelf.follows and not failed and articles:
                link_page("Ask", label="Ask about them")
            if st.button("Close", key="close-outcome"):
                shelf.follows, shelf.said = False, []
                rerun()


def _describe_end(state: RunState) -> list[str]:
    if state.state == "done":
        run = last_run()
        return [describe_run(run) if run else "Done."]
    if state.state == "stopped":
        return ["Stopped. What was read before stays; the rest is read the next time."]
    error = show_error(state.error or "Something unexpected went wrong inside factcheck.")
    return ["The articles could not be read.", error, *([show_error(state.hint)] if state.hint else [])]


def _show_lines(lines: Sequence[str]) -> None:
    for line in lines[:MOST_LISTED]:
        st.text(line)
    if len(lines) > MOST_LISTED:
        st.text(f"and {len(lines) - MOST_LISTED:,} more")


def show_sources(shelf: Shelf, articles: Mapping[str, Any], *, running: bool) -> None:
    """Draw where the articles come from, and the buttons that bring the index up to date."""
    roots = known_roots(articles)
    uploads, samples = uploads_folder(), samples_folder()
    with st.expander("Where they come from"):
        for root in roots:
            name = name_root(root.path, uploads=uploads, samples=samples)
            with st.container(horizontal=True, vertical_alignment="center"):
                st.text(f"{name}: {plural(root.articles, 'article')}")
                if root.path == samples and len(roots) > 1:
                    if st.button("Take them out", key="drop-samples", disabled=running):
                        start_indexing(shelf, articles, without=[samples])
                        rerun()
        st.caption("Files in folders of yours are only read, never changed.")
    missing = [root for root in roots if root.missing]
    for at, root in enumerate(missing):
        with st.container(border=True, key=f"articles-missing-{at}"):
            name = name_root(root.path, uploads=uploads, samples=samples)
            st.text(
                f"{name} is gone or empty. Its {plural(root.articles, 'article')} can still be asked about,"
                " and stay when the index is brought up to date."
            )
            if st.button("Remove them", key=f"drop-missing-{at}", disabled=running):
                start_indexing(shelf, articles, without=[root.path])
                rerun()


def show_update(shelf: Shelf, articles: Mapping[str, Any], *, running: bool) -> None:
    """Draw the button that looks for new, changed and deleted files in all folders."""
    help_ = "Looks for new, changed and deleted files in every folder the articles come from."
    if st.button("Bring up to date", key="update-index", disabled=running, help=help_):
        start_indexing(shelf, articles)
        rerun()


def show_unread(shelf: Shelf, catalogue: Catalogue, articles: Mapping[str, Any], *, running: bool) -> None:
    """List what the last run skipped or read with a loss, and uploads that are not in the index."""
    run = last_run()
    folder = uploads_folder()
    indexed = catalogue.names_in(folder)
    waiting = list_uploads(folder) - indexed
    skipped = {item.file: item.reason for item in run.skipped} if run else {}
    failed = sorted(name for name in waiting if _reason(name, skipped))
    unread = sorted(waiting - set(failed))
    if unread and not running:
        with st.container(border=True, key="articles-unread"):
            st.text(f"{plural(len(unread), 'added file')} not read yet.")
            if st.button("Read now", key="read-now", type="primary"):
                start_indexing(shelf, articles)
                rerun()
    if run and (run.skipped or run.garbled):
        count = len(run.skipped) + len(run.garbled)
        with st.expander(f"{plural(count, 'file')} not read, or read with a loss"):
            _list_skipped(run)
            if failed and st.button(_name_deletion(len(failed)), key="delete-failed", disabled=running):
                delete_uploads(folder, failed)
                start_indexing(shelf, articles)
                rerun()


def _reason(name: str, skipped: Mapping[str, str]) -> str:
    return skipped.get(name) or skipped.get(f"{uploads_folder().name}/{name}", "")


def _name_deletion(count: int) -> str:
    if count == 1:
        return "Delete the added file that could not be read"
    return f"Delete the {count:,} added files that could not be read"


def _list_skipped(run: LastRun) -> None:
    kinds = (("not read", run.skipped), ("read with a loss", run.garbled))
    rows = [(show_line(item.file), what, show_line(item.reason)) for what, items in kinds for item in items]
    for file, what, reason in rows[:MOST_LINES]:
        st.text(f"{file}: {what}, {reason}")
    if len(rows) > MOST_LINES:
        columns = zip(("File", "", "Reason"), zip(*rows, strict=True), strict=True)
        st.dataframe(dict(columns), hide_index=True, key="skipped", alt="All files that were not read")
