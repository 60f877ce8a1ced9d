"""Read the rows of an Excel workbook, one after the other.

Formulas give the value that the spreadsheet program last showed. What unpacks to more than a workbook
of a million rows needs, or declares entities, is refused before anything is parsed.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import IO, Any, BinaryIO

from factcheck.batch.tables import Row
from factcheck.errors import UsageError

MOST_BYTES = 512 << 20  # of all parts, unpacked
MOST_ROW_BYTES = 16 << 20  # of one row, or of one shared text
MOST_PART_BYTES = 64 << 20  # of a part that is held in memory, such as the shared strings
MOST_PARTS = 10_000
MOST_TEXTS = 1_100_000  # shared texts; a sheet has no more rows
_CHUNK = 256
_ESCAPED = re.compile("_x(00[01][0-9A-Fa-f]|005[Ff])_")


def read_sheets(stream: BinaryIO, name: str) -> list[Iterator[Row]]:
    """Return for each sheet its rows that are not empty; they are read from the stream as they are needed.

    Args:
        stream: The workbook.
        name: What to call it in errors.

    Raises:
        UsageError: It is damaged, protected or unpacks to too much.
    """
    with _explaining(name):
        _check_archive(stream, name)
        # 0.2 s, and most inputs are not workbooks; it ships no types.
        from openpyxl import load_workbook  # type: ignore[import-untyped]

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions, which are not read
            book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    return [_read_sheet(sheet, name) for sheet in book.worksheets]


def measure(path: Path) -> int:
    """Return how many bytes a workbook unpacks to; 0 where it is none."""
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(part.file_size for part in archive.infolist())
    except (OSError, zipfile.BadZipFile):
        return 0


def _read_sheet(sheet: Any, name: str) -> Iterator[Row]:
    sheet.reset_dimensions()  # what a sheet says of its size may be wrong
    rows = enumerate(sheet.iter_rows(values_only=True), start=1)
    while True:
        with _explaining(name), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a date that no calendar has
            chunk = list(islice(rows, _CHUNK))
        if not chunk:
            return
        for number, values in chunk:
            cells = [_to_text(value) for value in values]
            while cells and not cells[-1].strip():
                cells.pop()
            if cells:
                yield Row(number, cells)


def _to_text(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), value) if "_x" in value else value
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime() | date() | time():
            return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return str(value)


def _check_archive(stream: BinaryIO, name: str) -> None:
    with zipfile.ZipFile(stream) as archive:
        parts = archive.infolist()
        held = [part for part in parts if not part.filename.startswith("xl/worksheets/")]
        if (
            len(parts) > MOST_PARTS
            or sum(part.file_size for part in parts) > MOST_BYTES
            or max((part.file_size for part in held), default=0) > MOST_PART_BYTES
        ):
            raise UsageError(f"{name} unpacks to too much", hint="Save the sheet with the questions alone, or as CSV.")
        if any(part.flag_bits & 1 for part in parts):
            raise UsageError(f"{name} is protected by a password", hint="Save it without one.")
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                with archive.open(part) as text:
                    if b"<!DOCTYPE" in text.read(2048):
                        raise UsageError(f"{name} is not a sound workbook: it declares entities", hint=_AGAIN)
                    if part.file_size > MOST_ROW_BYTES and _is_endless(text):
                        raise UsageError(f"{name} has a row that is too long, or too many texts", hint=_AGAIN)
    stream.seek(0)


def _is_endless(part: IO[bytes]) -> bool:
    """Return whether a row or a shared text has more bytes than any should, or there are too many texts."""
    size = texts = 0
    while piece := part.read(1 << 20):
        texts += piece.count(b"</si>")
        last = max(piece.rfind(b"row>"), piece.rfind(b"si>"))
        size = len(piece) - last if last >= 0 else size + len(piece)
        if size > MOST_ROW_BYTES or texts > MOST_TEXTS:
            return True
    return False


_AGAIN = "Open it in a spreadsheet program and save it again as .xlsx."


@contextmanager
def _explaining(name: str) -> Iterator[None]:
    """Say of whatever a damaged workbook makes the library raise that the workbook is damaged."""
    try:
        yield
    except (UsageError, KeyboardInterrupt, MemoryError):
        raise
    except Exception as error:
        reason = str(error) or type(error).__name__
        raise UsageError(f"{name} cannot be read as a workbook: {reason}", hint=_AGAIN) from error
