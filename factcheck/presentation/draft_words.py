"""How the results of a draft are worded, for every form they are shown in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from factcheck.checking.record import Checked, Evidence
from factcheck.drafts.record import CheckedSentence, DraftRecord, Mark
from factcheck.drafts.records import DraftFinding, FindingKind, Quotation, QuotationMatch
from factcheck.presentation.text import plural
from factcheck.types import Citation, Failure

MARKS: Mapping[Mark, str] = {"error": "✗", "warning": "!", "good": "✓", "failed": "?", "unchecked": "·"}
MATCHES: Mapping[QuotationMatch, str] = {
    "exact": "exact",
    "typography": "exact but for typography",
    "elision": "exact, with an omission",
    "altered": "altered",
    "other_speaker": "said by somebody else",
    "not_found": "not found",
}
VERDICTS: Mapping[str, str] = {
    "supported": "supported",
    "refuted": "refuted",
    "conflicting": "the articles disagree",
    "not_enough_evidence": "not in the articles",
    "failed": "could not be checked",
}
TITLES: Mapping[FindingKind, str] = {
    "altered_quotation": "Altered quotation",
    "missing_quotation": "Quotation not found",
    "other_speaker": "Other speaker",
    "unnamed_speaker": "No speaker named",
    "misleading_omission": "Misleading omission",
    "not_in_quotation_marks": "Not a quotation there",
    "number": "Other number",
    "date": "Other date",
    "name": "Other name",
    "place": "Other place",
    "negation": "Denial changed",
    "antonym": "The opposite",
    "swapped": "Who did what to whom",
    "speaker": "Other speaker",
    "refuted": "Refuted",
    "conflicting": "The articles disagree",
    "attributed_only": "Only reported as said",
    "not_found": "Not in the articles",
    "not_checked": "Not checked",
    "failed": "Could not be checked",
}
BY_QUOTATION: frozenset[FindingKind] = frozenset(
    {"altered_quotation", "missing_quotation", "other_speaker", "misleading_omission"}
)
STANCES: Mapping[str, str] = {"supports": "for", "refutes": "against", "mentions": "near it"}
NOTHING = "The draft makes no claim that could be checked, and quotes nobody."
# Kinds of sentences that make no claim, in words.
UNCHECKED: Mapping[str, str] = {
    "question": "a question",
    "request": "a request",
    "opinion": "an opinion",
    "foreign": "not English",
    "nothing": "nothing to look up",
    "heading": "a heading",
    "aside": "a table",
}
MOST_EVIDENCE = 2


def describe_counts(record: DraftRecord) -> Iterator[str]:
    """Yield what came of a draft, a line for sentences, quotations and findings each."""
    if record.outcome == "nothing_to_check":
        yield NOTHING
        return
    count = record.count()
    verdicts = ", ".join(
        f"{count['verdicts'][name]} {VERDICTS[name]}" for name in VERDICTS if name in count["verdicts"]
    )
    checked = f"{count['checked']} of {plural(count['sentences'], 'sentence')} checked"
    yield f"{checked}: {verdicts}" if verdicts else checked
    if count["quotations"]:
        matches = ", ".join(
            f"{count['quotations'][name]} {MATCHES[name]}" for name in MATCHES if name in count["quotations"]
        )
        yield f"{plural(sum(count['quotations'].values()), 'quotation')}: {matches}"
    found = count["findings"]
    parts = [plural(found[name], name) for name in ("error", "warning", "note") if name in found]
    yield ", ".join(parts) if parts else "Nothing to mend."


def name_finding(finding: DraftFinding) -> str:
    """Return a finding's title."""
    return TITLES[finding.kind]


def describe_verdict(sentence: CheckedSentence) -> str:
    """Return what came of a sentence in a few words, "" where nothing was checked."""
    if sentence.quotations and not sentence.findings:
        return "quoted: " + ", ".join(dict.fromkeys(MATCHES[quotation.match] for quotation in sentence.quotations))
    if sentence.check is None:
        return ""
    outcome = sentence.check.outcome
    if isinstance(outcome, Failure):
        return VERDICTS["failed"] if sentence.failed else "makes no claim"
    return VERDICTS[outcome.verdict.label]


def list_sources(sentence: CheckedSentence) -> Iterator[tuple[str, Citation]]:
    """Yield what the articles have on a sentence, each with how it bears: quotations first, then the evidence.

    Where a quotation was found wrong, it decides, and the evidence is left out.
    """
    quoted = [(quotation, quotation.source) for quotation in sentence.quotations if quotation.source is not None]
    for quotation, source in quoted:
        yield MATCHES[quotation.match], source
    if any(finding.kind in BY_QUOTATION and finding.severity == "error" for finding in sentence.findings):
        return
    for each in choose_evidence(sentence):
        told = each.citation
        if not any(source.file == told.file and told.start <= source.start < told.end for _, source in quoted):
            yield STANCES[each.stance], told


def choose_evidence(sentence: CheckedSentence) -> list[Evidence]:
    """Return the sentences that settle a claim; where none does, the nearest one."""
    if sentence.check is None or not isinstance(sentence.check.outcome, Checked):
        return []
    evidence = sentence.check.outcome.evidence
    label = sentence.check.outcome.verdict.label
    sides = {"supported": ("supports",), "refuted": ("refutes",)}.get(label, ("supports", "refutes"))
    settling = [each for each in evidence if each.stance in sides]
    distinct = list({each.citation.quote: each for each in reversed(settling)}.values())[::-1]
    return distinct[:MOST_EVIDENCE] or list(evidence[:1])


def shows_difference(quotation: Quotation) -> bool:
    """Whether a quotation's words differ from the article's, or leave some out."""
    return bool(quotation.source) and any(each.edit != "same" for each in quotation.difference)
