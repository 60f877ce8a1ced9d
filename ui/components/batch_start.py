"""Give a list of questions, or come back to an earlier one."""

from __future__ import annotations

import html
import json
from datetime import datetime

import streamlit as st

from factcheck.errors import FactcheckError
from factcheck.presentation.text import plural
from ui.batch_runs import MIMES, Standing, name_download, open_results, read_standing, write_download
from ui.batches import MOST_MEGABYTES, SUFFIXES, Batch, add_batch, delete, list_batches
from ui.components.batch_rows import LABELS
from ui.components.heading import show_failure
from ui.components.plain import show_error, show_line
from ui.rerun import rerun
from ui.sessions.batch import Session

MOST_CHARACTERS = 200_000
MOST_LISTED = 8
STATES = {
    "new": "Not started",
    "running": "Running",
    "finished": "Finished",
    "stopped": "Stopped",
    "failed": "Could not go on",
}
HOW = "A spreadsheet or table needs a column named question (or claim); a text file has one question a line."


def show_start(session: Session) -> None:
    """Draw how a list is given; afterwards it is open."""
    upload, paste = st.tabs(["Upload a file", "Type or paste"])
    with upload:
        given = st.file_uploader(
            "A spreadsheet, a table or a text file",
            type=[suffix[1:] for suffix in SUFFIXES],
            key=f"batch-upload-{session.uploads}",
            max_upload_size=MOST_MEGABYTES,
            help="Excel (.xlsx), .csv, .tsv, .jsonl or .txt",
        )
        st.caption(HOW)
    with paste, st.form("batch-paste", border=False, clear_on_submit=True):
        text = st.text_area("One question a line", height=180, max_chars=MOST_CHARACTERS)
        kind = st.radio("These lines are", ["questions to answer", "claims to check"], horizontal=True)
        pasted = st.form_submit_button("Go on", type="primary")
    if given is not None:
        take(session, given.name, given.getvalue())
    elif pasted and text.strip():
        take(session, *write_lines(text, claims=kind == "claims to check"))


def take(session: Session, name: str, content: bytes) -> None:
    """Keep a list and open it, or say why it cannot be used."""
    try:
        with st.spinner("Reading the list…"):
            batch = add_batch(name, content)
    except FactcheckError as error:
        show_failure(error)
        return
    session.uploads += 1
    session.open_batch(batch.id)
    rerun()


def write_lines(text: str, *, claims: bool) -> tuple[str, bytes]:
    """Return lines that were typed as a file, with a name that says what they are."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not claims:
        return "Typed questions.txt", "\n".join(lines).encode()
    return "Typed claims.jsonl", "\n".join(json.dumps({"claim": line}) for line in lines).encode()


def show_earlier(session: Session) -> None:
    """Draw the visitor's lists, newest first."""
    batches = list_batches()
    if not batches:
        return
    st.subheader("Your lists", anchor=False)
    everything = len(batches) <= MOST_LISTED or st.session_state.get("batch-all", False)
    for batch in batches if everything else batches[:MOST_LISTED]:
        _show_earlier(batch, session)
    if not everything:
        st.checkbox(f"Show all {len(batches)}", key="batch-all")


def _show_earlier(batch: Batch, session: Session) -> None:
    try:
        standing = read_standing(batch, open_results(batch))
        told = describe_standing(standing)
    except FactcheckError as error:
        standing, told = None, show_error(error.message)
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"batch-{batch.id}"):
        st.html(
            f'<div class="fc-list"><b>{html.escape(show_line(batch.name))}</b>'
            f"<span>{html.escape(describe_time(batch.begun))} · {html.escape(told)}</span></div>"
        )
        if st.button("Open", key=f"open-{batch.id}", help="Show this list"):
            session.open_batch(batch.id)
            rerun()
        if standing is not None and standing.state != "new" and standing.counts.keys() - {"open"}:
            show_download(batch, batch.wish.format, "Download", key=f"download-{batch.id}")
        show_delete(batch, session)


def show_download(batch: Batch, format: str, label: str, *, key: str, primary: bool = False) -> None:
    """Draw a button that gives a list as a file; the file is made when it is pressed."""
    st.download_button(
        label,
        data=lambda: write_download(batch, format),
        file_name=name_download(batch, format),
        mime=MIMES[format],
        key=key,
        on_click="ignore",
        type="primary" if primary else "secondary",
    )


def show_delete(batch: Batch, session: Session) -> None:
    """Draw a button that deletes a list once it was pressed twice."""
    with st.popover("Delete", key=f"ask-delete-{batch.id}"):
        st.text("The list and all its answers are deleted for good.")
        if st.button("Delete for good", key=f"delete-{batch.id}", type="primary"):
            with st.spinner("Deleting…"):
                delete(batch)
            session.open_batch(None)
            rerun()


def describe_standing(standing: Standing) -> str:
    """Return how a list stands, in one line."""
    counts = standing.counts
    parts = [f"{counts[name]:,} {LABELS[name].lower()}" for name in LABELS if counts.get(name) and name != "open"]
    if standing.total and standing.state != "finished":
        parts.append(f"{counts.get('open', 0):,} of {standing.total:,} waiting")
    if not standing.total:
        return STATES[standing.state]
    return f"{STATES[standing.state]}: {', '.join(parts)}"


def describe_time(moment: str) -> str:
    """Return when something was, as people write it, in the visitor's time where it is known."""
    try:
        when = datetime.fromisoformat(moment)
    except ValueError:
        return ""
    offset = st.context.timezone_offset
    if offset is not None:
        from datetime import timedelta, timezone

        when = when.astimezone(timezone(timedelta(minutes=-offset)))
    return f"{when.day} {when:%B %Y, %H:%M}"


def describe_counts(questions: int, claims: int) -> str:
    """Return "12 questions and 3 claims"."""
    named = ((questions, "question"), (claims, "claim"))
    return " and ".join(plural(count, word) for count, word in named if count) or "nothing that can be asked"
