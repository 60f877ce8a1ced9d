"""Find out what an input is, and open it as often as it is read.

Standard input and pipes can be read only once, so they are copied to a temporary file first.
"""

from __future__ import annotations

import codecs
import os
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from factcheck.errors import UsageError

FORMATS = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".tsv": "tsv", ".txt": "txt", ".xlsx": "xlsx"}
NAMES = {"csv": "CSV", "jsonl": "JSON lines", "tsv": "TSV", "txt": "plain text", "xlsx": "an Excel workbook"}
LONGEST_LINE = 1 << 24  # bytes or characters: a file without line ends must not fill the memory
MARK = "factcheck-mark"  # name of a decoder that turns a wrong byte into a lone surrogate
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins with the mark of UTF-16
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = ((_OLE, "an old .xls file or a protected workbook"), (b"%PDF-", "a PDF"), (b"\x1f\x8b", "compressed"))


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Source:
    """An input that can be opened again and again.

    Attributes:
        name: As the user gave it.
        path: What is opened: the file itself, or the copy of a stream.
        format: "jsonl", "csv", "tsv", "xlsx" or "txt".
    """

    name: str
    path: Path
    format: str

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open it from its beginning.

        Raises:
            UsageError: It cannot be read.
        """
        try:
            stream = self.path.open("rb")
        except OSError as error:
            raise _unreadable(self.name, error.strerror or str(error)) from error
        with stream:
            yield stream

    def encoding(self) -> str:
        """Return how its text is encoded: as its byte order mark says, else UTF-8."""
        with self.open() as stream:
            return _find_encoding(stream.read(4))


def find_source(name: str, stdin: BinaryIO | None = None) -> Source:
    """Return the input of this name; "-" is standard input, which is JSON lines.

    Raises:
        UsageError: It is missing, a folder, of no known kind, or not what its name says.
    """
    if name == "-":
        if stdin is None:
            raise UsageError("there is no standard input here", hint="Name a file.")
        return _checked(_copied(name, stdin, "jsonl"))
    path = Path(name)
    if path.is_dir():
        raise _unreadable(name, "it is a folder")
    if not path.exists():
        raise _unreadable(name, "there is no such file")
    regular = path.is_file()
    format = FORMATS.get(path.suffix.lower()) or (None if regular else "jsonl")
    if format is None:
        raise UsageError(f"{name} is of no known kind", hint=f"Name it with one of {', '.join(sorted(FORMATS))}.")
    if regular:
        return _checked(Source(name, path, format))
    try:
        with path.open("rb") as stream:
            return _checked(_copied(name, stream, format))
    except OSError as error:
        raise _unreadable(name, error.strerror or str(error)) from error


def _copied(name: str, stream: IO[bytes], format: str) -> Source:
    handle, path = tempfile.mkstemp(prefix="factcheck-input-")
    with os.fdopen(handle, "wb") as copy:
        shutil.copyfileobj(stream, copy)
    source = Source(name, Path(path), format)
    weakref.finalize(source, Path(path).unlink, missing_ok=True)
    return source


def _checked(source: Source) -> Source:
    """Refuse a file that is something else than its name says."""
    with source.open() as stream:
        start = stream.read(8)
    if not start:
        raise UsageError(f"{source.name} is empty", hint="IN holds the questions.")
    is_workbook = source.format == "xlsx"
    if start.startswith(_ZIP) and not is_workbook:
        raise UsageError(
            f"{source.name} is a workbook or another zip file, not {NAMES[source.format]}",
            hint="If it is a workbook, name it .xlsx.",
        )
    for magic, kind in _FOREIGN:
        if start.startswith(magic):
            hint = "Open it in a spreadsheet program and save it as .xlsx, without a password."
            if magic != _OLE:
                hint = "Give the questions as a table, JSON lines or text."
            raise UsageError(f"{source.name} is {kind}, not {NAMES[source.format]}", hint=hint)
    if is_workbook and not start.startswith(_ZIP):
        raise UsageError(
            f"{source.name} is not a workbook, whatever its name says",
            hint="If it is a table of text, name it .csv or .tsv.",
        )
    return source


def _find_encoding(start: bytes) -> str:
    for mark, encoding in _BOMS:
        if start.startswith(mark):
            return encoding
    # UTF-16 without a mark: every other byte of English text is zero.
    if len(start) == 4 and start[1] == start[3] == 0 and start[0] and start[2]:
        return "utf-16-le"
    if len(start) == 4 and start[0] == start[2] == 0 and start[1] and start[3]:
        return "utf-16-be"
    return "utf-8"


def _unreadable(name: str, reason: str) -> UsageError:
    return UsageError(f"{name} cannot be read: {reason}", hint=f"IN is a file of questions: {', '.join(FORMATS)}.")


def _mark(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    wrong = error.object[error.start : error.end]
    return "".join(chr(0xDC00 + byte) for byte in wrong), error.end


codecs.register_error(MARK, _mark)
