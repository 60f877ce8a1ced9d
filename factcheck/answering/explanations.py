"""Word why the articles do not say."""

from __future__ import annotations

from collections.abc import Sequence

from factcheck.answering.questions import Question

ASKED = {"when": "when", "where": "where", "who": "who", "whom": "whom", "how_much": "how much", "why": "why"}


def explain_unknown(names: Sequence[str]) -> str:
    """Say that names of a question are nowhere in the articles."""
    listed = " or ".join(names)
    return f"No sentence mentions {listed}."


def explain_gap(question: Question) -> str:
    """Say what is missing in sentences that come near a question."""
    if question.speaker is not None:
        return f"No sentence reports {question.speaker} saying that."
    if question.kind == "how_many" and question.focus:
        counted = next((term.text for term in question.terms if term.lemma == question.focus), question.focus)
        return f"No sentence gives the number of {counted} that was asked for."
    asked = ASKED.get(question.kind)
    if asked is not None:
        return f"Sentences come near, but none says {asked}."
    return "Sentences come near, but none answers the question."
