"""Look at an input before anything is asked: what it holds, and what of it cannot be used."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from factcheck.answering.inputs import clean_question
from factcheck.batch.inputs import Item, open_items
from factcheck.batch.workbooks import measure
from factcheck.errors import UsageError

SHOWN = 8
MOST_PROBLEMS = 50
# A small workbook can hold millions; whoever looks at them waits, and so does everybody else in the app.
MOST_ITEMS = 50_000
MOST_UNPACKED = 32 << 20


@dataclass(frozen=True, slots=True)
class Preview:
    """What an input holds.

    Attributes:
        format: "csv", "tsv", "xlsx", "jsonl" or "txt".
        items: All inputs; each gets a record.
        questions: Those that are asked.
        claims: Those that are checked.
        unusable: Those whose record will be a failure, for they cannot be read or asked.
        repeated: Inputs that ask the very same as an earlier one.
        problems: What is wrong with the first of the unusable ones, each with its line.
        first: The first inputs, as they are read.
        columns: Names of the other fields of these, which are carried to the output.
    """

    format: str
    items: int
    questions: int
    claims: int
    unusable: int
    repeated: int
    problems: tuple[str, ...]
    first: tuple[Item, ...]
    columns: tuple[str, ...]


def preview(source: str) -> Preview:
    """Read an input once and say what it holds.

    Args:
        source: Name of a file; see `open_items`.

    Raises:
        UsageError: It cannot be read at all, or holds more than can be looked at here; what is wrong with
            single rows is told and stops nothing.
    """
    hint = "Give it in several parts, or run it with: factcheck batch"
    if source.lower().endswith(".xlsx") and measure(Path(source)) > MOST_UNPACKED:
        raise UsageError(f"{source} unpacks to more than {MOST_UNPACKED >> 20} MB", hint=hint)
    items = open_items(source)
    first: list[Item] = []
    problems: list[str] = []
    asked: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for item in items:
        problem = item.problem or _find_problem(item)
        counts["unusable" if problem else "claims" if item.question is None else "questions"] += 1
        if not problem:
            asked[f"{item.question}\0{item.claim}"] += 1
        if problem and len(problems) < MOST_PROBLEMS:
            problems.append(problem)
        if len(first) < SHOWN:
            first.append(item)
        if counts.total() > MOST_ITEMS:
            raise UsageError(f"{source} holds more than {MOST_ITEMS:,} questions", hint=hint)
    return Preview(
        format=items.format,
        items=counts.total(),
        questions=counts["questions"],
        claims=counts["claims"],
        unusable=counts["unusable"],
        repeated=asked.total() - len(asked),
        problems=tuple(problems),
        first=tuple(first),
        columns=tuple(dict.fromkeys(name for item in first for name in item.extra)),
    )


def _find_problem(item: Item) -> str:
    """Return why a question cannot be asked, or ""; claims are looked at when they are checked."""
    if item.question is None:
        return ""
    try:
        clean_question(item.question)
    except UsageError as error:
        return f"line {item.line}: {error.message}"
    return ""
