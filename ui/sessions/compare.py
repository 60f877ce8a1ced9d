"""What one visitor looks at on the Compare page; the comparison itself belongs to all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from factcheck.types import Citation
from ui.sessions.opened import Opened, read_opened


@dataclass(slots=True)
class CompareSession:
    """The open article and the choices that no widget keeps.

    Attributes:
        opened: The citation that is open, or None.
        groups: The citations that the page shows, by the id of their group.
        also: Places of speakers whose utterances are shown with those of the chosen one.
        chosen: Whose likely spellings `also` are.
        shown: The comparison that was shown last; its filters are not those of another.
    """

    opened: Opened | None = None
    groups: Mapping[str, Sequence[Citation]] = field(default_factory=dict)
    also: frozenset[int] = frozenset()
    chosen: int | None = None
    shown: object = None

    def show(self, groups: Mapping[str, Sequence[Citation]]) -> None:
        """Note what the page shows; an article whose sentence is gone from it is closed."""
        self.groups = groups
        opened = self.opened
        if opened is not None and opened.position >= len(groups.get(opened.group, ())):
            self.opened = None

    def open(self, value: object) -> None:
        """Open a citation as the browser names it; what does not exist closes the article."""
        self.opened = read_opened(value, self.groups)

    def choose(self, voice: int | None) -> None:
        """Note whose words are shown; spellings of another do not stay."""
        if voice != self.chosen:
            self.chosen, self.also = voice, frozenset()

    def vary(self, value: object, likely: frozenset[int]) -> None:
        """Show the words of somebody who is likely the same, or hide them again.

        Args:
            value: As the browser sent it; it is not trusted.
            likely: Places of speakers who are offered.
        """
        if type(value) is int and value in likely:
            self.also ^= {value}
