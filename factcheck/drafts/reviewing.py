"""What a person decides on a checked draft: each finding, and each verdict without one, accepted or rejected.

    DraftRecord → items → decisions of a person → golden cases (factcheck.evaluation.reviewed)

A single claim is reviewed as a draft of one sentence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from factcheck.checking.checker import STAGE
from factcheck.checking.record import Checked, CheckRecord
from factcheck.checking.verdict import VerdictLabel
from factcheck.drafts.record import CheckedSentence, DraftRecord
from factcheck.drafts.records import DraftFinding, FindingKind, QuotationMatch
from factcheck.types import Failure

DecisionState = Literal["open", "accepted", "rejected"]
STATES: tuple[str, ...] = get_args(DecisionState)
VERDICTS: tuple[str, ...] = get_args(VerdictLabel)
LONGEST_COMMENT = 2_000
# What a finding is about where it is not the verdict on what the sentence says.
OF_QUOTATIONS: frozenset[FindingKind] = frozenset(
    {
        "altered_quotation",
        "missing_quotation",
        "other_speaker",
        "unnamed_speaker",
        "misleading_omission",
        "not_in_quotation_marks",
    }
)
_FOUND: frozenset[QuotationMatch] = frozenset({"exact", "typography", "elision"})
# Nothing was found: there is nothing to decide.
_UNDECIDED: frozenset[FindingKind] = frozenset({"failed", "not_checked"})


@dataclass(frozen=True, slots=True)
class Item:
    """Something to decide on: a finding, or the verdict on a sentence that has no finding about it.

    Attributes:
        key: The same when the same draft comes to the same result again.
        sentence: Number of its sentence.
        finding: Or None for a verdict.
    """

    key: str
    sentence: int
    finding: DraftFinding | None = None

    @property
    def about_verdict(self) -> bool:
        """Whether it is about what the sentence says, and not about a quotation."""
        return self.finding is None or self.finding.kind not in OF_QUOTATIONS


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person makes of an item.

    Attributes:
        state: "open" where nothing is decided yet.
        comment: In the person's words.
        verdict: What is right instead, of a rejected verdict; None where it is not said.
    """

    state: DecisionState = "open"
    comment: str = ""
    verdict: VerdictLabel | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How far the review of a draft is.

    Attributes:
        checkable: Sentences that were held against the articles.
        findings: What a person must look at.
        open: Findings that nothing is decided on.
    """

    checkable: int
    findings: int
    open: int


def list_items(record: DraftRecord) -> tuple[Item, ...]:
    """Return what there is to decide on, in the draft's order."""
    return tuple(item for sentence in record.sentences for item in items_of(sentence))


def items_of(sentence: CheckedSentence) -> Iterator[Item]:
    """Yield what there is to decide on in a sentence: its verdict last."""
    seen: Counter[str] = Counter()
    judged = False
    for finding in sentence.findings:
        if finding.kind in _UNDECIDED:
            continue
        seen[finding.kind] += 1
        judged = judged or finding.kind not in OF_QUOTATIONS
        yield Item(f"{sentence.number}-{finding.kind}-{seen[finding.kind]}", sentence.number, finding)
    outcome = sentence.check.outcome if sentence.check is not None else None
    if isinstance(outcome, Checked) and not judged and not rests_on_quotation(sentence):
        yield Item(f"{sentence.number}-verdict-{outcome.verdict.label}", sentence.number)


def rests_on_quotation(sentence: CheckedSentence) -> bool:
    """Whether what a sentence quotes decides on it, and not the verdict on what it says."""
    if any(finding.kind in OF_QUOTATIONS and finding.severity == "error" for finding in sentence.findings):
        return True
    outcome = sentence.check.outcome if sentence.check is not None else None
    supported = isinstance(outcome, Checked) and outcome.verdict.label == "supported"
    found = sentence.quotations and all(each.match in _FOUND for each in sentence.quotations)
    return bool(found) and not supported and not any(each.kind not in OF_QUOTATIONS for each in sentence.findings)


def count_review(record: DraftRecord, decisions: Mapping[str, Decision]) -> Tally:
    """Return how far the review of a draft is."""
    findings = [item for item in list_items(record) if item.finding is not None]
    undecided = sum(decisions.get(item.key, Decision()).state == "open" for item in findings)
    checkable = sum(sentence.mark != "unchecked" for sentence in record.sentences)
    return Tally(checkable, len(findings), undecided)


def read_decision(found: Any) -> Decision | None:
    """Return a decision as a page or a file gives it, or None where it is none."""
    if not isinstance(found, Mapping):
        return None
    state, comment, verdict = found.get("state"), found.get("comment", ""), found.get("verdict")
    if state not in STATES or not isinstance(comment, str) or (verdict is not None and verdict not in VERDICTS):
        return None
    return Decision(state, comment[:LONGEST_COMMENT], verdict if state == "rejected" else None)


def as_draft(record: CheckRecord) -> DraftRecord:
    """Return a checked claim as a draft of one sentence, so that it is shown, kept and reviewed like one."""
    findings = (finding,) if (finding := _find(record)) is not None else ()
    end = len(record.claim)
    text = " ".join(record.claim.split())
    sentence = CheckedSentence(1, 0, end, 1, text, "checkable", record.claim, record, (), findings)
    return DraftRecord("Claim", "txt", record.claim, "", (sentence,), record.provenance, record.timing.total)


def _find(record: CheckRecord) -> DraftFinding | None:
    """Return what a person must look at in a claim, or None where it is borne out."""
    end = len(record.claim)
    match record.outcome:
        case Failure() as failure if failure.stage == STAGE:
            return DraftFinding("not_checked", "note", 0, end, f"Not checked: {failure.error}.")
        case Failure() as failure:
            return DraftFinding("failed", "warning", 0, end, f"Could not be checked: {failure.error}.")
        case Checked() as done if done.verdict.label == "refuted":
            return DraftFinding("refuted", "error", 0, end, done.explanation)
        case Checked() as done if done.verdict.label == "conflicting":
            return DraftFinding("conflicting", "warning", 0, end, done.explanation)
        case Checked() as done if done.verdict.label == "not_enough_evidence":
            return DraftFinding("not_found", "warning", 0, end, done.explanation)
        case Checked() as done if done.verdict.attributed_only:
            said = "The articles only report this as said by somebody; say who."
            return DraftFinding("attributed_only", "note", 0, end, said)
    return None
