"""How a sentence stands to a claim: supports, refutes, or only mentions it.

    claim, sentence → alignment → mismatches ┐
                      reader's probabilities ┴→ signals → softmax → the label that costs least

The rules and the reader each speak; a fitted combination decides, and its reasons name who spoke. Calling a
refuted claim supported costs most. Constants: `training/fit_stance.py`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from factcheck.claims.acts import find_acts
from factcheck.claims.alignment import Alignment, align
from factcheck.claims.documents import ClaimDoc, EvidenceDoc
from factcheck.claims.findings import Mismatch
from factcheck.claims.found_weights import FOUND_ALONE, FOUND_BOTH, LEAST
from factcheck.claims.mismatches import find_mismatches
from factcheck.claims.vocabulary import LIGHT
from factcheck.claims.weights import BOTH, RULES_ALONE, Weights

Label = Literal["supports", "refutes", "mentions"]
LABELS: tuple[Label, Label, Label] = ("supports", "refutes", "mentions")
# What it costs to call a claim one thing (outer) that is another (inner).
COSTS: dict[Label, dict[Label, float]] = {
    "supports": {"supports": 0.0, "refutes": 3.5, "mentions": 1.25},
    "refutes": {"supports": 1.5, "refutes": 0.0, "mentions": 1.0},
    "mentions": {"supports": 1.0, "refutes": 1.0, "mentions": 0.0},
}
# Below this share of the claim's words in the sentence and its context nothing is supported.
LEAST_COVERAGE = 0.4
# Gaps that no weight of the reader outvotes.
VETOES = frozenset({"missing_number", "missing_name", "not_done"})
GAPS = ("missing_number", "missing_name", "missing_date", "not_done")
SIGNALS = ("coverage", "act_missing", "clash", *GAPS, "reader_supports", "reader_refutes")
# … and with these where a search found the sentence.
FOUND_SIGNALS = (*SIGNALS, "closeness", "details", "clash_covered", "refutes_close", "supports_covered")
SURE = 0.5
CLOSE_TO_ALL = 0.9


class ReaderStance(Protocol):
    """The reader's probabilities of one sentence (`factcheck.models.reader.Stance`)."""

    @property
    def supported(self) -> float:
        """Of the claim being supported."""

    @property
    def refuted(self) -> float:
        """Of the claim being refuted."""

    @property
    def not_enough(self) -> float:
        """Of neither."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A signal that spoke.

    Attributes:
        source: The rules or the reader.
        kind: Kind of a mismatch, "aligned" or "reader".
        label: What it speaks for.
        explanation: For people, without a full stop.
    """

    source: Literal["rule", "reader"]
    kind: str
    label: Label
    explanation: str


@dataclass(frozen=True, slots=True)
class SentenceStance:
    """How one sentence stands to a claim.

    Attributes:
        label: The stance that costs least.
        probability: Of each stance; they add up to 1.
        reasons: What spoke, what bears the label out first.
    """

    label: Label
    probability: Mapping[Label, float]
    reasons: tuple[Reason, ...]

    @property
    def explanation(self) -> str:
        """One sentence for people."""
        for reason in self.reasons:
            if reason.label == self.label:
                return f"{reason.explanation[:1].upper()}{reason.explanation[1:]}."
        return {
            "supports": "The sentence says what the claim says.",
            "refutes": "The sentence speaks against the claim.",
            "mentions": "The sentence does not settle the claim.",
        }[self.label]


def judge_stance(
    claim: ClaimDoc,
    evidence: EvidenceDoc,
    read: ReaderStance | None = None,
    *,
    similar: Mapping[int, float] | None = None,
    closeness: float | None = None,
) -> SentenceStance:
    """Decide how a sentence stands to a claim.

    Args:
        claim: The claim.
        evidence: The sentence with what is known of it.
        read: The reader's probabilities, or None where it did not read.
        similar: Cosines of the claim's words with the sentence, as `measure_similarity` gives them.
        closeness: Mean of these, where a search found the sentence: most such sentences tell of something else.
            None where the sentence was given as the evidence.

    Returns:
        Label, probabilities and reasons.
    """
    found = align(claim, evidence, similar)
    mismatches = find_mismatches(found)
    signals = measure_signals(found, mismatches, read)
    if closeness is None:
        probability = combine(signals, with_reader=read is not None)
    else:
        probability = combine_found(_with_closeness(signals, found, closeness), with_reader=read is not None)
    if found.coverage < LEAST_COVERAGE or any(mismatch.kind in VETOES for mismatch in mismatches):
        probability = {**probability, "supports": 0.0, "mentions": probability["mentions"] + probability["supports"]}
    label = decide(probability) if closeness is None else decide_found(probability)
    return SentenceStance(label, probability, tuple(_give_reasons(label, found, mismatches, read)))


def measure_signals(found: Alignment, mismatches: Sequence[Mismatch], read: ReaderStance | None) -> dict[str, float]:
    """Return the signals by name, in 0..1; the reader's are log odds against "not enough"."""
    signals = dict.fromkeys(SIGNALS, 0.0)
    signals["coverage"] = found.coverage
    signals["act_missing"] = float(_misses_act(found))
    # What contradicts counts only as far as both are about one thing.
    topic, left = _topic(found, mismatches), 1.0
    for mismatch in mismatches:
        if mismatch.contradicts:
            left *= 1 - mismatch.strength * topic * topic
        elif mismatch.kind in GAPS:
            signals[mismatch.kind] = max(signals[mismatch.kind], mismatch.strength)
    signals["clash"] = 1 - left
    if read is not None:
        signals["reader_supports"] = _odds(read.supported, read.not_enough)
        signals["reader_refutes"] = _odds(read.refuted, read.not_enough)
    return signals


def _topic(found: Alignment, mismatches: Sequence[Mismatch]) -> float:
    """Return the share of the claim that the sentence tells of, be it otherwise."""
    against = {word for mismatch in mismatches if mismatch.contradicts for word in mismatch.claimed.split()}
    total = sum(word.weight for word in found.words)
    unlike = sum(word.weight for word in found.words if word.where == "nowhere" and word.token.text in against)
    return min(1.0, found.coverage + unlike / total) if total else 0.0


def _misses_act(found: Alignment) -> bool:
    """Whether the claim's main act has nothing like it in the sentence."""
    main = next((act for act in find_acts(found.claim.doc, said=False) if act.lemma_.lower() not in LIGHT), None)
    if main is None or any(match.act == main for match in found.acts):
        return False
    return any(word.token == main and word.where in {"nowhere", "around"} for word in found.words)


def _odds(chance: float, against: float) -> float:
    return math.log(max(chance, 1e-4) / max(against, 1e-4))


def combine(signals: Mapping[str, float], *, with_reader: bool) -> dict[Label, float]:
    """Return the probability of each stance."""
    return _softmax(signals, BOTH if with_reader else RULES_ALONE)


def combine_found(signals: Mapping[str, float], *, with_reader: bool) -> dict[Label, float]:
    """Return the probability of each stance of a sentence that a search found."""
    return _softmax(signals, FOUND_BOTH if with_reader else FOUND_ALONE)


def _softmax(signals: Mapping[str, float], weights: Weights) -> dict[Label, float]:
    scores = [bias + sum(weight * signals[name] for name, weight in by_name.items()) for bias, by_name in weights]
    highest = max(*scores, 0.0)
    powers = [math.exp(score - highest) for score in (*scores, 0.0)]
    return {label: power / sum(powers) for label, power in zip(LABELS, powers, strict=True)}


def decide(probability: Mapping[Label, float]) -> Label:
    """Return the label whose expected cost is least."""
    return min(reversed(LABELS), key=lambda label: sum(COSTS[label][true] * probability[true] for true in LABELS))


def decide_found(probability: Mapping[Label, float]) -> Label:
    """Return the label of a sentence that a search found: the side that passes its least probability by most."""
    passed: dict[Label, float] = {label: probability[label] / least for label, least in LEAST.items()}
    best = max(passed, key=lambda label: passed[label])
    return best if passed[best] >= 1 else "mentions"


def _with_closeness(signals: Mapping[str, float], found: Alignment, closeness: float) -> dict[str, float]:
    """Add what tells a sentence about the claim's matter from one that shares some words with it."""
    total = sum(word.weight for word in found.words) or 1.0
    details = sum(word.weight for word in found.missing) / total
    return {
        **signals,
        "closeness": closeness,
        "details": details,
        "clash_covered": signals["clash"] * found.coverage,
        "refutes_close": signals["reader_refutes"] * closeness,
        "supports_covered": signals["reader_supports"] * found.coverage,
    }


def _give_reasons(
    label: Label, found: Alignment, mismatches: Sequence[Mismatch], read: ReaderStance | None
) -> list[Reason]:
    reasons = [
        Reason("rule", mismatch.kind, "refutes" if mismatch.contradicts else "mentions", mismatch.explanation)
        for mismatch in mismatches
        if mismatch.strength >= SURE
    ]
    if found.coverage >= LEAST_COVERAGE and not any(mismatch.contradicts for mismatch in mismatches):
        reasons.append(Reason("rule", "aligned", "supports", _tell_coverage(found.coverage)))
    if read is not None:
        chances = {"supports": read.supported, "refutes": read.refuted, "mentions": read.not_enough}
        best = max(LABELS, key=lambda name: chances[name])
        words = {"supports": "supports the claim", "refutes": "contradicts the claim", "mentions": "does not settle it"}
        said = f"the reader takes it that the sentence {words[best]} ({chances[best]:.0%})"
        reasons.append(Reason("reader", "reader", best, said))
    return sorted(reasons, key=lambda reason: reason.label != label)


def _tell_coverage(coverage: float) -> str:
    if coverage >= CLOSE_TO_ALL:
        return "the sentence says what the claim says"
    return f"the sentence has {round(100 * coverage)}% of the claim's words or their like"
