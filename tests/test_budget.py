"""Prices, context sizes and the limit on what is spent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakes import KEY, answer, completion
from llm import HARBOUR, QUESTION, build, scripted

from factcheck.errors import SettingsError, UsageError
from factcheck.models.budget import Budget
from factcheck.models.catalogue import SAFE_CONTEXT, ModelFacts, look_up
from factcheck.types import Failure

DEAR = ModelFacts(context=1000, input_usd=1.0, output_usd=2.0, known=True)


@pytest.mark.parametrize(
    ("model", "context", "priced"),
    [
        ("gpt-4o-mini", 128_000, True),
        ("gpt-4o-mini-2024-07-18", 128_000, True),
        ("openai/GPT-4o", 128_000, True),
        ("gpt-4o-audio", SAFE_CONTEXT, False),
        ("llama3", SAFE_CONTEXT, False),
        ("", SAFE_CONTEXT, False),
    ],
)
def test_a_model_is_known_by_its_name_or_treated_with_care(model: str, context: int, priced: bool) -> None:
    facts = look_up(model)
    assert facts.context == context
    assert (facts.cost(10, 10) is not None) == priced


def test_a_cost_is_tokens_times_price() -> None:
    assert DEAR.cost(1_000_000, 500_000) == 1.0 + 2.0 * 0.5
    assert ModelFacts().cost(5, 5) is None


def test_a_file_comes_first_and_a_context_wins(tmp_path: Path) -> None:
    file = tmp_path / "models.json"
    file.write_text(json.dumps({"llama3": {"context": 8192, "input": 0, "output": 0}}))
    assert look_up("llama3", file=str(file)).cost(9, 9) == 0.0
    assert look_up("llama3", file=str(file)).context == 8192
    assert look_up("llama3", file=str(file), context=99).context == 99
    assert look_up("gpt-4o", file=str(file)).known


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"a": 1}', '{"a": {"price": 1}}', '{"a": {"input": -1}}', '{"a": {"context": true}}']
)
def test_a_file_that_cannot_be_read_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "models.json"
    file.write_text(text)
    with pytest.raises(SettingsError):
        look_up("a", file=str(file))


def test_a_call_is_allowed_only_if_its_dearest_course_fits() -> None:
    budget = Budget(0.01)
    reserved = budget.reserve("m", DEAR, 1_000, 2_000)  # 0.001 + 0.004
    assert reserved == pytest.approx(0.005)
    budget.settle(reserved, 0.002)
    assert budget.spent == 0.002
    with pytest.raises(UsageError, match=r"0\.008000 of 0\.01 USD are left"):
        budget.reserve("m", DEAR, 1_000, 4_000)
    budget.settle(budget.reserve("m", DEAR, 1_000, 2_000), None)
    assert budget.spent == 0.002


def test_a_limit_without_a_price_is_refused() -> None:
    with pytest.raises(UsageError, match="price of llama3 is not known"):
        Budget(1.0).reserve("llama3", ModelFacts(), 1, 1)
    assert Budget(0).reserve("llama3", ModelFacts(), 1, 1) == 0.0


def test_the_budget_is_kept_over_questions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = build(tmp_path, {"harbour.txt": HARBOUR})
    reply = completion(answer(("Duarte said it.", [1])))
    with scripted(index, monkeypatch, reply, budget_usd=0.0008) as (corpus, server):
        record = corpus.ask(QUESTION)
        assert record.usage.cost_usd == pytest.approx((100 * 0.15 + 20 * 0.6) / 1e6)
        server.replies.clear()
        with pytest.raises(UsageError, match="USD are left"):
            for _ in range(50):
                server.replies.append(reply)
                corpus.ask(QUESTION)
        server.replies.clear()


def test_a_window_that_is_too_small_is_a_failure_with_a_hint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = build(tmp_path, {"harbour.txt": HARBOUR})
    with scripted(index, monkeypatch, context=600) as (corpus, _):
        outcome = corpus.ask(QUESTION).outcome
    assert isinstance(outcome, Failure)
    assert "600 tokens" in outcome.error and "max_tokens" in outcome.hint


def test_a_small_window_shows_less_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = build(tmp_path, {f"{n}.txt": HARBOUR.replace("12", str(n)) for n in range(12, 24)})
    reply = completion(answer(("Duarte said it.", [1])))
    with scripted(index, monkeypatch, reply, context=900, max_tokens=100) as (corpus, server):
        call = corpus.ask(QUESTION).call
    assert call is not None and 0 < call.shown < call.available
    assert server.requests[0]["max_tokens"] == 100
    assert KEY not in server.prompt()
