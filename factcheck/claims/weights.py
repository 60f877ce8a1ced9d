"""Weights of the stance's signals, fitted by `training/fit_stance.py`.

Each is (bias, weight by signal) of "supports" and of "refutes"; "mentions" scores 0.
"""

from __future__ import annotations

Weights = tuple[tuple[float, dict[str, float]], tuple[float, dict[str, float]]]

RULES_ALONE: Weights = ((-2.0, {"coverage": 3.0}), (-2.0, {"polarity": 3.0}))
BOTH: Weights = RULES_ALONE
