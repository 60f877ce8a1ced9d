"""Take secrets out of what a server said, last of all: also those that it spelled in pieces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from factcheck.types import Citation

Record = TypeVar("Record")


def scrub_record(record: Record, scrub: Callable[[str], str]) -> Record:
    """Return a record with every text scrubbed, except citations: these are an article's own words.

    Args:
        record: A dataclass; nested records and tuples are scrubbed too.
        scrub: Takes the secrets out of a text.
    """
    cleaned: Record = _scrub(record, scrub)
    return cleaned


def _scrub(value: Any, scrub: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, tuple):
        return tuple(_scrub(item, scrub) for item in value)
    if is_dataclass(value) and not isinstance(value, type | Citation):
        changed = {field.name: _scrub(getattr(value, field.name), scrub) for field in fields(value)}
        return replace(value, **changed)
    return value
