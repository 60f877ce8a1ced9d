"""Compare two runs over the same golden set: what differs, by how much, and whether that is noise.

    rows of both, matched by id and gold → paired interval and permutation p of each metric → verdict
                                         → flips: rows that are right in one and wrong in the other

Each p and each verdict is of one metric by itself: among twenty metrics that do not differ, one is called
better or worse by chance. `find_worse` allows for that (Holm).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from factcheck.evaluation.judging import JUDGED
from factcheck.evaluation.metrics import METRICS, find_differences
from factcheck.evaluation.records import Comparison, Difference, Evaluation, Flip, RowScore

ALPHA = 0.05
# Change with the machine and its load, not with the answers.
UNITS_OF_LOAD = frozenset({"ms", "tokens", "usd"})

Pair = tuple[RowScore, RowScore]


def compare(before: Evaluation, after: Evaluation, *, seed: int = 0) -> Comparison:
    """Compare a run with an earlier one.

    Args:
        before: The baseline.
        after: The run.
        seed: Of the resampling.

    Returns:
        The differences over the rows that both judged by the same gold; others are listed by id.
    """
    earlier, later = ({row.id: row for row in run.rows} for run in (before, after))
    common = [id for id in later if id in earlier]
    pairs = [(earlier[id], later[id]) for id in common if earlier[id].digest == later[id].digest]
    graded = any(JUDGED.name in row.values for pair in pairs for row in pair)
    metrics = (*METRICS, JUDGED) if graded else METRICS
    return Comparison(
        baseline=before.provenance,
        differences=find_differences(
            [one for one, _ in pairs], [other for _, other in pairs], seed=seed, metrics=metrics
        ),
        flips=find_flips(pairs),
        missing=tuple([id for id in earlier if id not in later] + [id for id in later if id not in earlier]),
        changed=list_changes(before.provenance, after.provenance),
        altered=tuple(id for id in common if earlier[id].digest != later[id].digest),
    )


def find_tested(comparison: Comparison) -> tuple[Difference, ...]:
    """Return the metrics of quality that both runs have enough rows for, the surest change first.

    Time, tokens and cost are left out: they change with the machine and its load.
    """
    quality = {metric.name for metric in METRICS if metric.unit not in UNITS_OF_LOAD}
    tested = (each for each in comparison.differences if each.name in quality and each.p is not None)
    return tuple(sorted(tested, key=lambda each: each.p or 0.0))


def find_worse(comparison: Comparison) -> tuple[Difference, ...]:
    """Return the metrics of quality that got worse beyond chance, all of them taken together (Holm, 1979)."""
    tested = find_tested(comparison)
    held: list[Difference] = []
    for place, each in enumerate(tested):
        if (each.p or 0.0) > ALPHA / (len(tested) - place):
            break
        held.append(each)
    return tuple(each for each in held if each.verdict == "worse")


def find_flips(pairs: Sequence[Pair]) -> tuple[Flip, ...]:
    """Return the rows that are right in one run only, those that got worse first."""
    flips = [
        Flip(
            before.id,
            before.right,
            after.right,
            _explain(before, after),
            failed="failed" in (before.outcome, after.outcome),
        )
        for before, after in pairs
        if before.right != after.right
    ]
    return tuple(sorted(flips, key=lambda flip: flip.after))


def _explain(before: RowScore, after: RowScore) -> str:
    miss = before.miss if after.right else after.miss
    outcomes = f"{before.outcome} → {after.outcome}" if before.outcome != after.outcome else after.outcome
    if miss is None:
        return outcomes
    return f"{outcomes}; {'was' if after.right else 'now'} {miss.stage.replace('_', ' ')}: {miss.explanation}"


def list_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Say in words what else differs between two runs, from their provenance."""
    changes = [
        f"{words}: {_short(before.get(key))} → {_short(after.get(key))}"
        for key, words in (
            ("engine", "engine"),
            ("model", "model"),
            ("endpoint", "endpoint"),
            ("golden", "golden set"),
            ("index", "index"),
            ("version", "factcheck"),
            ("commit", "commit"),
            ("dirty", "uncommitted changes"),
            ("python", "Python"),
            ("platform", "platform"),
            ("files", "--file"),
            ("as_of", "--as-of"),
            ("since", "--since"),
            ("outlets", "--outlet"),
        )
        if before.get(key) != after.get(key)
    ]
    for key, words in (("settings", "setting"), ("prompts", "prompt"), ("packages", "package")):
        first, second = before.get(key) or {}, after.get(key) or {}
        changes += [
            f"{words} {name}: {_short(first.get(name))} → {_short(second.get(name))}"
            for name in sorted({*first, *second})
            if first.get(name) != second.get(name)
        ]
    return tuple(changes)


def _short(value: Any) -> str:
    if value is None or value == "":
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    hexadecimal = len(text) >= 32 and all(character in "0123456789abcdef" for character in text)
    return text[:12] if hexadecimal else text
