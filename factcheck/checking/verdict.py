"""The verdict on a claim: a small pure function of how sentences stand to it, counted by origin.

Each origin speaks once on each side, with its strongest sentence, so that copies change nothing; a sentence
that only mentions the subject has no voice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from factcheck.claims.found_weights import LEAST, STANDS
from factcheck.claims.stance import Label

VerdictLabel = Literal["supported", "refuted", "conflicting", "not_enough_evidence"]

LEAST_SIDES = (LEAST["supports"], LEAST["refutes"])
# How often "not enough evidence" is right on the golden claims; the other verdicts have probabilities of their own.
NO_EVIDENCE = 0.5
# Sentences that make a verdict, by its name.
_SIDES: dict[VerdictLabel, tuple[Label, ...]] = {
    "supported": ("supports",),
    "refuted": (),
    "conflicting": ("supports",),
    "not_enough_evidence": (),
}
# The first of these that a part of a claim has is the verdict on all of it.
_WORST: tuple[VerdictLabel, ...] = ("refuted", "conflicting", "not_enough_evidence", "supported")


@dataclass(frozen=True, slots=True)
class Vote:
    """How one sentence stands to a claim.

    Attributes:
        origin: Of its article.
        stance: The label.
        probability: Of that label, 0..1.
        said: The article only reports it as said by somebody.
        corrects: The sentence says that what was reported before was wrong.
        elsewhere: The claim is about what somebody said, and the sentence is about what another says.
    """

    origin: str
    stance: Label
    probability: float
    said: bool = False
    corrects: bool = False
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the articles make of a claim.

    Attributes:
        label: The verdict.
        confidence: How likely it is right, 0..1.
        attributed_only: The articles only report the claim as said by somebody.
    """

    label: VerdictLabel
    confidence: float
    attributed_only: bool = False


def decide_verdict(votes: Iterable[Vote]) -> Verdict:
    """Decide on an atomic claim.

    Args:
        votes: Of sentences, in any order; copies of an article have its origin.

    Returns:
        The verdict; not_enough_evidence where nobody speaks.
    """
    heard = _drop_other_speakers(_heed_corrections([vote for vote in votes if vote.stance != "mentions"]))
    support, against = _loudest(heard, "supports"), _loudest(heard, "refutes")
    label = weigh(support, against)
    chosen, other = (support, against) if label == "supported" else (against, support)
    said = [vote.said for vote in heard if vote.stance in _SIDES[label]]
    attributed = bool(said) and all(said)
    if label == "conflicting":
        return Verdict(label, min(support, against), attributed)
    if label == "not_enough_evidence":
        return Verdict(label, NO_EVIDENCE)
    return Verdict(label, chosen * (1 - 0.5 * other), attributed)


def weigh(
    support: float, against: float, *, least: tuple[float, float] = LEAST_SIDES, stands: tuple[float, float] = STANDS
) -> VerdictLabel:
    """Decide between the strongest voices for and against a claim.

    Args:
        support: Probability of the strongest sentence for it, 0 where there is none.
        against: Of the strongest one against it.
        least: From these a sentence speaks at all: for, against.
        stands: From these it stands up against a stronger one of the other side; below it is taken for a slip.
    """
    if support < least[0] and against < least[1]:
        return "not_enough_evidence"
    if support >= max(stands[0], least[0]) and against >= max(stands[1], least[1]):
        return "conflicting"
    return "supported" if support / least[0] > against / least[1] else "refuted"


def _heed_corrections(votes: Sequence[Vote]) -> list[Vote]:
    """Leave out what a correcting sentence takes back: with one on a side, the other side is what was wrong."""
    sides = {vote.stance for vote in votes if vote.corrects}
    if len(sides) != 1:
        return list(votes)
    return [vote for vote in votes if vote.stance in sides]


def _drop_other_speakers(votes: Sequence[Vote]) -> list[Vote]:
    """Leave out what others say against it, where the article has the right one say it."""
    if not any(vote.stance == "supports" and not vote.elsewhere for vote in votes):
        return list(votes)
    return [vote for vote in votes if not (vote.elsewhere and vote.stance == "refutes")]


def _loudest(votes: Iterable[Vote], side: Label) -> float:
    """Return the strongest voice of a side, 0 where it has none."""
    by_origin: dict[str, float] = {}
    for vote in votes:
        if vote.stance == side:
            by_origin[vote.origin] = max(by_origin.get(vote.origin, 0.0), vote.probability)
    return max(by_origin.values(), default=0.0)


def combine_verdicts(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the verdict on a claim of several parts: one part that fails fails it.

    Args:
        verdicts: Of its parts; at least one.
    """
    label = next(worst for worst in _WORST if any(verdict.label == worst for verdict in verdicts))
    deciding = [verdict for verdict in verdicts if verdict.label == label]
    if label == "supported":
        sure = 1.0
        for verdict in deciding:
            sure *= verdict.confidence
        return Verdict(label, sure, any(verdict.attributed_only for verdict in deciding))
    surest = max(deciding, key=lambda verdict: verdict.confidence)
    return Verdict(label, surest.confidence, all(verdict.attributed_only for verdict in deciding))
