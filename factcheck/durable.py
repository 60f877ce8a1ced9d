"""Put files on the disk so that they survive a power cut: whole under their name, or as they were before.

A system keeps what is written in memory for a while, and writes it in any order: a file that was renamed and not
forced to the disk is found empty. So the content is forced first, then the name.
"""

from __future__ import annotations

import os
from pathlib import Path


def write_durably(file: Path, content: str | bytes) -> None:
    """Replace a small file in one step that survives a crash."""
    beside = file.with_name(file.name + ".new")
    with beside.open("wb") as stream:
        stream.write(content.encode("utf-8") if isinstance(content, str) else content)
        stream.flush()
        os.fsync(stream.fileno())
    replace_durably(beside, file)


def replace_durably(whole: Path, file: Path) -> None:
    """Give a file whose content is on the disk the name of another, in one step that survives a crash."""
    whole.replace(file)
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """Make renames and deletions in a folder survive a crash (a no-op where folders have no handle)."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
