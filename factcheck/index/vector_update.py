"""Make Chroma equal to SQLite, so that a kill at any moment leaves a store that is whole."""

from __future__ import annotations

import logging
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from factcheck.errors import CorruptIndex, FactcheckError
from factcheck.index.chroma import (
    EMBEDDED,
    ChromaStore,
    drop_collections,
    open_folder,
    open_server,
    server_address,
)
from factcheck.index.chroma_files import blank_reserve, copy_folder, erase, sum_files, sync_files
from factcheck.index.failures import explained
from factcheck.index.note import Note, drop_note, read_note, write_note
from factcheck.index.ownership import claim_prefix
from factcheck.index.store import Store
from factcheck.index.vectors import is_own, open_noted
from factcheck.settings import Settings

# Deleted passages stay in Chroma's graph, their vectors overwritten (chroma_files.py), until a store is made
# anew. That is done whenever it takes seconds only, and in larger stores when they are more than a few.
_ANEW_BELOW = 5_000
_MOST_STALE = 0.05
# Adding to a copy saves less than copying costs when much is new.
_MOST_FRESH = 0.5

log = logging.getLogger(__name__)

Ids = NDArray[np.int64]
ReportVectors = Callable[[int, int], None]


def update_vectors(
    store: Store, settings: Settings, *, anew: bool = False, progress: ReportVectors | None = None
) -> None:
    """Make Chroma equal to SQLite; only for the process that holds the write lock.

    Args:
        store: The index.
        settings: Name the Chroma server, if there is one.
        anew: Make the store anew, so that nothing of deleted passages lingers in its files.
        progress: Called with the number of vectors written and of all that have to be.

    Raises:
        FactcheckError: Chroma cannot be written, or the disk is full.
    """
    with explained(store.index):
        if not anew and is_up_to_date(store, settings):
            _delete_others(store.build, read_note(store.build))  # which a kill may have left
            return
        _Update(store, settings, progress).run(anew=anew)


def is_up_to_date(store: Store, settings: Settings) -> bool:
    """Return whether the note says that nothing changed; Chroma is not even imported for that."""
    note = read_note(store.build)
    where = server_address(settings) if settings.chroma_url else EMBEDDED
    return (
        note is not None
        and (note.where, note.recipe, note.generation) == (where, store.recipe, store.generation)
        and (is_own(store, note) if settings.chroma_url else (store.build / "chroma" / note.store).is_dir())
    )


def drop_other_builds(store: Store, settings: Settings) -> None:
    """Delete the collections on the server that belonged to builds which a rebuild replaced.

    Raises:
        FactcheckError: The server cannot be used.
    """
    if settings.chroma_url:
        prefix = claim_prefix(store.index)
        drop_collections(settings, prefix, but=f"{prefix}{store.build.name}-")


def _delete_others(build: Path, note: Note | None) -> None:
    """Delete the embedded stores that the note does not name."""
    kept = note.store if note is not None and note.where == EMBEDDED else ""
    for folder in (build / "chroma").glob("*"):
        if folder.name != kept:
            shutil.rmtree(folder, ignore_errors=True)


class _Update:
    """One update of Chroma to one state of SQLite."""

    def __init__(self, store: Store, settings: Settings, progress: ReportVectors | None) -> None:
        self._store = store
        self._settings = settings
        self._progress = progress
        self._wanted = store.passage_ids()
        self._generation = store.generation
        self._where = server_address(settings) if settings.chroma_url else EMBEDDED
        self._own = f"{claim_prefix(store.index)}{store.build.name}-" if settings.chroma_url else ""

    def run(self, *, anew: bool) -> None:
        opened = None if anew else open_noted(self._store, self._settings)
        if opened is None:
            self._make()
            return
        note, old = opened
        try:
            present = old.ids()
        finally:
            old.close()
        gone = np.setdiff1d(present, self._wanted, assume_unique=True)
        fresh = np.setdiff1d(self._wanted, present, assume_unique=True)
        total, stale = len(self._wanted), note.stale + len(gone)
        if (len(gone) and total < _ANEW_BELOW) or stale > _MOST_STALE * total or len(fresh) > _MOST_FRESH * total:
            self._make()
        elif len(gone) or len(fresh):
            self._change(note, fresh=fresh, gone=gone)
        elif note.generation != self._generation:
            self._declare(note.store, stale=note.stale)

    def _make(self) -> None:
        """Make a store of all vectors."""
        name = self._new_name()
        with self._begun(name):
            if self._where == EMBEDDED:
                self._folder(name).parent.mkdir(exist_ok=True)
                made = open_folder(self._folder(name), create=True)
            else:
                drop_collections(self._settings, self._own)
                made = self._open_collection(name, create=True)
            self._fill(made, self._wanted)
            self._declare(name, stale=0)

    def _change(self, note: Note, *, fresh: Ids, gone: Ids) -> None:
        """Bring a store up to date: a copy of an embedded one, a collection in place."""
        name = self._new_name() if self._where == EMBEDDED else note.store
        with self._begun(name):
            if self._where == EMBEDDED:
                copy_folder(self._folder(note.store), self._folder(name))
                changed = open_folder(self._folder(name))
            else:
                changed = self._open_collection(name)
            taken = changed.rows(gone.tolist()) if self._where == EMBEDDED and len(gone) else None
            self._fill(changed, fresh, gone=gone)
            if taken is not None:
                staying = (block.rows for block in self._store.vectors(self._wanted))
                erase(self._folder(name), gone.tolist(), taken, others=staying)
            self._declare(name, stale=note.stale + len(gone))

    @contextmanager
    def _begun(self, name: str) -> Iterator[None]:
        """Leave nothing half made behind, and no note about a collection that is being changed."""
        if self._where != EMBEDDED:
            drop_note(self._store.build)
        try:
            yield
        except BaseException:
            if self._where == EMBEDDED:
                shutil.rmtree(self._folder(name), ignore_errors=True)
            raise

    def _fill(self, target: ChromaStore, ids: Ids, *, gone: Ids | None = None) -> None:
        try:
            if gone is not None:
                target.delete(gone.tolist())
            done = 0
            for block in self._store.vectors(ids):
                target.add(block.ids, block.rows)
                done += len(block.ids)
                if self._progress:
                    self._progress(done, len(ids))
            if target.count() != len(self._wanted):
                raise self._failure("Chroma does not hold what was written to it")
        finally:
            target.close()

    def _declare(self, name: str, *, stale: int) -> None:
        """Write the note, then delete the embedded stores that it does not name."""
        if self._where == EMBEDDED:
            blank_reserve(self._folder(name))
            sync_files(self._folder(name))
        last = int(self._wanted[-1]) if len(self._wanted) else 0
        note = Note(
            where=self._where, store=name, recipe=self._store.recipe, generation=self._generation,
            last=last, count=len(self._wanted), stale=stale,
            sum=sum_files(self._folder(name)) if self._where == EMBEDDED else "",
        )  # fmt: skip
        left = read_note(self._store.build)
        write_note(self._store.build, note)
        _delete_others(self._store.build, note)
        if left is not None and left.where not in {EMBEDDED, self._where}:
            log.warning(
                "the collection %s stays on %s, which is no longer used: delete it there", left.store, left.where
            )

    def _open_collection(self, name: str, *, create: bool = False) -> ChromaStore:
        collection = open_server(self._settings, name, create=create)
        if collection is None:
            raise self._failure(f"the collection {name} has gone from {self._where}")
        return collection

    def _failure(self, message: str) -> FactcheckError:
        # Readers do without an embedded store that fails, never without the server they are told to use.
        kind = CorruptIndex if self._where == EMBEDDED else FactcheckError
        return kind(message, hint="Run factcheck index FOLDER again.", retryable=True)

    def _new_name(self) -> str:
        # Never a name that was used: a process that has the old store open must not see another.
        unique = f"{self._generation}-{secrets.token_hex(4)}"
        return unique if self._where == EMBEDDED else f"{self._own}{unique}"

    def _folder(self, name: str) -> Path:
        return self._store.build / "chroma" / name
