"""Let a language model grade answers against the gold, beside the score that needs no model.

    case and record → prompt → {"grade": "correct"} → 1.0, 0.0 or, for any other reply, unscored

A reply off the menu says nothing about the answer. How often model and score agree is reported with both,
so that nobody trusts either blindly.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from factcheck.answering.chat import Chat
from factcheck.answering.chat_model import Completion, Message
from factcheck.answering.connecting import open_chat
from factcheck.answering.engines import choose_engine
from factcheck.answering.evidence import harmless, make_fence
from factcheck.answering.replies import ReplyError, find_object
from factcheck.errors import FactcheckError
from factcheck.evaluation.metrics import Metric
from factcheck.evaluation.records import GoldenCase
from factcheck.models.budget import Budget
from factcheck.models.endpoint import find_endpoint
from factcheck.prompts import Messages, load_prompt
from factcheck.settings import Settings

Grade = Literal["correct", "incorrect"]
GRADES: tuple[str, ...] = get_args(Grade)
MEANINGS: Mapping[str, str] = {
    "correct": "the given answer says every part of the right answer",
    "incorrect": "it lacks a part, contradicts one, or names what is listed as wrong",
}
GRADE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["grade"],
    "properties": {"grade": {"type": "string", "enum": list(GRADES)}},
}
VALUES: Mapping[str, float] = {"correct": 1.0, "incorrect": 0.0}
JUDGED = Metric(
    "judge_correctness",
    "Answer correct, says the judge",
    "Share of the answers given that a language model grades as correct; only beside the scores that need no model.",
    "higher",
    "MT-Bench, Zheng et al. 2023 (arXiv:2306.05685)",
    ("question",),
    lambda judgement: None,  # graded by the endpoint and put into the row
    by_outcome=True,
)


@dataclass(frozen=True, slots=True)
class Graded:
    """What the judge said of one answer.

    Attributes:
        grade: Or None where it said nothing usable.
        problem: Why not, or "".
    """

    grade: Grade | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far judge and deterministic score agree over the rows that both scored.

    Attributes:
        rows: Number of them.
        share: Of equal ones, or None where there are no rows.
        kappa: Cohen's kappa: agreement beyond chance; None where one of them gives the same to all rows.
        both: Both say correct.
        score_only: Only the score says correct.
        judge_only: Only the judge says correct.
        neither: Neither does.
    """

    rows: int
    share: float | None
    kappa: float | None
    both: int = 0
    score_only: int = 0
    judge_only: int = 0
    neither: int = 0


def open_judge(model: str, settings: Settings, budget: Budget) -> Chat:
    """Return the judging model of the configured endpoint, whose calls are paid from the budget.

    Raises:
        UsageError: There is no endpoint.
    """
    choose_engine("openai")
    endpoint = find_endpoint()
    assert endpoint is not None
    return open_chat(endpoint, model, settings, budget)


def is_gradable(case: GoldenCase, record: Mapping[str, Any]) -> bool:
    """Whether there is an answer and something to grade it by."""
    return case.kind == "question" and bool(case.answers) and record["outcome"] == "answered"


def grade(chat: Chat, case: GoldenCase, record: Mapping[str, Any]) -> Graded:
    """Let the model grade one answer; an endpoint that fails, or a spent budget, leaves it unscored."""
    filled = ask_to_grade(case, record)
    messages = [Message("system", filled.system), Message("user", filled.user)]
    try:
        completion = chat.complete(messages, GRADE_SCHEMA)
    except FactcheckError as error:
        return Graded(None, error.message)
    graded = read_grade(completion)
    if graded.grade is not None:
        chat.remember(messages, GRADE_SCHEMA, completion)
    return graded


def ask_to_grade(case: GoldenCase, record: Mapping[str, Any]) -> Messages:
    """Return the messages that ask for a grade; texts stand in JSON inside a fence."""
    material = json.dumps(
        {
            "question": harmless(case.question or ""),
            "right": [[harmless(alias) for alias in group] for group in case.answers],
            "wrong": [harmless(name) for name in case.forbidden],
            "given": harmless(f"{record.get('short_answer') or ''} — {record.get('answer') or ''}".strip(" —")),
        },
        ensure_ascii=False,
        indent=1,
    )
    grades = "\n".join(f"- `{name}`: {MEANINGS[name]}" for name in GRADES)
    return load_prompt("grade.md").fill(material=material, grades=grades, fence=make_fence(material))


def read_grade(completion: Completion) -> Graded:
    """Read the grade of a reply; what is not on the menu is none."""
    if completion.refusal or completion.finish == "content_filter":
        return Graded(None, "the judge refused")
    try:
        given = find_object(completion.text, "grade", [])["grade"]
    except ReplyError as error:
        return Graded(None, f"the reply could not be read: {error}")
    for known in get_args(Grade):
        if given == known:
            return Graded(known)
    return Graded(None, f"the grade {str(given)[:40]!r} is not one of {', '.join(GRADES)}")


def measure_agreement(pairs: Iterable[tuple[float | None, float | None]]) -> Agreement:
    """Compare score and judge, given as pairs of 1.0, 0.0 or None, row by row."""
    known = [(score >= 1.0, judged >= 1.0) for score, judged in pairs if score is not None and judged is not None]
    if not known:
        return Agreement(0, None, None)
    counts = {pair: known.count(pair) for pair in ((True, True), (True, False), (False, True), (False, False))}
    share = (counts[True, True] + counts[False, False]) / len(known)
    return Agreement(
        rows=len(known),
        share=share,
        kappa=_kappa(known, share),
        both=counts[True, True],
        score_only=counts[True, False],
        judge_only=counts[False, True],
        neither=counts[False, False],
    )


def _kappa(pairs: Sequence[tuple[bool, bool]], share: float) -> float | None:
    first = sum(one for one, _ in pairs) / len(pairs)
    second = sum(other for _, other in pairs) / len(pairs)
    chance = first * second + (1 - first) * (1 - second)
    return (share - chance) / (1 - chance) if chance < 1 else None
