"""How sure a figure is: bootstrap intervals, and whether two runs differ by more than chance.

Figures are folds over rows. A table holds one column of numbers for each row, columns along the first
axis and rows along the last; a fold takes the columns, each with any number of samples before the rows,
and returns one number a sample. So one call of scipy folds all resamples at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

Fold = Callable[..., "Numbers"]

CONFIDENCE = 0.95
RESAMPLES = 2000
# Numbers held at once: resamples are folded in batches of this many rows altogether.
AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True)
class Interval:
    """The ends of a 95 % interval."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """How a figure differs between two runs over the same rows.

    Attributes:
        change: Second minus first.
        low: Lower end of its 95 % interval (rows resampled in pairs).
        high: Upper end.
        p: Two-sided p of a permutation test that swaps the runs row by row.
    """

    change: float
    low: float
    high: float
    p: float


def mean(values: Numbers) -> Numbers:
    """Return the mean over the rows that have a value; nan where none has."""
    import numpy as np

    has = ~np.isnan(values)
    if has.all():
        return np.asarray(values.mean(axis=-1))
    count = has.sum(axis=-1)
    total = np.where(has, values, 0.0).sum(axis=-1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def bootstrap_interval(
    table: Numbers, fold: Fold = mean, *, seed: int, resamples: int = RESAMPLES, share: bool = False
) -> Interval | None:
    """Return the 95 % bootstrap interval (percentiles) of a figure.

    Args:
        table: Columns by rows, every row with a value.
        fold: The figure.
        seed: Of the resampling.
        resamples: How many.
        share: Whether values are shares in 0..1. Where all rows are 0, or all are 1, resampling knows no
            doubt at all; a mean then has Wilson's interval, and other figures have none.

    Returns:
        The interval, or None where there is none: of fewer than two rows, for one.
    """
    import numpy as np
    from scipy import stats

    rows = table.shape[-1]
    if rows < 2:
        return None
    first = table[0]
    if share and first[0] in (0.0, 1.0) and bool((first == first[0]).all()):
        if fold is not mean:
            return None
        wilson = stats.binomtest(round(float(first.sum())), rows).proportion_ci(CONFIDENCE, "wilson")
        return Interval(float(wilson.low), float(wilson.high))
    found = stats.bootstrap(
        tuple(table),
        _on_last_axis(fold),
        n_resamples=resamples,
        batch=_batch(table.size),
        paired=True,
        vectorized=True,
        axis=-1,
        method="percentile",
        rng=np.random.default_rng(seed),
    )
    return _percentiles(found.bootstrap_distribution)


def paired_difference(
    before: Numbers, after: Numbers, fold: Fold = mean, *, seed: int, resamples: int = RESAMPLES
) -> PairedDifference | None:
    """Compare a figure between two runs, row by row.

    Args:
        before: Columns by rows of the first run; nan where a row has no value.
        after: The same rows of the second.
        fold: The figure; it must leave out nan where there are any.
        seed: Of the resampling.
        resamples: How many; all swaps are tried where there are fewer.

    Returns:
        The difference, or None where there are fewer than two rows, or a run has no value at all.
    """
    import numpy as np
    from scipy import stats

    if before.shape[-1] < 2:
        return None
    change = float(fold(*after) - fold(*before))
    if np.isnan(change):
        return None
    if np.array_equal(before, after, equal_nan=True):
        return PairedDifference(0.0, 0.0, 0.0, 1.0)

    # Swapping runs must swap all columns of a row, so the test swaps row numbers: row i of the first run
    # and row i of the second, looked up in both runs laid end to end.
    both = np.concatenate([before, after], axis=-1)
    rows = before.shape[-1]
    numbers = (np.arange(rows), np.arange(rows, 2 * rows))
    differ = _difference_of(both, fold)
    sampling = {"n_resamples": resamples, "batch": _batch(2 * both.size), "vectorized": True, "axis": -1}
    swapped = stats.permutation_test(
        numbers, differ, permutation_type="samples", rng=np.random.default_rng(seed), **sampling
    )
    resampled = stats.bootstrap(
        numbers, differ, paired=True, method="percentile", rng=np.random.default_rng(seed), **sampling
    )
    ends = _percentiles(resampled.bootstrap_distribution)
    return PairedDifference(change, ends.low, ends.high, float(swapped.pvalue))


def _difference_of(both: Numbers, fold: Fold) -> Callable[..., Any]:
    """Return the difference of a figure between two choices of rows, each given by row numbers."""
    import numpy as np

    def differ(first: Any, second: Any, axis: int = -1) -> Any:
        before, after = (fold(*(column[rows] for column in both)) for rows in (first, second))
        # A sample may have lost every row with a value; it speaks for no difference.
        return np.nan_to_num(after - before, nan=0.0)

    return differ


def _on_last_axis(fold: Fold) -> Callable[..., Any]:
    def folded(*columns: Any, axis: int = -1) -> Any:
        return fold(*columns)

    return folded


def _percentiles(distribution: Any) -> Interval:
    import numpy as np

    low, high = np.quantile(distribution, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Interval(float(low), float(high))


def _batch(size: int) -> int:
    return max(1, AT_ONCE // max(size, 1))
