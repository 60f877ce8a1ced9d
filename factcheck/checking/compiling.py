"""Put verdict, evidence and explanation of a claim together from what its parts came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from factcheck.answering.citations import cite, count_origins
from factcheck.checking.atomic import AtomicClaim
from factcheck.checking.evidence import Gathered, Judged
from factcheck.checking.explaining import explain_claim, explain_part
from factcheck.checking.record import Checked, Evidence, PartResult
from factcheck.checking.verdict import Verdict, combine_verdicts
from factcheck.claims.stance import Label
from factcheck.types import SourceSentence

# Sentences that only mention the subject are shown up to this number, those that settle it up to the other.
MENTIONS, SETTLES = 3, 12
# Copies of one sentence that are cited beside it.
COPIES = 3


@dataclass(frozen=True, slots=True)
class Part:
    """An atomic claim with what was held against it, and its verdict."""

    atom: AtomicClaim
    gathered: Gathered
    verdict: Verdict


def compile_result(parts: Sequence[Part]) -> Checked:
    """Return the result of a claim from those of its parts."""
    verdict = combine_verdicts([part.verdict for part in parts])
    evidence: list[Evidence] = []
    results = []
    for number, part in enumerate(parts, 1):
        own = _evidence(part, number)
        results.append(PartResult(part.atom.text, part.atom.parts, part.verdict, explain_part(part.verdict, own)))
        evidence += own
    evidence.sort(key=lambda each: each.stance == "mentions")  # stable: parts stay in order
    numbered = tuple(
        replace(each, citation=replace(each.citation, id=number)) for number, each in enumerate(evidence, 1)
    )
    settling = [each.citation for each in numbered if each.stance != "mentions"]
    return Checked(
        verdict=verdict,
        explanation=explain_claim(verdict, results),
        evidence=numbered,
        origins=count_origins(settling),
        parts=tuple(results),
        searched=parts[0].gathered.searched,
    )


def _evidence(part: Part, number: int) -> list[Evidence]:
    """Return what is shown of a part: sentences for and against, the surest first, then the nearest others."""
    found: list[Evidence] = []
    voiced = [one for one in part.gathered.judged if one.stance.label != "mentions"]
    voiced.sort(key=lambda one: -one.stance.probability[one.stance.label])
    for one in voiced[:SETTLES]:
        found += [_as_evidence(one, place, one.stance.label, number) for place in (one.sentence, *one.copies[:COPIES])]
    others = [one for one in part.gathered.judged if one not in voiced]
    return found + [_as_evidence(one, one.sentence, "mentions", number) for one in others[:MENTIONS]]


def _as_evidence(one: Judged, sentence: SourceSentence, stance: Label, number: int) -> Evidence:
    return Evidence(
        cite(sentence, one.attribution), stance, one.stance.explanation, one.stance.probability[stance], number
    )
