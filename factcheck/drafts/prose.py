"""The words of a draft, each with its place in the draft's source.

A Markdown source is not rewritten: its prose is copied out character by character, and every character
knows its offset, so that a sentence is marked where the writer wrote it.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass

from factcheck.types import Span


@dataclass(frozen=True, slots=True)
class Prose:
    """Text without markup.

    Attributes:
        text: The words.
        places: Offset in the source of each character; empty where they are the same.
        headings: Spans of the text that are headings or titles.
        asides: Spans of the text that are no sentences: tables, captions.
    """

    text: str
    places: array[int]
    headings: tuple[Span, ...] = ()
    asides: tuple[Span, ...] = ()

    def locate(self, start: int, end: int) -> Span:
        """Return the span of the source that a span of the text was copied from."""
        if not self.places or start >= end:
            return Span(start, end) if not self.places else Span(0, 0)
        return Span(self.places[start], self.places[end - 1] + 1)


class Copy:
    """Prose that is being copied from a source."""

    def __init__(self) -> None:
        self._letters: list[str] = []
        self._places = array("l")
        self._headings: list[Span] = []
        self._asides: list[Span] = []

    def add(self, letter: str, place: int) -> None:
        """Copy a character that stands at a place of the source."""
        self._letters.append(letter)
        self._places.append(place)

    def part(self, mark: str, place: int) -> None:
        """Write a mark that stands for white space at a place of the source."""
        for letter in mark:
            self.add(letter, place)

    @property
    def length(self) -> int:
        """How much has been copied."""
        return len(self._letters)

    def mark_heading(self, start: int) -> None:
        """Say that everything since `start` is a heading."""
        self._headings.append(Span(start, self.length))

    def mark_aside(self, start: int) -> None:
        """Say that everything since `start` is no sentence."""
        self._asides.append(Span(start, self.length))

    def finish(self) -> Prose:
        """Return what was copied."""
        return Prose("".join(self._letters), self._places, tuple(self._headings), tuple(self._asides))
