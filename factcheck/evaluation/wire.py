"""The files of an evaluation: `run.json` without its rows, `scores.jsonl` with one row a line.

`None` is null and stays None. JSON has no NaN, and a figure that is none was not computed: it becomes null.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from factcheck.errors import UsageError
from factcheck.evaluation.records import Evaluation, MetricResult, Miss, RowScore
from factcheck.presentation.jsonl import to_line
from factcheck.soundness import require_sound

SCHEMA = "factcheck/evaluation/1"


def to_json(evaluation: Evaluation) -> str:
    """Return what `run.json` holds: everything but the rows, indented for people."""
    run = {
        "schema": SCHEMA,
        "name": evaluation.name,
        "rows": len(evaluation.rows),
        "results": evaluation.results,
        "by_tag": evaluation.by_tag,
        "misses": evaluation.misses,
        "curves": evaluation.curves,
        "confusion": evaluation.confusion,
        "provenance": evaluation.provenance,
    }
    return json.dumps(_plain(run), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def to_score_lines(rows: Iterable[RowScore]) -> Iterator[str]:
    """Yield one line of `scores.jsonl` for each row, without its line end."""
    for row in rows:
        yield to_line(_plain(row))


def from_json(run: str, score_lines: Iterable[str]) -> Evaluation:
    """Return the evaluation that `run.json` and the lines of `scores.jsonl` hold.

    Raises:
        UsageError: They are not whole, not of one run, or of another version.
    """
    try:
        found = json.loads(run)
        schema = found.get("schema") if isinstance(found, dict) else None
        if schema != SCHEMA:
            raise UsageError(
                f"run.json is not of the form {SCHEMA} but {schema!r}", hint="Run `factcheck eval` again to make it."
            )
        rows = tuple(_read_row(json.loads(line)) for line in score_lines if line.strip())
        evaluation = _read(found, rows)
        require_sound(evaluation)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"run.json and scores.jsonl cannot be read: {type(error).__name__}: {error}",
            hint="Run `factcheck eval` again to make them.",
        ) from error
    if len(rows) != found["rows"]:
        raise UsageError(
            f"scores.jsonl holds {len(rows)} rows, run.json says {found['rows']}",
            hint="Run `factcheck eval` again to make them.",
        )
    return evaluation


def _read(found: Mapping[str, Any], rows: tuple[RowScore, ...]) -> Evaluation:
    return Evaluation(
        name=found["name"],
        results=_read_results(found["results"]),
        by_tag={tag: _read_results(results) for tag, results in found["by_tag"].items()},
        misses=dict(found["misses"]),
        curves={name: tuple((x, y) for x, y in points) for name, points in found["curves"].items()},
        confusion=found["confusion"],
        rows=rows,
        provenance=found["provenance"],
    )


def _read_results(results: Iterable[Mapping[str, Any]]) -> tuple[MetricResult, ...]:
    return tuple(MetricResult(**result) for result in results)


def _read_row(found: Mapping[str, Any]) -> RowScore:
    miss = found["miss"]
    return RowScore(**{**found, "tags": tuple(found["tags"]), "miss": Miss(**miss) if miss else None})


def _plain(value: Any) -> Any:
    """Return records and mappings as dicts, sequences as lists and figures that are none as None."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
