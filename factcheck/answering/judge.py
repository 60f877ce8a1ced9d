"""A language model judges statements beside the packaged verifier; both scores are shown.

Its label never lifts what a check found wrong: it can only add a doubt.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from factcheck.answering.chat import Chat
from factcheck.answering.chat_model import Completion, Message
from factcheck.answering.evidence import harmless, make_fence
from factcheck.answering.replies import ReplyError, find_object
from factcheck.prompts import Messages, load_prompt

Label = Literal["supported", "partly", "unsupported"]
LABELS: tuple[str, ...] = get_args(Label)
MEANINGS: Mapping[str, str] = {
    "supported": "the cited sentences say all of it",
    "partly": "they say a part of it, or something weaker",
    "unsupported": "they do not say it, or say the opposite",
}
JUDGE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["labels"],
    "properties": {
        "labels": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["statement", "label"],
                "properties": {
                    "statement": {"type": "integer"},
                    "label": {"type": "string", "enum": list(LABELS)},
                },
            },
        }
    },
}


@dataclass(frozen=True, slots=True)
class Judged:
    """Labels by statement number, from 1; a statement that got none is not in them.

    Attributes:
        labels: What the model said.
        problem: Why some or all got none, or "".
        completion: The call.
    """

    labels: Mapping[int, Label]
    problem: str
    completion: Completion


def judge(chat: Chat, statements: Sequence[tuple[str, Sequence[str]]]) -> Judged:
    """Let a model label statements.

    Args:
        chat: The judging model.
        statements: Texts, each with the sentences it cites.

    Raises:
        EndpointError: The endpoint failed.
    """
    filled = ask_to_judge(statements)
    messages = [Message("system", filled.system), Message("user", filled.user)]
    completion = chat.complete(messages, JUDGE_SCHEMA)
    try:
        labels = read_labels(completion.text, len(statements))
    except ReplyError as error:
        return Judged({}, f"the judge's reply could not be read: {error}", completion)
    chat.remember(messages, JUDGE_SCHEMA, completion)
    missing = [str(n) for n in range(1, len(statements) + 1) if n not in labels]
    problem = f"the judge gave no label to statement {', '.join(missing)}" if missing else ""
    return Judged(labels, problem, completion)


def ask_to_judge(statements: Sequence[tuple[str, Sequence[str]]]) -> Messages:
    """Return the messages that ask for labels; texts stand in JSON, one to a line, inside a fence."""
    lines = [
        json.dumps(
            {
                "statement": number,
                "text": harmless(text),
                "cited": [harmless(sentence) for sentence in cited],
            },
            ensure_ascii=False,
        )
        for number, (text, cited) in enumerate(statements, 1)
    ]
    shown = "\n".join(lines)
    labels = "\n".join(f"- `{label}`: {MEANINGS[label]}" for label in LABELS)
    return load_prompt("judge.md").fill(statements=shown, labels=labels, fence=make_fence(shown))


def read_labels(text: str, count: int) -> dict[int, Label]:
    """Read labels; one that is off the menu, or given twice differently, is no label.

    Raises:
        ReplyError: There is no list of labels.
    """
    given = find_object(text, "labels", [])["labels"]
    if not isinstance(given, list):
        raise ReplyError("`labels` is not a list")
    found: dict[int, set[Any]] = {}
    for item in given:
        number = item.get("statement") if isinstance(item, Mapping) else None
        if type(number) is int and 1 <= number <= count:
            found.setdefault(number, set()).add(str(item.get("label")))
    return {number: labels.pop() for number, labels in found.items() if len(labels) == 1 and labels <= set(LABELS)}
