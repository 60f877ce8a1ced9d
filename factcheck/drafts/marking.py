"""Go through a draft sentence by sentence: quotations looked up, claims held against the articles.

draft → sentences → quotations looked up ┐
                  → claims checked       ┴→ findings → DraftRecord
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from factcheck.answering.library import Library
from factcheck.checking.kinds import CHECKED
from factcheck.checking.record import Checked, CheckRecord
from factcheck.drafts.claim_findings import find_place, judge_check
from factcheck.drafts.quotation_findings import judge_quotation
from factcheck.drafts.quotations import QuotationFinder
from factcheck.drafts.reading import Draft
from factcheck.drafts.record import CheckedSentence, DraftRecord
from factcheck.drafts.records import DraftFinding, Quotation
from factcheck.drafts.sentences import DraftSentence, Quoted, cut_sentences
from factcheck.types import Provenance

# A sentence with this share between quotation marks stands or falls by its quotation.
MOSTLY_QUOTED = 0.5

Check = Callable[[str, str], CheckRecord]
Advance = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class DraftRun:
    """One run through a draft: what it takes over from an earlier one, and who watches it.

    Attributes:
        known: Sentences of this draft that are done already; those that failed are done again.
        tell: Called with each sentence when it is done, or None.
    """

    known: Sequence[CheckedSentence] = ()
    tell: Callable[[CheckedSentence], None] | None = None


class Marker:
    """Marks up drafts.

    Args:
        library: The indexed articles.
        check: Checks a claim, given its text and an id for the record.
        provenance: What the drafts are checked with.
    """

    def __init__(self, library: Library, check: Check, provenance: Provenance) -> None:
        self._parse = library.parser.parse
        self._store = library.store
        self._finder = QuotationFinder(library)
        self._check = check
        self._provenance = provenance

    def mark(
        self,
        draft: Draft,
        *,
        files: frozenset[str] | None = None,
        advance: Advance | None = None,
        run: DraftRun | None = None,
    ) -> DraftRecord:
        """Check every sentence and quotation of a draft.

        Args:
            draft: As read.
            files: Quotations are looked up in these articles only.
            advance: Told how many sentences are done, and of how many.
            run: What is known from an earlier run, and who watches this one.
        """
        begun = time.perf_counter()
        run = run or DraftRun()
        known = {(each.number, each.text): each for each in run.known if not each.failed}
        sentences = cut_sentences(draft, self._parse)
        done = []
        for number, sentence in enumerate(sentences, 1):
            marked = known.get((number, sentence.text)) or self._mark_sentence(draft, sentence, number, files)
            done.append(marked)
            if run.tell is not None:
                run.tell(marked)
            if advance is not None:
                advance(number, len(sentences))
        total = (time.perf_counter() - begun) * 1000
        return DraftRecord(draft.name, draft.format, draft.source, draft.sha256, tuple(done), self._provenance, total)

    def _mark_sentence(
        self, draft: Draft, sentence: DraftSentence, number: int, files: frozenset[str] | None
    ) -> CheckedSentence:
        prose = draft.prose
        quotations = tuple(self._look_up(draft, quoted, files) for quoted in sentence.quoted)
        record = self._check_claim(sentence, f"s{number}") if sentence.kind in CHECKED else None
        findings = [finding for quotation in quotations for finding in judge_quotation(quotation)]
        if record is not None:
            findings += self._judge(draft, sentence, record, findings)
        place = prose.locate(sentence.span.start, sentence.span.end)
        return CheckedSentence(
            number=number,
            start=place.start,
            end=place.end,
            line=draft.source.count("\n", 0, place.start) + 1,
            text=sentence.text,
            kind=sentence.kind,
            claim=record.claim if record is not None else None,
            check=record,
            quotations=quotations,
            findings=tuple(findings),
        )

    def _check_claim(self, sentence: DraftSentence, id: str) -> CheckRecord:
        """Check a sentence; where it begins with a pronoun, an article that names the person may have one too."""
        record = self._check(sentence.claim, id)
        if sentence.name is None or is_supported(record):
            return record
        written = self._check(sentence.text, id)
        surname = sentence.name.split()[-1]
        named = any(
            each.stance == "supports" and surname in self._store.text(each.citation.file)
            for each in (written.outcome.evidence if isinstance(written.outcome, Checked) else ())
        )
        return written if named and is_supported(written) else record

    def _look_up(self, draft: Draft, quoted: Quoted, files: frozenset[str] | None) -> Quotation:
        span = quoted.span
        place = draft.prose.locate(span.start, span.end)
        return self._finder.find(span.of(draft.prose.text), place, quoted.speaker, files=files)

    def _judge(
        self, draft: Draft, sentence: DraftSentence, record: CheckRecord, found: list[DraftFinding]
    ) -> Iterator[DraftFinding]:
        """Yield the findings of the claim; none where the quotation has been found wrong and is most of it."""
        quoted = sentence.share >= MOSTLY_QUOTED
        if quoted and any(finding.severity == "error" for finding in found):
            return
        for raised in judge_check(record, self._parse, speaker=sentence.speaker, quoted=quoted):
            span = find_place(draft.prose.text, sentence.span, raised.words)
            place = draft.prose.locate(span.start, span.end)
            yield DraftFinding(raised.kind, raised.severity, place.start, place.end, raised.message)


def is_supported(record: CheckRecord) -> bool:
    """Whether the articles bear a claim out."""
    return isinstance(record.outcome, Checked) and record.outcome.verdict.label == "supported"
