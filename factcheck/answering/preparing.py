"""Prepare what is sent for a question, and say why a reply is of no use."""

from __future__ import annotations

from dataclasses import dataclass

from factcheck.answering.chat import Chat
from factcheck.answering.chat_model import Completion, Message
from factcheck.answering.evidence import Attribute, Evidence, harmless, pack
from factcheck.answering.replies import REASONS
from factcheck.errors import EndpointError
from factcheck.models.catalogue import ModelFacts
from factcheck.prompts import load_prompt
from factcheck.types import AbstentionReason, Failure, Retrieved

# Share of the window that is used where our token counter is not the model's own.
CAUTION = 0.8
LEAST_EVIDENCE = 120  # tokens; below this hardly one sentence fits
MARGIN = 32
LONGEST_ECHO = 2000
EXPLANATIONS: dict[AbstentionReason, str] = {
    "no_evidence": "The model finds nothing in the articles that answers this.",
    "insufficient_evidence": "The model finds sentences that come near, but none that answers this.",
    "false_premise": "The model finds that the question assumes something the articles do not say.",
}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A question with the evidence and the messages that are sent for it."""

    evidence: Evidence
    messages: tuple[Message, ...]

    def again(self, said: str, problem: str) -> tuple[Message, ...]:
        """Return the messages that ask once more after a reply that could not be read."""
        text = load_prompt("answer.md").fill_again(problem=harmless(problem))
        return (*self.messages, Message("assistant", said[:LONGEST_ECHO] or "{}"), Message("user", text))


def prepare(question: str, retrieved: Retrieved, chat: Chat, *, facts: ModelFacts, attribute: Attribute) -> Prepared:
    """Pack what fits into the window.

    Args:
        question: As put to the model.
        retrieved: Its hits, best first.
        chat: The model; counts tokens.
        facts: Its context size.
        attribute: Returns who says a sentence.

    Raises:
        EndpointError: The window is too small for any evidence.
    """
    prompt = load_prompt("answer.md")
    fixed = {"question": harmless(question), "reasons": ", ".join(f"`{reason}`" for reason in REASONS)}
    empty = prompt.fill(evidence="", fence="=" * 22, **fixed)
    frame = chat.count(_messages(empty.system, empty.user))
    window = facts.context if facts.known else int(facts.context * CAUTION)
    budget = window - chat.max_tokens - frame - MARGIN
    if budget < LEAST_EVIDENCE:
        raise EndpointError(
            f"{chat.model} is said to read {facts.context:,} tokens, too few for a prompt and"
            f" {chat.max_tokens:,} tokens of reply",
            hint="Lower max_tokens, or set the setting context to what the server reads.",
        )
    evidence = pack(retrieved.hits, budget=budget, counter=chat.counter, attribute=attribute)
    filled = prompt.fill(evidence=evidence.text, fence=evidence.fence, **fixed)
    return Prepared(evidence, _messages(filled.system, filled.user))


def explain_refusal(completion: Completion, chat: Chat) -> Failure | None:
    """Return the failure of a model that would not answer, or None where it did."""
    if not completion.refusal and completion.finish != "content_filter":
        return None
    said = f": {harmless(completion.refusal)[:160]}" if completion.refusal else ""
    hint = "Ask in other words, choose another model, or ask with --engine embedded."
    return Failure("answer", f"{chat.model} refused to answer{said}", False, hint)


def explain_unreadable(completion: Completion, problem: str, chat: Chat) -> Failure:
    """Return the failure of a reply that could not be read."""
    if completion.finish == "length":
        error = f"the reply of {chat.model} was cut off at {chat.max_tokens:,} tokens"
        return Failure("answer", error, False, "Raise --max-tokens, or ask for less.")
    return Failure(
        "answer",
        f"the reply of {chat.model} could not be used, twice: {chat.endpoint.scrub(problem)}",
        True,
        "Choose a stronger model with --model, or ask with --engine embedded.",
    )


def _messages(system: str, user: str) -> tuple[Message, ...]:
    return (Message("system", system), Message("user", user))
