"""Read a golden set and check it, all problems at once, and find its quotes in the articles.

JSONL or CSV → values of a line → GoldenRow (checked) → GoldenCase
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Protocol

from factcheck.answering.citations import normalise
from factcheck.errors import UsageError
from factcheck.evaluation.golden_rows import read_row
from factcheck.evaluation.metrics.matching import holds_half, places_of
from factcheck.evaluation.records import GoldenCase, Place

_YES = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_HINT = "Mend these lines; golden/README.md describes the format."


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a line of a golden set.

    Attributes:
        line: Line of the file, or row of the table with the header as 1.
        id: Of the case, or "" where it cannot be read.
        field: Which field ("citations.2.quote"), or "".
        message: What is wrong with it.
    """

    line: int
    id: str
    field: str
    message: str

    def __str__(self) -> str:
        place = f"line {self.line}" + (f" ({self.id})" if self.id else "")
        return f"{place}: {self.field} {self.message}" if self.field else f"{place}: {self.message}"


class GoldenError(UsageError):
    """A golden set cannot be used; `problems` lists every bad line."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        lines = "".join(f"\n  {problem}" for problem in problems)
        count = f"{len(problems)} problems" if len(problems) > 1 else "a problem"
        super().__init__(f"{name} has {count}:{lines}", hint=_HINT)
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class GoldenSet:
    """A golden file as read.

    Attributes:
        name: Of the file.
        sha256: Hex digest of its bytes.
        cases: In its order.
    """

    name: str
    sha256: str
    cases: tuple[GoldenCase, ...]


class Bounds(Protocol):
    """Where an indexed sentence stands in its article."""

    @property
    def start(self) -> int:
        """First character."""

    @property
    def end(self) -> int:
        """Behind the last character."""


def read_golden(path: Path) -> GoldenSet:
    """Read and check a golden set.

    Args:
        path: JSONL, or CSV or TSV with the same fields as columns.

    Raises:
        GoldenError: Lines are wrong; all of them are named.
        UsageError: The file cannot be read or is of another kind.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}", hint="Check the path of the golden set.") from None
    suffix = path.suffix.lower()
    if suffix not in {".jsonl", ".csv", ".tsv"}:
        raise UsageError(f"{path.name} is no golden set", hint="Give a .jsonl, .csv or .tsv file.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise GoldenError(path.name, [Problem(line, "", "", "is not UTF-8")]) from None
    lines = _read_lines(text) if suffix == ".jsonl" else _read_table(text)
    cases, problems = _read_cases(lines)
    if not cases and not problems:
        problems.append(Problem(1, "", "", "the file has no cases"))
    if problems:
        raise GoldenError(path.name, problems)
    return GoldenSet(path.name, hashlib.sha256(content).hexdigest(), tuple(cases))


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    value: dict[str, Any]
    wrong: tuple[tuple[str, str], ...] = ()


def _read_cases(lines: Iterable[_Line]) -> tuple[list[GoldenCase], list[Problem]]:
    cases: list[GoldenCase] = []
    problems: list[Problem] = []
    first: dict[str, int] = {}
    for line in lines:
        given = line.value.get("id")
        id = given if isinstance(given, str) else ""
        case, wrong = (None, list(line.wrong)) if line.wrong else read_row(line.value, line.number)
        if id and first.setdefault(id, line.number) != line.number:
            wrong.append(("id", f"is that of line {first[id]} too"))
        problems += [Problem(line.number, id, field, message) for field, message in wrong]
        if case is not None:
            cases.append(case)
    return cases, problems


def _read_lines(text: str) -> Iterator[_Line]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line, object_pairs_hook=_refuse_doubles)
        except (ValueError, RecursionError) as error:
            yield _Line(number, {}, (("", f"is not JSON: {error}"),))
            continue
        if isinstance(value, dict):
            yield _Line(number, value)
        else:
            yield _Line(number, {}, (("", "is not a JSON object"),))


def _refuse_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a field is there twice")
    return found


def _read_table(text: str) -> Iterator[_Line]:
    """Yield the rows of a table; the delimiter is the one its header uses most."""
    header = text.split("\n", 1)[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=header.count), strict=True)
    number = 1
    try:
        columns = [name.strip().casefold() for name in next(rows, [])]
        doubled = sorted(name for name, count in Counter(columns).items() if count > 1)
        if doubled:
            yield _Line(1, {}, tuple((name, "is the name of two columns") for name in doubled))
            return
        for number, cells in enumerate(rows, start=2):
            if any(cell.strip() for cell in cells):
                yield _read_cells(columns, cells, number)
    except csv.Error as error:
        yield _Line(number + 1, {}, (("", f"is no row of a table: {error}"),))


def _read_cells(columns: Sequence[str], cells: Sequence[str], number: int) -> _Line:
    value: dict[str, Any] = {}
    wrong: list[tuple[str, str]] = []
    if len(cells) > len(columns):
        wrong.append(("", f"has {len(cells)} cells under {len(columns)} columns"))
    for name, cell in zip(columns, cells, strict=False):
        if not cell.strip():
            continue
        try:
            value[name] = _read_cell(name, cell.strip())
        except ValueError as error:
            wrong.append((name, str(error)))
    return _Line(number, value, tuple(wrong))


def _read_cell(name: str, cell: str) -> Any:
    if name in {"answerable", "attributed_only", "all"}:
        if cell.casefold() not in _YES:
            raise ValueError("must be true or false")
        return _YES[cell.casefold()]
    if name == "origins":
        if not cell.isdecimal():
            raise ValueError("must be a whole number")
        return int(cell)
    if name in {"answers", "citations", "tags"} and cell.startswith("["):
        try:
            return json.loads(cell, object_pairs_hook=_refuse_doubles)
        except ValueError as error:
            raise ValueError(f"is not JSON: {error}") from None
    if name == "answers":
        return [_split(group, "|") for group in _split(cell, ";")]
    if name == "citations":
        return [_read_citation(line) for line in _split(cell, "\n")]
    return _split(cell, ";") if name == "tags" else cell


def _read_citation(line: str) -> dict[str, str]:
    file, separator, quote = line.partition(": ")
    if not separator:
        raise ValueError(f"needs lines like “file.txt: quote”, not “{line}”")
    return {"file": file.strip(), "quote": quote.strip()}


def _split(cell: str, separator: str) -> list[str]:
    return [part.strip() for part in cell.split(separator) if part.strip()]


def check_quotes(
    golden: GoldenSet, text_of: Callable[[str], str | None], files: Sequence[str] = ()
) -> tuple[Problem, ...]:
    """List the gold citations that point nowhere: files not indexed, quotes not in their file.

    Args:
        golden: The set.
        text_of: An article's text, or None where it is not indexed.
        files: All indexed files, to name the nearest.
    """
    found = []
    for case in golden.cases:
        for number, citation in enumerate(case.citations, start=1):
            text = text_of(citation.file)
            if text is None:
                near = get_close_matches(citation.file, files, n=1)
                field, message = "file", f"is {citation.file}, which is not indexed"
                message += f"; did you mean {near[0]}?" if near else ""
            elif citation.quote not in text:
                field, message = "quote", f"is not in {citation.file}: {citation.quote}"
                if normalise(citation.quote) in normalise(text):
                    message = f"is in {citation.file} with other quotation marks, dashes or spaces: {citation.quote}"
            else:
                continue
            found.append(Problem(case.line, case.id, f"citations.{number}.{field}", message))
    return tuple(found)


def find_gold(
    case: GoldenCase, text_of: Callable[[str], str | None], sentences_of: Callable[[str], Sequence[Bounds]]
) -> tuple[tuple[Place, ...], ...]:
    """Find the indexed sentences that hold at least half of each gold quote.

    Args:
        case: Whose quotes.
        text_of: An article's text, or None where it is not indexed.
        sentences_of: An article's indexed sentences.

    Returns:
        For each citation of the case its sentences, in the order of the article; () where there are none.
    """
    return tuple(tuple(_hold(item.file, item.quote, text_of, sentences_of)) for item in case.citations)


def _hold(
    file: str, quote: str, text_of: Callable[[str], str | None], sentences_of: Callable[[str], Sequence[Bounds]]
) -> Iterator[Place]:
    places = list(places_of(quote, text_of(file) or ""))
    for sentence in sentences_of(file) if places else ():
        if any(holds_half(sentence.start, sentence.end, place) for place in places):
            yield Place(file, sentence.start, sentence.end)
