"""What an engine returns where an outcome alone does not say how it came about."""

from __future__ import annotations

from dataclasses import dataclass, field

from factcheck.types import Finding, ModelCall, Outcome, Usage


@dataclass(frozen=True, slots=True)
class Answered:
    """An outcome with what was found on the way.

    Attributes:
        outcome: Answer, abstention or failure.
        findings: What was not as it should be.
        usage: Tokens and cost of all calls.
        call: How the model was asked, or None where it was not.
    """

    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    usage: Usage = field(default_factory=Usage)
    call: ModelCall | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a question would send, without sending it.

    Attributes:
        model: Name of the model.
        endpoint: Its server, without key.
        question: As asked.
        prompt_tokens: Of the prompt.
        max_tokens: Most tokens of the reply.
        cost_usd: Of the dearest course, or None where the price is not known.
        shown: Sentences in the prompt.
        available: Sentences that were retrieved.
        counter: What counted the tokens.
        remembered: Whether the reply is remembered and nothing would be called.
    """

    model: str
    endpoint: str
    question: str
    prompt_tokens: int
    max_tokens: int
    cost_usd: float | None
    shown: int
    available: int
    counter: str
    remembered: bool = False
