"""Metadata (first version)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from factcheck.articles.lines import is_terminated, read_lines
from factcheck.types import Span


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a text says about itself; None where it does not say."""

    title: str | None = None
    outlet: str | None = None
    byline: str | None = None
    date: str | None = None


def read_metadata(text: str, boilerplate: Sequence[Span]) -> Metadata:
    """Read title, outlet, byline and date."""
    for line in read_lines(text[:5000]):
        if line.text and not any(span.start <= line.start < span.end for span in boilerplate):
            return Metadata(title=None if is_terminated(line.text) else line.text[:200])
    return Metadata()
