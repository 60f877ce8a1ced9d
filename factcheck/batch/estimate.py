"""Estimate what a batch would take, before it is paid for.

For an endpoint the prompts are made and counted, and nothing is sent; for the embedded engine a few
questions are answered and timed. Of a long input a random sample is taken, and the range of the
total is said.
"""

from __future__ import annotations

import math
import random
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, Unpack

from factcheck.answering.inputs import clean_question
from factcheck.batch.items import Item
from factcheck.errors import EndpointError, UsageError
from factcheck.filters import Within

if TYPE_CHECKING:
    from factcheck.answering.answered import Plan

PLANNED = 200  # questions whose prompts are made
TIMED = 9  # questions that the embedded engine answers; the first is not timed
CONFIDENCE = 0.95


class Planner(Protocol):
    """Knows what questions would send, and can answer them; `Corpus` does."""

    def plan(self, question: str, **within: Unpack[Within]) -> Plan:
        """Say what a question would send."""

    def ask(self, question: str, *, engine: str | None = None, **within: Unpack[Within]) -> object:
        """Answer it."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A total, with the range in which it lies 19 times of 20; all three are equal where it is exact."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a batch would take. `None` is not known, never 0.

    Attributes:
        items: All inputs.
        questions: Inputs that would be asked.
        claims: Inputs that would be checked, by the packaged models, at no cost.
        unusable: Inputs that will be failures at no cost, as far as they were looked at.
        engine: "openai" or "embedded".
        sampled: Questions that the amounts rest on.
        exact: Whether these are all questions.
        model: Of the endpoint, or "".
        endpoint: Its server, without key.
        counter: What counted the tokens.
        remembered: Replies that are remembered and cost nothing.
        prompt_tokens: Of all prompts that would be sent.
        completion_tokens: Most tokens of the replies.
        cost_usd: Of the dearest course.
        seconds: Until the end.
        workers: Questions at a time, as far as the seconds go.
    """

    items: int
    questions: int
    claims: int
    unusable: int
    engine: str
    sampled: int
    exact: bool
    model: str = ""
    endpoint: str | None = None
    counter: str = ""
    remembered: Amount | None = None
    prompt_tokens: Amount | None = None
    completion_tokens: Amount | None = None
    cost_usd: Amount | None = None
    seconds: Amount | None = None
    workers: int = 1


@dataclass(slots=True)
class _Counts:
    items: int = 0
    questions: int = 0
    claims: int = 0
    unusable: int = 0


def estimate(
    items: Iterable[Item],
    planner: Planner,
    *,
    engine: str,
    workers: int = 1,
    discount: float = 0.0,
    sample: int | None = None,
    seed: int = 0,
    progress: Callable[[int, int], None] = lambda done, total: None,
    **within: Unpack[Within],
) -> Estimate:
    """Estimate tokens and cost (openai) or time (embedded); items are read once.

    Args:
        items: What would be answered.
        planner: An opened corpus.
        engine: "openai" or "embedded".
        workers: Questions that the embedded engine answers at a time.
        discount: Share of the price that is not paid: 0.5 of a provider's batch service.
        sample: Most questions to look at, by default 200 (openai) or 9 (embedded).
        seed: Of the sample.
        progress: Told how many of the sampled questions were looked at.
        **within: As for `Corpus.ask`.

    Raises:
        UsageError: No endpoint is configured, or a filter cannot be used.
        EndpointError: No prompt can be made for any question.
    """
    most = sample or (PLANNED if engine == "openai" else TIMED)
    counts, chosen = _draw(items, most, random.Random(seed))
    usable = [text for text in chosen if _is_usable(text)]
    if len(chosen) == counts.questions:
        counts.unusable += len(chosen) - len(usable)
        counts.questions = len(usable)
        chosen = usable
    shared: dict[str, Any] = {
        "items": counts.items,
        "questions": counts.questions,
        "claims": counts.claims,
        "unusable": counts.unusable,
        "engine": engine,
        "sampled": len(chosen),
        "exact": len(chosen) == counts.questions,
    }
    # A sampled question that cannot be asked costs nothing.
    idle = [0.0] * (len(chosen) - len(usable))
    if engine == "openai":
        plans = _plan(usable, planner, within, progress)
        return Estimate(**shared, **_add_plans(plans, idle, counts.questions, discount))
    seconds = _total([*_time(usable, planner, within, progress), *idle], counts.questions)
    # Timing one question again gives another figure: only all of nothing is exact.
    shared["exact"] = counts.questions == 0
    return Estimate(**shared, seconds=_scale(seconds, 1 / workers), workers=workers)


def _draw(items: Iterable[Item], most: int, chance: random.Random) -> tuple[_Counts, list[str]]:
    """Count the items, and draw questions so that each has the same chance (reservoir sampling)."""
    counts, drawn = _Counts(), list[str]()
    for item in items:
        counts.items += 1
        if item.problem:
            counts.unusable += 1
        elif item.question is None:
            counts.claims += 1
        else:
            counts.questions += 1
            if len(drawn) < most:
                drawn.append(item.question)
            elif (place := chance.randrange(counts.questions)) < most:
                drawn[place] = item.question
    return counts, drawn


def _is_usable(question: str) -> bool:
    try:
        clean_question(question)
    except UsageError:
        return False
    return True


def _plan(
    questions: Sequence[str], planner: Planner, within: Within, progress: Callable[[int, int], None]
) -> list[Plan | None]:
    """Return what each question would send; None where no prompt can be made for it."""
    plans: list[Plan | None] = []
    problem: EndpointError | None = None
    for done, question in enumerate(questions, start=1):
        try:
            plans.append(planner.plan(question, **within))
        except EndpointError as error:
            plans.append(None)
            problem = error
        progress(done, len(questions))
    if problem is not None and not any(plans):
        raise problem
    return plans


def _add_plans(plans: Sequence[Plan | None], idle: list[float], total: int, discount: float) -> dict[str, Any]:
    made = [plan for plan in plans if plan is not None]
    if not made:
        return {}
    sent = [plan for plan in made if not plan.remembered]
    none = [0.0] * (len(plans) - len(sent)) + idle
    costs = [plan.cost_usd for plan in sent if plan.cost_usd is not None]
    remembered = [float(plan.remembered) for plan in made] + [0.0] * (len(plans) - len(made)) + idle
    return {
        "model": made[0].model,
        "endpoint": made[0].endpoint,
        "counter": made[0].counter,
        "remembered": _total(remembered, total),
        "prompt_tokens": _total([*(float(plan.prompt_tokens) for plan in sent), *none], total),
        "completion_tokens": _total([*(float(plan.max_tokens) for plan in sent), *none], total),
        "cost_usd": _scale(_total([*costs, *none], total), 1 - discount) if len(costs) == len(sent) else None,
    }


def _time(
    questions: Sequence[str], planner: Planner, within: Within, progress: Callable[[int, int], None]
) -> list[float]:
    """Return the seconds that each question takes once the models are loaded."""
    if questions:  # loads the models, and what is kept of this question would make it too fast
        planner.ask(questions[0], engine="embedded", **within)
    timed = questions[1:] or questions
    taken = []
    for done, question in enumerate(timed, start=1):
        started = time.perf_counter()
        planner.ask(question, engine="embedded", **within)
        taken.append(time.perf_counter() - started)
        progress(done, len(timed))
    return taken


def _total(values: Sequence[float], total: int) -> Amount | None:
    """Return the sum over all questions, from the values of a sample of them."""
    count = len(values)
    if count == 0:
        return Amount(0.0, 0.0, 0.0) if total == 0 else None
    value = math.fsum(values) / count * total
    if count >= total:
        return Amount(value, value, value)
    if count == 1:
        return Amount(value, 0.0, math.inf)
    error = statistics.stdev(values) / math.sqrt(count) * math.sqrt(1 - count / total) * total
    reach = error * _quantile(count - 1)
    return Amount(value, max(value - reach, math.fsum(values)), value + reach)


def _quantile(freedom: int) -> float:
    """Return Student's two-sided quantile, by the first terms of its expansion in 1/freedom."""
    z = statistics.NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)
    return z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)


def _scale(amount: Amount | None, factor: float) -> Amount | None:
    return None if amount is None else Amount(amount.value * factor, amount.low * factor, amount.high * factor)
