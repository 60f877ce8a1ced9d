"""Figures of the reader with their intervals, as a table for people or for the model card."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.reader_measures import PEER, READER, Measured
from factcheck.evaluation.statistics import bootstrap_interval, paired_difference

SEED = 3
# (set, measure): what a first trial had, what was to be reached, what was aimed at.
GOALS: Mapping[tuple[str, str], tuple[float, float, float]] = {
    ("ClapNQ dev", "P@1"): (0.80, 0.83, 0.86),
    ("ClapNQ dev", "answerable AUROC"): (0.86, 0.89, 0.92),
    ("QAMR held out", "span EM"): (0.60, 0.66, 0.72),
    ("QAMR held out", "span F1"): (0.73, 0.78, 0.83),
    ("FEVER-symmetric", "accuracy"): (0.73, 0.79, 0.84),
    ("WiCE test", "supported AUROC"): (0.69, 0.75, 0.80),
}
START, END = "<!-- figures -->", "<!-- end of figures -->"
COST = {
    "ms_a_pair": "ms a pair",
    "cpu_ms_a_pair": "ms of CPU a pair",
    "ms_for_20": "ms for 20 candidates",
    "over_bare_model": "times the bare model by the clock (at most 1.2)",
    "over_bare_model_by_cpu": "times by CPU",
    "memory_mb": "MB of the whole process at most (at most 700)",
    "answer_r": "correlation of int8 and float answers",
    "span_same": "same span",
    "stance_same": "same stance",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its 95 % interval; `change` and `p` are against `than`, row by row."""

    data: str
    measure: str
    system: str
    role: str
    rows: int
    value: float
    low: float | None
    high: float | None
    than: str | None = None
    change: float | None = None
    p: float | None = None
    float_value: float | None = None


def fold(found: Sequence[Measured], precise: Sequence[Measured]) -> Iterator[Figure]:
    """Turn tables into figures; `precise` is what the float reader gave."""
    named = {(each.data, each.measure, each.system): each for each in found}
    exact = {(each.data, each.measure, each.system): float(each.fold(*each.table)) for each in precise}
    for key, each in named.items():
        ends = bootstrap_interval(each.table, each.fold, seed=SEED, share=each.table.shape[0] == 1)
        other = named.get((each.data, each.measure, each.than or ""))
        differs = paired_difference(other.table, each.table, each.fold, seed=SEED) if other else None
        yield Figure(
            *key,
            role=each.role,
            rows=each.table.shape[-1],
            value=float(each.fold(*each.table)),
            low=ends.low if ends else None,
            high=ends.high if ends else None,
            than=each.than if differs else None,
            change=differs.change if differs else None,
            p=differs.p if differs else None,
            float_value=exact.get(key),
        )


def join(
    path: Path, figures: Sequence[Figure], about: Mapping[str, Any], cost: Mapping[str, Any]
) -> tuple[list[Figure], dict[str, Any]]:
    """Return figures with those that a file has of the same weights, sets measured now in place of older ones."""
    kept = json.loads(path.read_text("utf-8")) if path.exists() else None
    if kept is None or kept["about"]["weights"] != about["weights"]:
        return list(figures), dict(cost)
    fresh = {figure.data for figure in figures}
    older = [Figure(**row) for row in kept["figures"] if row["data"] not in fresh]
    return [*older, *figures], kept["cost"] | cost


def to_json(figures: Iterable[Figure], about: Mapping[str, Any], cost: Mapping[str, Any]) -> dict[str, Any]:
    """Return everything as one JSON object."""
    return {"about": dict(about), "figures": [asdict(figure) for figure in figures], "cost": dict(cost)}


def to_text(figures: Sequence[Figure], about: Mapping[str, Any], cost: Mapping[str, Any]) -> str:
    """Return the tables for a terminal."""
    lines = [" ".join(f"{name}: {value}" for name, value in about.items()), ""]
    for data, measure in dict.fromkeys((figure.data, figure.measure) for figure in figures):
        goal = GOALS.get((data, measure))
        aim = f"  (trial {goal[0]:.2f}, reach {goal[1]:.2f}, aim {goal[2]:.2f})" if goal else ""
        lines.append(f"{data}, {measure}{aim}")
        for figure in figures:
            if (figure.data, figure.measure) == (data, measure):
                told = f"  float {_show(figure.float_value)}" if figure.float_value is not None else ""
                lines.append(f"  {figure.role:9}{figure.system:38}{_interval(figure)}{told}{_change(figure)}")
    lines += ["", *(f"{name}: {value}" for name, value in cost.items())]
    return "\n".join(lines)


def to_markdown(figures: Sequence[Figure], about: Mapping[str, Any], cost: Mapping[str, Any]) -> str:
    """Return the tables for the model card, between the marks that hold them there."""
    told = ", ".join(f"{name} {value}" for name, value in about.items())
    lines = [START, f"Written by `python -m benchmarks.reader` ({told}).", ""]
    lines += ["| set, measure (rows) | reader | baselines in the same run | trial | reach | aim | float |"]
    lines += ["|---|---|---|---|---|---|---|"]
    for figure in (each for each in figures if each.role == READER):
        same = [each for each in figures if (each.data, each.measure) == (figure.data, figure.measure)]
        peers = ", ".join(f"{each.system} {_show(each.value)}" for each in same if each.role == PEER)
        goal = [f"{value:.2f}" for value in GOALS.get((figure.data, figure.measure), ())] or ["", "", ""]
        cells = [f"{figure.data}, {figure.measure} ({figure.rows})", _interval(figure), peers, *goal]
        lines.append(f"| {' | '.join([*cells, _show(figure.float_value)])} |")
    lines += ["", "What each signal adds (change and p against another system on the same rows):", ""]
    lines += ["| set, measure | system | figure | against | change | p |", "|---|---|---|---|---|---|"]
    for figure in figures:
        if figure.than and figure.change is not None:
            system = f"**{figure.system}**" if figure.role == READER else figure.system
            change = f"{figure.than} | {figure.change:+.3f} | {_show(figure.p)}"
            lines.append(f"| {figure.data}, {figure.measure} | {system} | {_interval(figure)} | {change} |")
    told = "; ".join(f"{cost[name]} {words}" for name, words in COST.items() if name in cost)
    lines += ["", f"Cost: {told}."] if told else []
    return "\n".join([*lines, END])


def _interval(figure: Figure) -> str:
    if figure.low is None or figure.high is None:
        return _show(figure.value)
    return f"{_show(figure.value)} ({_show(figure.low)}-{_show(figure.high)})"


def _change(figure: Figure) -> str:
    return f"  {figure.change:+.3f} on {figure.than} (p {_show(figure.p)})" if figure.change is not None else ""


def _show(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
