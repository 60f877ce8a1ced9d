from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from factcheck.evaluation.metrics.abstention import area_under_risk
from factcheck.evaluation.metrics.cost import quantile
from factcheck.evaluation.metrics.verdicts import macro_f1
from factcheck.evaluation.statistics import Fold, bootstrap_interval, mean, paired_difference


def table(*columns: Any) -> Any:
    return np.array(columns, dtype=float)


def test_the_mean_leaves_out_rows_without_a_value() -> None:
    values = table([1, np.nan, 0], [np.nan, np.nan, np.nan], [1, 1, 0])
    assert mean(values) == pytest.approx([1 / 2, np.nan, 2 / 3], nan_ok=True)


def test_an_interval_is_that_of_all_resamples_of_few_rows() -> None:
    # Means of 2 of the values 0 and 1, each drawn twice: 0, 1/2, 1/2, 1. The middle 95 % reach both ends.
    found = bootstrap_interval(table([0, 1]), seed=0, share=True)
    assert found is not None and (found.low, found.high) == (0, 1)


def test_an_interval_is_near_the_normal_one_where_rows_are_many() -> None:
    rows = np.repeat([0.0, 1.0], [100, 300])
    found = bootstrap_interval(table(rows), seed=0, share=True)
    half = 1.96 * np.sqrt(0.75 * 0.25 / 400)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((0.75 - half, 0.75 + half), abs=0.01)


def test_the_same_seed_gives_the_same_interval() -> None:
    rows = table(np.random.default_rng(0).random(50))
    first, again, other = (bootstrap_interval(rows, seed=seed, resamples=200) for seed in (1, 1, 2))
    assert first == again != other


def test_shares_that_are_all_one_are_not_beyond_doubt() -> None:
    found = bootstrap_interval(table(np.ones(10)), seed=0, share=True)
    wilson = 1.959964**2
    assert found is not None
    # Wilson's interval of 10 of 10: its lower end is n / (n + z²).
    assert (found.low, found.high) == pytest.approx((10 / (10 + wilson), 1), abs=1e-6)


def test_other_figures_of_rows_that_are_all_one_have_no_interval() -> None:
    assert bootstrap_interval(table(np.zeros(10), np.arange(10)), area_under_risk, seed=0, share=True) is None


@pytest.mark.parametrize("value", [0.0, 250.0])
def test_figures_without_bounds_that_never_vary_have_an_interval_of_one_point(value: float) -> None:
    found = bootstrap_interval(table(np.full(5, value)), seed=0)
    assert found is not None and (found.low, found.high) == (value, value)


@pytest.mark.parametrize("rows", [[], [1.0]])
def test_fewer_than_two_rows_have_no_interval(rows: list[float]) -> None:
    assert bootstrap_interval(table(rows), seed=0) is None
    assert paired_difference(table(rows), table(rows), seed=0) is None


FOLDS: list[tuple[Fold, int]] = [(mean, 1), (quantile(0.95), 1), (area_under_risk, 2), (macro_f1, 3)]


@pytest.mark.parametrize(("fold", "columns"), FOLDS)
def test_a_fold_of_many_samples_is_each_sample_folded(fold: Fold, columns: int) -> None:
    samples = [np.random.default_rng(seed).integers(0, 2, (6, 9)).astype(float) for seed in range(columns)]
    together = fold(*samples)
    assert together == pytest.approx([float(fold(*(column[row] for column in samples))) for row in range(6)])


@pytest.mark.parametrize(("fold", "columns"), FOLDS)
def test_every_fold_has_an_interval_around_its_value(fold: Fold, columns: int) -> None:
    rows = table(*(np.random.default_rng(seed).integers(0, 2, 40) for seed in range(columns)))
    found = bootstrap_interval(rows, fold, seed=0, resamples=500)
    assert found is not None and found.low <= float(fold(*rows)) <= found.high


def test_a_difference_has_the_p_of_all_swaps() -> None:
    before, after = table([0, 0, 0, 0, 0]), table([1, 1, 1, 1, 1])
    found = paired_difference(before, after, seed=0)
    # Of 2⁵ ways to swap, one gives +1 and one gives -1.
    assert found is not None
    assert (found.change, found.low, found.high) == (1, 1, 1)
    assert found.p == pytest.approx(2 / 2**5)


def test_a_difference_agrees_with_the_paired_test_of_scipy() -> None:
    rng = np.random.default_rng(3)
    before = rng.random(80)
    after = before + rng.normal(0.05, 0.2, 80)
    found = paired_difference(table(before), table(after), seed=0, resamples=4000)
    expected = stats.ttest_rel(after, before)
    interval = expected.confidence_interval()
    assert found is not None
    assert found.change == pytest.approx(float(np.mean(after - before)))
    assert found.p == pytest.approx(float(expected.pvalue), abs=0.02)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), abs=0.01)


def test_equal_runs_do_not_differ() -> None:
    rows = table([0, 1, np.nan, 1])
    found = paired_difference(rows, rows, seed=0)
    assert found is not None and (found.change, found.low, found.high, found.p) == (0, 0, 0, 1)


def test_a_swap_takes_all_columns_of_a_row_along() -> None:
    # Expected verdicts are the same in both runs; the first is always wrong, the second always right.
    expected = np.array([0, 1] * 6)
    before, after = table(np.zeros(12), expected, 1 - expected), table(np.ones(12), expected, expected)
    found = paired_difference(before, after, macro_f1, seed=0)
    assert found is not None and found.change == 1
    assert found.p < 0.01


def test_rows_with_a_value_in_one_run_only_count_for_that_run() -> None:
    before, after = table([1, 1, np.nan, 0]), table([np.nan, 1, 0, 0])
    found = paired_difference(before, after, seed=0)
    assert found is not None
    assert found.change == pytest.approx(1 / 3 - 2 / 3)
    assert found.low < 0 and found.p > 0.05


def test_a_run_without_any_value_cannot_be_compared() -> None:
    assert paired_difference(table([np.nan, np.nan]), table([1, 0]), seed=0) is None


def test_many_rows_are_folded_in_batches() -> None:
    rows = np.zeros(3_000_000)
    rows[::2] = 1
    found = bootstrap_interval(table(rows), seed=0, resamples=3, share=True)
    assert found is not None and found.low == pytest.approx(0.5, abs=0.01)
