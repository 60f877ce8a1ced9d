from __future__ import annotations

import hashlib
from pathlib import Path
from types import SimpleNamespace

from factcheck.sources import GONE, SourceFiles


def sources(path: Path, max_bytes: int = 1000) -> SourceFiles:
    return SourceFiles([SimpleNamespace(file="a.txt", path=str(path))], max_bytes=max_bytes)


def test_a_file_is_read_as_it_is_now(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"The request was denied.\r\n")
    source = sources(path).read("a.txt")
    assert source.text == "The request was denied.\r\n"
    assert source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_files_that_left_the_disk_or_the_index_are_gone(tmp_path: Path) -> None:
    known = sources(tmp_path / "a.txt")
    assert known.read("a.txt") == GONE
    assert known.read("../../etc/passwd") == GONE


def test_a_file_that_cannot_be_read_any_more_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * 2000)
    assert sources(path, max_bytes=1000).read("a.txt") == GONE
