"""Check a claim: read it, split it, hold the articles against each part, and decide.

text → cleaned, of a kind that can be checked → atomic claims → evidence → verdicts → Checked | Failure
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from factcheck.answering.inputs import clean_text
from factcheck.answering.library import Library
from factcheck.answering.verification import Source, check_citation
from factcheck.checking.atomic import AtomicClaim, split_claim
from factcheck.checking.compiling import Part, compile_result
from factcheck.checking.evidence import EvidenceFinder, Gathered, Judged
from factcheck.checking.kinds import CHECKED, ClaimKind, find_kind, tells_speech
from factcheck.checking.record import Checked, Done
from factcheck.checking.verdict import Vote, decide_verdict
from factcheck.claims.documents import ClaimDoc, read_claim
from factcheck.errors import FactcheckError, UsageError
from factcheck.filters import Filter
from factcheck.models.reader import Reader
from factcheck.retrieval import Retriever
from factcheck.types import Failure, Finding, Timing

LONGEST_CLAIM = 2000  # characters; more is a text, which `factcheck check --file` goes through
MOST_PARTS = 12
STAGE = "claim"
DRAFT = "For a whole text: factcheck check --file DRAFT."
_REFUSALS: dict[ClaimKind, tuple[str, str]] = {
    "question": ("this is a question, not a claim", 'Ask it: factcheck ask "…"; or write what you want checked.'),
    "request": ("this asks for something; it claims nothing", "Write a statement that can be true or false."),
    "opinion": (
        "this is an opinion: no article can settle it",
        "Check a fact in it, or who holds it: “X says that …”.",
    ),
    "foreign": ("this is not written in English", "Articles and claims are read in English only; translate it first."),
    "nothing": (
        "this says nothing that could be looked up",
        "Write a whole sentence that names who or what it is about.",
    ),
}


class Checker:
    """Checks claims against one index; safe to share between threads.

    Args:
        retriever: Searches the index.
        library: Neighbours, speakers and the parser.
        reader: The packaged reader, or None where the rules judge alone.
        read: Returns a file as it is in the index, for the checks.
    """

    name = "embedded"

    def __init__(
        self, retriever: Retriever, library: Library, reader: Reader | None, read: Callable[[str], Source]
    ) -> None:
        self.finder = EvidenceFinder(retriever, library, reader)
        self._read = read
        self.model = " + ".join([library.parser.name, "all-MiniLM-L6-v2", *([reader.name] if reader else [])])

    def check(self, claim: str, *, within: Filter | None = None) -> Done:
        """Check a claim.

        Args:
            claim: One statement, or a few, in English.
            within: Restricts the search to some files.

        Returns:
            A verdict with its evidence; or a failure of the stage "claim" where it cannot be checked, and of
            another stage where the machinery failed.

        Raises:
            UsageError: The filter leaves no file.
        """
        start = time.perf_counter()
        try:
            parts = self._split(claim)
        except UsageError as error:
            return Done(Failure(STAGE, error.message, False, error.hint), Timing(total=_ms(start)))
        spent = Timing()
        stage, judged = "retrieve", []
        try:
            for part in parts:
                stage, begun = "retrieve", time.perf_counter()
                found = self.finder.search(part.atom.text, within or Filter())
                spent = replace(spent, retrieve=spent.retrieve + _ms(begun))
                stage, begun = "judge", time.perf_counter()
                judged.append(_decide(part, self.finder.judge(part.doc, found)))
                spent = replace(spent, answer=spent.answer + _ms(begun))
        except UsageError:
            raise
        except FactcheckError as error:
            failure = Failure(stage, error.message, error.retryable, error.hint)
            return Done(failure, replace(spent, total=_ms(start)))
        begun = time.perf_counter()
        result = compile_result(judged)
        findings = (*_predictions(parts), *self._verify(result))
        spent = replace(spent, verify=_ms(begun), total=_ms(start))
        return Done(result, spent, findings, judged[0].gathered.hits, len(judged[0].gathered.judged))

    def _split(self, text: str) -> list[_ReadPart]:
        """Return the atomic claims of a text.

        Raises:
            UsageError: It cannot be checked; the message says why.
        """
        clean = clean_text(text)
        if not any(char.isalnum() for char in clean):
            raise UsageError("the claim is empty", hint='Write a statement, for example "China confirmed the request."')
        if len(clean) > LONGEST_CLAIM:
            raise UsageError(
                f"the claim has {len(clean):,} characters; at most {LONGEST_CLAIM:,} are read as one claim", hint=DRAFT
            )
        atoms = split_claim(clean, self.finder.parse)
        parts = [self._read_part(atom) for atom in atoms]
        refused = [part for part in parts if part.kind not in CHECKED]
        if refused:
            reason, hint = _REFUSALS[refused[0].kind]
            where = f" (“{refused[0].atom.text}”)" if len(parts) > 1 else ""
            raise UsageError(reason + where, hint=hint)
        if len(parts) > MOST_PARTS:
            raise UsageError(
                f"the text makes {len(parts)} claims; at most {MOST_PARTS} are checked as one",
                hint=f"Check them one by one. {DRAFT}",
            )
        return parts

    def _read_part(self, atom: AtomicClaim) -> _ReadPart:
        doc = read_claim(atom.text, self.finder.parse)
        return _ReadPart(atom, doc, find_kind(doc.doc, attributed=doc.speech is not None))

    def _verify(self, result: Checked) -> list[Finding]:
        """Say which quotes are not the text at their offsets; none ever should be."""
        findings = []
        for each in result.evidence:
            citation = each.citation
            wire = {name: getattr(citation, name) for name in ("file", "start", "end", "quote", "sha256")}
            reason = check_citation(wire, self._read(citation.file))
            if reason is not None:
                findings.append(Finding("citation", f"citation {citation.id}: {reason}"))
        return findings


@dataclass(frozen=True, slots=True)
class _ReadPart:
    """An atomic claim, parsed."""

    atom: AtomicClaim
    doc: ClaimDoc
    kind: ClaimKind


def _decide(part: _ReadPart, gathered: Gathered) -> Part:
    """Decide on one atomic claim."""
    about_speech = tells_speech(part.doc)
    votes = [_cast_vote(one, about_speech) for one in gathered.judged]
    return Part(part.atom, gathered, decide_verdict(votes))


def _cast_vote(one: Judged, about_speech: bool) -> Vote:
    return Vote(
        origin=one.sentence.origin or one.sentence.file,
        stance=one.stance.label,
        probability=one.stance.probability[one.stance.label],
        said=one.said and not about_speech,
        corrects=one.corrects,
        elsewhere=one.elsewhere,
    )


def _predictions(parts: Sequence[_ReadPart]) -> list[Finding]:
    """Say which parts are about the future: their verdict is on what was announced, not on what will be."""
    return [
        Finding("prediction", f"“{part.atom.text}” is about the future: judged is only what the articles announce")
        for part in parts
        if part.kind == "prediction"
    ]


def _ms(start: float) -> float:
    return (time.perf_counter() - start) * 1000
