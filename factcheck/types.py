"""The records that stages hand to each other, and their wire form.

    file → Article → Passage, Sentence → SourceSentence (indexed) → Hit → Answer | Abstention | Failure → Record

An answer, an abstention and a failure are three types; none is encoded as a value of another.
Offsets are character offsets into `Article.text`, half open.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

ANSWER_SCHEMA = "factcheck/answer/1"

Support = Literal["verbatim", "entailed", "unsupported"]
AbstentionReason = Literal["no_evidence", "insufficient_evidence", "false_premise"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of character offsets."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the text that the span covers."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Article:
    """One source file as read.

    Attributes:
        file: Path relative to the indexed folder, with "/".
        format: "txt", "md", "html", "pdf" or "docx".
        text: For txt and md the file decoded as UTF-8 with replacement and no newline
            translation; for the other formats the extracted text. Never rewritten.
        sha256: Hex digest of the file's bytes.
        title: Headline as the text gives it, or None.
        outlet: Publisher as the text gives it, or None.
        byline: Author as the text gives it, or None.
        date: ISO date (YYYY-MM-DD) as the text gives it, or None.
        boilerplate: Spans that are not part of the story, sorted and disjoint.
    """

    file: str
    format: str
    text: str
    sha256: str
    title: str | None = None
    outlet: str | None = None
    byline: str | None = None
    date: str | None = None
    boilerplate: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence (or headline, or list line) of an article."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences, sized to the embedder."""

    sentences: tuple[Sentence, ...]

    @property
    def start(self) -> int:
        """Offset of the first sentence."""
        return self.sentences[0].start

    @property
    def end(self) -> int:
        """Offset behind the last sentence."""
        return self.sentences[-1].end


@dataclass(frozen=True, slots=True)
class SourceSentence:
    """A sentence of the index, with all that a citation needs.

    Attributes:
        id: Row in the index; changes when the article is indexed again.
        file: The article's file.
        sha256: Hex digest of the article's bytes.
        ordinal: Position in the article, from 0.
        passage: Row of its passage in the index.
        start: Character offset into the article's text.
        end: Character offset behind it.
        line: Line in the article's text, from 1.
        text: The exact text at these offsets.
        origin: Origin group of the article ("o1"), copies share one.
        title: The article's title, or None.
        outlet: The article's outlet, or None.
        date: The article's ISO date, or None.
    """

    id: int
    file: str
    sha256: str
    ordinal: int
    passage: int
    start: int
    end: int
    line: int
    text: str
    origin: str | None = None
    title: str | None = None
    outlet: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class QueryWord:
    """A word of a query: its offsets, its text in lower case and its weight in 0..1."""

    start: int
    end: int
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A sentence with its score and rank for one query (higher is better, rank from 1).

    Attributes:
        sentence: The sentence.
        score: Final ranking score; comparable within one query only.
        rank: From 1.
        dense: Cosine of query and sentence.
        maxsim: Weighted mean of `similarity`, neighbouring sentences counted at a discount.
        similarity: For each query word the cosine of its best match in the sentence.
        spans: For each query word the character range of that match in the sentence's text.
    """

    sentence: SourceSentence
    score: float
    rank: int
    dense: float = -1.0
    maxsim: float = -1.0
    similarity: tuple[float, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Searched:
    """What was searched: numbers of files and sentences behind the filters."""

    files: int
    sentences: int


@dataclass(frozen=True, slots=True)
class Retrieved:
    """All hits for one query, best first, the query's words and what was searched."""

    query: str
    hits: tuple[Hit, ...]
    searched: Searched
    words: tuple[QueryWord, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A file and offsets whose text is the quote, always.

    Attributes:
        id: Marker in the answer, from 1; 0 where it is not part of an answer.
        file: Path relative to the indexed folder.
        start: Character offset into the file's text.
        end: Character offset behind it.
        line: Line in the file's text, from 1.
        quote: Exactly the text at these offsets.
        sha256: Hex digest of the file's bytes at indexing.
        speaker: Who says it, where it is reported speech.
        via: Through whom the words reached the article ("CNN"), or None.
        origin: Origin group of the file ("o1").
    """

    id: int
    file: str
    start: int
    end: int
    line: int
    quote: str
    sha256: str
    speaker: str | None = None
    via: str | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer with the citations that carry it."""

    text: str
    citations: tuple[int, ...]
    support: Support


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a conflict: a value and who says it."""

    value: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A point on which the cited files differ."""

    about: str
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Origins:
    """How many files an answer rests on, and how many independent origins."""

    files: int
    independent: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The articles answer the question.

    Attributes:
        text: For people; markers "[1]" are citation ids.
        short_answer: Shortest spans joined by "; ", or None.
        statements: One for each distinct answer.
        citations: Everything cited, ids from 1.
        origins: Files and independent origins behind the citations.
        conflicts: Points on which the files differ.
    """

    text: str
    short_answer: str | None
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    origins: Origins
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class Abstention:
    """The articles do not say: a right answer, shown with what was searched.

    Attributes:
        reason: Which kind of "do not say".
        explanation: One sentence for people ("No sentence mentions Zelensky.").
        closest: The nearest passages; empty where nothing comes near.
        searched: What was searched.
    """

    reason: AbstentionReason
    explanation: str
    closest: tuple[Citation, ...]
    searched: Searched


@dataclass(frozen=True, slots=True)
class Failure:
    """The machinery did not produce a usable result.

    Attributes:
        stage: Where it happened ("question", "retrieve", "answer", "verify").
        error: What happened, in one sentence, without secrets.
        retryable: Whether the same call may succeed later.
        hint: What to do next.
    """

    stage: str
    error: str
    retryable: bool
    hint: str


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """Which engine answered: name ("embedded" or "openai"), model, endpoint without key."""

    name: str
    model: str
    endpoint: str | None = None


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds spent in each stage."""

    retrieve: float = 0.0
    answer: float = 0.0
    verify: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens and cost of model calls; the cost is None where the price is not known."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """What produced a record: index fingerprint, settings digest, prompt hashes, version."""

    index: str
    settings: str
    prompts: dict[str, str]
    version: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a check found wrong, shown beside the answer, never silently mended."""

    check: str
    message: str
    statement: int | None = None


@dataclass(frozen=True, slots=True)
class StatementScore:
    """How well a statement's cited sentences carry it, by each verifier that was asked.

    Attributes:
        statement: Its number in the answer, from 1.
        verifier: Score of the packaged verifier in 0..1, or None where it was not asked.
        judge: Label of the judging model, or None where it was not asked or gave none.
    """

    statement: int
    verifier: float | None = None
    judge: str | None = None


@dataclass(frozen=True, slots=True)
class ModelCall:
    """How a language model was asked.

    Attributes:
        question: As put to the model; a follow-up is rewritten to stand alone.
        format: What the reply was asked for as: "json_schema", "json_object" or "text".
        counter: What counted the tokens of the prompt.
        shown: Number of sentences in the prompt.
        available: Number of sentences that were retrieved.
        calls: Number of calls that were made; 0 where every reply was remembered.
        remembered: Whether the answer's reply was remembered from an equal call before.
        scores: One for each statement that was scored.
    """

    question: str
    format: str
    counter: str
    shown: int
    available: int
    calls: int = 1
    remembered: bool = False
    scores: tuple[StatementScore, ...] = ()


@dataclass(frozen=True, slots=True)
class Exchange:
    """An earlier question of a conversation and its answer, as shown."""

    question: str
    answer: str


Outcome = Answer | Abstention | Failure


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """One question, its outcome and how it came about."""

    id: str
    question: str
    outcome: Outcome
    engine: EngineInfo
    timing: Timing
    usage: Usage
    provenance: Provenance
    findings: tuple[Finding, ...] = ()
    call: ModelCall | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the wire form (`factcheck/answer/1`), ready for `json.dumps`."""
        answer = self.outcome if isinstance(self.outcome, Answer) else None
        abstention = self.outcome if isinstance(self.outcome, Abstention) else None
        failure = self.outcome if isinstance(self.outcome, Failure) else None
        name = "answered" if answer else "abstained" if abstention else "failed"
        origins = answer.origins if answer else Origins(0, 0)
        return {
            **self.extra,
            "schema": ANSWER_SCHEMA,
            "id": self.id,
            "question": self.question,
            "outcome": name,
            "answer": answer.text if answer else "",
            "short_answer": answer.short_answer if answer else None,
            "statements": _plain(answer.statements) if answer else [],
            "citations": _plain(answer.citations) if answer else [],
            "origins": _plain(origins),
            "conflicts": _plain(answer.conflicts) if answer else [],
            "abstention": _plain(abstention) if abstention else None,
            "failure": _plain(failure) if failure else None,
            "findings": _plain(self.findings),
            "engine": _plain(self.engine),
            "call": _plain(self.call) if self.call else None,
            "timing_ms": {name: round(ms, 1) for name, ms in asdict(self.timing).items()},
            "usage": _plain(self.usage),
            "provenance": _plain(self.provenance),
        }


def _plain(value: Any) -> Any:
    """Return dataclasses as dicts and tuples as lists, recursively."""
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    plain = asdict(value)
    return {key: list(item) if isinstance(item, tuple) else item for key, item in plain.items()}
