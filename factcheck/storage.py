"""How much room an index and what lies beside it take."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Storage:
    """What a folder takes on its disk.

    Attributes:
        used: Bytes of its files.
        files: How many files.
        free: Bytes that are free on its disk.
    """

    used: int
    files: int
    free: int


def measure(folder: Path) -> Storage:
    """Return what a folder takes; one that is not there takes nothing. Links are not followed."""
    sizes = list(_sizes(folder))
    there = folder.absolute()
    while not there.is_dir():
        there = there.parent
    return Storage(used=sum(sizes), files=len(sizes), free=shutil.disk_usage(there).free)


def _sizes(folder: Path) -> Iterator[int]:
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                yield os.lstat(os.path.join(root, name)).st_size
            except OSError:  # gone meanwhile
                continue
