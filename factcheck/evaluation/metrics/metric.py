"""What a metric is.

    Judgement → Metric.score → value of one row (RowScore.values)
    RowScores → Metric.columns → one line of numbers a row → Metric.fold → value over rows

Every value over rows is a fold of what the rows hold, so that resampling the rows (an interval, a
comparison of two runs) is the same fold on other rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from factcheck.evaluation.records import Direction, Judgement, Kind, RowScore
from factcheck.evaluation.statistics import Fold, mean

if TYPE_CHECKING:
    from factcheck.evaluation.statistics import Numbers

Unit = Literal["share", "ms", "tokens", "usd"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One measure of quality or cost.

    Attributes:
        name: In records and in `--require`.
        title: For tables.
        meaning: One sentence for an editor.
        direction: Which way is better.
        source: Paper or standard it is taken from, or "own".
        kinds: Which cases it applies to.
        score: Value of one row; None where it does not apply or cannot be computed.
        unit: Of its values; shares lie in 0..1.
        fold: Value over rows from the columns.
        labels: Numbers that the fold needs beside a row's value.
        counts_failures: Whether rows that failed have a value too. They have none elsewhere: a failure
            is no wrong answer, it is counted and shown beside.
        by_outcome: Whether it depends on the answer which rows have a value (precision is over the rows
            that abstained), so that two runs are compared over all rows that either has.
    """

    name: str
    title: str
    meaning: str
    direction: Direction
    source: str
    kinds: tuple[Kind, ...]
    score: Callable[[Judgement], float | None]
    unit: Unit = "share"
    fold: Fold = mean
    labels: tuple[Callable[[RowScore], float], ...] = ()
    counts_failures: bool = False
    by_outcome: bool = False

    def columns(self, rows: Sequence[RowScore]) -> Numbers:
        """Return a column of values, then one of each label; nan in all where a row has no value."""
        import numpy as np

        table = np.full((1 + len(self.labels), len(rows)), np.nan)
        for number, row in enumerate(rows):
            value = row.values.get(self.name)
            if value is not None:
                table[:, number] = (value, *(read(row) for read in self.labels))
        return table
