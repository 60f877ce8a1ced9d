"""Finished runs in the folder of the app's visitor, made of the small evaluation over the seeds."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from evaluated import CASES, EVALUATION, RECORDS

from factcheck.evaluation.folder import RunFolder, to_golden_line, write_lines, write_text
from factcheck.evaluation.records import Evaluation, Miss
from factcheck.evaluation.wire import to_json, to_score_lines
from factcheck.presentation.jsonl import to_line

FIRST, SECOND = "20261120-100000-aaaaaa", "20261121-100000-bbbbbb"
WISH = {
    "title": "golden.jsonl", "cases": 6, "engine": "embedded", "only": [], "without": [], "limit": None, "seed": 0,
    "judge_model": "", "budget_usd": None,
}  # fmt: skip


def write_run(out: Path, evaluation: Evaluation = EVALUATION, records: Iterable[dict[str, Any]] = RECORDS) -> Path:
    """Write what `factcheck eval` leaves in its folder, and return it."""
    out.mkdir(parents=True)
    folder = RunFolder(out)
    cases = {case.id: case for case in CASES}
    wanted = [cases.get(row.id, replace(CASES[2], id=row.id)) for row in evaluation.rows]
    write_lines(folder.golden, map(to_golden_line, wanted))
    write_lines(folder.records, map(to_line, records))
    write_lines(folder.scores, to_score_lines(evaluation.rows))
    write_text(folder.run, to_json(evaluation))
    write_text(folder.page, "<html></html>")
    return out


def keep_run(evaluations: Path, id: str = FIRST, evaluation: Evaluation = EVALUATION, **options: Any) -> Path:
    """Keep a finished run as the page keeps one."""
    folder = evaluations / id
    write_run(folder / "out", evaluation, **options)
    (folder / "set").mkdir()
    (folder / "set" / "golden.jsonl").write_text((folder / "out" / "golden.jsonl").read_text("utf-8"), "utf-8")
    about = {"started": "2026-11-20T10:00:00+00:00", "wish": WISH, "imported": True}
    (folder / "about.json").write_text(json.dumps(about), "utf-8")
    return folder


def worsened() -> Evaluation:
    """The same run with one row lost and one won."""
    lost = Miss("not_retrieved", "the gold sentence is not among the 20 hits")
    changed = {
        "g1": {"right": False, "miss": lost, "values": {"right": 0.0, "answer_correctness": 0.0}},
        "g5": {"right": True, "miss": None, "values": {"right": 1.0}},
    }
    rows = tuple(replace(row, **changed.get(row.id, {})) for row in EVALUATION.rows)
    return replace(EVALUATION, rows=rows, misses={"not_retrieved": 1, "abstained_wrong": 1, "failed": 1})


def many(count: int) -> tuple[Evaluation, list[dict[str, Any]]]:
    """A run of many rows, each like one of the small run."""
    rows = tuple(
        replace(EVALUATION.rows[at % 6], id=f"r{at}", asked=f"Number {at}: {EVALUATION.rows[at % 6].asked}")
        for at in range(count)
    )
    return replace(EVALUATION, rows=rows), [RECORDS[at % 6] | {"id": f"r{at}"} for at in range(count)]
