"""Records of how a language model was asked; part of an answer's record (`factcheck.types`)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StatementScore:
    """How well a statement's cited sentences carry it, by each verifier that was asked.

    Attributes:
        statement: Its number in the answer, from 1.
        verifier: Score of the packaged verifier in 0..1, or None where it was not asked.
        judge: Label of the judging model, or None where it was not asked or gave none.
    """

    statement: int
    verifier: float | None = None
    judge: str | None = None


@dataclass(frozen=True, slots=True)
class ModelCall:
    """How a language model was asked.

    Attributes:
        question: As put to the model; a follow-up is rewritten to stand alone.
        format: What the reply was asked for as: "json_schema", "json_object" or "text".
        counter: What counted the tokens of the prompt.
        shown: Number of sentences in the prompt.
        available: Number of sentences that were retrieved.
        calls: Number of calls that were made; 0 where every reply was remembered.
        remembered: Whether the answer's reply was remembered from an equal call before.
        scores: One for each statement that was scored.
        batch: Whether the answer's reply came from a provider's batch service, at half price.
    """

    question: str
    format: str
    counter: str
    shown: int
    available: int
    calls: int = 1
    remembered: bool = False
    scores: tuple[StatementScore, ...] = ()
    batch: bool = False


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens and cost of model calls; the cost is None where the price is not known."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """An earlier question of a conversation and its answer, as shown.

    Attributes:
        question: As it was read; a follow-up as one that stands alone.
        answer: Its text, or "".
        short_answer: Its shortest form, the values joined by "; ", or None.
        speakers: Who says what the answer cites.
    """

    question: str
    answer: str
    short_answer: str | None = None
    speakers: tuple[str, ...] = ()
