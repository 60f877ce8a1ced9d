"""Take articles that somebody uploads: names made harmless, nothing written over in silence.

    name, bytes → receive → Received: stored | same | clash | removed | refused

A name from a browser is a stranger's text: it may hold a path, control or direction characters, or be
one that a system keeps for itself.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import threading
import unicodedata
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from factcheck.articles.read import SUFFIXES
from factcheck.durable import replace_durably

MOST_FILES = 1_000
"""Most files of one upload."""
MOST_BYTES = 300_000_000
"""Most bytes of one upload."""
LONGEST_NAME = 120
"""Longest name that is kept, in bytes; file systems take 255, and a number may have to be added."""

State = Literal["stored", "same", "clash", "removed", "refused"]

_FORBIDDEN = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)
_ADVICE = {
    ".doc": "an old Word file; save it as .docx",
    ".rtf": "a rich text file; save it as .docx",
    ".odt": "an OpenDocument file; save it as .docx or .pdf",
    ".pages": "a Pages file; save it as .docx or .pdf",
    ".epub": "a book; save its text as .txt",
    ".eml": "an e-mail; save its text as .txt",
    ".mhtml": "a web archive; save the page as .html",
    ".webarchive": "a web archive; save the page as .html",
    **dict.fromkeys((".xlsx", ".xls", ".csv", ".tsv", ".ods", ".json", ".jsonl"), "a table, not an article"),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".webp", ".heic"), "a picture, without text"),
    **dict.fromkeys((".mp3", ".m4a", ".wav", ".mp4", ".mov", ".avi"), "a recording, without text"),
    **dict.fromkeys((".zip", ".rar", ".7z", ".gz", ".tar"), "an archive; unpack it and take the files in it"),
}
# Two sessions may bring the same name at once.
_writing = threading.Lock()


@dataclass(frozen=True, slots=True)
class Received:
    """What came of one uploaded file.

    Attributes:
        sent: Its name as it was sent; a stranger's text.
        state: "stored"; "same" where its content is there already; "clash" where another content has
            its name; "removed" where its content was taken out on purpose; or "refused".
        file: Name in the folder of uploads; of what is there already, its name in the index.
        reason: Why it was refused, for people.
        data: Its bytes, where a decision is waited for.
    """

    sent: str
    state: State
    file: str = ""
    reason: str = ""
    data: bytes = field(default=b"", repr=False)


def receive(
    folder: Path,
    sent: str,
    data: bytes,
    *,
    max_bytes: int,
    known: Mapping[str, str],
    removed: Collection[str] = frozenset(),
) -> Received:
    """Put an uploaded file into the folder of uploads, unless there is a reason to ask first.

    Args:
        folder: Where uploads are kept.
        sent: The file's name as it was sent.
        data: Its bytes.
        max_bytes: Largest file that is read.
        known: Names of indexed files by the SHA-256 of their content.
        removed: SHA-256 of contents that were taken out on purpose.
    """
    name, problem = clean_name(sent), ""
    if Path(name).suffix not in SUFFIXES:
        problem = _explain_kind(Path(name).suffix)
    elif not data:
        problem = "the file is empty"
    elif len(data) > max_bytes:
        problem = f"the file has {len(data) / 1e6:,.1f} MB, the limit is {max_bytes / 1e6:,.0f} MB"
    if problem:
        return Received(sent, "refused", reason=problem)
    digest = hashlib.sha256(data).hexdigest()
    if digest in known:
        return Received(sent, "same", known[digest])
    if digest in removed:
        return Received(sent, "removed", name, data=data)
    with _writing:
        there = _find(folder, name)
        if there is None:
            return _store(folder, name, sent, data)
    if there.read_bytes() == data:
        return Received(sent, "same", there.name)
    return Received(sent, "clash", there.name, data=data)


def store_beside(folder: Path, received: Received) -> Received:
    """Keep both: store a file under a free name beside the one that has its name."""
    with _writing:
        name = Path(received.file)
        for number in range(2, 10_000):
            free = f"{name.stem} ({number}){name.suffix}"
            if _find(folder, free) is None:
                return _store(folder, free, received.sent, received.data)
    return Received(received.sent, "refused", reason="too many files have this name")


def store_over(folder: Path, received: Received) -> Received:
    """Replace the file that has the name."""
    with _writing:
        return _store(folder, received.file, received.sent, received.data)


def clean_name(sent: str) -> str:
    """Return a name that is safe to store: no path, nothing invisible, nothing reserved; never empty."""
    name = re.split(r"[/\\]", sent)[-1]
    # Categories: Zs, Zl and Zp are spaces; Cc, Cf, Co and Cs are invisible, among them direction marks.
    name = "".join(" " if unicodedata.category(c)[0] == "Z" or c in "\t\n\r" else c for c in name)
    name = "".join(c for c in name if unicodedata.category(c) not in {"Cc", "Cf", "Co", "Cs", "Cn"})
    name = " ".join(_FORBIDDEN.sub("_", unicodedata.normalize("NFC", name)).split())
    stem, dot, suffix = name.rpartition(".")
    stem, suffix = (stem, dot + suffix.lower().strip()) if dot else (name, "")
    stem = stem.strip(" .") or "article"
    if _RESERVED.fullmatch(stem.split(".")[0].strip()):
        stem = f"_{stem}"
    room = LONGEST_NAME - len(suffix.encode())
    return stem.encode()[: max(room, 8)].decode("utf-8", "ignore").rstrip(" .") + suffix


def list_uploads(folder: Path) -> frozenset[str]:
    """Return the names of all uploaded files."""
    try:
        return frozenset(name for name in os.listdir(folder) if not name.startswith("."))
    except FileNotFoundError:
        return frozenset()


def is_upload(folder: Path, path: str) -> bool:
    """Return whether a file lies in the folder of uploads itself: only such a file may be deleted."""
    return Path(path).parent == folder.absolute()


def delete_uploads(folder: Path, names: Collection[str]) -> None:
    """Delete uploaded files by their names in the folder; what is not there is passed over."""
    with _writing:
        for name in names:
            if Path(name).name == name:
                (folder / name).unlink(missing_ok=True)


def _explain_kind(suffix: str) -> str:
    kinds = ", ".join(sorted(SUFFIXES))
    return _ADVICE.get(suffix) or f"{f'{suffix} is' if suffix else 'no ending:'} not a kind that is read ({kinds})"


def _find(folder: Path, name: str) -> Path | None:
    """Return the stored file of that name; some file systems do not tell "A" from "a"."""
    if not folder.is_dir():
        return None
    wanted = name.casefold()
    return next((folder / each for each in os.listdir(folder) if each.casefold() == wanted), None)


def _store(folder: Path, name: str, sent: str, data: bytes) -> Received:
    try:
        _write(folder / name, data)
    except OSError as error:
        return Received(sent, "refused", reason=f"it cannot be stored: {error.strerror or error}")
    return Received(sent, "stored", name)


def _write(path: Path, data: bytes) -> None:
    """Write a file in one step, hidden from the indexing of this moment until it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with part.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        replace_durably(part, path)
    finally:
        with suppress(OSError):
            part.unlink()
