"""Hold a run to what it must reach.

--require answer_correctness=0.8   a level; at most it, where lower is better
--require no-worse                 nothing got worse than the baseline beyond chance
--require @levels.txt              a file with one of these a line; # begins a comment
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from factcheck.errors import UsageError
from factcheck.evaluation.comparing import find_tested, find_worse
from factcheck.evaluation.judging import JUDGED
from factcheck.evaluation.metrics import METRICS
from factcheck.evaluation.records import Comparison, Evaluation, Requirement

NO_WORSE = "no-worse"
KNOWN = {metric.name: metric for metric in (*METRICS, JUDGED)}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a run: a metric's bound; or, without one, that nothing got worse."""

    metric: str
    bound: float | None


def read_requirements(given: Iterable[str], *, baseline: bool) -> tuple[Wanted, ...]:
    """Read what a run must reach.

    Args:
        given: METRIC=VALUE each, "no-worse", or "@FILE" with one of these a line.
        baseline: Whether there is a run to compare with.

    Raises:
        UsageError: Some cannot be read; all of them are named.
    """
    wanted, problems = [], []
    for text in _unfold(given):
        name, equals, value = (part.strip() for part in text.partition("="))
        if name == NO_WORSE and not equals:
            wanted.append(Wanted(NO_WORSE, None))
            problems += [] if baseline else [f"{NO_WORSE} needs a --baseline"]
        elif name not in KNOWN:
            near = get_close_matches(name, KNOWN, n=1)
            problems.append(f"{name!r} is no metric" + (f" (did you mean {near[0]}?)" if near else ""))
        else:
            bound = _read_number(value)
            if bound is None:
                problems.append(f"{text!r} needs a number, as {name}=0.8")
            else:
                wanted.append(Wanted(name, bound))
    if problems:
        raise UsageError(f"--require: {'; '.join(problems)}", hint=f"Known metrics: {', '.join(KNOWN)}.")
    return tuple(wanted)


def _unfold(given: Iterable[str]) -> Iterator[str]:
    for text in given:
        if not text.startswith("@"):
            yield text
            continue
        try:
            lines = Path(text[1:]).read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"--require {text}: {error}", hint="Name a file with METRIC=VALUE in each line.") from None
        yield from (line for each in lines if (line := each.partition("#")[0].strip()))


def _read_number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None  # a bound that is no number is always met, or never


def check_requirements(
    wanted: Sequence[Wanted], evaluation: Evaluation, comparison: Comparison | None
) -> tuple[Requirement, ...]:
    """Return each requirement with what the run came to; what has no value is not met.

    The value of "no-worse" is the number of metrics that got worse.
    """
    values = {result.name: result.value for result in evaluation.results}
    checked = []
    for each in wanted:
        if each.bound is None:
            # Runs without rows in common say nothing of each other, so neither is known to be no worse.
            comparable = comparison is not None and find_tested(comparison)
            worse = float(len(find_worse(comparison))) if comparison is not None and comparable else None
            checked.append(Requirement(each.metric, 0.0, worse, worse == 0.0))
            continue
        value = values.get(each.metric)
        lower = KNOWN[each.metric].direction == "lower"
        met = value is not None and (value <= each.bound if lower else value >= each.bound)
        checked.append(Requirement(each.metric, each.bound, value, met))
    return tuple(checked)


def explain_unmet(requirement: Requirement, comparison: Comparison | None) -> str:
    """Say by how much a requirement was missed."""
    if requirement.metric == NO_WORSE:
        if requirement.value is None:
            return "no-worse has nothing to compare: the baseline shares no two rows with this run"
        names = [each.name for each in find_worse(comparison)] if comparison is not None else []
        return f"worse than the baseline: {', '.join(names)}"
    if requirement.value is None:
        return f"{requirement.metric} has no value, required is {requirement.bound:g}"
    by = abs(requirement.value - requirement.bound)
    side = "at most" if KNOWN[requirement.metric].direction == "lower" else "at least"
    return f"{requirement.metric} is {requirement.value:.4g}, required {side} {requirement.bound:g}: missed by {by:.2g}"
