"""Score what was answered: cases and records become rows, and rows the figures of a run.

    case, record, trace → Judgement → RowScore (values, then the miss) → results, tags, curves, confusion

Everything is computed again from the records each time, so that a mended golden set or a new metric costs
no question.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from factcheck.evaluation.golden import find_gold
from factcheck.evaluation.metrics import METRICS, aggregate, confusion, curves, score_row
from factcheck.evaluation.metrics.metric import Metric
from factcheck.evaluation.misses import find_miss
from factcheck.evaluation.records import STAGES, Evaluation, GoldenCase, Judgement, Place, RowScore, Trace
from factcheck.types import SourceSentence

if TYPE_CHECKING:
    from factcheck.pipeline import Corpus


class Articles:
    """The articles of an index as scoring reads them, each once."""

    def __init__(self, corpus: Corpus) -> None:
        self._files = frozenset(row.file for row in corpus.articles())
        self._text = cache(corpus.text)
        self._sentences = cache(corpus.sentences_of_file)

    def text(self, file: str) -> str | None:
        """Return an article's text, or None where it is not indexed."""
        return self._text(file) if file in self._files else None

    def sentences(self, file: str) -> list[SourceSentence]:
        """Return an article's sentences, none where it is not indexed."""
        return self._sentences(file) if file in self._files else []


def judge_case(
    case: GoldenCase, record: Mapping[str, Any], trace: Mapping[str, Any] | None, articles: Articles
) -> Judgement:
    """Put together all that the metrics may look at for one row.

    Args:
        case: What is right.
        record: What was answered.
        trace: What retrieval found, in its wire form, or None.
        articles: Of the index that was asked.
    """
    cited = [*(record.get("citations") or ()), *(record.get("evidence") or ())]
    files = dict.fromkeys([gold.file for gold in case.citations] + [citation["file"] for citation in cited])
    texts = {file: text for file in files if (text := articles.text(file)) is not None}
    gold = find_gold(case, articles.text, articles.sentences)
    return Judgement(case, record, gold, read_trace(trace), texts)


def read_trace(trace: Mapping[str, Any] | None) -> Trace | None:
    """Return a trace from its wire form."""
    if trace is None:
        return None
    return Trace(tuple(Place(*hit) for hit in trace["hits"]), trace["read"])


def score(judgement: Judgement, extra: Mapping[str, float | None] | None = None) -> RowScore:
    """Return a row with its values and, where it is wrong, the stage that lost the answer.

    Args:
        judgement: The row.
        extra: Values that are not computed here, as a model's grade.
    """
    row = score_row(judgement)
    case = judgement.case
    return replace(
        row,
        values={**row.values, **(extra or {})},
        miss=find_miss(judgement, row.values),
        asked=case.question or case.claim or "",
        digest=digest_case(case),
    )


def digest_case(case: GoldenCase) -> str:
    """Return a hash of what a case asks and what is right, without its place and its tags."""
    fields = asdict(case)
    for name in ("id", "line", "tags"):
        del fields[name]
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()[:16]


def summarise(
    name: str,
    rows: Sequence[RowScore],
    provenance: Mapping[str, Any],
    *,
    seed: int,
    metrics: Sequence[Metric] = METRICS,
) -> Evaluation:
    """Compute every figure of a run from its rows."""
    tags = dict.fromkeys(tag for row in rows for tag in row.tags)
    misses = Counter(row.miss.stage for row in rows if row.miss is not None)
    return Evaluation(
        name=name,
        results=aggregate(rows, metrics=metrics, seed=seed),
        by_tag={
            tag: aggregate([row for row in rows if tag in row.tags], metrics=metrics, seed=seed) for tag in sorted(tags)
        },
        misses={stage: misses[stage] for stage in STAGES if misses[stage]},
        curves=curves(rows),
        confusion=confusion(rows),
        rows=tuple(rows),
        provenance=provenance,
    )
