"""Where an index keeps its files, and the lock that lets one process write.

    INDEX/lock               held by the process that writes; the system frees it when that process dies
    INDEX/current            name of the build that answers
    INDEX/removed            hashes of articles that were removed on purpose
    INDEX/build-3/           one complete index: SQLite and the Chroma store made from it

A rebuild fills a new build beside the old one and then changes `current`, in one step.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from factcheck.durable import sync_folder as sync_folder
from factcheck.durable import write_durably as write_durably
from factcheck.errors import IndexLocked, IndexMissing
from factcheck.index.failures import explained

DATABASE = "index.sqlite"


@contextmanager
def write_lock(index: Path) -> Iterator[None]:
    """Hold the index's write lock.

    Raises:
        IndexLocked: Another process, or another thread of this one, is writing.
    """
    from filelock import FileLock, Timeout  # only needed to write

    with explained(index):
        if not index.is_dir():
            index.mkdir(parents=True, exist_ok=True)
            sync_folder(index.absolute().parent)
        lock = FileLock(index / "lock")
        try:
            # flock: a dead process holds nothing, so that no stale lock can block.
            lock.acquire(timeout=0)
        except Timeout:
            raise IndexLocked(
                f"another process is writing to the index {index}",
                hint="Wait until it is done, then run the command again.",
                retryable=True,
            ) from None
    try:
        yield
    finally:
        lock.release()


def current_build(index: Path) -> Path:
    """Return the folder of the build that answers.

    Raises:
        IndexMissing: Nothing was indexed there.
    """
    try:
        build = index / (index / "current").read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        build = index
    if build == index or not (build / DATABASE).is_file():
        raise IndexMissing(
            f"there is no index at {index}",
            hint="Make one: factcheck index FOLDER (and --index DIR if it is elsewhere).",
        )
    return build


def has_index(index: Path) -> bool:
    """Return whether there is a build that answers."""
    try:
        current_build(index)
    except IndexMissing:
        return False
    return True


def next_build(index: Path) -> Path:
    """Return the folder for a new build; it may hold what an interrupted rebuild left."""
    try:
        number = int(current_build(index).name.removeprefix("build-")) + 1
    except (IndexMissing, ValueError):
        number = 1
    return index / f"build-{number}"


def publish_build(index: Path, build: Path) -> None:
    """Make a build the one that answers; the others are deleted."""
    write_durably(index / "current", build.name)
    delete_other_builds(index)


def delete_other_builds(index: Path) -> None:
    """Delete every build but the current one, if there is one."""
    current = current_build(index) if has_index(index) else None
    for folder in index.glob("build-*"):
        if folder != current:
            # A reader may still hold it open where open files cannot be deleted; the next run tries again.
            shutil.rmtree(folder, ignore_errors=True)
