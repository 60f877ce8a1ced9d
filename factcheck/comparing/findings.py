"""What differs between two sentences that tell the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from factcheck.types import Span

DifferenceKind = Literal["negation", "number", "date", "actor", "hedging", "name", "wording_only"]
# The weightiest first: a sentence with a lost "not" may also hold a mangled name.
KINDS: tuple[DifferenceKind, ...] = ("negation", "number", "date", "actor", "hedging", "name", "wording_only")


@dataclass(frozen=True, slots=True)
class Difference:
    """A point on which two aligned sentences differ.

    Attributes:
        kind: What differs.
        material: Whether it is more than other words.
        a: Where it stands in the first sentence.
        b: Where it stands in the second.
        explanation: For people, without a full stop ("one says 35, the other 350").
        strength: How sure the rule is, 0..1.
        about: What both sentences speak of there ("stand", "people"), "" where it is the whole sentence.
        key_a: What the first side says there, the same however it is worded ("6", "denied"); "" for its words.
        key_b: The same of the second side.
    """

    kind: DifferenceKind
    material: bool
    a: Span
    b: Span
    explanation: str
    strength: float = 1.0
    about: str = ""
    key_a: str = ""
    key_b: str = ""
