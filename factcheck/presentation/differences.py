"""Say where two records of one question differ."""

from __future__ import annotations

from factcheck.presentation.display import displayable
from factcheck.types import Abstention, Answer, AnswerRecord, Failure

VERBS = {Answer: "answers", Abstention: "abstains", Failure: "fails"}


def find_differences(first: AnswerRecord, second: AnswerRecord) -> list[str]:
    """Return one line for each difference; none where both say the same and cite the same files."""
    one, other = first.engine.name, second.engine.name
    if type(first.outcome) is not type(second.outcome):
        return [f"{one} {VERBS[type(first.outcome)]}, {other} {VERBS[type(second.outcome)]}"]
    lines = []
    match first.outcome, second.outcome:
        case Answer() as mine, Answer() as theirs:
            lines += _compare("short answer", one, other, _values(mine), _values(theirs))
            lines += _compare("cited sentences", one, other, _cited(mine), _cited(theirs))
            for engine, answer in ((one, mine), (other, theirs)):
                doubtful = sum(statement.support == "unsupported" for statement in answer.statements)
                if doubtful:
                    lines.append(f"{doubtful} of {len(answer.statements)} statements of {engine} unsupported")
        case Abstention() as mine, Abstention() as theirs:
            if mine.reason != theirs.reason:
                lines.append(f"reason: {mine.reason} ({one}), {theirs.reason} ({other})")
        case _:
            pass
    return [displayable(line) for line in lines]


def _values(answer: Answer) -> set[str]:
    return {part.strip() for part in (answer.short_answer or "").split(";") if part.strip()}


def _cited(answer: Answer) -> set[str]:
    return {f"{citation.file}:{citation.line}" for citation in answer.citations}


def _compare(what: str, one: str, other: str, mine: set[str], theirs: set[str]) -> list[str]:
    folded = {value.casefold() for value in theirs}
    only_mine = sorted(value for value in mine if value.casefold() not in folded)
    folded = {value.casefold() for value in mine}
    only_theirs = sorted(value for value in theirs if value.casefold() not in folded)
    return [
        f"{what} only of {name}: {'; '.join(values)}"
        for name, values in ((one, only_mine), (other, only_theirs))
        if values
    ]
