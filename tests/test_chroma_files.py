"""Deleted vectors leave the files of a Chroma store; the others are still found."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from factcheck.index.chroma import open_folder
from factcheck.index.chroma_files import blank_reserve, erase
from factcheck.index.proof import Proof

# Chroma moves vectors from its log into the graph's file a thousand at a time.
IDS = np.arange(1, 2301)
GONE = (7, 8, 1500, 2299)
TWIN = (8, 9)


def test_deleted_vectors_are_in_no_file_and_the_others_are_found(tmp_path: Path) -> None:
    rows = np.random.default_rng(3).normal(size=(len(IDS), 48)).astype("<f4")
    rows[TWIN[0] - 1] = rows[TWIN[1] - 1]
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    store = open_folder(tmp_path / "store", create=True)
    store.add(IDS, rows)
    taken = store.rows(GONE)
    store.delete(GONE)
    store.close()
    gone = rows[[number - 1 for number in GONE if number not in TWIN]]
    staying = rows[[number - 1 for number in IDS.tolist() if number not in GONE]]

    assert held(tmp_path, gone) == {"data_level0.bin", "chroma.sqlite3"}, "Chroma itself only marks them"
    erase(tmp_path / "store", GONE, taken, others=[staying])
    assert held(tmp_path, gone) == set()

    store = open_folder(tmp_path / "store")
    assert store.count() == len(staying) and not set(GONE) & set(store.ids().tolist())
    for number in (1, 9, 1000, 1499, 2000, 2298, 2300):
        assert store.search(rows[number - 1], limit=3)[0].passage == number, "9 has the vector of 8, which went"
    store.close()


def test_what_was_in_memory_is_not_written_to_the_disk(tmp_path: Path) -> None:
    """Chroma reserves room for a hundred vectors and writes it out as it finds it."""
    row = np.eye(1, 384, dtype="<f4")
    store = open_folder(tmp_path, create=True)
    store.add(np.array([1]), row)
    store.close()
    (graph,), (lengths,) = tmp_path.rglob("data_level0.bin"), tmp_path.rglob("length.bin")
    for file in (graph, lengths):
        with file.open("r+b") as stream:
            stream.seek(file.stat().st_size // 100)
            stream.write(b"sk-secret" * 40)
    blank_reserve(tmp_path)
    for file in (graph, lengths):
        assert file.stat().st_size % 100 == 0 and not any(file.read_bytes()[file.stat().st_size // 100 :])
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.bin")}
    store = open_folder(tmp_path)
    assert store.search(row[0], limit=3)[0].passage == 1
    store.close()
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.bin")} == before, "reading writes no graph"


def held(folder: Path, rows: np.ndarray) -> set[str]:
    proof = Proof((), (), rows)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            proof.search(path)
    return {path.name for path in proof.left()}
