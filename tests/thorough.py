"""How many examples hypothesis draws: few and always the same in CI, many where somebody asks for them."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

EXAMPLES = "FACTCHECK_TEST_EXAMPLES"
# Read once: the tests' own environment is cleaned of FACTCHECK_ variables.
_WANTED = int(os.environ.get(EXAMPLES, "0"))


def thorough(examples: int) -> settings:
    """Return settings for a property: `examples` in CI, FACTCHECK_TEST_EXAMPLES and new ones each time elsewhere."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
    if _WANTED:
        return settings(max_examples=_WANTED, deadline=None, database=None, suppress_health_check=slow)
    return settings(max_examples=examples, deadline=None, database=None, derandomize=True, suppress_health_check=slow)
