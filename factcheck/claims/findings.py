"""What a rule found between a claim and a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# These contradict the claim …
Contradiction = Literal["number", "date", "place", "name", "negation", "antonym", "swapped", "speaker", "part"]
# … and these leave it without ground.
Gap = Literal["missing_number", "missing_name", "missing_date", "missing_detail", "not_done"]
Kind = Contradiction | Gap
GAPS = frozenset({"missing_number", "missing_name", "missing_date", "missing_detail", "not_done"})


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A point on which a sentence does not bear out a claim.

    Attributes:
        kind: What differs.
        claimed: The claim's words.
        told: The article's words, "" where it has none.
        strength: How sure the rule is, 0..1.
        explanation: For people, without a full stop ("the article says 35, the claim 350").
    """

    kind: Kind
    claimed: str
    told: str
    strength: float
    explanation: str

    @property
    def contradicts(self) -> bool:
        """Whether it speaks for "refuted", and not only against "supported"."""
        return self.kind not in GAPS
