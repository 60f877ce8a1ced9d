"""Read batch input: JSON lines, tables, workbooks or plain text, with a question or a claim an item.

    name → Source (opened for every pass) → rows or lines → Item

What cannot be used is an item too, so that every input gets a record. No more than a line or a row is held
in memory, but for the shared texts of a workbook.
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, BinaryIO

from factcheck.batch.cells import OTHERS
from factcheck.batch.columns import ASKED, Header, has_asked, read_header, read_row
from factcheck.batch.items import Item, read_tags
from factcheck.batch.opening import LONGEST_LINE, MARK, Source, find_source
from factcheck.batch.tables import SURROGATES, Row, read_rows
from factcheck.errors import UsageError

log = logging.getLogger(__name__)

__all__ = ["Item", "Items", "open_items", "read_jsonl"]

MOST_COLUMNS = 1000
_DELIMITERS = {"csv": ",", "tsv": "\t"}


def open_items(source: str, *, stdin: BinaryIO | None = None) -> Items:
    """Open an input, and see that it can be read.

    Args:
        source: A file named .jsonl, .csv, .tsv, .xlsx or .txt; "-" is standard input, JSON lines.
        stdin: What "-" means.

    Raises:
        UsageError: It cannot be read, is of no known kind, holds nothing, or is a table without a column
            of questions or claims.
    """
    items = Items(find_source(source, stdin))
    if next(iter(items), None) is None:
        raise UsageError(f"{source} holds no question", hint=_EMPTY[items.format])
    items.warn_of_other_sheets()
    return items


class Items:
    """The items of an input, in order; every pass reads the file again."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.name = source.name
        self.format = source.format

    def __iter__(self) -> Iterator[Item]:
        return _READERS[self.format](self._source)

    def warn_of_other_sheets(self) -> None:
        """Say that only one sheet of a workbook is read, where others have questions too."""
        if self.format != "xlsx":
            return
        from factcheck.batch.workbooks import read_sheets

        with self._source.open() as stream:
            heads = (next(rows, None) for rows in read_sheets(stream, self.name))
            count = sum(head is not None and has_asked(head.cells) for head in heads)
        if count > 1:
            log.warning("%s has questions in %d sheets, and only the first of them is read", self.name, count)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The names of all fields, in the order of the header or of their first appearance.

        The first use reads the whole input. Beyond 1,000 they are gathered under "other_fields".
        """
        names = dict.fromkeys(_read_header_names(self._source))
        known: set[str] = set()
        fields: dict[str, None] = {}
        for item in self:
            known |= {name for name in ASKED if getattr(item, name) is not None}
            if not item.extra.keys() <= fields.keys():
                fields.update(dict.fromkeys(item.extra))
                if len(fields) > MOST_COLUMNS:
                    fields = {name: None for name in [*fields][:MOST_COLUMNS]} | {OTHERS: None}
                    break
        if names:
            return tuple(names | fields)
        return (*(name for name in ASKED if name in known), *fields)


def read_jsonl(lines: Iterable[bytes]) -> Iterator[Item]:
    """Yield an item for every line that is not blank, in order."""
    for number, line in enumerate(lines, start=1):
        content = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if content.strip():
            yield _read_line(content, number)


def _read_jsonl_file(source: Source) -> Iterator[Item]:
    encoding = source.encoding()
    with source.open() as stream:
        if encoding.startswith("utf-8"):
            yield from read_jsonl(_cut_lines(stream))
        else:
            text = io.TextIOWrapper(stream, encoding=encoding, errors=MARK, newline="\n")
            lines = iter(lambda: text.readline(LONGEST_LINE), "")
            yield from read_jsonl(line.encode("utf-8", "surrogatepass") for line in lines)


def _cut_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield lines, each no longer than one byte too many."""
    while line := stream.readline(LONGEST_LINE + 1):
        rest = line
        while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
            rest = stream.readline(LONGEST_LINE + 1)
        yield line


def _read_text(source: Source) -> Iterator[Item]:
    with source.open() as stream:
        lines = io.TextIOWrapper(stream, encoding=source.encoding(), errors=MARK, newline=None)
        number = 0
        while line := lines.readline(LONGEST_LINE):
            number += 1
            text = line.strip()
            if not text:
                continue
            problem = f"line {number} is not UTF-8" if SURROGATES.search(text) else ""
            if "\0" in text:
                problem = f"line {number} holds NUL characters"
            yield Item(str(number), question=SURROGATES.sub("\ufffd", text), problem=problem, line=number)


def _read_table(source: Source) -> Iterator[Item]:
    with source.open() as stream:
        text = io.TextIOWrapper(stream, encoding=source.encoding(), errors=MARK, newline="")
        rows = read_rows(text, _DELIMITERS[source.format])
        first = next(rows, None)
        if first is None:
            return
        header = read_header(first.cells, source.name, restoring=True)
        for row in rows:
            yield read_row(row, header, strict=True)


def _read_workbook(source: Source) -> Iterator[Item]:
    with source.open() as stream:
        header, rows = _find_sheet(stream, source.name)
        if header is not None:
            for row in rows:
                yield read_row(row, header, strict=False)


def _find_sheet(stream: BinaryIO, name: str) -> tuple[Header | None, Iterator[Row]]:
    """Return header and other rows of the first sheet with a question or claim column."""
    from factcheck.batch.workbooks import read_sheets

    first: Row | None = None
    for rows in read_sheets(stream, name):
        row = next(rows, None)
        if row is not None and has_asked(row.cells):
            return read_header(row.cells, name, restoring=False), rows
        first = first or row
    return (None if first is None else read_header(first.cells, name, restoring=False)), iter(())


def _read_header_names(source: Source) -> tuple[str, ...]:
    if source.format == "xlsx":
        with source.open() as stream:
            header = _find_sheet(stream, source.name)[0]
            return header.names if header is not None else ()
    if source.format in _DELIMITERS:
        with source.open() as stream:
            text = io.TextIOWrapper(stream, encoding=source.encoding(), errors=MARK, newline="")
            first = next(read_rows(text, _DELIMITERS[source.format]), None)
            return read_header(first.cells, source.name, restoring=True).names if first is not None else ()
    return ()


_READERS = {
    "jsonl": _read_jsonl_file,
    "csv": _read_table,
    "tsv": _read_table,
    "xlsx": _read_workbook,
    "txt": _read_text,
}
_EMPTY = {
    "jsonl": 'A line is {"question": "Who denied it?"}.',
    "csv": 'Its first row names the columns, such as "question"; the others hold the questions.',
    "tsv": 'Its first row names the columns, such as "question"; the others hold the questions.',
    "xlsx": 'The first row of a sheet names the columns, such as "question"; the others hold the questions.',
    "txt": "Write one question a line.",
}


def _read_line(line: bytes, number: int) -> Item:
    place = f"line {number}"
    if len(line) > LONGEST_LINE:
        return Item(str(number), problem=f"{place} is longer than {LONGEST_LINE:,} bytes", line=number)
    try:
        value = json.loads(line.decode("utf-8"), parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        return Item(str(number), problem=f"{place} is not UTF-8", line=number)
    except RecursionError:
        return Item(str(number), problem=f"{place} is nested too deeply", line=number)
    except json.JSONDecodeError as error:
        # Its own words count lines within the line.
        return Item(str(number), problem=f"{place} is not JSON: {error.msg} at column {error.colno}", line=number)
    except ValueError as error:
        return Item(str(number), problem=f"{place} is not JSON: {error}", line=number)
    if not isinstance(value, dict):
        return Item(str(number), problem=f"{place} is not an object with a question", line=number)
    return _read_object(value, number)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON value")


def _read_object(value: dict[str, Any], number: int) -> Item:
    extra = {key: item for key, item in value.items() if key not in ASKED}
    given = value.get("id")
    id = str(number) if given is None else given if isinstance(given, str) else json.dumps(given)
    question, claim = value.get("question"), value.get("claim")
    asked = {"question": question, "claim": claim}
    tags = read_tags(extra.get("tags", extra.get("tag")))
    wrong = [name for name, text in asked.items() if text is not None and not isinstance(text, str)]
    if wrong:
        problem = f"line {number}: {' and '.join(wrong)} must be text"
    elif (question is None) == (claim is None):
        problem = f"line {number} needs a question or a claim" + ("" if claim is None else ", not both")
    else:
        return Item(id, question=question, claim=claim, extra=extra, line=number, tags=tags)
    texts = {name: text for name, text in asked.items() if isinstance(text, str)}
    return Item(id, **texts, problem=problem, extra=extra, line=number, tags=tags)
