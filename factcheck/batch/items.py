"""The record of one input, whatever file it came from."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Item:
    """One question or claim of an input.

    Attributes:
        id: Its own id, or the number of its line.
        question: What to answer, or None.
        claim: What to check, or None.
        problem: Why it cannot be used, or "".
        extra: All other fields, to be carried to the output.
        line: Where it begins in the file, as an editor or a spreadsheet counts, from 1.
        tags: What `--only` chooses by; they stay in `extra` too.
    """

    id: str
    question: str | None = None
    claim: str | None = None
    problem: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    line: int = 0
    tags: tuple[str, ...] = ()


def read_tags(value: Any) -> tuple[str, ...]:
    """Return the tags of a field: a list of them, or text like "list; numbers"."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            pass  # text that begins with a bracket
    if isinstance(value, str):
        return tuple(tag for part in re.split("[;,]", value) if (tag := part.strip()))
    if isinstance(value, list):
        return tuple(item for item in value if isinstance(item, str))
    return ()
