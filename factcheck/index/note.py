"""The note that names the Chroma store that is whole, and what of SQLite it holds.

The note is written when a store is complete and on disk. Without a note that fits, a store counts
as dirty: it is not opened but made again.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from factcheck.index.lock import sync_folder, write_durably

_FILE = "chroma.json"


@dataclass(frozen=True, slots=True)
class Note:
    """What a Chroma store holds.

    Attributes:
        where: "embedded", or the address of a server.
        store: Folder below the build, or name of the collection on the server.
        recipe: Recipe of the index it was made from.
        generation: State of SQLite it was made from.
        last: Highest passage row it holds; rows are never used twice, so whatever is above is
            new, and whatever SQLite no longer has is gone.
        count: Number of vectors.
        stale: Vectors that were deleted since it was made anew, and may linger in its files.
        sum: Of the files of an embedded store's graph (chroma_files.py).
    """

    where: str
    store: str
    recipe: str
    generation: int
    last: int
    count: int
    stale: int
    sum: str = ""


def read_note(build: Path) -> Note | None:
    """Return the note of a build, or None where there is none that can be read."""
    try:
        return Note(**json.loads((build / _FILE).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_note(build: Path, note: Note) -> None:
    """Declare a store whole; survives a crash."""
    write_durably(build / _FILE, json.dumps(asdict(note)))


def drop_note(build: Path) -> None:
    """Declare the store dirty, before it is changed in place; survives a crash."""
    with contextlib.suppress(FileNotFoundError):
        (build / _FILE).unlink()
        sync_folder(build)
