"""What is said of a sentence that the articles do not bear out: the findings, typed by what differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from factcheck.checking.checker import STAGE
from factcheck.checking.record import Checked, CheckRecord, Evidence
from factcheck.claims.alignment import align
from factcheck.claims.documents import Parse, read_claim, read_evidence
from factcheck.claims.findings import Mismatch
from factcheck.claims.mismatches import find_mismatches
from factcheck.drafts.records import FindingKind, Severity
from factcheck.types import Failure, Span

# How sure a rule must be that something differs before it is said of a sentence that nothing settles.
SURE = 0.6
# A sentence with less of the claim's words than this is about something else.
ABOUT = 0.6
MOST_COMPARED = 3
SURE_OF_VERDICT = 0.7
_KINDS: dict[str, FindingKind] = {
    "number": "number", "part": "number", "date": "date", "place": "place", "name": "name", "negation": "negation",
    "antonym": "antonym", "swapped": "swapped", "speaker": "speaker",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Raised:
    """A finding before it has its place in the draft.

    Attributes:
        kind: What it is.
        severity: How much it matters.
        words: The draft's words that it is about, "" for the whole sentence.
        message: For people, one or two sentences.
    """

    kind: FindingKind
    severity: Severity
    words: str
    message: str


def judge_check(record: CheckRecord, parse: Parse, *, speaker: str | None, quoted: bool) -> Iterator[Raised]:
    """Yield what a person must look at in a sentence that was checked.

    Args:
        record: What came of it.
        parse: Returns the spaCy `Doc` of a text.
        speaker: Whose words the sentence tells, or None where the draft itself speaks.
        quoted: Most of it stands in quotation marks, and was looked up word by word.
    """
    match record.outcome:
        case Failure() as failure:
            yield _report(failure)
        case Checked() as done if done.verdict.label == "supported":
            if done.verdict.attributed_only and speaker is None:
                yield Raised(
                    "attributed_only", "note", "", "The articles only report this as said by somebody; say who."
                )
        case Checked() as done if done.verdict.label == "not_enough_evidence":
            if not quoted:
                yield _explain_missing(done, parse)
        case Checked() as done:
            yield from _explain_refuted(done, parse, speaker=speaker, softly=quoted)


def _report(failure: Failure) -> Raised:
    if failure.stage == STAGE:
        return Raised("not_checked", "note", "", f"Not checked: {failure.error}.")
    return Raised("failed", "warning", "", f"Could not be checked: {failure.error}. {failure.hint}".strip())


def _explain_refuted(done: Checked, parse: Parse, *, speaker: str | None, softly: bool) -> Iterator[Raised]:
    conflicting = done.verdict.label == "conflicting"
    against = [each for each in done.evidence if each.stance == "refutes"]
    if conflicting:
        against = _find_opponents(done, against, speaker)
    found = _find_mismatch(done, against, parse, close=conflicting or softly)
    if softly and (conflicting or found is None):
        return
    if conflicting:
        # What bears the sentence out weighs more than a sentence against it of which no rule can say what differs.
        message = done.explanation.removeprefix("The articles disagree: ")
        yield Raised("conflicting", "warning" if found else "note", found.claimed if found else "", message)
        return
    sure = found is not None and found.strength >= SURE
    kind = _KINDS.get(found.kind, "refuted") if found is not None and sure else "refuted"
    # Where no rule can say what differs, the reader alone speaks, and may be wrong.
    severity: Severity = "error" if not softly and (sure or done.verdict.confidence >= SURE_OF_VERDICT) else "warning"
    yield Raised(kind, severity, found.claimed if found is not None and sure else "", done.explanation)


def _explain_missing(done: Checked, parse: Parse) -> Raised:
    """Say that nothing bears a sentence out; where the nearest sentence tells it otherwise, what differs."""
    near = [each for each in done.evidence if each.stance == "mentions"]
    found = _find_mismatch(done, near, parse, close=True)
    if found is None:
        return Raised("not_found", "warning", "", done.explanation)
    said = f"{found.explanation[:1].upper()}{found.explanation[1:]}. {done.explanation}"
    return Raised(_KINDS.get(found.kind, "refuted"), "warning", found.claimed, said)


def _find_opponents(done: Checked, against: Sequence[Evidence], speaker: str | None) -> list[Evidence]:
    """Return the evidence that speaks against a sentence which other evidence bears out.

    An article that bears it out does not speak against it, and what one person says is not undone by what
    another says.
    """
    bearing = {(each.citation.file, each.part) for each in done.evidence if each.stance == "supports"}
    return [
        each
        for each in against
        if (each.citation.file, each.part) not in bearing and not (speaker and each.citation.speaker)
    ]


def _find_mismatch(done: Checked, evidence: Sequence[Evidence], parse: Parse, *, close: bool) -> Mismatch | None:
    """Return the surest contradiction between the sentence and some evidence.

    Args:
        done: What came of the sentence.
        evidence: Some of its evidence, the surest first.
        parse: Returns the spaCy `Doc` of a text.
        close: Only evidence about the same thing counts, and only a sure contradiction.
    """
    best: Mismatch | None = None
    for each in evidence[:MOST_COMPARED]:
        for mismatch in _compare(done.parts[each.part - 1].text, each, parse, close=close):
            # That somebody else says it too, or says otherwise, is no other fact.
            if close and mismatch.kind == "speaker":
                continue
            if mismatch.contradicts and (best is None or mismatch.strength > best.strength):
                best = mismatch
    return best if best is not None and (not close or best.strength >= SURE) else None


def _compare(claim: str, each: Evidence, parse: Parse, *, close: bool) -> tuple[Mismatch, ...]:
    found = align(read_claim(claim, parse), read_evidence(each.citation.quote, parse, speaker=each.citation.speaker))
    return () if close and found.coverage < ABOUT else find_mismatches(found)


def find_place(text: str, sentence: Span, words: str) -> Span:
    """Return where words stand in a sentence of a text, or the sentence where they are not found."""
    place = text.find(words, sentence.start, sentence.end) if words else -1
    return Span(place, place + len(words)) if place >= 0 else sentence
