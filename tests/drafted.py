"""A checked draft with one sentence of every sort, made by hand: no model and no index is needed."""

from __future__ import annotations

from factcheck.checking.record import Checked, CheckRecord, Evidence, PartResult
from factcheck.checking.verdict import Verdict, VerdictLabel
from factcheck.claims.stance import Label
from factcheck.drafts.quotation_findings import judge_quotation
from factcheck.drafts.record import CheckedSentence, DraftRecord
from factcheck.drafts.records import Difference, DraftFinding, Quotation
from factcheck.drafts.sentences import SentenceKind
from factcheck.types import (
    Citation,
    EngineInfo,
    Failure,
    Origins,
    Provenance,
    Searched,
    Span,
    Timing,
    Usage,
)

HOSTILE = "<img src=x onerror=alert(1)> & \x1b[31m\u202e*x* [a](http://a.example)"
SOURCE = """# The port

The pier **is** shut. The fee rose to 350 crowns.

- “We shall stand by,” Kaya said.
- Will it open? Nobody knew the *end* of it.
"""
PROVENANCE = Provenance("index1", "settings1", {}, "0.1.0")
STANCES: dict[VerdictLabel, Label] = {
    "supported": "supports", "refuted": "refutes", "conflicting": "refutes", "not_enough_evidence": "mentions",
}  # fmt: skip


def cite(quote: str, speaker: str | None = None) -> Citation:
    return Citation(1, f"port/{HOSTILE}.txt", 0, len(quote), 3, quote, "0" * 64, speaker, None, "o1")


def check(claim: str, label: VerdictLabel, quote: str) -> CheckRecord:
    verdict = Verdict(label, 0.9)
    part = PartResult(claim, (Span(0, len(claim)),), verdict, "Because.")
    evidence = (Evidence(cite(quote), STANCES[label], "It says so.", 0.9),)
    return _record(claim, Checked(verdict, "Because.", evidence, Origins(1, 1), (part,), Searched(1, 9)))


def _record(claim: str, outcome: Checked | Failure) -> CheckRecord:
    return CheckRecord("c1", claim, outcome, EngineInfo("e", "m"), Timing(), Usage(), PROVENANCE)


def _sentence(
    number: int,
    words: str,
    kind: SentenceKind = "checkable",
    done: CheckRecord | None = None,
    quotations: tuple[Quotation, ...] = (),
    findings: tuple[DraftFinding, ...] = (),
) -> CheckedSentence:
    start = SOURCE.index(words)
    line = SOURCE.count("\n", 0, start) + 1
    claim = done.claim if done is not None else None
    text = words.replace("*", "")
    return CheckedSentence(number, start, start + len(words), line, text, kind, claim, done, quotations, findings)


def _altered() -> Quotation:
    start = SOURCE.index("We shall")
    difference = (Difference("same", "We shall", "We shall"), Difference("dropped", "", "not"),
                  Difference("changed", "stand", "standing"), Difference("same", "by", "by"))  # fmt: skip
    source = cite(f"We shall not standing by {HOSTILE}", "Mara Kaya")
    return Quotation(
        start, start + 17, "We shall stand by", "altered", "agrees", "Kaya", source, True, 0.9, difference, ("a.txt",)
    )


def draft() -> DraftRecord:
    """Return the record."""
    number = SOURCE.index("350")
    altered = _altered()
    wrong = DraftFinding("number", "error", number, number + 3, f"The article says 35 {HOSTILE}.")
    failed = _record("Nobody knew the end of it.", Failure("judge", "the reader failed", True, "Try again."))
    sentences = (
        _sentence(1, "The port", "heading"),
        _sentence(2, "The pier **is** shut.", done=check("The pier is shut.", "supported", f"Shut. {HOSTILE}")),
        _sentence(
            3,
            "The fee rose to 350 crowns.",
            done=check("The fee rose to 350 crowns.", "refuted", "It rose to 35 crowns."),
            findings=(wrong,),
        ),
        _sentence(
            4,
            "“We shall stand by,” Kaya said.",
            done=check("“We shall stand by,” Kaya said.", "refuted", "He said it."),
            quotations=(altered,),
            findings=tuple(judge_quotation(altered)),
        ),
        _sentence(5, "Will it open?", "question"),
        _sentence(6, "Nobody knew the *end* of it.", done=failed),
    )
    return DraftRecord("draft <b>.md", "md", SOURCE, "0" * 64, sentences, PROVENANCE, 1234.5)
