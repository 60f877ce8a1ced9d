"""What calls cost, and a limit on it.

A call is allowed only if its dearest course, a reply of full length, still fits.
"""

from __future__ import annotations

import threading

from factcheck.errors import UsageError
from factcheck.models.catalogue import ModelFacts


class BudgetSpent(UsageError):
    """A call does not fit into what is left of a budget; it was not made."""


class Budget:
    """Money that may be spent on calls, in USD; safe to share between threads.

    Args:
        limit: Most that may be spent, or 0.0 for no limit.
    """

    def __init__(self, limit: float = 0.0) -> None:
        self.limit = limit
        self._spent = 0.0
        self._reserved = 0.0
        self._lock = threading.Lock()

    @property
    def spent(self) -> float:
        """What was spent so far."""
        with self._lock:
            return self._spent

    def reserve(self, model: str, facts: ModelFacts, prompt_tokens: int, max_tokens: int) -> float:
        """Set aside the dearest course of a call.

        Returns:
            The amount, to be given to `settle`.

        Raises:
            BudgetSpent: It does not fit.
            UsageError: The price is not known and there is a limit.
        """
        dearest = facts.cost(prompt_tokens, max_tokens)
        if self.limit <= 0:
            return 0.0
        if dearest is None:
            raise UsageError(
                f"the price of {model} is not known, so a budget cannot be kept",
                hint="Add its price to a models_file, or leave --budget-usd out.",
            )
        with self._lock:
            if self._spent + self._reserved + dearest > self.limit:
                left = max(self.limit - self._spent - self._reserved, 0.0)
                raise BudgetSpent(
                    f"the call may cost {dearest:.6f} USD, and {left:.6f} of {self.limit:g} USD are left",
                    hint="Raise --budget-usd, lower --max-tokens, or choose a cheaper model.",
                )
            self._reserved += dearest
        return dearest

    def settle(self, reserved: float, cost: float | None) -> None:
        """Book what a call cost in place of what was set aside for it; None where it was not made."""
        with self._lock:
            self._reserved -= reserved
            self._spent += cost or 0.0
