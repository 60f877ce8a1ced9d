"""Weights of the stance of sentences that a search found, fitted by `training/fit_check.py`.

As in `weights.py`, on other pairs: each claim with all sentences that are held against it.
"""

from __future__ import annotations

from typing import Literal

from factcheck.claims.weights import BOTH, RULES_ALONE, Weights

FOUND_ALONE: Weights = RULES_ALONE
FOUND_BOTH: Weights = BOTH
# From this probability on a sentence speaks for or against a claim …
LEAST: dict[Literal["supports", "refutes", "mentions"], float] = {"supports": 0.35, "refutes": 0.3}
# … and from this one on it stands up against a stronger one of the other side: for, against.
STANDS = (0.6, 0.3)
