"""Show a record as the cells of a table row, and make cells harmless.

A spreadsheet program runs a cell that begins with =, +, - or @ (OWASP: CSV injection), and it may see a
cell begin behind a separator or a line end if it splits the file at another character than we wrote.
In text tables an apostrophe goes before such a character; `restore` takes exactly these away again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Value = str | int | float | None

# Beside the ASCII ones the full-width forms, which spreadsheet programs read alike.
_DANGER = "=+\\-@\uff0b\uff0d\uff1d\uff20"
_NUMBER = r"[+-]?\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?%?\Z"
STARTS = re.compile(rf"(?!{_NUMBER})(?:[\s\ufeff]*[{_DANGER}]|[\t\r\n])", re.ASCII)
_MAY_RUN = re.compile(rf"[{_DANGER}\t\r\n]")
# Both keep what follows the apostrophes as it is, so that one apostrophe more is one to take away.
_LEADING = re.compile(rf"'*(?={STARTS.pattern})")
_INNER = re.compile(rf"(?<=[,;|\"\t\r\n])'*(?=[{_DANGER}])")


def guard(text: str) -> str:
    """Return text as a cell that no spreadsheet program runs; plain numbers stay as they are."""
    if not _MAY_RUN.search(text):
        return text
    leading = "'" if _LEADING.match(text) else ""
    return _INNER.sub(lambda found: found[0] + "'", leading + text)


def restore(cell: str) -> str:
    """Return the text of a cell that `guard` made."""
    if "'" not in cell:
        return cell
    text = _INNER.sub(lambda found: found[0][1:], cell)
    return text[1:] if text.startswith("'") and _LEADING.match(text) else text


def show_value(value: Any) -> Value:
    """Return a field of any type as the value of one cell."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return json.dumps(value, ensure_ascii=False)


def show_tags(value: Any) -> Value:
    """Return tags as "list; numbers", as a tags column is read."""
    plain = isinstance(value, list) and all(isinstance(tag, str) and not set(tag) & set(";,[") for tag in value)
    return "; ".join(value) if plain else show_value(value)


def _cite(citation: Mapping[str, Any]) -> str:
    marker = f"[{citation['id']}] " if citation.get("id") else ""
    stance = f" ({citation['stance']})" if citation.get("stance") else ""
    return f"{marker}{citation['file']}:{citation['start']}-{citation['end']} “{citation['quote']}”{stance}"


def _citations(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return record.get("citations") or record.get("evidence") or []


def _list_citations(record: Mapping[str, Any]) -> Value:
    return "\n".join(map(_cite, _citations(record)))


def _list_files(record: Mapping[str, Any]) -> Value:
    return "\n".join(dict.fromkeys(citation["file"] for citation in _citations(record)))


def _list_conflicts(record: Mapping[str, Any]) -> Value:
    def side(each: Mapping[str, Any]) -> str:
        return str(each["value"]) + "".join(f" [{number}]" for number in each["citations"])

    return "\n".join(
        f"{conflict['about']}: {' / '.join(map(side, conflict['sides']))}" for conflict in record.get("conflicts") or []
    )


def _list_findings(record: Mapping[str, Any]) -> Value:
    return "\n".join(finding["message"] for finding in record.get("findings") or [])


def _explain(record: Mapping[str, Any]) -> Value:
    return show_value(record.get("explanation") or _part(record, "abstention", "explanation"))


def _part(record: Mapping[str, Any], name: str, field: str) -> Any:
    part = record.get(name)
    return part.get(field) if part else None


def _from(name: str, field: str) -> Callable[[Mapping[str, Any]], Value]:
    return lambda record: show_value(_part(record, name, field))


def _origins(record: Mapping[str, Any]) -> Value:
    return show_value(_part(record, "origins", "independent")) if _citations(record) else None


def _seconds(record: Mapping[str, Any]) -> Value:
    total = _part(record, "timing_ms", "total")
    return None if total is None else round(total / 1000, 3)


_OUTPUT: dict[str, Callable[[Mapping[str, Any]], Value]] = {
    "outcome": lambda record: record.get("outcome"),
    "verdict": lambda record: record.get("verdict"),
    "answer": lambda record: record.get("answer"),
    "short_answer": lambda record: record.get("short_answer"),
    "explanation": _explain,
    "citations": _list_citations,
    "files": _list_files,
    "origins": _origins,
    "conflicts": _list_conflicts,
    "findings": _list_findings,
    "confidence": lambda record: record.get("confidence"),
    "abstention": _from("abstention", "reason"),
    "failure": _from("failure", "error"),
    "hint": _from("failure", "hint"),
    "engine": _from("engine", "name"),
    "model": _from("engine", "model"),
    "prompt_tokens": _from("usage", "prompt_tokens"),
    "completion_tokens": _from("usage", "completion_tokens"),
    "cost_usd": _from("usage", "cost_usd"),
    "seconds": _seconds,
}
OUTPUT_COLUMNS = tuple(_OUTPUT)
# What a record has of its own; an input's field of such a name is in its "input".
ANSWER_FIELDS = frozenset(
    "schema id question read_as outcome answer short_answer statements citations origins conflicts confidence"
    " abstention failure findings engine call timing_ms usage provenance".split()
)
CHECK_FIELDS = frozenset(
    "schema id claim outcome verdict attributed_only confidence explanation evidence parts origins searched failure"
    " findings engine call timing_ms usage provenance".split()
)
_KNOWN = ("id", "question", "claim")
OTHERS = "other_fields"


class RowMaker:
    """Makes a row of each record: the input's columns, then the answer's.

    Args:
        columns: Of the input, as it names them; a column that has the name of one of the answer's is
            headed "input_NAME".
    """

    def __init__(self, columns: Sequence[str]) -> None:
        self._known: dict[str, str] = {}
        for column in columns:
            name = column.strip().casefold()
            if name in _KNOWN and name not in self._known.values():
                self._known[column] = name
        self._columns = tuple(columns)
        self.header = (*_name_apart(columns), *OUTPUT_COLUMNS)

    def make(self, record: Mapping[str, Any]) -> list[Value]:
        """Return the row of a record."""
        carried = _find_carried(record)
        cells = [self._find(column, record, carried) for column in self._columns]
        if OTHERS in self._columns:
            left = {name: value for name, value in carried.items() if name not in self._columns or name == OTHERS}
            cells[self._columns.index(OTHERS)] = json.dumps(left, ensure_ascii=False) if left else None
        return cells + [show(record) for show in _OUTPUT.values()]

    def _find(self, column: str, record: Mapping[str, Any], carried: Mapping[str, Any]) -> Value:
        known = self._known.get(column)
        if known is not None:
            return show_value(record.get(known))
        value = carried.get(column)
        return show_tags(value) if column.casefold() in {"tag", "tags"} else show_value(value)


def _find_carried(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the input's other fields of a record."""
    own = CHECK_FIELDS if record.get("schema", "").startswith("factcheck/check/") else ANSWER_FIELDS
    carried = {name: value for name, value in record.items() if name not in own}
    clashing = carried.get("input")
    if not isinstance(clashing, dict):
        return carried
    del carried["input"]
    return {**carried, **clashing}


def _name_apart(columns: Sequence[str]) -> list[str]:
    taken = {*OUTPUT_COLUMNS, *(column.casefold() for column in columns if column.casefold() not in OUTPUT_COLUMNS)}
    names = []
    for column in columns:
        name = column
        if name.casefold() in OUTPUT_COLUMNS:
            while name.casefold() in taken:
                name = f"input_{name}"
            taken.add(name.casefold())
        names.append(name)
    return names
