"""Remember what was removed on purpose, by content hash only, so that it stays out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import Path

from factcheck.index.lock import write_durably, write_lock

_FILE = "removed"
_HASH = re.compile(r"[0-9a-f]{64}")


def read_removed(index: Path) -> frozenset[str]:
    """Return the SHA-256 of every content that was removed on purpose."""
    try:
        return frozenset(_HASH.findall((index / _FILE).read_text("utf-8", "replace")))
    except FileNotFoundError:
        return frozenset()


def write_removed(index: Path, hashes: Iterable[str]) -> None:
    """Record the contents that stay out; kept outside the builds, so that a rebuild honours it."""
    write_durably(index / _FILE, "".join(f"{digest}\n" for digest in sorted(set(hashes))))


def allow_again(index: Path, hashes: Collection[str]) -> None:
    """Let contents come back that were removed on purpose, at the next run over the index.

    Raises:
        IndexLocked: Another process is writing.
    """
    with write_lock(index):
        write_removed(index, read_removed(index) - frozenset(hashes))
