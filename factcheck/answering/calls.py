"""Add up what the calls of one question used."""

from __future__ import annotations

from factcheck.answering.chat_model import Completion
from factcheck.models.catalogue import ModelFacts
from factcheck.types import Usage

# What a call costs in a provider's batch service, as a share of its price (OpenAI, Azure).
BATCH_SHARE = 0.5


class Calls:
    """Tokens and cost of the calls of one question; what was remembered costs nothing.

    Args:
        facts: Prices of the model that answers.
    """

    def __init__(self, facts: ModelFacts) -> None:
        self._facts = facts
        self._prompt = 0
        self._completion = 0
        self._cost: float | None = 0.0
        self.made = 0

    def add(self, completion: Completion, facts: ModelFacts | None = None) -> None:
        """Add a finished call, of another model where its prices are given."""
        if completion.cached:
            return
        self.made += 1
        self._prompt += completion.prompt_tokens
        self._completion += completion.completion_tokens
        cost = (facts or self._facts).cost(completion.prompt_tokens, completion.completion_tokens)
        if cost is not None and completion.batch:
            cost *= BATCH_SHARE
        self._cost = None if cost is None or self._cost is None else self._cost + cost

    def usage(self) -> Usage:
        """Return the sum; the cost is None as soon as one price is not known."""
        return Usage(self._prompt, self._completion, None if self._cost is None else round(self._cost, 8))
