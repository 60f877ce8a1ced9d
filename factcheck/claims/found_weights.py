"""Weights of the stance of sentences that a search found, fitted by `training/fit_check.py`.

As in `weights.py`, on other pairs: each claim with all sentences that are held against it.
"""

from __future__ import annotations

from typing import Literal

from factcheck.claims.weights import Weights

FOUND_ALONE: Weights = (
    (
        -4.88,
        {
            "coverage": 0.16,
            "act_missing": -0.73,
            "clash": -3.25,
            "missing_number": -2.47,
            "missing_name": -0.60,
            "missing_date": -2.42,
            "not_done": -0.91,
            "closeness": 7.90,
            "details": -2.97,
            "clash_covered": -0.15,
        },
    ),
    (
        -2.46,
        {
            "coverage": -4.75,
            "act_missing": -0.11,
            "clash": 2.80,
            "missing_number": -1.51,
            "missing_name": -0.70,
            "closeness": 8.28,
            "details": -5.15,
        },
    ),
)
FOUND_BOTH: Weights = (
    (
        -1.28,
        {
            "coverage": 0.13,
            "act_missing": -0.59,
            "clash": -2.30,
            "missing_number": -1.96,
            "missing_name": -0.36,
            "missing_date": -2.16,
            "not_done": -0.82,
            "reader_supports": 0.59,
            "reader_refutes": -0.21,
            "closeness": 2.38,
            "details": -2.72,
            "clash_covered": -1.61,
            "refutes_close": 0.51,
            "supports_covered": -0.11,
        },
    ),
    (
        -0.30,
        {
            "coverage": -4.68,
            "act_missing": -0.03,
            "clash": 2.24,
            "missing_number": -1.16,
            "missing_name": -0.87,
            "reader_supports": 0.34,
            "reader_refutes": 0.38,
            "closeness": 4.48,
            "details": -4.42,
            "refutes_close": 0.30,
            "supports_covered": -0.43,
        },
    ),
)
# From this probability on a sentence speaks for or against a claim …
LEAST: dict[Literal["supports", "refutes", "mentions"], float] = {"supports": 0.4, "refutes": 0.25}
# … and from this one on it stands up against a stronger one of the other side: for, against.
STANDS = (0.6, 0.3)
