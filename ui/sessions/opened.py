"""Which citation is open; every page that shows citations keeps one of these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from factcheck.types import Citation


@dataclass(frozen=True, slots=True)
class Opened:
    """The citation whose article is open: its group and its position there, from 0."""

    group: str
    position: int


def read_opened(value: object, groups: Mapping[str, Sequence[Citation]]) -> Opened | None:
    """Return what the browser wants opened; None, which closes the article, where there is no such citation.

    Args:
        value: As the browser sent it; it is not trusted.
        groups: Citations by the id of their group.
    """
    if not isinstance(value, dict):
        return None
    group, position = value.get("group"), value.get("position")
    if not isinstance(group, str) or type(position) is not int:
        return None
    return Opened(group, position) if 0 <= position < len(groups.get(group, ())) else None
