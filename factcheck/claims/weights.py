"""Weights of the stance's signals, fitted by `training/fit_stance.py`.

Each is (bias, weight by signal) of "supports" and of "refutes"; "mentions" scores 0.
"""

from __future__ import annotations

Weights = tuple[tuple[float, dict[str, float]], tuple[float, dict[str, float]]]

RULES_ALONE: Weights = (
    (
        -1.04,
        {
            "coverage": 4.15,
            "act_missing": -1.85,
            "clash": -2.69,
            "missing_number": -4.08,
            "missing_name": -2.62,
            "missing_date": -3.06,
            "not_done": -1.25,
        },
    ),
    (
        0.16,
        {
            "coverage": 0.65,
            "act_missing": -0.75,
            "clash": 4.24,
            "missing_number": -1.03,
            "missing_name": -1.85,
            "missing_date": -0.28,
        },
    ),
)
BOTH: Weights = (
    (
        -0.10,
        {
            "coverage": 2.59,
            "act_missing": -1.39,
            "clash": -2.36,
            "missing_number": -3.42,
            "missing_name": -1.87,
            "missing_date": -2.70,
            "not_done": -1.26,
            "reader_supports": 0.45,
        },
    ),
    (
        0.49,
        {
            "coverage": -0.11,
            "act_missing": -0.36,
            "clash": 3.93,
            "missing_number": -0.78,
            "missing_name": -1.70,
            "missing_date": -0.11,
            "reader_refutes": 0.40,
        },
    ),
)
