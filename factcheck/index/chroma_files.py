"""The files of a closed Chroma store: copy them, put them on disk, overwrite what they should not hold.

Deleted vectors: Chroma only marks them, and a vector can be turned back into something like the words it
was made from. The graph keeps its nodes; those of deleted passages lie at zero then, and are never returned.

Memory of the process: Chroma's graph writes out the room that it has reserved and not filled, with whatever
had been in memory there before, be it the text of an article or the key of an endpoint.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import struct
import zlib
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from factcheck.durable import sync_folder

_VECTORS, _LENGTHS = "data_level0.bin", "length.bin"
# Version, offset, nodes reserved, nodes filled, bytes in a node (hnswlib's persistent header).
_HEADER = struct.Struct("<iQQQQ")
_LOG = "chroma.sqlite3"
_AT_ONCE = 1_000_000
_BLOCK, _MOST_SUMMED = 1 << 16, 64_000_000
# Chroma scales a vector to length one again before it writes it.
_SAME = 1e-5
# Numbers without the last bits of their mantissas: 24 bits that a table can hold.
_SHIFT, _TABLE = np.uint32(8), 1 << 24

Floats = NDArray[np.float32]


def copy_folder(source: Path, target: Path) -> None:
    """Copy an embedded store that nobody changes, though readers may have it open."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("chroma.sqlite3*"))
    # A reader's opening writes a little to Chroma's own database: copy it under SQLite's lock.
    with (
        closing(sqlite3.connect(source / "chroma.sqlite3")) as old,
        closing(sqlite3.connect(target / "chroma.sqlite3")) as new,
    ):
        old.backup(new)


def sync_files(folder: Path) -> None:
    """Put a closed store on disk, so that a note about it is true after a power cut."""
    for parent, _, files in os.walk(folder):
        for file in files:
            with open(os.path.join(parent, file), "rb") as stream:
                os.fsync(stream.fileno())
        sync_folder(Path(parent))


def sum_files(folder: Path) -> str:
    """Return a sum of the graph's files, which no reader changes; Chroma trusts them, and damaged ones end the process.

    What is large is read here and there, so that it takes a twentieth of a second at most.
    """
    total = 0
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(_LOG)):
        size = path.stat().st_size
        total = zlib.crc32(f"{path.relative_to(folder).as_posix()} {size}".encode(), total)
        with path.open("rb") as stream:
            for start in range(0, size, _BLOCK * max(1, -(-size // _MOST_SUMMED))):
                stream.seek(start)
                total = zlib.crc32(stream.read(_BLOCK), total)
    return f"{total:08x}"


def erase(folder: Path, ids: Sequence[int], vectors: Floats, *, others: Iterable[Floats]) -> None:
    """Overwrite the vectors of deleted passages.

    Args:
        folder: The store, which nobody has open.
        ids: Deleted passages.
        vectors: Theirs, one row each.
        others: Vectors that stay. One that is the same as a deleted one (a text that differs in
            capital letters only) keeps both.
    """
    with closing(sqlite3.connect(folder / _LOG)) as database:
        database.execute("PRAGMA secure_delete = ON")
        with database:
            # What Chroma has not yet moved into its own files; the entry that deletes it stays.
            database.executemany(
                "DELETE FROM embeddings_queue WHERE id = ? AND vector IS NOT NULL", [(str(id_),) for id_ in ids]
            )
        database.execute("VACUUM")
    alone = _drop_twins(vectors, others)
    for file in folder.rglob(_VECTORS):
        if len(alone):
            _overwrite(file, alone)


def blank_reserve(folder: Path) -> None:
    """Overwrite the room that a graph has reserved and not filled; nobody has the store open.

    A file of another layout than expected is left as it is.
    """
    for file in folder.rglob(_VECTORS):
        header = file.with_name("header.bin").read_bytes()[: _HEADER.size]
        if len(header) == _HEADER.size:
            _, _, reserved, filled, size = _HEADER.unpack(header)
            for name, each in ((_VECTORS, size), (_LENGTHS, 4)):
                _blank(file.with_name(name), filled * each, reserved * each)


def _blank(file: Path, used: int, size: int) -> None:
    if used <= size == file.stat().st_size:
        with file.open("r+b") as stream:
            stream.truncate(used)
            stream.truncate(size)


def _drop_twins(vectors: Floats, others: Iterable[Floats]) -> Floats:
    """Return the vectors that nothing else has."""
    nearest = np.full(len(vectors), -1.0, dtype=np.float32)
    for rows in others:
        nearest = np.maximum(nearest, (rows @ vectors.T).max(axis=0, initial=-1.0))
    alone: Floats = vectors[nearest < 1 - _SAME]
    return alone


def _overwrite(file: Path, vectors: Floats) -> None:
    first = np.ascontiguousarray(vectors[:, 0]).view("<u4") >> _SHIFT
    table = np.zeros(_TABLE + 2, dtype=bool)
    for near in (-1, 0, 1):
        table[first.astype(np.int64) + near] = True
    numbers = np.memmap(file, dtype="<f4", mode="r+", shape=file.stat().st_size // 4)
    for start in range(0, len(numbers), _AT_ONCE):
        bits = numbers[start : start + _AT_ONCE].view("<u4")
        for place in (start + np.flatnonzero(table[bits >> _SHIFT])).tolist():
            found = numbers[place : place + vectors.shape[1]]
            if len(found) == vectors.shape[1] and np.isclose(found, vectors, rtol=0, atol=_SAME).all(axis=1).any():
                found[:] = 0
    numbers.flush()
    del numbers
