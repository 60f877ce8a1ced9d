"""Finished evaluations, opened once for all reruns of the page: their figures, cases, records and table of rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from ui.evaluations import stamp

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

    from factcheck.evaluation.record_lines import Record, RecordLines
    from factcheck.evaluation.records import Comparison, Evaluation, GoldenCase, RowScore
    from factcheck.evaluation.wording import MetricWords
    from ui.components.evaluate_plots import Plot

# A run of 10,000 rows takes some 50 MB.
MOST_OPEN = 6


@dataclass(frozen=True, slots=True)
class Review:
    """A finished evaluation and what the page shows of it.

    Attributes:
        evaluation: Its figures and rows.
        cases: What is right, by id.
        records: What was answered, read one at a time.
        places: Position of each row, by id.
        given: What was answered, in one line each, by id.
        table: Its rows, as they are listed and filtered.
        words: What the figures mean, by name.
    """

    evaluation: Evaluation
    cases: Mapping[str, GoldenCase]
    records: RecordLines
    places: Mapping[str, int]
    given: Mapping[str, str]
    table: pd.DataFrame
    words: Mapping[str, MetricWords]

    def row(self, id: str) -> RowScore | None:
        """Return a row, or None where there is none of that id."""
        place = self.places.get(id)
        return None if place is None else self.evaluation.rows[place]

    def record(self, id: str) -> Record:
        """Return what was answered to a row.

        Raises:
            UsageError: It cannot be read.
        """
        return self.records.read(self.places[id])


def open_review(out: Path) -> Review:
    """Return a finished evaluation; opened once, and again when it was made anew.

    Args:
        out: Folder of the command's results.

    Raises:
        UsageError: It cannot be read.
    """
    return _open_review(str(out), stamp(out / "run.json"))


def compare_reviews(before: Path, after: Path) -> Comparison:
    """Return how two evaluations differ; computed once for each pair.

    Args:
        before: Folder of the earlier one's results.
        after: Of the later one's.

    Raises:
        UsageError: One of them cannot be read.
    """
    written = (stamp(before / "run.json"), stamp(after / "run.json"))
    return _compare_reviews(str(before), str(after), written)


def plot_review(out: Path, *, dark: bool) -> list[Plot]:
    """Return the plots of a finished evaluation; made once for each of the two grounds.

    Args:
        out: Folder of the command's results.
        dark: Whether the page is dark.

    Raises:
        UsageError: It cannot be read.
    """
    return _plot_review(str(out), stamp(out / "run.json"), dark)


@st.cache_resource(show_spinner=False, max_entries=2 * MOST_OPEN)
def _plot_review(out: str, written: int, dark: bool) -> list[Plot]:
    from ui.components.evaluate_plots import list_plots

    return list_plots(open_review(Path(out)).evaluation, dark=dark)


@st.cache_resource(show_spinner=False, max_entries=MOST_OPEN)
def _open_review(out: str, written: int) -> Review:
    from factcheck.evaluation.folder import RunFolder, load_evaluation
    from factcheck.evaluation.golden import read_golden
    from factcheck.evaluation.page_rows import describe_record
    from factcheck.evaluation.record_lines import RecordLines
    from factcheck.evaluation.wording import explain_metrics
    from ui.components.evaluate_rows import build_table

    folder = RunFolder(Path(out))
    evaluation = load_evaluation(folder.path)
    cases = {case.id: case for case in read_golden(folder.golden).cases}
    records = RecordLines(folder.records)
    given = [describe_record(record) for record in records]
    rows = evaluation.rows
    return Review(
        evaluation=evaluation,
        cases=cases,
        records=records,
        places={row.id: place for place, row in enumerate(rows)},
        given={row.id: line for row, line in zip(rows, given, strict=True)},
        table=build_table(rows, cases, given),
        words=explain_metrics(),
    )


@st.cache_resource(show_spinner=False, max_entries=MOST_OPEN)
def _compare_reviews(before: str, after: str, written: tuple[int, int]) -> Comparison:
    from factcheck.evaluation.comparing import compare

    return compare(open_review(Path(before)).evaluation, open_review(Path(after)).evaluation)
