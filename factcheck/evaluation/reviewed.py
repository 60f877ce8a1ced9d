"""Golden cases out of what a person decided on the verdicts of a checked draft.

An accepted verdict is a case as it stands; a rejected one is a case with the verdict that the person names
instead, and none where nothing is named. Quotations are no claims and make no cases.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from factcheck.checking.record import Checked
from factcheck.checking.verdict import VerdictLabel
from factcheck.drafts.record import DraftRecord
from factcheck.drafts.reviewing import Decision, Item, items_of
from factcheck.presentation.jsonl import to_line

# Evidence of these stances is gold for a verdict.
_SIDES: Mapping[VerdictLabel, tuple[str, ...]] = {
    "supported": ("supports",),
    "refuted": ("refutes",),
    "conflicting": ("supports", "refutes"),
    "not_enough_evidence": (),
}
TAG, CORRECTED = "reviewed", "corrected"


def make_cases(record: DraftRecord, decisions: Mapping[str, Decision], *, prefix: str) -> Iterator[dict[str, Any]]:
    """Yield the lines of a golden set, as `factcheck eval` reads them.

    Args:
        record: The draft, or a claim as one.
        decisions: By the keys of `list_items`.
        prefix: Of the cases' ids, so that those of several drafts can stand in one file.
    """
    for sentence in record.sentences:
        outcome = sentence.check.outcome if sentence.check is not None else None
        if not isinstance(outcome, Checked):
            continue
        for item in items_of(sentence):
            decision = decisions.get(item.key, Decision())
            if not item.about_verdict or decision.state == "open":
                continue
            case = _make_case(sentence.claim or sentence.text, outcome, item, decision)
            if case is not None:
                yield {"id": f"{prefix}-s{sentence.number}", **case}
                break


def write_cases(record: DraftRecord, decisions: Mapping[str, Decision], *, prefix: str) -> str:
    """Return a golden set as JSONL; "" where no verdict was decided on."""
    cases = make_cases(record, decisions, prefix=prefix)
    return "".join(f"{to_line(case)}\n" for case in cases)


def _make_case(claim: str, done: Checked, item: Item, decision: Decision) -> dict[str, Any] | None:
    """Return a case without its id, or None where nobody said what is right."""
    label = done.verdict.label
    right = label if decision.state == "accepted" else decision.verdict
    if right is None:
        return None
    tags = [TAG] if decision.state == "accepted" else [TAG, CORRECTED]
    case: dict[str, Any] = {"claim": claim, "verdict": right, "citations": _cite(done, right), "tags": tags}
    if decision.state == "accepted":
        case["attributed_only"] = done.verdict.attributed_only
    elif item.finding is not None and item.finding.kind == "attributed_only" and right == label:
        case["attributed_only"] = False  # the verdict is right, only that it rests on speech alone is not
    return case


def _cite(done: Checked, right: VerdictLabel) -> list[dict[str, str]]:
    """Return the sentences that make a verdict, each once."""
    quotes = {(each.citation.file, each.citation.quote): None for each in done.evidence if each.stance in _SIDES[right]}
    return [{"file": file, "quote": quote} for file, quote in quotes]
