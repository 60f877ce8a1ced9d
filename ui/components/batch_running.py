"""A list that was started: how far it is, how to stop it or go on, its rows, and its files."""

from __future__ import annotations

from typing import Any

import streamlit as st

from factcheck.batch.results import Result, Results, choose
from factcheck.errors import FactcheckError
from factcheck.presentation.text import plural
from ui.batch_runs import Standing, go_on, iterate_formats, list_changes, stop
from ui.batches import Batch
from ui.components.batch_options import FORMAT_NAMES
from ui.components.batch_rows import LABELS, ROWS, RowRecord, read_row, show_sheet, view_record, view_rows
from ui.components.batch_start import show_download
from ui.components.heading import show_failure
from ui.components.plain import escape, show_line
from ui.components.progress import show_progress
from ui.components.sheet import view_opened
from ui.rerun import rerun
from ui.resources import Library
from ui.runs import RunState
from ui.sessions.batch import Session

ALL = "all"
ANY_FILE = "any article"
OUTCOMES = ("answered", "abstained", "supported", "refuted", "conflicting", "not_enough_evidence", "failed", "open")
MOST_FILES = 500
# What the command says in its own words, in ours.
WORDS = {
    "JobLocked": "Another window or program works on this list just now.",
    "JobDamaged": "What was finished cannot be read any more.",
}


def show_progressing(batch: Batch, standing: Standing) -> None:
    """Draw how far a list is while it runs, and what stops it."""
    run = standing.run
    with st.container(horizontal=True, vertical_alignment="center", key="batch-progress"):
        with st.container():
            if run.stopping:
                st.progress(_share(run), text="Stopping: what is finished is kept")
            elif run.total:
                show_progress(run, rate=show_line(run.rate), seconds_left=run.seconds_left)
            else:
                st.progress(0.0, text="Loading the models")
        st.button("Stop", key="batch-stop", disabled=run.stopping, on_click=stop, args=(batch,))
    st.caption("It goes on when this page is closed; come back any time.")


def show_ended(batch: Batch, standing: Standing, library: Library, session: Session) -> None:
    """Draw what came of a list that does not run, and how it can be gone on with."""
    missing = standing.counts.get("open", 0)
    if standing.state == "failed":
        st.error(escape(explain_error(standing.run)))
    elif standing.state == "stopped":
        why = find_reason(standing.run)
        waiting = f"{plural(missing, 'row')} waiting. " if standing.total else ""
        st.info(escape(f"Stopped. {waiting}{why}What is finished is kept, and nothing is paid for twice."))
    if isinstance(session.problem, FactcheckError):
        show_failure(session.problem)
    if changes := find_changes(batch, library, session):
        show_changed(batch, changes, session, finished=standing.state == "finished")
        return
    failed = standing.counts.get("failed", 0)
    with st.container(horizontal=True, key="batch-again"):
        if standing.state != "finished" and st.button("Go on", type="primary", key="batch-go-on"):
            again(batch, session)
        if failed and st.button(
            "Try the failure again" if failed == 1 else f"Try the {failed:,} failures again", key="batch-retry"
        ):
            again(batch, session, "--retry-failed")


def show_changed(batch: Batch, changes: list[str], session: Session, *, finished: bool) -> None:
    """Say what has changed since a list was begun, and offer what can be done about it."""
    told = "; ".join(changes)
    st.warning(escape(f"Since this list was begun: {told}. Its answers are those of then."))
    with st.container(horizontal=True, key="batch-changed"):
        if st.button(
            "Begin anew",
            key="batch-restart",
            type="primary" if finished else "secondary",
            help="Every row is asked again. The answers of then are put aside.",
        ):
            again(batch, session, "--restart")
        if not finished and st.button(
            "Keep the answers and go on",
            key="batch-keep",
            type="primary",
            help="What is answered stays as it is; the rest is asked of the articles as they are now.",
        ):
            again(batch, session, "--keep-answers")


def again(batch: Batch, session: Session, *flags: str) -> None:
    """Start the command again; where that does not work, the page says why."""
    session.problem = session.changes = None
    try:
        go_on(batch, *flags)
    except FactcheckError as error:
        session.problem = error
    rerun()


def find_changes(batch: Batch, library: Library, session: Session) -> list[str]:
    """Return what has changed since a list was begun; looked up once for each opened index."""
    if session.changes is None or session.changes[0] is not library:
        try:
            found = list_changes(batch, str(library.corpus.status()["fingerprint"]))
        except FactcheckError:  # the run itself says what is wrong
            found = []
        session.changes = (library, [show_line(each) for each in found])
    return session.changes[1]


def explain_error(run: RunState) -> str:
    """Return why a list could not be gone on with, in words without flags of the command."""
    told = WORDS.get(run.kind)
    if told:
        return told
    hint = f" {run.hint}" if run.hint and "--" not in run.hint else ""
    return f"{run.error[:1].upper()}{run.error[1:]}.{hint}"


def find_reason(run: RunState) -> str:
    """Return why a run ended by itself before all was done, or ""."""
    told = next((each for each in reversed(run.notes) if each.startswith("stopped: ")), "")
    reason = told.removeprefix("stopped: ").split(". ")[0].strip(".")
    return f"{reason[:1].upper()}{reason[1:]}. " if reason else ""


def show_downloads(batch: Batch, standing: Standing) -> None:
    """Draw the buttons that give the list as a file, in every format."""
    if not standing.counts.keys() - {"open"}:
        return
    whole = standing.state == "finished"
    with st.container(horizontal=True, vertical_alignment="center", key="batch-downloads"):
        for format in iterate_formats(batch):
            own = format == batch.wish.format
            words = "Download" if whole else "Download what is finished"
            label = f"{words}: {FORMAT_NAMES[format]}" if own else FORMAT_NAMES[format]
            show_download(batch, format, label, key=f"batch-as-{format}", primary=own and whole)


def show_rows(results: Results, standing: Standing, library: Library, session: Session) -> None:
    """Draw the rows that are looked for, one of them open, and the article of its citation.

    Args:
        results: Of the list, as they are now.
        standing: How it stands.
        library: The opened index.
        session: What is looked at.
    """
    _ask_filter(results, standing, session)
    chosen = choose(results.rows, outcome=session.outcome, words=session.words, file=session.file)
    row = _open_row(results, session)

    def on_event(event: str, value: Any) -> None:
        if event == "row":
            session.open_row(value)
        elif event == "page":
            session.turn_page(value)
        elif event == "opened":
            session.open_citation(value, row.citations if row else ())

    show_sheet(
        view_rows(chosen, session.page)
        | {
            "row": session.row,
            "record": view_record(row, library.articles, offline=library.offline) if row else None,
            "none": "No row fits." if results.rows else "The first answers come in a moment.",
            "said": f"{plural(len(chosen), 'row')}",
            "opened": _view_opened(row, library, session),
        },
        key="batch-sheet",
        on_event=on_event,
    )


def _ask_filter(results: Results, standing: Standing, session: Session) -> None:
    counts = dict(standing.counts)
    for result in results.rows:
        if result.verdict:
            counts[result.verdict] = counts.get(result.verdict, 0) + 1
    offered = [ALL, *(name for name in OUTCOMES if counts.get(name) or name == session.outcome)]
    names = {ALL: f"All {standing.total:,}", **{name: f"{LABELS[name]} {counts.get(name, 0):,}" for name in OUTCOMES}}
    outcome = st.segmented_control(
        "Show",
        offered,
        default=session.outcome or ALL,
        format_func=lambda name: names[name],
        key="batch-outcome",
        label_visibility="collapsed",
        required=True,
    )
    left, right = st.columns(2)
    words = left.text_input("Search", key="batch-words", placeholder="Words in a question or answer", max_chars=200)
    cited = [file for file, _ in results.files().most_common(MOST_FILES)]
    file = right.selectbox("Citing", [ANY_FILE, *sorted(cited)], format_func=show_line, key="batch-file")
    session.look_for(
        "" if outcome in (None, ALL) else str(outcome), words, "" if file in (None, ANY_FILE) else str(file)
    )
    session.page = min(session.page, max(0, (standing.total - 1) // ROWS))


def _open_row(results: Results, session: Session) -> RowRecord | None:
    found: Result | None = None
    if session.row is not None and session.row < len(results.rows):
        found = results.rows[session.row]
    if found is None or found.outcome == "open":
        return None
    record = results.read(found.position)
    return read_row(found.position, record) if record is not None else None


def _view_opened(row: RowRecord | None, library: Library, session: Session) -> dict[str, Any] | None:
    opened = session.opened
    if row is None or opened is None or opened.position >= len(row.citations):
        return None
    return view_opened(row.id, opened.position, row.citations, library.corpus, library.articles)


def _share(run: RunState) -> float:
    return min(1.0, run.done / run.total) if run.total else 0.0
