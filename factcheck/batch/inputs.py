"""Read batch input: one JSON object a line, with a question or a claim.

A line that cannot be used is an item too, so that every input gets a record.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Item:
    """One line of input.

    Attributes:
        id: The line's own id, or its number.
        question: What to answer, or None.
        claim: What to check, or None.
        problem: Why the line cannot be used, or "".
        extra: All other fields, to be carried to the output.
    """

    id: str
    question: str | None = None
    claim: str | None = None
    problem: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


def read_jsonl(lines: Iterable[bytes]) -> Iterator[Item]:
    """Yield an item for every line that is not blank, in order."""
    for number, line in enumerate(lines, start=1):
        content = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if content.strip():
            yield _read_line(content, number)


def _read_line(line: bytes, number: int) -> Item:
    place = f"line {number}"
    try:
        value = json.loads(line.decode("utf-8"), parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        return Item(str(number), problem=f"{place} is not UTF-8")
    except RecursionError:
        return Item(str(number), problem=f"{place} is nested too deeply")
    except ValueError as error:
        return Item(str(number), problem=f"{place} is not JSON: {error}")
    if not isinstance(value, dict):
        return Item(str(number), problem=f"{place} is not an object with a question")
    return _read_object(value, number)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON value")


def _read_object(value: dict[str, Any], number: int) -> Item:
    extra = {key: item for key, item in value.items() if key not in {"id", "question", "claim"}}
    given = value.get("id")
    id = str(number) if given is None else given if isinstance(given, str) else json.dumps(given)
    question, claim = value.get("question"), value.get("claim")
    asked = {"question": question, "claim": claim}
    wrong = [name for name, text in asked.items() if text is not None and not isinstance(text, str)]
    if wrong:
        problem = f"line {number}: {' and '.join(wrong)} must be text"
    elif (question is None) == (claim is None):
        problem = f"line {number} needs a question or a claim" + ("" if claim is None else ", not both")
    else:
        return Item(id, question=question, claim=claim, extra=extra)
    texts = {name: text for name, text in asked.items() if isinstance(text, str)}
    return Item(id, **texts, problem=problem, extra=extra)
