"""Take in a run that `factcheck eval` made on the command line: whole and as it was made, or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from factcheck.errors import UsageError
from ui.evaluations import Wish, keep_about, make_folder, name_safely

if TYPE_CHECKING:
    from factcheck.evaluation.records import Evaluation


def keep_imported(files: dict[str, bytes]) -> str:
    """Keep a run that was made elsewhere, and return its id.

    Args:
        files: Content by name: run.json, scores.jsonl, records.jsonl and golden.jsonl.

    Raises:
        UsageError: They are not those of one finished run.
    """
    from factcheck.evaluation.folder import RunFolder, load_evaluation
    from factcheck.evaluation.golden import read_golden
    from factcheck.evaluation.record_lines import RecordLines

    id, folder = make_folder()
    out = folder / "out"
    out.mkdir()
    try:
        for name, content in files.items():
            (out / name_safely(name)).write_bytes(content)
        evaluation = load_evaluation(out)
        _check_figures(evaluation)
        if [row.id for row in evaluation.rows] != [*map(_check_record, RecordLines(RunFolder(out).records))]:
            raise UsageError("records.jsonl is not of the same run", hint="Take all files from one folder.")
        read_golden(RunFolder(out).golden)
        engine = str(evaluation.provenance.get("engine") or "")
        keep_about(folder, Wish(str(evaluation.name), len(evaluation.rows), engine), imported=True)
    except Exception:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return id


def _check_figures(evaluation: Evaluation) -> None:
    """Refuse figures that are none: a run that was not made here may hold anything.

    Raises:
        UsageError: A figure or a row has another form than `factcheck eval` gives it.
    """
    results = [*evaluation.results, *(each for found in evaluation.by_tag.values() for each in found)]
    figures = [each for result in results for each in (result.value, result.low, result.high)]
    figures += [value for row in evaluation.rows for value in row.values.values()]
    counts = [each for result in results for each in (result.scored, result.unscored, result.failed)]
    counts += [*evaluation.misses.values()]
    words = [word for row in evaluation.rows for word in (row.id, row.outcome, row.asked, row.digest, *row.tags)]
    words += [
        evaluation.name,
        *(each.name for each in results),
        *(row.miss.stage for row in evaluation.rows if row.miss),
    ]
    if not (
        all(each is None or type(each) in (int, float) for each in figures)
        and all(type(each) is int for each in counts)
        and all(isinstance(each, str) for each in words)
        and isinstance(evaluation.provenance, dict)
    ):
        raise UsageError("run.json or scores.jsonl holds figures that are none", hint="Take the files as they are.")


def _check_record(record: Mapping[str, Any]) -> str:
    """Return the id of a record that can be shown.

    Raises:
        UsageError: It cannot.
    """
    from factcheck.evaluation.page_rows import describe_record
    from factcheck.presentation.reading import read_answer, read_citations

    try:
        describe_record(record)
        if "claim" in record:
            read_citations(record.get("evidence") or ())
        else:
            read_answer(record)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError("records.jsonl holds what is no record", hint="Take the files as they are.") from error
    return str(record["id"])
