"""A draft over the seed articles and what came of each sentence, by hand: no engine is needed to show it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from scripted_corpus import EMBEDDED, ScriptedCorpus, cite, refuted, timed_out

from factcheck.checking.record import Checked, CheckRecord, Evidence, PartResult
from factcheck.checking.verdict import Verdict, VerdictLabel
from factcheck.claims.stance import Label
from factcheck.drafts.marking import Advance, DraftRun
from factcheck.drafts.quotation_findings import judge_quotation
from factcheck.drafts.reading import Draft
from factcheck.drafts.record import CheckedSentence, DraftRecord
from factcheck.drafts.records import Difference, DraftFinding, Quotation
from factcheck.types import Citation, Failure, Origins, Provenance, Searched, Span, Timing, Usage

CLAIM = "China confirmed the request."
QUESTION = "What will China do?"
DENIED = "The Kremlin has denied the reports."
STAND = "“We will stand by and allow any country to compensate Russia for its losses,” Jake Sullivan warned."
OVERLOOKED = "A US official specified the equipment."
UNKNOWN = "The White House asked Turkey to mediate."
BROKEN = "Nobody could check this one."
SOURCE = f"# Moscow turns to Beijing\n\n{DENIED} {STAND}\n\n- {OVERLOOKED}\n- {UNKNOWN}\n\n{BROKEN} {QUESTION}\n"
SLOW = " ".join(f"Sentence {number} of a long draft waits." for number in range(1, 41))
PROVENANCE = Provenance("index", "settings", {}, "0")
STANCES: dict[VerdictLabel, Label] = {
    "supported": "supports", "refuted": "refutes", "conflicting": "refutes", "not_enough_evidence": "mentions",
}  # fmt: skip
NOT_A_CLAIM = Failure(
    "claim", "this is a question, not a claim", False, 'Ask it: factcheck ask "…"; or write what you want checked.'
)


def judged(claim: str, label: VerdictLabel, citation: Citation, *, said: bool = False) -> Checked:
    verdict = Verdict(label, 0.93, said)
    reason = f"It says so ({citation.file}:{citation.line})."
    part = PartResult(claim, (Span(0, len(claim)),), verdict, reason)
    evidence = (Evidence(citation, STANCES[label], "It says so.", 0.9),)
    return Checked(verdict, reason, evidence, Origins(1, 1), (part,), Searched(5, 168))


def check(claim: str, outcome: Checked | Failure, id: str = "c") -> CheckRecord:
    return CheckRecord(id, claim, outcome, EMBEDDED, Timing(total=120.0), Usage(), PROVENANCE)


def mark(draft: Draft, *, mended: bool = False) -> Iterator[CheckedSentence]:
    """Yield the sentences of `SOURCE`; what failed is done right where the draft is `mended`."""
    kremlin = cite(1, "001", "The Kremlin has also denied", "it needs.")
    official = cite(1, "001", "A US official, speaking on", "had requested.", "a US official")
    wrong = draft.source.index("specified")
    yield _sentence(draft, 1, "Moscow turns to Beijing", kind="heading")
    yield _sentence(draft, 2, DENIED, check(DENIED, judged(DENIED, "supported", kremlin)))
    yield _sentence(draft, 3, STAND, quotations=(altered(draft),))
    yield _sentence(
        draft, 4, OVERLOOKED, check(OVERLOOKED, judged(OVERLOOKED, "refuted", official)),
        findings=(DraftFinding("negation", "error", wrong, wrong + 9, "The article says “did not specify”."),),
    )  # fmt: skip
    yield _sentence(
        draft, 5, UNKNOWN, check(UNKNOWN, judged(UNKNOWN, "not_enough_evidence", kremlin)),
        findings=(DraftFinding("not_found", "warning", *_place(draft, UNKNOWN), "Nothing settles it."),),
    )  # fmt: skip
    outcome = judged(BROKEN, "supported", kremlin, said=True) if mended else timed_out()
    yield _sentence(draft, 6, BROKEN, check(BROKEN, outcome))
    yield _sentence(draft, 7, QUESTION, kind="question")


def altered(draft: Draft) -> Quotation:
    start = draft.source.index("We will")
    words = "stand by and allow any country to compensate Russia for its losses"
    source = cite(0, "003", "we will not stand by and allow", "for its losses", "Jake Sullivan", "CNN")
    difference = (
        Difference("same", "We will", "we will"), Difference("dropped", "", "not"), Difference("same", words, words)
    )  # fmt: skip
    text = f"We will {words},"
    place = Span(start, start + len(text))
    return Quotation(
        place.start,
        place.end,
        text,
        "altered",
        "agrees",
        "Jake Sullivan",
        source,
        True,
        0.9,
        difference,
        (source.file,),
    )


def _place(draft: Draft, words: str) -> tuple[int, int]:
    start = draft.source.index(words)
    return start, start + len(words)


def _sentence(
    draft: Draft,
    number: int,
    words: str,
    done: CheckRecord | None = None,
    *,
    kind: Any = "checkable",
    quotations: tuple[Quotation, ...] = (),
    findings: tuple[DraftFinding, ...] = (),
) -> CheckedSentence:
    start, end = _place(draft, words)
    line = draft.source.count("\n", 0, start) + 1
    found = (*(each for quotation in quotations for each in judge_quotation(quotation)), *findings)
    claim = done.claim if done is not None else None
    return CheckedSentence(number, start, end, line, words, kind, claim, done, quotations, found)


class DraftCorpus(ScriptedCorpus):
    """Checks `SOURCE` as `mark` says; any other draft sentence by sentence, each a claim that is refuted."""

    runs = 0

    def check(self, claim: str, *, id: str | None = None, **within: Any) -> CheckRecord:
        self.questions.append(claim)
        if claim.endswith("?"):
            return check(claim, NOT_A_CLAIM, id or "c")
        if claim.startswith("Broken") and self.questions.count(claim) == 1:
            return check(claim, timed_out(), id or "c")
        return check(claim, refuted(), id or "c")

    def mark_draft(
        self, draft: Draft, *, advance: Advance | None = None, run: DraftRun | None = None, **within: Any
    ) -> DraftRecord:
        self.runs += 1
        done = []
        known = {each.number: each for each in (run.known if run else ()) if not each.failed}
        slow = draft.source.startswith("Sentence 1 of a long draft")
        marked = list(self._mark_slow(draft) if slow else mark(draft, mended=bool(known)))
        for number, sentence in enumerate(marked, 1):
            if slow and number not in known:
                time.sleep(0.3)
            done.append(known.get(number, sentence))
            if run is not None and run.tell is not None:
                run.tell(done[-1])
            if advance is not None:
                advance(number, len(marked))
        return DraftRecord(draft.name, draft.format, draft.source, draft.sha256, tuple(done), PROVENANCE, 1234.0)

    def _mark_slow(self, draft: Draft) -> Iterator[CheckedSentence]:
        for number in range(1, 41):
            words = f"Sentence {number} of a long draft waits."
            yield _sentence(draft, number, words, check(words, refuted()))
