"""Search by meaning: Chroma for what it holds, exact comparison for what SQLite has on top.

An embedded store is never changed in place: its successor is made beside it, and a note (note.py),
written last, names the one that is whole. A collection on a server is changed in place and has no
note meanwhile. Passage rows are never used twice, so that a reader can tell what a store lacks and
what of it is gone: an index that is being written, or whose last run was killed, answers completely.
"""

from __future__ import annotations

import logging
import os
import threading
from typing import Self

import numpy as np
from numpy.typing import NDArray

from factcheck.errors import CorruptIndex, IndexLocked
from factcheck.index.chroma import EMBEDDED, ChromaStore, open_folder, open_server, server_address
from factcheck.index.chroma_files import sum_files
from factcheck.index.failures import explained
from factcheck.index.lock import write_lock
from factcheck.index.note import Note, read_note
from factcheck.index.ownership import own_prefix
from factcheck.index.records import PassageHit
from factcheck.index.store import Store
from factcheck.settings import Settings

log = logging.getLogger(__name__)

# Passages of chosen files are compared exactly up to this number; above, Chroma is asked for more
# and the rest is dropped.
_EXACT = 20_000

Floats = NDArray[np.float32]


class Vectors:
    """Searches the passages' vectors; safe to share between threads.

    Args:
        store: The index, open for reading.
        settings: Name the Chroma server, if there is one.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._lock = threading.RLock()
        self._note: Note | None = None
        self._chroma: ChromaStore | None = None
        self._rest = _Block()
        self._chosen = _Block()

    @classmethod
    def open(cls, store: Store, settings: Settings) -> Self:
        """Open the vector index, made anew first where it is missing or dirty.

        Raises:
            FactcheckError: The configured Chroma server cannot be used.
        """
        opened = cls(store, settings)
        opened._connect()
        return opened

    @property
    def kind(self) -> str:
        """How vectors are searched: "embedded", the address of a server, or "exact"."""
        return self._note.where if self._note and self._chroma else "exact"

    def search(self, vector: Floats, *, limit: int, files: frozenset[str] | None = None) -> list[PassageHit]:
        """Return the passages whose vectors are nearest, best first, with their cosines.

        Args:
            vector: A unit vector of the index's embedder.
            limit: Most passages that are returned.
            files: Only passages of these files.

        Raises:
            FactcheckError: Chroma cannot be used.
            IndexMismatch: The vector is of another length than the index's.
        """
        if limit <= 0:
            return []
        self._store.require_dimension(len(vector))
        with self._lock:
            self._follow()
            if files is not None and self._fill_chosen(files):
                return self._chosen.search(vector, limit)
            try:
                found = self._search_all(vector, limit, files)
            except CorruptIndex:
                # Another process may have replaced the store in this moment; its note tells.
                if not self._follow():
                    raise
                found = self._search_all(vector, limit, files)
        found.sort(key=lambda hit: (-hit.score, hit.passage))
        return found[:limit]

    def close(self) -> None:
        """Close the connection to Chroma."""
        with self._lock:
            if self._chroma is not None:
                self._chroma.close()
            self._chroma = None

    def _fill_chosen(self, files: frozenset[str]) -> bool:
        """Load the vectors of chosen files, unless there are too many to compare one by one."""
        key = (self._store.generation, files)
        if not self._chosen.holds(key):
            ids = self._store.passage_ids(files)
            if len(ids) > _EXACT:
                return False
            self._chosen.fill(self._store, key, ids)
        return True

    def _search_all(self, vector: Floats, limit: int, files: frozenset[str] | None) -> list[PassageHit]:
        """Return hits of Chroma and of what SQLite has on top."""
        last = self._note.last if self._note and self._chroma else 0
        key = (self._store.generation, last)
        if not self._rest.holds(key):
            self._rest.fill(self._store, key, self._store.passage_ids(after=last))
        rest = self._keep(self._rest.search(vector, limit), files)
        return [*self._ask(vector, limit, files), *rest]

    def _ask(self, vector: Floats, limit: int, files: frozenset[str] | None) -> list[PassageHit]:
        """Return hits of Chroma that are still indexed, asking for more where many are not."""
        if self._chroma is None or self._note is None:
            return []
        wanted = limit
        while True:
            wanted = min(wanted, self._note.count)
            hits = self._chroma.search(vector, limit=wanted) if wanted else []
            # What a killed run on a server added beyond the note is compared exactly.
            kept = self._keep([hit for hit in hits if hit.passage <= self._note.last], files)
            if len(kept) >= limit or wanted >= self._note.count:
                return kept[:limit]
            wanted *= 4

    def _keep(self, hits: list[PassageHit], files: frozenset[str] | None) -> list[PassageHit]:
        known = self._store.files_of_passages([hit.passage for hit in hits])
        return [hit for hit in hits if hit.passage in known and (files is None or known[hit.passage] in files)]

    def _follow(self) -> bool:
        """Change to the store of a newer note that another process wrote, if there is one."""
        note = read_note(self._store.build)
        if note == self._note:
            return False
        if note is None and self._note is not None and self._note.where == EMBEDDED:
            return False  # a rebuild replaced the index; what is open here is still whole
        self.close()
        self._connect()
        return True

    def _connect(self) -> None:
        """Open the store that the note names; make it anew where there is none that fits.

        Where that cannot be done, all vectors are compared exactly: slower, complete, and said so.
        """
        if self._open():
            return
        if not os.access(self._store.build, os.W_OK):
            log.warning("the index cannot be written: vectors are compared one by one, without Chroma")
            return
        try:
            with write_lock(self._store.index):
                if self._store.is_current() and not self._open():
                    self._make()
        except IndexLocked:
            log.warning("the index is being written: vectors are compared one by one until that is done")
        except CorruptIndex as error:
            # A server that fails raises another error and is never replaced.
            log.warning("%s; vectors are compared one by one, without Chroma", error)

    def _make(self) -> None:
        # Only a reader that finds no store needs the module that writes one.
        from factcheck.index.vector_update import update_vectors

        log.warning("the vector index is missing or was left unfinished: making it from SQLite")
        update_vectors(self._store, self._settings, anew=True)
        self._open()

    def _open(self) -> bool:
        opened = open_noted(self._store, self._settings)
        self._note, self._chroma = opened or (None, None)
        return opened is not None


class _Block:
    """Vectors in memory that are compared exactly."""

    def __init__(self) -> None:
        self._key: object = None
        self._ids: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self._rows: Floats = np.zeros((0, 0), dtype=np.float32)

    def holds(self, key: object) -> bool:
        """Return whether what the key stands for is loaded."""
        return key == self._key

    def fill(self, store: Store, key: object, ids: NDArray[np.int64]) -> None:
        """Load the vectors of some passages."""
        blocks = list(store.vectors(ids))
        self._ids = np.concatenate([block.ids for block in blocks]) if blocks else np.zeros(0, dtype=np.int64)
        self._rows = np.concatenate([block.rows for block in blocks]) if blocks else np.zeros((0, 0), "f4")
        self._key = key

    def search(self, vector: Floats, limit: int) -> list[PassageHit]:
        """Return the nearest passages, best first."""
        if not len(self._ids):
            return []
        scores = self._rows @ vector
        best = np.argsort(-scores, kind="stable")[:limit]
        return [PassageHit(int(self._ids[place]), float(scores[place])) for place in best]


def is_own(store: Store, note: Note) -> bool:
    """Return whether a collection on a server is this build's, and not that of an index which was copied."""
    return note.store.startswith(f"{own_prefix(store.index)}{store.build.name}-")


def open_noted(store: Store, settings: Settings) -> tuple[Note, ChromaStore] | None:
    """Open the Chroma store that the note names; None where it is dirty, lost or of another state.

    Raises:
        FactcheckError: The configured Chroma server cannot be used.
    """
    note = read_note(store.build)
    where = server_address(settings) if settings.chroma_url else EMBEDDED
    if note is None or note.where != where or note.recipe != store.recipe:
        return None
    if where != EMBEDDED and not is_own(store, note):
        return None
    if note.generation > store.generation:
        return None  # SQLite was put back to an earlier state; rows may have been used again
    found: ChromaStore | None = None
    try:
        if where != EMBEDDED:
            found = open_server(settings, note.store)
        elif (folder := store.build / "chroma" / note.store).is_dir():
            with explained(store.index):  # another process may have replaced it
                whole = sum_files(folder) == note.sum
            if not whole:
                raise CorruptIndex("the files of the vector index are not those that were written")
            found = open_folder(folder)
        if found is not None and found.count() == note.count:
            return note, found
    except CorruptIndex as error:
        log.warning("%s", error)
    if found is not None:
        found.close()
    return None
