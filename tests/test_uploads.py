"""Uploaded files: names made harmless, nothing written over in silence."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from factcheck.articles.uploads import (
    LONGEST_NAME,
    Received,
    clean_name,
    delete_uploads,
    is_upload,
    list_uploads,
    receive,
    store_beside,
    store_over,
)


@pytest.fixture
def up(tmp_path: Path) -> Path:
    return tmp_path / "up"


def take(folder: Path, name: str, data: bytes = b"Ana left.", **options: object) -> Received:
    return receive(folder, name, data, **{"max_bytes": 1000, "known": {}, **options})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("report.txt", "report.txt"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\ana\\report.TXT", "report.txt"),
        ("..txt", "article.txt"),
        (".hidden.md", "hidden.md"),
        ("con.txt", "_con.txt"),
        ("LPT1.notes.md", "_LPT1.notes.md"),
        ("a\u202etxt.exe.txt", "atxt.exe.txt"),
        ("a\x00b\x1b[31m.txt", "ab[31m.txt"),
        ("  a \n b\u2028c .txt", "a b c.txt"),
        ("what? <no>|*.md", "what_ _no___.md"),
        ("مقال.txt", "مقال.txt"),
        ("e\u0301tat.txt", "état.txt"),
        ("a\udcff.txt", "a.txt"),
        ("", "article"),
        ("noending", "noending"),
    ],
)
def test_names_are_made_harmless(sent: str, kept: str) -> None:
    assert clean_name(sent) == kept
    assert Path(kept).name == kept


def test_a_long_name_keeps_its_ending_and_whole_characters() -> None:
    name = clean_name("é" * 500 + ".html")
    assert name.endswith(".html") and len(name.encode()) <= LONGEST_NAME
    assert set(name.removesuffix(".html")) == {"é"}


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.exe", b"x", ".exe is not a kind that is read (.docx, .htm, .html, .md, .pdf, .txt)"),
        ("a.doc", b"x", "an old Word file; save it as .docx"),
        ("a.zip", b"x", "an archive; unpack it and take the files in it"),
        ("a", b"x", "no ending: not a kind that is read (.docx, .htm, .html, .md, .pdf, .txt)"),
        ("a.txt", b"", "the file is empty"),
        ("a.txt", b"x" * 1001, "the file has 0.0 MB, the limit is 0 MB"),
    ],
)
def test_what_is_no_article_is_refused_with_its_reason(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    received = take(tmp_path / "up", name, data)
    assert (received.state, received.reason) == ("refused", reason)
    assert not list_uploads(tmp_path / "up")


def test_a_file_is_stored_byte_for_byte(tmp_path: Path) -> None:
    data = "\r\nÉté �\n".encode() + b"\xff"
    assert take(tmp_path / "up", "dir/a.txt", data).file == "a.txt"
    assert (tmp_path / "up" / "a.txt").read_bytes() == data
    assert list_uploads(tmp_path / "up") == {"a.txt"}


def test_the_same_bytes_are_not_stored_twice(up: Path) -> None:
    take(up, "a.txt")
    assert take(up, "a.txt").state == "same"
    digest = hashlib.sha256(b"Bo came.").hexdigest()
    known = take(up, "b.txt", b"Bo came.", known={digest: "2022/bo.txt"})
    assert (known.state, known.file) == ("same", "2022/bo.txt")
    assert list_uploads(up) == {"a.txt"}


def test_another_content_under_a_name_waits_for_a_decision(up: Path) -> None:
    take(up, "a.txt")
    clash = take(up, "A.txt", b"Bo came.")
    assert (clash.state, clash.file) == ("clash", "a.txt")
    assert (up / "a.txt").read_bytes() == b"Ana left."
    assert store_beside(up, clash).file == "a (2).txt"
    assert store_beside(up, clash).file == "a (3).txt"
    assert store_over(up, clash).file == "a.txt"
    assert (up / "a.txt").read_bytes() == b"Bo came."


def test_what_was_removed_on_purpose_is_not_taken_in_silence(up: Path) -> None:
    digest = hashlib.sha256(b"Ana left.").hexdigest()
    assert take(up, "a.txt", removed={digest}).state == "removed"
    assert not list_uploads(up)


def test_only_uploads_can_be_deleted(tmp_path: Path) -> None:
    folder, other = tmp_path / "up", tmp_path / "a.txt"
    other.write_bytes(b"Ana left.")
    take(folder, "a.txt")
    assert is_upload(folder, str(folder / "a.txt")) and not is_upload(folder, str(other))
    delete_uploads(folder, ["../a.txt", "a.txt", "gone.txt"])
    assert other.exists() and not list_uploads(folder)
