"""Read the rows of CSV and TSV files, whatever program wrote them.

A row that cannot be read is a row with a problem: nothing is lost, and the rows after it are read.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple, TextIO

from factcheck.batch.opening import LONGEST_LINE

LONGEST_ROW = 1 << 23  # characters of a row that goes over several lines
SURROGATES = re.compile("[\ud800-\udfff]")
DELIMITERS = ",;\t|"
# Stands between no two cells: a table of one column needs no quotation marks around commas.
_NONE = "\x1f"
_SEPARATOR_LINE = re.compile(r'\s*"?sep=(.)"?\s*', re.IGNORECASE)
_ASKED = {"question", "claim"}


class Row(NamedTuple):
    """One row.

    Attributes:
        line: Where it begins in the file, from 1.
        cells: Their text.
        problem: Why it cannot be used, or "".
    """

    line: int
    cells: list[str]
    problem: str = ""


class _Unclosed(Exception):
    """A row grows beyond every measure: a quotation mark opens a cell and nothing closes it."""


class _Lines:
    """The lines of a file; those of a row that went wrong can be taken back."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._back: deque[str] = deque()
        self.number = 0
        self.row: list[str] = []
        self.size = 0
        self.open_at_end = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if self.size > LONGEST_ROW and len(self.row) > 1:
            raise _Unclosed
        line = self._back.popleft() if self._back else self._read()
        if not line:
            self.open_at_end = bool(self.row)
            raise StopIteration
        self.number += 1
        self.size += len(line)
        self.row.append(line)
        return line

    def _read(self) -> str:
        line = self._stream.readline(LONGEST_LINE)
        if len(line) == LONGEST_LINE:
            rest = line
            while len(rest) == LONGEST_LINE and not rest.endswith("\n"):
                rest = self._stream.readline(LONGEST_LINE)
        return line

    def begin(self) -> None:
        """Begin a row."""
        self.row, self.size, self.open_at_end = [], 0, False

    def take_back(self, keep: int) -> None:
        """Read all but the first lines of this row again."""
        again = self.row[keep:]
        self._back.extendleft(reversed(again))
        self.number -= len(again)
        del self.row[keep:]


def read_rows(stream: TextIO, preferred: str) -> Iterator[Row]:
    """Yield the rows that are not empty, the header first.

    Args:
        stream: Text with its line ends as they are.
        preferred: Delimiter to expect: "," or a tab; what the header shows goes before it.
    """
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_LINE))
    lines = _Lines(stream)
    delimiter = _find_delimiter(lines, preferred)
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        lines.begin()
        place = lines.number + 1
        try:
            cells = next(reader)
            # Over lines, only what a spreadsheet program would write: else a stray quotation mark swallowed rows.
            broken = lines.open_at_end or (len(lines.row) > 1 and not _is_well_quoted(lines.row, delimiter))
        except StopIteration:
            return
        except (_Unclosed, csv.Error):
            broken = True
        if broken:
            lines.take_back(1)
            cells = next(csv.reader([lines.row[0]], delimiter=delimiter), [])
        problem = _find_flaw(lines.row, place)
        if broken and not problem:
            problem = f"line {place}: a quotation mark opens a cell and nothing closes it"
        if problem or any(cell and not cell.isspace() for cell in cells):
            yield Row(place, [SURROGATES.sub("\ufffd", cell) for cell in cells] if problem else cells, problem)


def _is_well_quoted(lines: list[str], delimiter: str) -> bool:
    try:
        next(csv.reader(lines, delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        return False
    return True


def _find_flaw(lines: list[str], place: int) -> str:
    for number, line in enumerate(lines, place):
        if "\0" in line:
            return f"line {number} holds NUL characters"
        if not line.isascii() and SURROGATES.search(line):
            return f"line {number} is not UTF-8"
        if len(line) >= LONGEST_LINE:
            return f"line {number} is longer than {LONGEST_LINE:,} characters"
    return ""


def _find_delimiter(lines: _Lines, preferred: str) -> str:
    """Return what stands between the cells of the first line; European spreadsheets write semicolons."""
    lines.begin()
    first = next((line for line in lines if line.strip()), "")
    said = _SEPARATOR_LINE.fullmatch(first)
    if said:
        return said[1]  # what a spreadsheet program writes above the header for itself
    lines.take_back(0)
    best, most = preferred, (False, 1)
    for delimiter in dict.fromkeys((preferred, *DELIMITERS)):
        cells = next(csv.reader([first], delimiter=delimiter), [])
        found = (any(cell.strip().casefold() in _ASKED for cell in cells), len(cells))
        if found > most:
            best, most = delimiter, found
    return _NONE if most == (True, 1) else best
