"""Two sentences laid beside each other: each as claim and as evidence for the other.

    sentence + neighbours, speaker, date → Side; two sides → Laid (the rules of `factcheck.claims`, both ways)

What both ways agree on is a difference; what only one way sees is a detail that the other sentence leaves out.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from factcheck.claims.alignment import ActMatch, Alignment, align
from factcheck.claims.documents import ClaimDoc, EvidenceDoc, Parse, read_evidence
from factcheck.types import Span

# "PORT HALVARD, March 4 (CPA) - ": where and when the report was filed, not what it tells.
_DATELINE = re.compile(
    r"^(?:[A-Z][\w.'’-]*[ ,]+){1,5}(?P<date>[A-Z][a-z]{2,8}\.? \d{1,2},?(?: \d{4})? ?)?(?P<agency>\([\w ./]{2,30}\) ?)?"
    r"[-–—]+\s"
)
_SCORE = re.compile(r"\d\s?[-–—]")


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """A sentence that is held against one of another file.

    Attributes:
        evidence: The sentence with its neighbours, speaker, date and title.
        begins: Offset of its first word behind the dateline.
    """

    evidence: EvidenceDoc
    begins: int = 0

    @property
    def doc(self) -> Any:
        """The sentence's spaCy `Doc`."""
        return self.evidence.doc

    @property
    def text(self) -> str:
        """The sentence as written."""
        return self.evidence.text

    @property
    def speaker(self) -> str | None:
        """Who says it, where it is reported speech."""
        return self.evidence.speaker

    @property
    def date(self) -> datetime.date | None:
        """When the article appeared."""
        return self.evidence.date


def read_side(
    text: str,
    parse: Parse,
    *,
    before: str = "",
    after: str = "",
    speaker: str | None = None,
    date: str | None = None,
    title: str = "",
) -> Side:
    """Parse a sentence with what is known of it; arguments as for `read_evidence`."""
    evidence = read_evidence(text, parse, before=before, after=after, speaker=speaker, date=date, title=title)
    return Side(evidence, dateline_end(text))


@dataclass(frozen=True, slots=True)
class Beside:
    """A sentence that only stands beside one that is compared: its words are enough, it is not parsed."""

    text: str


def read_beside(
    doc: Any, before: str, after: str, *, speaker: str | None = None, date: str | None = None, title: str = ""
) -> Side:
    """Return a parsed sentence with what is known of it, its neighbours unparsed."""
    evidence = EvidenceDoc(
        doc,
        Beside(before) if before else None,
        Beside(after) if after else None,
        speaker,
        read_date(date),
        title,
    )
    return Side(evidence, dateline_end(str(doc.text)))


def read_date(date: str | None) -> datetime.date | None:
    """Return an ISO date as a date, None where there is none or it is no date."""
    try:
        return datetime.date.fromisoformat(date[:10]) if date else None
    except ValueError:
        return None


def dateline_end(text: str) -> int:
    """Return where a sentence begins behind its dateline; 0 where it has none."""
    found = _DATELINE.match(text)
    if found is None or _SCORE.search(found.group()[-3:]):
        return 0
    return found.end() if found["date"] or found["agency"] or found.group().split()[0].isupper() else 0


@dataclass(frozen=True, eq=False)
class Laid:
    """Two sides, each laid over the other.

    Attributes:
        a: One side.
        b: The other.
    """

    a: Side
    b: Side

    @cached_property
    def forward(self) -> Alignment:
        """The first side as a claim over the second."""
        return align(ClaimDoc(self.a.doc), self.b.evidence)

    @cached_property
    def backward(self) -> Alignment:
        """The second side as a claim over the first."""
        return align(ClaimDoc(self.b.doc), self.a.evidence)

    @property
    def least(self) -> float:
        """Share (0..1) of the words in common, of the side that has more of its own."""
        return min(self.forward.coverage, self.backward.coverage)

    @property
    def most(self) -> float:
        """Share (0..1) of the words in common, of the side that has fewer of its own."""
        return max(self.forward.coverage, self.backward.coverage)

    def acts(self) -> Iterator[ActMatch]:
        """Yield the acts that each way pairs with one another: `act` of the first side, `other` of the second."""
        mirrored = {(match.other.i, match.act.i): match for match in self.backward.acts}
        for match in self.forward.acts:
            back = mirrored.get((match.act.i, match.other.i))
            if back is not None and match.act.idx >= self.a.begins and match.other.idx >= self.b.begins:
                shared = max(match.shared, back.shared)
                yield ActMatch(match.act, match.other, match.opposite or back.opposite, shared)

    def common(self) -> int:
        """Return how many content words of the first side the second has itself."""
        return sum(word.where == "sentence" and word.weight >= 0.5 for word in self.forward.words)


def span_of(token: Any) -> Span:
    """Return where a token stands in its sentence."""
    return Span(int(token.idx), int(token.idx + len(token.text)))


def whole(side: Side) -> Span:
    """Return the span of a whole sentence behind its dateline."""
    return Span(side.begins, len(side.text))
