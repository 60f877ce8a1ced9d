"""Metrics: each a small unit with its meaning, direction and source; none needs a model."""

from factcheck.evaluation.metrics.differences import find_differences
from factcheck.evaluation.metrics.metric import Metric
from factcheck.evaluation.metrics.scoring import METRICS, aggregate, confusion, curves, score_row

__all__ = ["METRICS", "Metric", "aggregate", "confusion", "curves", "find_differences", "score_row"]
