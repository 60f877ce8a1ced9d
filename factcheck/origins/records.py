"""What is compared to find origins, and what is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from factcheck.speech.utterances import Utterance
from factcheck.types import Sentence, SourceSentence, Span

Reason = Literal["near_copy", "credited_outlet", "shared_utterances", "reworded"]
SpanPairs = tuple[tuple[Span, Span], ...]


@dataclass(frozen=True, slots=True)
class Story:
    """An article as origins are sought in it.

    Attributes:
        file: Name in the index.
        text: Its text.
        sentences: Its sentences without boilerplate, in order.
        outlet: Publisher, or None.
        utterances: What is said in it; None where that was not read, and its quotation marks have to do.
    """

    file: str
    text: str
    sentences: Sequence[Sentence | SourceSentence]
    outlet: str | None = None
    utterances: Sequence[Utterance] | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """One reason why two files rest on the same origin.

    Attributes:
        a: The file whose name sorts first.
        b: The other.
        reason: Why.
        strength: How sure this reason alone makes it, 0..1.
        evidence: Spans of `a` and `b` that say the same; empty where the reason is a credit.
        names: Outlets that are credited; empty for the other reasons.
    """

    a: str
    b: str
    reason: Reason
    strength: float
    evidence: SpanPairs = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two files have in common.

    Attributes:
        a: The file whose name sorts first.
        b: The other.
        strength: How sure all reasons together make it that both rest on one origin, 0..1.
        related: Whether they can be about one story at all.
        links: The reasons, strongest first, weak ones too.
    """

    a: str
    b: str
    strength: float
    related: bool
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Grouping:
    """Which files share an origin.

    Attributes:
        origins: The origin ("o1", "o2", …) of each file, numbered in the order of file names.
        links: Why, for each pair of files that is linked strongly enough; sorted by file names,
            the strongest reason first.
    """

    origins: dict[str, str]
    links: tuple[Link, ...]
