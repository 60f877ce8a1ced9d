"""Which collections of a shared Chroma server are this index's.

    INDEX/collections        a random name, and the number that the file system gave this file

A copy of the folder has that number no more. It must not change the original's collections, nor search them, since the
original's next run changes them under it: it makes its own.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from factcheck.index.lock import sync_folder

_FILE = "collections"


def own_prefix(index: Path) -> str | None:
    """Return the beginning of the names of this index's collections; None where it has none yet, or is a copy."""
    file = index / _FILE
    try:
        name, number = file.read_text("ascii").split()
        return f"factcheck-{name}-" if file.stat().st_ino == int(number) else None
    except (OSError, ValueError):
        return None


def claim_prefix(index: Path) -> str:
    """Return `own_prefix`, made up first where there is none; only for the process that holds the write lock."""
    found = own_prefix(index)
    if found is not None:
        return found
    name, beside = secrets.token_hex(8), index / f"{_FILE}.new"
    with beside.open("w", encoding="ascii") as stream:
        stream.write(f"{name} {os.fstat(stream.fileno()).st_ino}")  # renaming keeps the number
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(index / _FILE)
    sync_folder(index)
    return f"factcheck-{name}-"
