"""Grade the answers of a run by a model, and keep the grades with the job, so that none is paid for twice."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Any

from factcheck.answering.chat import Chat
from factcheck.batch.jobs import Jobs
from factcheck.evaluation.judging import VALUES, Graded, grade, is_gradable, measure_agreement, open_judge
from factcheck.evaluation.records import Judgement, RowScore
from factcheck.evaluation.scoring import digest_case
from factcheck.models.budget import Budget
from factcheck.models.catalogue import look_up
from factcheck.presentation.text import plural
from factcheck.prompts import load_prompt
from factcheck.settings import Settings

AT_ONCE = 4
# Instructions, question, what is right and the answer: golden/questions.jsonl at four characters a token.
PROMPT_TOKENS = 330
REPLY_TOKENS = 12
SPENT = "cost of the grades"


@dataclass(frozen=True, slots=True)
class Grades:
    """What a model said of the answers of a run.

    Attributes:
        model: The judge.
        endpoint: Its server, without key.
        values: 1.0, 0.0 or None (it said nothing usable) by case; cases that cannot be graded are not in it.
        problems: Why it said nothing usable, by case.
    """

    model: str
    endpoint: str
    values: Mapping[str, float | None]
    problems: Mapping[str, str]

    def describe(self, rows: Sequence[RowScore]) -> dict[str, Any]:
        """Return who judged, how many answers, and how far that agrees with the deterministic score."""
        pairs = [(row.values.get("answer_correctness"), self.values.get(row.id)) for row in rows]
        return {
            "model": self.model,
            "endpoint": self.endpoint,
            "prompt": load_prompt("grade.md").sha256,
            "scored": sum(value is not None for value in self.values.values()),
            "unscored": sum(value is None for value in self.values.values()),
            "problems": dict(self.problems),
            "agreement": asdict(measure_agreement(pairs)),
        }


def grade_answers(
    judgements: Sequence[Judgement],
    model: str,
    settings: Settings,
    jobs: Jobs,
    notice: Callable[[str], None],
) -> Grades | None:
    """Grade every answer that can be graded.

    Args:
        judgements: The rows.
        model: The judge; "" for none.
        settings: Limits of its calls; the budget is that of the whole run.
        jobs: Keeps the grades, and what they cost.
        notice: Told how many answers got no grade.

    Returns:
        The grades, or None where there is no judge.

    Raises:
        UsageError: There is no endpoint.
    """
    if not model:
        return None
    asked = [judgement for judgement in judgements if is_gradable(judgement.case, judgement.record)]
    budget, before, lock = Budget(find_left(settings.budget_usd, jobs)), cost_of_grades(jobs), threading.Lock()

    def grade_one(judgement: Judgement) -> Graded:
        spent = budget.spent
        found = _grade(chat, judgement, jobs)
        with lock:
            if budget.spent > spent:
                jobs.set_note(SPENT, repr(before + budget.spent))
        return found

    with closing(open_judge(model, settings, budget)) as chat, ThreadPoolExecutor(AT_ONCE) as threads:
        graded = list(threads.map(grade_one, asked))
        endpoint = chat.endpoint.public
    found = {judgement.case.id: each for judgement, each in zip(asked, graded, strict=True)}
    problems = {id: each.problem for id, each in found.items() if each.grade is None}
    if problems:
        first = next(iter(problems.values()))
        notice(f"the judge {model} gave no grade to {plural(len(problems), 'answer')}; the first: {first}")
    values = {id: VALUES[each.grade] if each.grade is not None else None for id, each in found.items()}
    return Grades(model, endpoint, values, problems)


def estimate_grades(answers: int, model: str) -> float | None:
    """Return about what grading so many answers costs in USD, or None where the model's price is not known."""
    return look_up(model).cost(answers * PROMPT_TOKENS, answers * REPLY_TOKENS)


def cost_of_grades(jobs: Jobs) -> float:
    """Return what grading cost so far, in USD, over all runs of the job."""
    return float(jobs.note(SPENT) or 0.0)


def find_left(budget_usd: float, jobs: Jobs) -> float:
    """Return what answers and grades left of a budget; 0 is no limit, and a spent one leaves next to nothing."""
    left = budget_usd - jobs.spent().cost_usd - cost_of_grades(jobs)
    return max(left, 1e-9) if budget_usd > 0 else 0.0


def _grade(chat: Chat, judgement: Judgement, jobs: Jobs) -> Graded:
    case, record = judgement.case, judgement.record
    given = [record.get("short_answer"), record.get("answer")]
    parts = [chat.endpoint.public, chat.model, load_prompt("grade.md").sha256, digest_case(case), given]
    key = "grade " + hashlib.sha256(json.dumps(parts).encode()).hexdigest()
    known = jobs.note(key)
    if known in VALUES:
        return Graded("correct" if known == "correct" else "incorrect")
    graded = grade(chat, case, record)
    if graded.grade is not None:
        jobs.set_note(key, graded.grade)
    return graded
