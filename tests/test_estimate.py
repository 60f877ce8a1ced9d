from __future__ import annotations

import math
import statistics
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes import answer, completion
from llm import FERRY, HARBOUR, QUESTION, build, scripted

from factcheck.answering.answered import Plan
from factcheck.batch import estimate as module
from factcheck.batch.estimate import Amount, Estimate, estimate
from factcheck.batch.items import Item
from factcheck.errors import EndpointError, UsageError
from factcheck.pipeline import Corpus
from factcheck.presentation.estimates import render
from factcheck.settings import Settings

PLAN = Plan("gpt-4o-mini", "https://api.example.com/v1", "", 1000, 500, 0.001, 10, 20, "tiktoken o200k_base")


class ScriptedPlanner:
    """Plans from a queue, records every question, and raises when the queue is empty."""

    def __init__(self, *replies: object, seconds: tuple[float, ...] = ()) -> None:
        self.replies = deque(replies)
        self.seconds = deque(seconds)
        self.planned: list[str] = []
        self.asked: list[str] = []
        self.now = 0.0

    def plan(self, question: str, *, files: str | None = None, as_of: str | None = None) -> Plan:
        self.planned.append(question)
        reply = self.replies.popleft()
        if isinstance(reply, BaseException):
            raise reply
        assert isinstance(reply, Plan)
        return reply

    def ask(self, question: str, **options: Any) -> object:
        assert options["engine"] == "embedded"
        self.asked.append(question)
        self.now += self.seconds.popleft()
        return None


def questions(count: int) -> list[Item]:
    return [Item(str(number), question=f"Question {number}?") for number in range(count)]


def same(value: float) -> Amount:
    return Amount(value, value, value)


def test_a_short_input_is_counted_whole() -> None:
    items = [
        *questions(2),
        Item("c", claim="He did."),
        Item("p", problem="line 4 is not JSON"),
        Item("e", question=" ?!"),
        Item("r", question="Who?"),
    ]
    plans = (PLAN, replace(PLAN, prompt_tokens=2000, cost_usd=0.002), replace(PLAN, remembered=True))
    planner = ScriptedPlanner(*plans)
    found = estimate(items, planner, engine="openai")
    assert planner.planned == ["Question 0?", "Question 1?", "Who?"]
    assert (found.items, found.questions, found.claims, found.unusable) == (6, 3, 1, 2)
    assert (found.sampled, found.exact) == (3, True)
    assert (found.prompt_tokens, found.completion_tokens) == (same(1000 + 2000), same(500 + 500))
    assert found.remembered == same(1)
    assert found.cost_usd is not None and found.cost_usd.value == pytest.approx(0.001 + 0.002)
    assert found.seconds is None


def test_a_long_input_is_sampled_and_the_range_is_said() -> None:
    tokens = [900 + 10 * number for number in range(20)]
    planner = ScriptedPlanner(*(replace(PLAN, prompt_tokens=count) for count in tokens))
    found = estimate(questions(500), planner, engine="openai", sample=20)
    assert (found.questions, found.sampled, found.exact) == (500, 20, False)
    assert len(set(planner.planned)) == 20
    assert found.prompt_tokens is not None
    assert found.prompt_tokens.value == pytest.approx(500 * statistics.mean(tokens))
    error = 500 * statistics.stdev(tokens) / math.sqrt(20) * math.sqrt(1 - 20 / 500)
    assert found.prompt_tokens.high - found.prompt_tokens.value == pytest.approx(2.093 * error, rel=0.02)
    assert found.prompt_tokens.value - found.prompt_tokens.low == pytest.approx(2.093 * error, rel=0.02)
    assert found.completion_tokens == same(500 * 500)


def test_every_question_has_the_same_chance_to_be_drawn() -> None:
    drawn = [0] * 10
    for seed in range(2000):
        planner = ScriptedPlanner(*[PLAN] * 3)
        estimate(questions(10), planner, engine="openai", sample=3, seed=seed)
        for question in planner.planned:
            drawn[int(question.split()[1].rstrip("?"))] += 1
    # 2,000 draws of 3 in 10 are 600 each, with a standard deviation of sqrt(2000 * .3 * .7) = 20.5.
    assert all(abs(count - 600) < 5 * 20.5 for count in drawn)


@pytest.mark.parametrize(("freedom", "quantile"), [(4, 2.776), (7, 2.365), (19, 2.093), (199, 1.972)])
def test_the_range_is_as_wide_as_the_sample_is_small(freedom: int, quantile: float) -> None:
    assert module._quantile(freedom) == pytest.approx(quantile, rel=0.02)


def test_a_price_that_is_not_known_is_not_nought() -> None:
    found = estimate(questions(1), ScriptedPlanner(replace(PLAN, cost_usd=None)), engine="openai")
    assert found.cost_usd is None
    assert "price is not" in render(found)


def test_a_remembered_reply_costs_nothing_even_without_a_price() -> None:
    plan = replace(PLAN, cost_usd=None, remembered=True)
    found = estimate(questions(1), ScriptedPlanner(plan), engine="openai")
    assert (found.cost_usd, found.prompt_tokens) == (same(0), same(0))


def test_a_provider_s_batch_costs_half() -> None:
    found = estimate(questions(2), ScriptedPlanner(PLAN, PLAN), engine="openai", discount=0.5)
    assert found.cost_usd == same(0.001)


def test_a_question_no_prompt_can_be_made_for_costs_nothing() -> None:
    error = EndpointError("the window is too small")
    found = estimate(questions(2), ScriptedPlanner(error, PLAN), engine="openai")
    assert found.prompt_tokens == same(1000)
    with pytest.raises(EndpointError, match="window"):
        estimate(questions(2), ScriptedPlanner(error, error), engine="openai")
    with pytest.raises(UsageError, match="no endpoint"):
        estimate(questions(2), ScriptedPlanner(UsageError("no endpoint")), engine="openai")


def test_the_embedded_engine_is_timed_after_its_models_are_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    planner = ScriptedPlanner(seconds=(9.0, 0.1, 0.2, 0.3))
    monkeypatch.setattr("time.perf_counter", lambda: planner.now)
    found = estimate(questions(100), planner, engine="embedded", sample=4, workers=2)
    assert len(planner.asked) == 4
    assert found.seconds is not None and found.seconds.value == pytest.approx(100 * 0.2 / 2)
    assert found.seconds.low < found.seconds.value < found.seconds.high
    assert (found.exact, found.cost_usd, found.prompt_tokens) == (False, None, None)
    single = ScriptedPlanner(seconds=(9.0, 0.1))
    monkeypatch.setattr("time.perf_counter", lambda: single.now)
    found = estimate(questions(1), single, engine="embedded")
    assert found.seconds is not None and found.seconds.value == pytest.approx(0.1)


def test_an_input_without_a_question_takes_nothing() -> None:
    for engine in ("openai", "embedded"):
        found = estimate([Item("c", claim="He did.")], ScriptedPlanner(), engine=engine)
        assert (found.questions, found.claims, found.exact) == (0, 1, True)
        assert "1 input: 1 claim." in render(found)


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    estimate(questions(2), ScriptedPlanner(PLAN, PLAN), engine="openai", progress=lambda *step: told.append(step))
    assert told == [(1, 2), (2, 2)]


# For people

OPENAI = Estimate(
    items=1203, questions=1200, claims=2, unusable=1, engine="openai", sampled=200, exact=False, model="gpt-4o-mini",
    endpoint="https://api.example.com/v1", counter="tiktoken o200k_base", remembered=Amount(30, 20, 40),
    prompt_tokens=Amount(1_234_567, 1_200_000, 1_269_134), completion_tokens=same(1_228_800),
    cost_usd=Amount(0.92, 0.9, 0.94),
)  # fmt: skip


def test_an_estimate_says_what_it_rests_on() -> None:
    text = render(OPENAI)
    assert text.splitlines() == [
        "1,203 inputs: 1,200 questions, 2 claims, 1 that cannot be used.",
        "gpt-4o-mini at https://api.example.com/v1 would be sent about 1,234,567 (1,200,000 to 1,269,134) tokens"
        " (tiktoken o200k_base) and reply with at most 1,228,800.",
        "Replies that are remembered and cost nothing: about 30 (20 to 40).",
        "It would cost at most about 0.9200 USD (0.9000 USD to 0.9400 USD), with replies of full length.",
        "How long it takes depends on the endpoint.",
        "Estimated from 200 questions drawn at random; the total is inside the range 19 times of 20.",
        "Claims are checked by the packaged models, which costs nothing.",
        "Nothing was sent.",
    ]
    assert "Every prompt was made and counted." in render(replace(OPENAI, exact=True))


@pytest.mark.parametrize(
    ("budget", "says"), [(0.5, "is not enough"), (0.92, "may not be enough"), (2.0, None), (None, None)]
)
def test_a_budget_that_is_too_small_is_told_beforehand(budget: float | None, says: str | None) -> None:
    text = render(OPENAI, budget_usd=budget)
    assert says in text if says else "budget" not in text


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (Amount(12.2, 10.0, 14.0), "about 13 s (10 s to 14 s)"),
        (Amount(600, 480, 7200), "about 10 min (8 min to 2 h 0 min)"),
        (same(30), "would take 30 s"),
        (Amount(30, 0, math.inf), "about 30 s,"),
    ],
)
def test_a_time_is_shown_in_its_unit(seconds: Amount, shown: str) -> None:
    found = Estimate(
        items=3,
        questions=3,
        claims=0,
        unusable=0,
        engine="embedded",
        sampled=3,
        exact=False,
        seconds=seconds,
        workers=2,
    )
    text = render(found)
    assert shown in text and "2 questions at a time" in text


# With a real corpus


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("estimate"), {"harbour.txt": HARBOUR, "ferry.txt": FERRY})


def test_a_corpus_plans_and_sends_nothing(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reply = completion(answer(("Duarte said the repair will cost 12 million euros.", [1])))
    with scripted(index, monkeypatch, reply, cache=True) as (corpus, server):
        items = [Item("1", question=QUESTION), Item("2", question="How many sailors were hired?")]
        found = estimate(items, corpus, engine="openai")
        plans = [corpus.plan(item.question or "") for item in items]
        assert found.prompt_tokens == same(sum(plan.prompt_tokens for plan in plans))
        assert found.remembered == same(0)
        assert server.requests == []
        corpus.ask(QUESTION)
        again = estimate(items, corpus, engine="openai")
        assert again.remembered == same(1)
        assert again.prompt_tokens == same(plans[1].prompt_tokens)


@pytest.fixture(scope="module")
def corpus(seed_index: Path) -> Iterator[Corpus]:
    with Corpus.open(settings=Settings(index=str(seed_index))) as opened:
        yield opened


def test_without_an_endpoint_nothing_is_estimated(corpus: Corpus) -> None:
    with pytest.raises(UsageError, match="endpoint"):
        estimate(questions(1), corpus, engine="openai")


def test_a_filter_that_meets_no_file_is_refused(corpus: Corpus) -> None:
    with pytest.raises(UsageError, match="no indexed article matches"):
        estimate(questions(1), corpus, engine="embedded", files="none*.txt")


def test_the_real_embedded_engine_is_timed(corpus: Corpus) -> None:
    found = estimate(questions(50), corpus, engine="embedded", sample=4)
    assert found.seconds is not None and 0 < found.seconds.low < found.seconds.high
