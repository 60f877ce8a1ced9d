"""Write rows to a workbook, one after the other, every text as text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import IO, Any

from factcheck.batch.cells import STARTS, Value
from factcheck.errors import UsageError

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
LONGEST_CELL = 32_767
LARGEST_NUMBER = 1e15  # beyond, a spreadsheet program rounds
CUT = " … [cut: {:,} characters in all; a .jsonl output has them]"
# What XML cannot hold; a carriage return is written as Excel writes it.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_WIDTHS = {"question": 50, "claim": 50, "answer": 70, "short_answer": 30, "explanation": 40, "citations": 90}
_WIDTH = 16
_AS_CSV = "Write a .csv or .jsonl file instead: -o answers.csv"


class Sheet:
    """A sheet that grows row by row; its rows lie in a temporary file until it is finished.

    Args:
        stream: Where the workbook goes.
        header: Names of the columns.

    Raises:
        UsageError: There are more columns than a workbook takes.
    """

    def __init__(self, stream: IO[bytes], header: Sequence[str]) -> None:
        from openpyxl import Workbook  # type: ignore[import-untyped]  # openpyxl ships no types
        from openpyxl.styles import Alignment, Font  # type: ignore[import-untyped]
        from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]

        if len(header) > MOST_COLUMNS:
            raise UsageError(f"a workbook takes no more than {MOST_COLUMNS:,} columns", hint=_AS_CSV)
        self._stream = stream
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet("answers")
        self._sheet.freeze_panes = "A2"
        for number, name in enumerate(header, start=1):
            self._sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(name.casefold(), _WIDTH)
        self._wrapped = Alignment(wrap_text=True, vertical="top")
        self._bold = Font(bold=True)
        self._count = 1
        self._sheet.append(list(self._head(header)))

    def append(self, row: Sequence[Value]) -> None:
        """Write a row.

        Raises:
            UsageError: The sheet is full.
        """
        if self._count == MOST_ROWS:
            raise UsageError(f"a workbook takes no more than {MOST_ROWS - 1:,} records", hint=_AS_CSV)
        self._count += 1
        self._sheet.append([self._cell(value) for value in row])

    def finish(self) -> None:
        """Write the workbook to its stream."""
        self._book.save(self._stream)

    def discard(self) -> None:
        """Give up; what was written so far is deleted."""
        with suppress(Exception):  # a full disk cannot take the end of the sheet either
            self._sheet.close()
        with suppress(OSError, ValueError):
            self._sheet._writer.cleanup()

    def _head(self, header: Sequence[str]) -> Iterator[Any]:
        for name in header:
            cell = self._text_cell(clean_text(name))
            cell.font = self._bold
            yield cell

    def _cell(self, value: Value) -> Any:
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value if abs(value) < LARGEST_NUMBER else str(value)
        text = clean_text(value)
        if STARTS.match(text) or text.startswith(("#", "'")) or "\n" in text:
            cell = self._text_cell(text)
            if "\n" in text:
                cell.alignment = self._wrapped
            return cell
        return text

    def _text_cell(self, text: str) -> Any:
        from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]

        cell = WriteOnlyCell(self._sheet, value=text)
        cell.data_type = "s"  # never a formula nor an error, whatever it begins with
        if STARTS.match(text):
            cell.quotePrefix = True  # nor after somebody edited the cell
        return cell


def clean_text(text: str) -> str:
    """Return text as a cell can hold it: without control characters, and cut with a mark where it is too long."""
    text = _ESCAPE.sub("_x005F_", _ILLEGAL.sub("", text))
    if "\r" in text:
        text = text.replace("\r", "_x000D_")
    if len(text) <= LONGEST_CELL:
        return text
    mark = CUT.format(len(text))
    return text[: LONGEST_CELL - len(mark)] + mark
