"""The words of evaluation reports: what a figure is called, how it is written, what a comparison says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from factcheck.evaluation.records import Comparison, Difference, Evaluation, MetricResult, Requirement, RowScore, Stage
from factcheck.presentation.display import displayable
from factcheck.presentation.text import plural

# What XML cannot hold even as a reference, apart from what `displayable` spells out. SVG is XML too, and the
# library that draws it ends the whole process over such a character.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NOT_AVAILABLE = "n/a"
# The figure that says in one number how good a run is.
HEADLINE = "right"
# Required as such, it is met when no metric got worse than in the baseline.
NO_WORSE = "no-worse"
# Of metrics that changed, how many a sentence names.
MOST_NAMED = 4
# A tag with fewer rows says nothing about itself.
FEWEST_TAGGED = 3

GROUPS: Mapping[str, tuple[str, ...]] = {
    "Answers": (
        "right",
        "answer_correctness",
        "short_answer_correctness",
        "token_f1",
        "judge_correctness",
        "verdict_accuracy",
        "verdict_macro_f1",
        "false_supported_rate",
        "attributed_only_accuracy",
        "origin_accuracy",
        "speaker_accuracy",
    ),
    "Citations": (
        "citation_precision_file",
        "citation_recall_file",
        "citation_precision_sentence",
        "citation_recall_sentence",
        "first_citation_gold",
        "quote_exactness",
    ),
    "Abstention": ("abstention_precision", "abstention_recall", "wrong_abstention_rate", "aurc"),
    "Retrieval": ("recall_at_1", "recall_at_5", "recall_at_10", "recall_at_20", "success_at_10", "mrr", "ndcg_at_10"),
    "Cost": ("latency_ms_p50", "latency_ms_p95", "tokens", "cost_usd", "failure_rate"),
}
OTHERS = "Others"

STAGES: Mapping[Stage, tuple[str, str]] = {
    "not_indexed": ("not indexed", "No indexed sentence holds the gold."),
    "not_retrieved": ("not retrieved", "The gold is indexed, but retrieval did not find it."),
    "ranked_low": ("ranked low", "Retrieval found the gold, below what the engine reads closely."),
    "read_wrong": ("read wrong", "The gold was read, and something else was answered."),
    "cited_wrong": ("cited wrong", "The answer is right, but cites another sentence."),
    "abstained_wrong": ("abstained wrong", "The gold was read, and no answer was given."),
    "answered_wrong": ("answered wrong", "What cannot be answered was answered."),
    "judged_wrong": ("judged wrong", "The evidence was found, but the verdict is another."),
    "failed": ("failed", "The machinery failed; nothing is said about the answer."),
}


@dataclass(frozen=True, slots=True)
class MetricWords:
    """What a reader is told about a metric."""

    title: str
    meaning: str


def show_in_xml(text: str) -> str:
    """Return the text on one line, safe to show, without anything that XML cannot hold."""
    return _NOT_XML.sub("\ufffd", displayable(text))


def name_stage(stage: str) -> str:
    """Return a stage in words ("ranked low")."""
    return next((words for name, (words, _) in STAGES.items() if name == stage), stage.replace("_", " "))


def explain_stage(stage: str) -> str:
    """Return what a miss at this stage means, in one sentence, or "" where it is not known."""
    return next((meaning for name, (_, meaning) in STAGES.items() if name == stage), "")


def explain_metrics() -> dict[str, MetricWords]:
    """Return title and meaning of every metric by name."""
    from factcheck.evaluation.judging import JUDGED
    from factcheck.evaluation.metrics import METRICS  # numpy and ir_measures are not needed to print a table

    return {metric.name: MetricWords(metric.title, metric.meaning) for metric in (*METRICS, JUDGED)}


def describe_requirement(requirement: Requirement, directions: Mapping[str, str]) -> str:
    """Return what a run came to and what was required of it.

    Args:
        requirement: A metric with its bound, or "no-worse", whose value is how many metrics got worse.
        directions: Which way is better, by metric.
    """
    name, value, bound = requirement.metric, requirement.value, requirement.bound
    if name == NO_WORSE:
        return (
            "no-worse: nothing to compare with"
            if value is None
            else f"no-worse: {plural(int(value), 'metric')} got worse"
        )
    side = "at most" if directions.get(name) == "lower" else "at least"
    return f"{name} {show_value(name, value)}, required {side} {show_value(name, bound)}"


def group(results: Sequence[MetricResult]) -> dict[str, tuple[MetricResult, ...]]:
    """Return the results under their headings, in the order of the headings; unknown ones come last."""
    by_name = {result.name: result for result in results}
    grouped = {title: tuple(by_name.pop(name) for name in names if name in by_name) for title, names in GROUPS.items()}
    return {title: found for title, found in {**grouped, OTHERS: tuple(by_name.values())}.items() if found}


def show_value(name: str, value: float | None) -> str:
    """Return a figure as people read it: "0.862", "412 ms", "$0.0031"; "n/a" where there is none."""
    if value is None:
        return NOT_AVAILABLE
    return f"{'−' if value < 0 else ''}{_show_size(name, abs(value))}"


def show_change(name: str, value: float | None) -> str:
    """Return a difference with its sign: "+0.021"."""
    if value is None:
        return NOT_AVAILABLE
    return f"{'−' if value < 0 else '+'}{_show_size(name, abs(value))}"


def _show_size(name: str, size: float) -> str:
    if name.startswith("latency_ms"):
        return f"{size:,.0f} ms" if size >= 100 else f"{size:.1f} ms"
    if name == "cost_usd":
        if not size:
            return "$0"
        return f"${size:,.4f}" if size < 10 else f"${size:,.2f}"
    if name == "tokens":
        return f"{size:,.0f}"
    return f"{size:.3f}"


def show_interval(result: MetricResult | Difference) -> str:
    """Return the 95 % interval, or "" where there is none; a difference's ends carry their signs."""
    if result.low is None or result.high is None:
        return ""
    show = show_change if isinstance(result, Difference) else show_value
    low, high = show(result.name, result.low), show(result.name, result.high)
    unit = " ms" if low.endswith(" ms") and high.endswith(" ms") else ""
    return f"{low.removesuffix(unit)} … {high}"


def show_rows(result: MetricResult) -> str:
    """Return how many rows a figure rests on: "103", or "103 / 6 / 0" for scored, unscored, failed."""
    if not result.unscored and not result.failed:
        return f"{result.scored:,}"
    return f"{result.scored:,} / {result.unscored:,} / {result.failed:,}"


def show_p(p: float | None) -> str:
    """Return a p value: "0.012", "< 0.001", or "" where there is none."""
    if p is None:
        return ""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def describe_counts(evaluation: Evaluation) -> str:
    """Return how many rows are right, wrong and failed, in one sentence; the share is of those that were judged."""
    rows = evaluation.rows
    counts = Counter(judge_row(row) for row in rows)
    judged = counts["right"] + counts["wrong"]
    of = "" if judged == len(rows) else " of those judged"
    share = f" ({100 * counts['right'] / judged:.0f} %{of})" if judged else ""
    unscored = f", {counts['unscored']:,} not scored" if counts["unscored"] else ""
    return (
        f"{counts['right']:,} of {plural(len(rows), 'row')} right{share}, "
        f"{counts['wrong']:,} wrong, {counts['failed']:,} failed{unscored}."
    )


def judge_row(row: RowScore) -> Literal["right", "wrong", "failed", "unscored"]:
    """Return what a row counts as; unscored where nothing says whether it is right."""
    if row.outcome == "failed":
        return "failed"
    if row.right:
        return "right"
    known = row.values.get(HEADLINE) if HEADLINE in row.values else next(iter(row.values.values()), None)
    return "unscored" if known is None and row.miss is None else "wrong"


def describe_comparison(comparison: Comparison, titles: Mapping[str, str] | None = None) -> str:
    """Return in plain sentences whether a run is better than its baseline.

    Args:
        comparison: Of the two.
        titles: Of metrics by name, for readers who do not know the names.
    """
    titles = titles or {}
    by_name = {difference.name: difference for difference in comparison.differences}
    headline = by_name.get(HEADLINE)
    leads = {
        "better": "Better than the baseline",
        "worse": "Worse than the baseline",
        "same": "No difference to the baseline beyond noise",
        "unknown": "Not comparable with the baseline",
    }
    verdict = headline.verdict if headline else "unknown"
    figures = _describe_figures(headline, titles) if headline else ""
    sentences = [f"{leads[verdict]}{figures}."]
    for name, phrase in (("worse", "Got worse"), ("better", "Got better")):
        others = [each.name for each in comparison.differences if each.verdict == name and each is not headline]
        found = [titles.get(other, other) for other in others]
        more = f" and {len(found) - MOST_NAMED:,} more" if len(found) > MOST_NAMED else ""
        if found:
            sentences.append(f"{phrase}: {'; '.join(found[:MOST_NAMED])}{more}.")
    judged = [flip for flip in comparison.flips if not flip.failed]
    better = sum(flip.after for flip in judged)
    sentences.append(f"{plural(better, 'row')} went from wrong to right, {len(judged) - better:,} from right to wrong.")
    failed = len(comparison.flips) - len(judged)
    if failed:
        sentences.append(f"{plural(failed, 'row')} that one run has right failed in the other.")
    return " ".join(sentences)


def describe_uncompared(comparison: Comparison) -> str:
    """Return how many rows were not compared and why, or ""."""
    count = len(comparison.missing) + len(comparison.altered)
    return f"Not compared: {plural(count, 'row')} that only one run has, or whose gold has changed." if count else ""


def _describe_figures(difference: Difference, titles: Mapping[str, str]) -> str:
    if difference.change is None:
        return ""
    before, after = (show_value(difference.name, value) for value in (difference.before, difference.after))
    interval = show_interval(difference)
    details = [show_change(difference.name, difference.change)]
    details += [f"95 % interval {interval}"] if interval else []
    if difference.p is not None:
        shown = show_p(difference.p)
        details.append(f"p {shown}" if shown.startswith("<") else f"p = {shown}")
    details.append(plural(difference.rows, "row"))
    return f": {titles.get(difference.name, difference.name)} {before} → {after} ({', '.join(details)})"


def describe_engine(provenance: Mapping[str, Any]) -> str:
    """Return the engine of a run: "embedded (minilm)", or "" where it is not recorded."""
    name, model = (str(provenance.get(key) or "") for key in ("engine", "model"))
    return displayable(f"{name} ({model})" if name and model else name or model)


def list_worst_tags(evaluation: Evaluation, most: int = 8) -> list[tuple[str, MetricResult]]:
    """Return the tags whose rows are right least often, below the whole, worst first."""
    overall = next((result.value for result in evaluation.results if result.name == HEADLINE), None)
    if overall is None:
        return []
    found = [
        (tag, result)
        for tag, results in evaluation.by_tag.items()
        for result in results
        if result.name == HEADLINE
        and result.value is not None
        and result.value < overall
        and result.scored >= FEWEST_TAGGED
    ]
    return sorted(found, key=lambda each: (each[1].value or 0.0, each[0]))[:most]
