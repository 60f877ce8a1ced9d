"""Connect to a chat model of the configured endpoint, as the settings say."""

from __future__ import annotations

from pathlib import Path

from factcheck.answering.chat import Chat
from factcheck.models.budget import Budget
from factcheck.models.catalogue import look_up
from factcheck.models.endpoint import Endpoint
from factcheck.models.memory import FILE, Memory
from factcheck.models.tokens import load_counter
from factcheck.settings import Settings


def open_chat(endpoint: Endpoint, model: str, settings: Settings, budget: Budget) -> Chat:
    """Return a model of the endpoint; replies are remembered beside the index.

    Args:
        endpoint: Where it is.
        model: Its name there.
        settings: Time and token limits, prices, where the index is.
        budget: What may be spent.
    """
    facts = look_up(model, file=settings.models_file, context=settings.context)
    return Chat(
        endpoint,
        model,
        facts=facts,
        counter=load_counter(facts.encoding),
        memory=Memory(Path(settings.index) / FILE),
        budget=budget,
        timeout=settings.timeout,
        max_tokens=settings.max_tokens,
        cache=settings.cache,
    )
