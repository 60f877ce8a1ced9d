"""Weights of the stance's signals, fitted by `training/fit_stance.py`.

Each is (bias, weight by signal) of "supports" and of "refutes"; "mentions" scores 0.
"""

from __future__ import annotations

Weights = tuple[tuple[float, dict[str, float]], tuple[float, dict[str, float]]]

RULES_ALONE: Weights = (
    (
        -1.16,
        {
            "coverage": 4.25,
            "act_missing": -1.77,
            "clash": -3.05,
            "missing_number": -3.93,
            "missing_name": -2.56,
            "missing_date": -1.87,
            "not_done": -1.31,
        },
    ),
    (
        0.26,
        {
            "coverage": 0.53,
            "act_missing": -0.82,
            "clash": 3.89,
            "missing_number": -1.49,
            "missing_name": -1.81,
            "missing_date": -0.69,
        },
    ),
)
BOTH: Weights = (
    (
        -0.14,
        {
            "coverage": 2.57,
            "act_missing": -1.31,
            "clash": -2.69,
            "missing_number": -2.94,
            "missing_name": -1.80,
            "missing_date": -1.64,
            "not_done": -1.26,
            "reader_supports": 0.47,
        },
    ),
    (
        0.53,
        {
            "coverage": -0.15,
            "act_missing": -0.43,
            "clash": 3.62,
            "missing_number": -1.22,
            "missing_name": -1.68,
            "missing_date": -0.55,
            "reader_refutes": 0.37,
        },
    ),
)
