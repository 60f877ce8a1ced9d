"""A corpus whose answers are scripted: the seam between the page and everything behind it."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from factcheck.checking.record import Checked, CheckRecord, CheckTrace, Evidence, PartResult
from factcheck.checking.verdict import Verdict
from factcheck.errors import UsageError
from factcheck.origins.records import Link
from factcheck.types import (
    Abstention,
    Answer,
    AnswerRecord,
    Citation,
    Conflict,
    EngineInfo,
    Failure,
    Finding,
    Origins,
    Provenance,
    Searched,
    Side,
    SourceSentence,
    Span,
    Statement,
    Timing,
    Usage,
)

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
EMBEDDED = EngineInfo(name="embedded", model="all-MiniLM-L6-v2 int8")
BOILERPLATE = ("Leave a Reply", "Send this to a friend", "top of page", "bottom of page", "0 views0 comments")


@dataclass(frozen=True)
class Row:
    """What the page reads of an article."""

    file: str
    title: str | None
    outlet: str | None = None
    date: str | None = None
    sentences: int = 30
    format: str = "txt"
    byline: str | None = None
    sha256: str = ""
    origin: str = ""
    root: str = ""
    path: str = ""
    read_ns: int = 0


class ScriptedCorpus:
    """Answers from a queue, records every question, and raises when the queue is empty.

    Args:
        texts: Article texts by file.
        replies: Outcomes to give, in order; an exception is raised instead of returned.
    """

    def __init__(self, texts: dict[str, str], replies: Iterable[object] = ()) -> None:
        self.texts = texts
        self.replies = deque(replies)
        self.questions: list[str] = []

    def ask(self, question: str, **_: Any) -> AnswerRecord:
        self.questions.append(question)
        if not self.replies:
            raise AssertionError(f"no reply left for {question!r}")
        reply = self.replies.popleft()
        if isinstance(reply, BaseException):
            raise reply
        if isinstance(reply, AnswerRecord):
            return replace(reply, question=question)
        assert isinstance(reply, Answer | Abstention | Failure)
        return record(question, reply)

    def stream(self, question: str, **options: Any) -> Iterator[Statement | AnswerRecord]:
        found = self.ask(question, **options)
        if isinstance(found.outcome, Answer):
            yield from found.outcome.statements
        yield found

    def origin_links(self, files: Sequence[str] | None = None) -> list[Link]:
        return []

    def check(self, claim: str, *, id: str | None = None, **_: Any) -> CheckRecord:
        """Give the next reply, which must be a result of a check; or say what was asked, as a failure."""
        self.questions.append(claim)
        reply = self.replies.popleft()
        assert isinstance(reply, Checked | Failure)
        return CheckRecord(
            id=id or "c", claim=claim, outcome=reply, engine=EMBEDDED, timing=Timing(), usage=Usage(),
            provenance=Provenance("i", "s", {}, "0"),
        )  # fmt: skip

    def check_traced(self, claim: str, **options: Any) -> CheckTrace:
        return CheckTrace(self.check(claim, **options), (), 0)

    def articles(self) -> tuple[Row, ...]:
        return tuple(Row(file, title_of(text)) for file, text in self.texts.items())

    def text(self, file: str) -> str:
        if file not in self.texts:
            raise UsageError(f"not in the index: {file!r}")
        return self.texts[file]

    def boilerplate(self, file: str) -> tuple[Span, ...]:
        text = self.text(file)
        found = [(text.find(words), len(words)) for words in BOILERPLATE]
        return tuple(Span(at, at + length) for at, length in sorted(found) if at >= 0)

    def utterances(self, file: str) -> list[Any]:
        self.text(file)
        return []

    def sentences_of_file(self, file: str) -> list[SourceSentence]:
        text, sentences, at = self.text(file), [], 0
        for ordinal, line in enumerate(text.split("\n")):
            if line.strip():
                sentences.append(
                    SourceSentence(
                        id=ordinal, file=file, sha256="", ordinal=ordinal, passage=0, start=at,
                        end=at + len(line), line=ordinal + 1, text=line,
                    )
                )  # fmt: skip
            at += len(line) + 1
        return sentences


def title_of(text: str) -> str | None:
    """The first line that is long enough for a headline."""
    return next((line.strip() for line in text.split("\n") if len(line) > 30), None)


def seed_texts() -> dict[str, str]:
    return {path.name: path.read_bytes().decode("utf-8", "replace") for path in sorted(SEEDS.iterdir())}


def cite(id: int, file: str, first: str, last: str, speaker: str | None = None, via: str | None = None) -> Citation:
    """A citation of a seed article from the first to the last of these words; exact by construction."""
    ((name, text),) = [(name, text) for name, text in seed_texts().items() if name.startswith(file)]
    start = text.index(first)
    end = text.index(last, start) + len(last)
    return Citation(
        id=id, file=name, start=start, end=end, line=text.count("\n", 0, start) + 1, quote=text[start:end],
        sha256=hashlib.sha256(text.encode()).hexdigest(), speaker=speaker, via=via, origin="o1",
    )  # fmt: skip


def record(question: str, outcome: Answer | Abstention | Failure, **changes: Any) -> AnswerRecord:
    return replace(
        AnswerRecord(
            id="q",
            question=question,
            outcome=outcome,
            engine=EMBEDDED,
            timing=Timing(retrieve=118, answer=64, verify=7, total=189),
            usage=Usage(),
            provenance=Provenance("i", "s", {}, "0"),
        ),
        **changes,
    )


def denied() -> Answer:
    """Who denied the request? Two people, over three files."""
    citations = (
        cite(1, "001", "Chinese Foreign Ministry spokesman", "“malicious.”"),
        cite(2, "000", "“It is completely untrue", "malicious intent.", "Zhao Lijian"),
        cite(3, "004", "According to Russia’s TASS", "erroneous information.”", "Zhao Lijian", "TASS"),
        cite(4, "001", "The Kremlin has also denied", "it needs."),
        cite(5, "004", "On Monday, the Kremlin", "its own denial."),
    )
    statements = (
        Statement(citations[0].quote, (1, 2, 3), "verbatim"),
        Statement(citations[3].quote, (4,), "verbatim"),
        Statement(citations[4].quote, (5,), "verbatim"),
    )
    return Answer("", "Zhao Lijian; Dmitry Peskov", statements, citations, Origins(files=3, independent=2))


def stand_by() -> AnswerRecord:
    """Files that differ, a statement that is not supported, and an engine on an endpoint."""
    idly, firmly = "“we will stand idly by”", "“will not stand by”"
    citations = (
        cite(1, "000", "“We have communicated to Peking", "Sullivan said", "Jake Sullivan", "CNN"),
        cite(2, "003", "And we have communicated", "Sullivan warned.", "Jake Sullivan", "CNN"),
        cite(3, "004", "And we’ve told Beijing", "“Sullivan explained.", "Jake Sullivan", "CNN"),
    )
    statements = (
        Statement(f"Sullivan said {idly} [1], or, in other files, {firmly} [2][3].", (1, 2, 3), "entailed"),
        Statement("The White House later withdrew the remark.", (1,), "unsupported"),
    )
    answer = Answer(
        "", None, statements, citations, Origins(files=3, independent=1),
        (Conflict("whether the US will stand by", (Side(idly, (1,)), Side(firmly, (2, 3)))),),
    )  # fmt: skip
    engine = EngineInfo("openai", "gpt-4o-mini", "https://api.example.com/v1?key=secret")
    finding = Finding("support", "Statement 2 is not supported by the sentence it cites.", 1)
    return record("", answer, engine=engine, findings=(finding,))


def unknown_number() -> Abstention:
    """How many drones did Russia request? Two sentences are near, none says."""
    return Abstention(
        reason="insufficient_evidence",
        explanation="Sentences mention drones, but none gives a number.",
        closest=(
            cite(0, "004", "A US official speaking to CNN", "included drones.", "a US official", "CNN"),
            cite(0, "001", "A US official, speaking on", "had requested.", "a US official"),
        ),
        searched=Searched(files=5, sentences=168),
    )


def refuted() -> Checked:
    """China confirmed the request? It denied it."""
    citation = cite(1, "001", "Chinese Foreign Ministry spokesman", "“malicious.”", "Zhao Lijian")
    reason = "The article says “rejected”, the claim “confirmed”."
    verdict = Verdict("refuted", 0.9)
    claim = "China confirmed the request."
    return Checked(
        verdict=verdict,
        explanation=reason,
        evidence=(Evidence(citation, "refutes", reason, 0.9),),
        origins=Origins(1, 1),
        parts=(PartResult(claim, (Span(0, len(claim)),), verdict, reason),),
        searched=Searched(files=5, sentences=168),
    )


def timed_out() -> Failure:
    """A failing endpoint, which may be tried again."""
    return Failure(
        stage="answer",
        error="The endpoint api.example.com did not answer within 60 seconds.",
        retryable=True,
        hint="Check that the server runs, or ask with the embedded engine: FACTCHECK_ENGINE=embedded.",
    )
