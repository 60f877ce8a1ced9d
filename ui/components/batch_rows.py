"""The rows of a list and the one that is open, as plain data for the browser.

Result → view_row; FinishedInput → read_row → RowRecord → view_record, and its citations
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from factcheck.batch.results import FinishedInput, Result
from factcheck.presentation.checked import SIDES, VERDICTS
from factcheck.presentation.reading import read_answer, read_citations
from factcheck.presentation.text import describe_origins
from factcheck.types import AnswerRecord, Citation, EngineInfo, Failure
from ui.components.answer import TitledArticle, view_citation, view_engine, view_turn
from ui.components.plain import show_error, show_line
from ui.components.sheet import declare
from ui.sessions.ask import Turn
from ui.sessions.batch import name_group

ROWS = 50
LABELS = {
    "answered": "Answered",
    "abstained": "Not in the articles",
    "checked": "Checked",
    "failed": "Failed",
    "open": "Waiting",
    **{label: words for label, (words, _) in VERDICTS.items()},
}

show_sheet = declare(
    "batch",
    body='<p class="none"></p><ul class="rows"></ul><nav class="pager" aria-label="Pages of rows"></nav>',
    scripts=("answer.js", "batch.js"),
    styles=("desk.css", "batch.css"),
    # Position of a row; number of a page.
    events=("row", "page"),
)


@dataclass(frozen=True, slots=True)
class RowRecord:
    """The record of one row, read: an answer with its type, or a check in its wire form.

    Attributes:
        id: Of its group of citations.
        asked: Question or claim.
        answer: The record of a question, or None.
        check: The record of a claim, or None.
        citations: Everything that can be opened, in reading order.
    """

    id: str
    asked: str
    answer: AnswerRecord | None
    check: Mapping[str, Any] | None
    citations: tuple[Citation, ...]


def read_row(row: int, found: FinishedInput) -> RowRecord:
    """Read the record of a row.

    Raises:
        UsageError: It is none.
    """
    record = found.record
    if "claim" in record:
        citations = read_citations(record.get("evidence", ()))
        return RowRecord(name_group(row), str(record["claim"]), None, record, citations)
    answer = read_answer(record)
    turn = Turn(name_group(row), answer.question, answer)
    return RowRecord(turn.id, turn.question, answer, None, turn.citations)


def view_rows(rows: Sequence[Result], page: int) -> dict[str, Any]:
    """Return one page of rows.

    Args:
        rows: Those that were chosen.
        page: From 0; behind the last one, the last is shown.
    """
    pages = max(1, -(-len(rows) // ROWS))
    page = min(page, pages - 1)
    return {
        "rows": [view_row(row) for row in rows[page * ROWS : (page + 1) * ROWS]],
        "page": page,
        "pages": pages,
        "first": page * ROWS + 1,
        "count": len(rows),
    }


def view_row(row: Result) -> dict[str, Any]:
    """Return one row, folded."""
    return {
        "position": row.position,
        "number": f"{row.position + 1:,}",
        "asked": show_line(row.asked) or "(nothing to ask)",
        "claim": row.is_claim,
        "outcome": row.verdict or row.outcome,
        "label": LABELS.get(row.verdict or row.outcome, row.outcome),
        "gist": show_line(row.gist),
        "files": len(row.files),
    }


def view_record(row: RowRecord, articles: Mapping[str, TitledArticle], *, offline: bool) -> dict[str, Any]:
    """Return all of an open row: an answer as the Ask page shows it, or a check with its evidence."""
    if row.answer is not None:
        turn = Turn(row.id, row.asked, row.answer)
        return {"kind": "answer", "why": [], **view_turn(turn, articles, offline=offline)}
    assert row.check is not None
    view: dict[str, Any] = {
        "kind": "check",
        "id": row.id,
        "question": show_line(row.asked),
        "citations": [view_citation(each, articles) for each in row.citations],
        "findings": [show_line(each["message"]) for each in row.check.get("findings", ())],
        "meta": _view_meta(row.check, offline=offline),
    }
    failure = row.check.get("failure")
    return view | (_view_failure(Failure(**failure)) if failure else _view_verdict(row.check))


def _view_verdict(check: Mapping[str, Any]) -> dict[str, Any]:
    evidence = check["evidence"]
    origins = check["origins"]
    label = check["verdict"]
    sides = [
        {
            "name": name,
            "stance": stance,
            "items": [
                {"position": at, "quote": show_line(each["quote"]), "reason": show_line(each.get("reason", ""))}
                for at, each in enumerate(evidence)
                if each["stance"] == stance
            ],
        }
        for stance, name in SIDES.items()
    ]
    return {
        "outcome": "checked",
        "verdict": label,
        "headline": LABELS.get(label, label) + (", but only as somebody's words" if check["attributed_only"] else ""),
        "explanation": show_line(check["explanation"]),
        "sides": [side for side in sides if side["items"]],
        "origins": describe_origins(origins["files"], origins["independent"]) if evidence else "",
    }


def _view_failure(failure: Failure) -> dict[str, Any]:
    return {
        "outcome": "failed",
        "failure": {
            "error": show_error(failure.error),
            "hint": show_error(failure.hint),
            "stage": show_line(failure.stage),
            "retryable": failure.retryable,
        },
    }


def _view_meta(check: Mapping[str, Any], *, offline: bool) -> dict[str, Any]:
    total = check["timing_ms"]["total"]
    return {
        "engine": view_engine(EngineInfo(**check["engine"]), offline=offline),
        "time": f"{total:.0f} ms" if total < 1000 else f"{total / 1000:.1f} s",
        "stages": "",
    }
