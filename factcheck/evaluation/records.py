"""The records of an evaluation.

    golden file → GoldenCase; batch → record and Trace; both → Judgement → RowScore → MetricResult → Evaluation
                                                                    two Evaluations → Comparison

Per-row values come first and every aggregate is computed from them, so that a figure can be explained by
its rows. `None` is "not available", never 0: a metric that does not apply to a row, or has no rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Direction = Literal["higher", "lower"]
Kind = Literal["question", "claim"]
Stage = Literal[
    "not_indexed",  # no indexed sentence holds the gold
    "not_retrieved",  # indexed, but not among the hits
    "ranked_low",  # among the hits, below what the engine reads closely
    "read_wrong",  # read, and something else answered
    "cited_wrong",  # right answer, other sentence cited
    "abstained_wrong",  # read, and no answer given
    "answered_wrong",  # answered what cannot be answered
    "judged_wrong",  # claim: the evidence was found, the verdict is another
    "failed",  # the machinery failed
]
STAGES: tuple[Stage, ...] = Stage.__args__  # type: ignore[attr-defined]  # a Literal knows its values


@dataclass(frozen=True, slots=True)
class GoldCitation:
    """A sentence that supports the right answer.

    Attributes:
        file: Its article.
        quote: Its exact text.
        required: Whether it must be cited even where another gold sentence is.
        speaker: Who says it, or None where the golden set does not say.
    """

    file: str
    quote: str
    required: bool = False
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class GoldenCase:
    """A question or a claim with what is right.

    Attributes:
        id: Unique in its set.
        line: Line (or row) of the file, from 1.
        question: Or None.
        claim: Or None.
        answers: Alias groups; every group must be met by one of its aliases.
        forbidden: What the short answer must not hold (tags `not:NAME`).
        citations: Gold sentences.
        answerable: Of a question; None for a claim.
        verdict: Of a claim; None for a question.
        attributed_only: Of a claim, or None where it is not said.
        origins: Number of independent origins, or None where it is not said.
        tags: Without `not:` ones.
    """

    id: str
    line: int
    question: str | None = None
    claim: str | None = None
    answers: tuple[tuple[str, ...], ...] = ()
    forbidden: tuple[str, ...] = ()
    citations: tuple[GoldCitation, ...] = ()
    answerable: bool | None = None
    verdict: str | None = None
    attributed_only: bool | None = None
    origins: int | None = None
    tags: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        """Whether it is a question or a claim."""
        return "question" if self.claim is None else "claim"


@dataclass(frozen=True, slots=True)
class Place:
    """A span of a file; `score` where it is a ranked hit."""

    file: str
    start: int
    end: int
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Trace:
    """What retrieval found for one case.

    Attributes:
        hits: Sentences, best first.
        read: How many of them the engine reads closely.
    """

    hits: tuple[Place, ...]
    read: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """Everything the metrics may look at for one row.

    Attributes:
        case: What is right.
        record: What was answered: an answer or check record in its wire form.
        gold: For each citation of the case, the spans of its file that are indexed sentences and hold
            at least half of its quote; () where none does.
        trace: What retrieval found, or None.
        texts: The articles' texts by file, of those that are cited or gold.
    """

    case: GoldenCase
    record: Mapping[str, Any]
    gold: tuple[tuple[Place, ...], ...] = ()
    trace: Trace | None = None
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Miss:
    """Why a row is wrong: the first stage that lost the right answer."""

    stage: Stage
    explanation: str


@dataclass(frozen=True, slots=True)
class RowScore:
    """What one row came to.

    Attributes:
        id: Of its case.
        kind: Question or claim.
        tags: Of its case.
        outcome: "answered", "abstained", "checked" or "failed".
        values: Value of each metric by name; None where it does not apply or cannot be computed.
        right: Whether a person would call the row right.
        miss: Why not, or None.
        label: For the risk-coverage curve and the confusion table: what was expected, what was given, and
            how sure the engine was (None where it does not say).
        asked: The question or claim.
        digest: Hash of its case, so that two runs compare only rows that were judged by the same gold.
    """

    id: str
    kind: Kind
    tags: tuple[str, ...]
    outcome: str
    values: Mapping[str, float | None]
    right: bool
    miss: Miss | None = None
    label: Mapping[str, Any] = field(default_factory=dict)
    asked: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class MetricResult:
    """A metric over a set of rows.

    Attributes:
        name: Of the metric.
        value: Or None where no row has a value.
        low: Lower end of the 95 % bootstrap interval, or None.
        high: Upper end, or None.
        direction: Which way is better.
        scored: Rows with a value.
        unscored: Rows without, failures not counted.
        failed: Rows whose record is a failure. scored + unscored + failed = rows.
    """

    name: str
    value: float | None
    low: float | None
    high: float | None
    direction: Direction
    scored: int
    unscored: int
    failed: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A finished evaluation; what `run.json` and `scores.jsonl` of its folder hold.

    Attributes:
        name: Of the golden file.
        results: Each metric over all rows.
        by_tag: Each metric over the rows of a tag.
        misses: Number of misses by stage.
        curves: Points for plots by name: "risk_coverage" [(coverage, risk)], "latency_ms" [(share, ms)].
        confusion: Expected → given → count, for verdicts and for answered / abstained / failed.
        rows: In the order of the golden file.
        provenance: Commit, versions, settings and prompt hashes, index fingerprint, golden hash, engine, seed.
    """

    name: str
    results: tuple[MetricResult, ...]
    by_tag: Mapping[str, tuple[MetricResult, ...]]
    misses: Mapping[str, int]
    curves: Mapping[str, tuple[tuple[float, float], ...]]
    confusion: Mapping[str, Mapping[str, Mapping[str, int]]]
    rows: tuple[RowScore, ...]
    provenance: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """How one metric differs between two runs over the rows both have.

    Attributes:
        name: Of the metric.
        before: Value of the baseline, or None.
        after: Value of the run, or None.
        change: after - before, or None.
        low: Lower end of the 95 % interval of the change (paired bootstrap), or None.
        high: Upper end, or None.
        p: Two-sided paired permutation p, or None.
        rows: Rows with a value in both.
        verdict: "better", "worse", "same" (within noise) or "unknown".
    """

    name: str
    before: float | None
    after: float | None
    change: float | None
    low: float | None
    high: float | None
    p: float | None
    rows: int
    verdict: Literal["better", "worse", "same", "unknown"]


@dataclass(frozen=True, slots=True)
class Flip:
    """A row that is right in one run and not in the other.

    Attributes:
        id: Of the row.
        before: Whether it is right in the baseline.
        after: Whether it is right in the run.
        explanation: Outcomes, and why it was lost.
        failed: Whether the other run failed on it, which says nothing about its answer.
    """

    id: str
    before: bool
    after: bool
    explanation: str
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs over the same golden set.

    Attributes:
        baseline: Provenance of the earlier run.
        differences: One for each metric.
        flips: Rows that changed, those that got worse first.
        missing: Ids that only one of the runs has.
        changed: What else differs between the runs (engine, settings, index, prompts), in words.
        altered: Ids that both runs have, with another question or other gold; they are not compared.
    """

    baseline: Mapping[str, Any]
    differences: tuple[Difference, ...]
    flips: tuple[Flip, ...]
    missing: tuple[str, ...]
    changed: tuple[str, ...]
    altered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Requirement:
    """A level that a run must reach (`--require answer_correctness=0.8`).

    Attributes:
        metric: Its name.
        bound: The least value allowed, or the greatest where lower is better.
        value: What the run came to, or None where it could not be computed.
        met: Whether it reached the level; without a value it did not.
    """

    metric: str
    bound: float
    value: float | None
    met: bool
