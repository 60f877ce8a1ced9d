"""What can be done with ticked articles: read, replace, remove; asked about first, with what it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from factcheck.articles.uploads import Received, clean_name, delete_uploads, is_upload, receive, store_over
from factcheck.presentation.text import plural
from factcheck.settings import Settings
from ui.components.articles import Catalogue, describe_removal, describe_stale, list_names
from ui.components.articles_adding import settle
from ui.components.plain import show_error, show_line
from ui.components.progress import INTERVAL
from ui.indexing import uploads_folder
from ui.rerun import rerun
from ui.sessions.articles import Shelf, count_linked, count_own
from ui.visitor import app_folder, visitor
from ui.work import Work, works


def show_actions(shelf: Shelf, catalogue: Catalogue, articles: Mapping[str, Any], *, running: bool) -> None:
    """Draw what can be done with the ticked rows."""
    ticked = tuple(file for file in shelf.ticked if file in articles)
    if not ticked:
        return
    with st.container(border=True, key="articles-actions", gap="xsmall"):
        title = articles[ticked[0]].title or ticked[0]
        st.text(show_line(title) if len(ticked) == 1 else f"{len(ticked):,} articles ticked")
        with st.container(horizontal=True):
            if len(ticked) == 1:
                if st.button("Read it", key="read-ticked"):
                    shelf.reading = ticked[0]
                st.button("Replace…", key="ask-replace", disabled=running, on_click=_ask, args=(shelf, "replace"))
            st.button("Remove…", key="ask-remove", disabled=running, on_click=_ask, args=(shelf, "remove"))
            st.button("Untick", key="untick", on_click=shelf.untick)
        if shelf.doing == "remove":
            _ask_removal(shelf, ticked, catalogue, articles)
        elif shelf.doing == "replace" and len(ticked) == 1:
            _ask_replacement(shelf, ticked[0], catalogue, articles)


def show_removing(shelf: Shelf) -> bool:
    """Draw a removal that goes on, and note what came of one that has ended; return whether one goes on."""
    work = next(iter(works().of(visitor(), "remove")), None)  # also after a reload, or in another tab
    if work is None:
        return False
    if work.state == "running":
        _show_removing(work)
        return True
    works().drop(work)
    if work.failure is not None:
        shelf.said = [show_error(work.failure.error), show_error(work.failure.hint)]
    elif work.result is not None:
        shelf.said = work.result
    return False


def remove_articles(files: Sequence[str], *, uploads: Path, paths: Mapping[str, str]) -> list[str]:
    """Remove articles with proof, delete the copies that were uploaded, and say what was done.

    Args:
        files: Names in the index.
        uploads: Folder of uploads; nothing outside of it is deleted.
        paths: Where each article was read.
    """
    from factcheck.index.sync import remove

    report = remove(files, settings=Settings.load())
    added = [Path(paths[file]).name for file in report.files if file in paths and is_upload(uploads, paths[file])]
    delete_uploads(uploads, added)
    kept = [file for file in report.files if file in paths and not is_upload(uploads, paths[file])]
    return describe_removal(report, deleted=len(added), kept=kept)


@st.fragment(run_every=INTERVAL)
def _show_removing(work: Work) -> None:
    if work.state != "running":
        rerun()
    with st.container(border=True, key="articles-removing"), st.spinner("Removing, and proving it…", show_time=False):
        st.text("Every file of the index is rewritten without them, and then searched for their words.")


def _ask(shelf: Shelf, doing: str) -> None:
    shelf.doing = doing


def _ask_removal(shelf: Shelf, ticked: Sequence[str], catalogue: Catalogue, articles: Mapping[str, Any]) -> None:
    hashes = {articles[file].sha256 for file in ticked}
    doomed = [file for file in catalogue.files if articles[file].sha256 in hashes]
    copies = [file for file in doomed if file not in ticked]
    added = [file for file in doomed if is_upload(uploads_folder(), articles[file].path)]
    lines = [f"To be removed for good: {list_names(doomed)}."]
    if copies:
        lines.append(f"Copies with the very same content go too: {list_names(copies)}.")
    if added:
        lines.append("The uploaded file is deleted." if len(added) == 1 else "The uploaded files are deleted.")
    if len(added) < len(doomed):
        lines.append("Files in folders of yours are not touched.")
    lines.append(_describe_stale(doomed))
    for line in lines:
        st.text(line)
    with st.container(horizontal=True):
        sure = st.button(f"Remove {plural(len(doomed), 'article')}", key="remove-ticked", type="primary")
        st.button("Cancel", key="cancel-remove", on_click=_ask, args=(shelf, ""))
    if sure:
        uploads, paths = uploads_folder(), {file: articles[file].path for file in doomed}
        works().start(
            visitor(), "remove", "Remove articles", lambda _: remove_articles(ticked, uploads=uploads, paths=paths)
        )
        shelf.said = []
        if shelf.reading in doomed:
            shelf.reading = None
        shelf.untick()
        rerun()


def _ask_replacement(shelf: Shelf, file: str, catalogue: Catalogue, articles: Mapping[str, Any]) -> None:
    path = Path(articles[file].path)
    if not is_upload(uploads_folder(), str(path)):
        st.text("It was read from a folder of yours, which is never changed from here.")
        st.text("Change the file there, then press “Bring up to date”.")
        return
    st.text(_describe_stale([file]))
    limit = Settings.load().max_file_mb
    sent = st.file_uploader("The file that takes its place", key=f"replace-{shelf.drops}-{file}", max_upload_size=limit)
    if sent is None:
        return
    received = _replace(path, sent.name, sent.getvalue(), limit * 1_000_000, catalogue)
    shelf.drops += 1
    if received.state == "stored" and shelf.reading == file:
        shelf.reading = None
    shelf.untick()
    settle(shelf, [received], articles)
    rerun()


def _replace(path: Path, sent: str, data: bytes, max_bytes: int, catalogue: Catalogue) -> Received:
    """Store a file over an uploaded one; it keeps the name, by which earlier answers know it."""
    suffix = Path(clean_name(sent)).suffix
    if suffix != path.suffix:
        reason = f"a {path.suffix} file is replaced by a {path.suffix} file; remove it and add the other instead"
        return Received(sent, "refused", reason=reason)
    received = receive(path.parent, path.name, data, max_bytes=max_bytes, known=catalogue.hashes)
    if received.state == "clash":
        received = store_over(path.parent, received)
    return replace(received, sent=sent if received.state != "stored" else path.name)


def _describe_stale(files: Sequence[str]) -> str:
    turns = getattr(st.session_state.get("ask"), "turns", ())
    linked = count_linked(app_folder() / "answers", files, but={turn.id for turn in turns})
    return describe_stale(count_own(turns, files), linked)
