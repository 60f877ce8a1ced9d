"""Turn the rows of a table into items, by its header."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from factcheck.batch.cells import OUTPUT_COLUMNS, restore
from factcheck.batch.items import Item, read_tags
from factcheck.batch.tables import Row
from factcheck.errors import UsageError

ASKED = ("id", "question", "claim")


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a table.

    Attributes:
        names: Of all columns, each once.
        known: Position of "id", "question" and "claim", where there are such columns.
        carried: Position and name of all other columns.
        restoring: Whether the table is an output of ours, whose cells were made harmless.
    """

    names: tuple[str, ...]
    known: dict[str, int]
    carried: tuple[tuple[int, str], ...]
    restoring: bool


def has_asked(cells: Sequence[str]) -> bool:
    """Whether a row of cells is a header with a question or claim column."""
    return bool({"question", "claim"} & {cell.strip().casefold() for cell in cells})


def read_header(cells: Sequence[str], name: str, *, restoring: bool) -> Header:
    """Return what the columns are.

    Args:
        cells: The first row.
        name: Of the file, for errors.
        restoring: Whether cells of an output of ours are to be restored: text, not workbooks.

    Raises:
        UsageError: There is no column with questions or claims, or there are two.
    """
    trimmed = [cell.strip().removeprefix("\ufeff") for cell in cells]
    while trimmed and not trimmed[-1]:
        trimmed.pop()
    folded = [cell.casefold() for cell in trimmed]
    if not has_asked(trimmed):
        found = ", ".join(f'"{cell[:40]}"' for cell in trimmed[:20] if cell)
        raise UsageError(
            f"{name} has no column question or claim; its columns are {found}",
            hint='Name the column with the questions "question" in the first row.',
        )
    twice = [known for known in ASKED if folded.count(known) > 1]
    if twice:
        raise UsageError(f"{name} has two columns named {twice[0]}", hint="Rename one of them.")
    names = _name_apart(trimmed)
    known = {name: folded.index(name) for name in ASKED if name in folded}
    carried = tuple((at, name) for at, name in enumerate(names) if at not in known.values())
    return Header(names, known, carried, restoring and set(OUTPUT_COLUMNS) <= set(names))


def read_row(row: Row, header: Header, *, strict: bool) -> Item:
    """Return the item of a row.

    Args:
        row: A row below the header.
        header: Of its table.
        strict: Whether every row must have as many cells as the header, as in text, where a missing
            quotation mark moves the cells; the cells of a workbook cannot move.
    """
    cells = [restore(cell) for cell in row.cells] if header.restoring else row.cells
    width, problem = len(header.names), row.problem
    filled = len(cells)
    while filled > width and not cells[filled - 1].strip():
        filled -= 1
    if strict and not problem and (len(cells) < width or filled > width):
        problem = _describe_width(row.line, filled if filled > width else len(cells), width)
    given = {name: cells[at] for name, at in header.known.items() if at < filled and cells[at].strip()}
    extra = {name: cells[at] if at < filled else "" for at, name in header.carried}
    for at in range(width, filled):
        name = _name_column(at)
        extra[name if name not in extra else f"{name}_surplus"] = cells[at]
    question, claim = given.get("question"), given.get("claim")
    if not problem and (question is None) == (claim is None):
        problem = f"line {row.line} needs a question or a claim" + ("" if claim is None else ", not both")
    return Item(
        given.get("id", str(row.line)),
        question=question,
        claim=claim,
        problem=problem,
        extra=extra,
        line=row.line,
        tags=_find_tags(extra),
    )


def _describe_width(line: int, count: int, width: int) -> str:
    why = "a delimiter inside of a cell needs quotation marks"
    if count < width:
        why = "cells are missing, or a line end inside of a cell needs quotation marks"
    return f"line {line} has {count} cells, and the header {width}: {why}"


def _find_tags(extra: dict[str, str]) -> tuple[str, ...]:
    for name in ("tags", "tag", "Tags", "Tag"):
        if name in extra:
            return read_tags(extra[name])
    return ()


def _name_apart(cells: Sequence[str]) -> tuple[str, ...]:
    """Give a name to columns without one, and another name to those that have an earlier one's."""
    names: dict[str, None] = {}
    seen: Counter[str] = Counter()
    for at, cell in enumerate(cells):
        name = plain = cell or _name_column(at)
        while name in names:
            seen[plain] += 1
            name = f"{plain}_{seen[plain] + 1}"
        names[name] = None
    return tuple(names)


def _name_column(at: int) -> str:
    return f"column_{at + 1}"
