"""Add articles: the box that files are dropped into, and the questions that an upload may raise."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import streamlit as st

from factcheck.articles.uploads import MOST_BYTES, MOST_FILES, Received, receive, store_beside, store_over
from factcheck.errors import FactcheckError
from factcheck.index.removed import allow_again, read_removed
from factcheck.settings import Settings
from ui.components.articles import describe_received
from ui.components.heading import show_failure
from ui.components.plain import show_line
from ui.indexing import begin_indexing, read_indexing, uploads_folder
from ui.rerun import rerun
from ui.sessions.articles import Shelf

KINDS = "Text, Markdown, web pages, PDF or Word. They stay on this machine."


class Sent(Protocol):
    """A file as the browser sent it."""

    name: str
    size: int

    def getvalue(self) -> bytes:
        """Return its bytes."""


def show_adding(shelf: Shelf, articles: Mapping[str, Any], hashes: Mapping[str, str], *, label: str) -> None:
    """Draw the box; take what is dropped into it, and start to index it.

    Args:
        shelf: The visitor's.
        articles: Rows of the index by file; empty where there is none.
        hashes: Names in the index by the SHA-256 of their content.
        label: What the box is for.
    """
    limit = Settings.load().max_file_mb
    sent = st.file_uploader(
        f"{label}: {KINDS}", accept_multiple_files=True, key=f"drop-{shelf.drops}", max_upload_size=limit
    )
    if sent:
        with st.spinner("Taking the files in…", show_time=False):
            received = take_files(sent, hashes, max_bytes=limit * 1_000_000)
        shelf.drops += 1
        settle(shelf, received, articles)
        rerun()
    show_waiting(shelf, articles)


def take_files(sent: Sequence[Sent], hashes: Mapping[str, str], *, max_bytes: int) -> list[Received]:
    """Store what can be stored; what cannot is refused with its reason, and stops nothing."""
    removed: Collection[str] = read_removed(Path(Settings.load().index))
    received, total = [], 0
    for at, file in enumerate(sent):
        total += file.size
        if at >= MOST_FILES or total > MOST_BYTES:
            reason = f"one upload may have {MOST_FILES:,} files and {MOST_BYTES // 1_000_000} MB; add it in another"
            received.append(Received(file.name, "refused", reason=reason))
        else:
            received.append(
                receive(
                    uploads_folder(), file.name, file.getvalue(), max_bytes=max_bytes, known=hashes, removed=removed
                )
            )
    return received


def settle(shelf: Shelf, received: Sequence[Received], articles: Mapping[str, Any]) -> None:
    """Note what came of files, keep those that need a decision, and index what was stored."""
    shelf.said = describe_received(received)
    shelf.waiting += [each for each in received if each.state in {"clash", "removed"}]
    if any(each.state == "stored" for each in received):
        start_indexing(shelf, articles)


def start_indexing(shelf: Shelf, articles: Mapping[str, Any], **options: Any) -> None:
    """Start a run over the index, or ask for one behind the run that is going on."""
    shelf.follows = True
    if read_indexing().state == "running":
        shelf.queued = True
    else:
        begin_indexing(articles, **options)


def show_waiting(shelf: Shelf, articles: Mapping[str, Any]) -> None:
    """Ask about the files that were not stored, one question for each kind."""
    clashes = [each for each in shelf.waiting if each.state == "clash"]
    removed = [each for each in shelf.waiting if each.state == "removed"]
    if clashes:
        _ask_about_clashes(shelf, clashes, articles)
    if removed:
        _ask_about_removed(shelf, removed, articles)


def _ask_about_clashes(shelf: Shelf, clashes: list[Received], articles: Mapping[str, Any]) -> None:
    folder = uploads_folder()
    with st.container(border=True, key="articles-clash"):
        one = len(clashes) == 1
        st.text(
            "Another file of this name was added before, with other content:"
            if one
            else f"{len(clashes):,} files of these names were added before, with other content:"
        )
        _list(clashes)
        with st.container(horizontal=True):
            replace = st.button("Replace it" if one else "Replace them", key="clash-replace", type="primary")
            both = st.button("Keep both", key="clash-both")
            neither = st.button("Leave it out" if one else "Leave them out", key="clash-drop")
    if replace or both or neither:
        shelf.waiting = [each for each in shelf.waiting if each.state != "clash"]
        store = store_over if replace else store_beside
        settle(shelf, [] if neither else [store(folder, each) for each in clashes], articles)
        rerun()


def _ask_about_removed(shelf: Shelf, removed: list[Received], articles: Mapping[str, Any]) -> None:
    with st.container(border=True, key="articles-removed"):
        one = len(removed) == 1
        st.text("This was removed on purpose:" if one else f"These {len(removed):,} were removed on purpose:")
        _list(removed)
        with st.container(horizontal=True):
            again = st.button("Take it back" if one else "Take them back", key="removed-again", type="primary")
            neither = st.button("Leave it out" if one else "Leave them out", key="removed-drop")
    if again:
        hashes = {hashlib.sha256(each.data).hexdigest() for each in removed}
        try:
            allow_again(Path(Settings.load().index), hashes)
        except FactcheckError as error:
            show_failure(error)
            return
    if again or neither:
        shelf.waiting = [each for each in shelf.waiting if each.state != "removed"]
        back = [] if neither else removed
        received = [
            receive(uploads_folder(), each.sent, each.data, max_bytes=len(each.data), known={}) for each in back
        ]
        settle(shelf, received, articles)
        rerun()


def _list(received: Sequence[Received]) -> None:
    for each in received[:10]:
        st.text(show_line(each.file))
    if len(received) > 10:
        st.text(f"and {len(received) - 10:,} more")
