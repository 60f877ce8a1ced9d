"""Write records as JSON lines, CSV, TSV or a workbook, one after the other.

A file gets its name when it is whole; until then, and if it never is, whatever has the name stays.
"""

from __future__ import annotations

import csv
import errno
import logging
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Protocol, Self

from factcheck.batch.cells import RowMaker, Value, guard
from factcheck.batch.tables import SURROGATES
from factcheck.durable import replace_durably
from factcheck.errors import FactcheckError, UsageError
from factcheck.presentation.jsonl import to_line

if TYPE_CHECKING:
    from factcheck.batch.sheets import Sheet

log = logging.getLogger(__name__)

FORMATS = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".tsv": "tsv", ".xlsx": "xlsx"}


class _Form(Protocol):
    """Writes records to a stream in one format."""

    def write(self, record: Mapping[str, Any]) -> None: ...

    def finish(self) -> None: ...

    def discard(self) -> None: ...


class Writer:
    """Writes records to a file; used in a `with` block, at whose end the file gets its name."""

    def __init__(self, target: Path, format: str, columns: Sequence[str]) -> None:
        self.format = format
        self._named = target
        # A link keeps pointing where it does, and a pipe or a device has no name to change.
        self._target = target.resolve()
        self._direct = target.exists() and not target.is_file()
        self._partial = self._target if self._direct else self._target.with_name(f"{self._target.name}.writing")
        self._columns = columns
        self._stream: IO[bytes] | None = None
        self._form: _Form | None = None

    def __enter__(self) -> Self:
        with self._explaining():
            self._stream = self._partial.open("wb")
            try:
                self._form = _open_form(self.format, self._stream, self._columns)
            except BaseException:
                self._close(whole=False)
                raise
        return self

    def write(self, record: Mapping[str, Any]) -> None:
        """Write an answer or check record in its wire form.

        Raises:
            FactcheckError: The file cannot be written, or takes no more rows.
        """
        assert self._form is not None, "used outside of its with block"
        with self._explaining():
            self._form.write(record)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        assert self._form is not None and self._stream is not None
        whole = False
        try:
            if kind is None:
                with self._explaining():
                    self._form.finish()
                    self._stream.flush()
                    self._give_name()
                whole = True
        finally:
            self._close(whole=whole)

    def _give_name(self) -> None:
        assert self._stream is not None
        if self._direct:
            return
        os.fsync(self._stream.fileno())
        if self._target.exists():
            shutil.copymode(self._target, self._partial)
        replace_durably(self._partial, self._target)

    def _close(self, *, whole: bool) -> None:
        assert self._stream is not None
        try:
            if self._form is not None and not whole:
                self._form.discard()
            self._stream.close()
        except OSError:  # what is in its buffer cannot be written either
            if whole:
                raise
        if not whole and not self._direct:
            self._partial.unlink(missing_ok=True)

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            raise
        except OSError as error:
            hint = "Make room and run it again." if error.errno == errno.ENOSPC else "Name another file with -o."
            reason = error.strerror or str(error)
            raise FactcheckError(f"{self._named} cannot be written: {reason}", hint=hint) from error


def open_output(target: str, *, columns: Sequence[str] = (), format: str | None = None) -> Writer:
    """Prepare to write records to a file; nothing is written before the `with` block.

    Args:
        target: Name of the file.
        columns: The input's columns (`Items.columns`), which come first in a table.
        format: "jsonl", "csv", "tsv" or "xlsx"; by default as the name says.

    Raises:
        UsageError: The name says no known format, or there can be no such file.
    """
    path = Path(target)
    if path.is_dir():
        raise UsageError(f"{target} is a folder", hint="Name a file: -o answers.jsonl")
    if not path.absolute().parent.is_dir():
        raise UsageError(f"the folder {path.parent} does not exist", hint=f"mkdir -p {path.parent}")
    device = path.exists() and not path.is_file()
    chosen = FORMATS.get(f".{format}" if format else path.suffix.lower()) or ("jsonl" if device else None)
    if chosen is None:
        known = ", ".join(sorted(FORMATS))
        raise UsageError(f"{target} names no format that can be written", hint=f"Name it with one of {known}.")
    if device and chosen == "xlsx":
        raise UsageError(f"{target} cannot hold a workbook", hint="Name a file, or write JSON lines.")
    return Writer(path, chosen, columns)


def _open_form(format: str, stream: IO[bytes], columns: Sequence[str]) -> _Form:
    if format == "jsonl":
        return _JsonLines(stream)
    rows = RowMaker(columns)
    if format == "xlsx":
        from factcheck.batch.sheets import Sheet

        return _Rows(rows, Sheet(stream, rows.header))
    # Excel takes a CSV file for UTF-8 only if it begins with a byte order mark.
    return _Rows(rows, _Delimited(stream, rows.header, "\t" if format == "tsv" else ","))


class _JsonLines:
    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def write(self, record: Mapping[str, Any]) -> None:
        self._stream.write(to_line(record).encode() + b"\n")

    def finish(self) -> None:
        pass

    def discard(self) -> None:
        pass


class _Rows:
    """Writes each record as a row."""

    def __init__(self, rows: RowMaker, sheet: Sheet | _Delimited) -> None:
        self._rows = rows
        self._sheet = sheet

    def write(self, record: Mapping[str, Any]) -> None:
        self._sheet.append(self._rows.make(record))

    def finish(self) -> None:
        self._sheet.finish()

    def discard(self) -> None:
        self._sheet.discard()


class _Delimited:
    def __init__(self, stream: IO[bytes], header: Sequence[str], delimiter: str) -> None:
        self._stream = stream
        self._line = _Line()
        self._write = csv.writer(self._line, delimiter=delimiter, lineterminator="\r\n")
        stream.write(b"\xef\xbb\xbf")
        self.append(header)

    def append(self, row: Sequence[Value]) -> None:
        self._write.writerow([guard(value) if value and isinstance(value, str) else value for value in row])
        if "\0" in self._line.text:
            self.append([value.replace("\0", "") if isinstance(value, str) else value for value in row])
            return
        try:
            line = self._line.text.encode()
        except UnicodeEncodeError:  # halves of characters, which JSON can hold
            line = SURROGATES.sub("\ufffd", self._line.text).encode()
        self._stream.write(line)

    def finish(self) -> None:
        pass

    def discard(self) -> None:
        pass


class _Line:
    """What a csv writer writes to: keeps the last line."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text
