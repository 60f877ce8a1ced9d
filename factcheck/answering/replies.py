"""Read a model's reply: strict JSON into typed records, every deviation named, nothing guessed.

    text → the JSON object in it → typed, or ReplyError

A reply that breaks the schema in a way that leaves a choice is an error; one that breaks it in a way
that leaves none (prose around the object, a number in quotation marks) is read, and the deviation is
recorded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from factcheck.types import AbstentionReason

REASONS: tuple[str, ...] = get_args(AbstentionReason)
# Longer replies are a model that does not stop; longer statements are an essay.
LONGEST_REPLY = 200_000
LONGEST_STATEMENT = 2_000
MOST_STATEMENTS = 40
MOST_STARTS = 2_000

ANSWER_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["answerable", "reason", "statements", "short_answer", "disagreements"],
    "properties": {
        "answerable": {"type": "boolean"},
        "reason": {"anyOf": [{"type": "string", "enum": list(REASONS)}, {"type": "null"}]},
        "statements": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["text", "sentences"],
                "properties": {
                    "text": {"type": "string"},
                    "sentences": {"type": "array", "items": {"type": "integer"}},
                },
            },
        },
        "short_answer": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "disagreements": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["about", "sides"],
                "properties": {
                    "about": {"type": "string"},
                    "sides": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "required": ["value", "sentences"],
                            "properties": {
                                "value": {"type": "string"},
                                "sentences": {"type": "array", "items": {"type": "integer"}},
                            },
                        },
                    },
                },
            },
        },
    },
}
REWRITE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["question"],
    "properties": {"question": {"type": "string"}},
}


class ReplyError(Exception):
    """A reply that cannot be read without guessing; the message says why."""


@dataclass(frozen=True, slots=True)
class ModelStatement:
    """A statement as the model gave it: its text and the sentence numbers it cites."""

    text: str
    sentences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ModelDisagreement:
    """A disagreement as the model gave it: what about, and the sides."""

    about: str
    sides: tuple[ModelStatement, ...]


@dataclass(frozen=True, slots=True)
class ModelReply:
    """A reply that keeps to the schema.

    Attributes:
        answerable: Whether the sentences answer the question.
        reason: Why not, where they do not.
        statements: None where it is not answerable.
        short_answer: As the model gave it, unchecked.
        disagreements: As the model gave them, unchecked.
        deviations: What was not as asked for but left no choice.
    """

    answerable: bool
    reason: AbstentionReason | None
    statements: tuple[ModelStatement, ...]
    short_answer: str | None
    disagreements: tuple[ModelDisagreement, ...]
    deviations: tuple[str, ...]


def read_reply(text: str) -> ModelReply:
    """Read an answer.

    Raises:
        ReplyError: It cannot be read without guessing.
    """
    notes: list[str] = []
    reply = find_object(text, "answerable", notes)
    answerable = reply.get("answerable")
    if not isinstance(answerable, bool):
        raise ReplyError(f"`answerable` is {_show(answerable)}, not true or false")
    _note_keys(reply, ANSWER_SCHEMA, "the reply", notes)
    given = _list(reply, "statements", notes)
    if len(given) > MOST_STATEMENTS:
        raise ReplyError(f"it has {len(given)} statements; at most {MOST_STATEMENTS} are read")
    statements = tuple(read_statement(item, notes) for item in given)
    disagreements = tuple(_disagreement(item, notes) for item in _list(reply, "disagreements", notes))
    short = _short(reply, notes)
    if answerable:
        if not statements:
            raise ReplyError("it says that the question can be answered, and makes no statement")
        return ModelReply(True, None, statements, short, disagreements, tuple(dict.fromkeys(notes)))
    reason = reply.get("reason")
    if reason not in REASONS:
        raise ReplyError(f"its reason {_show(reason)} is none of {', '.join(REASONS)}")
    if statements:
        notes.append(f"{len(statements)} statements came with a reply that says there is no answer")
    return ModelReply(False, reason, (), None, (), tuple(dict.fromkeys(notes)))


def read_question(text: str) -> str:
    """Read a rewritten question.

    Raises:
        ReplyError: It cannot be read without guessing.
    """
    question = find_object(text, "question", []).get("question")
    if not isinstance(question, str) or not question.strip():
        raise ReplyError(f"`question` is {_show(question)}, not a text")
    return " ".join(question.split())


def read_statement(item: Any, notes: list[str]) -> ModelStatement:
    """Read one statement; deviations that leave no choice are added to the notes.

    Raises:
        ReplyError: It cannot be read without guessing.
    """
    if not isinstance(item, Mapping):
        raise ReplyError(f"a statement is {_show(item)}, not an object")
    text = item.get("text")
    if not isinstance(text, str) or not text.strip():
        raise ReplyError(f"a statement's text is {_show(text)}")
    if len(text) > LONGEST_STATEMENT:
        raise ReplyError(f"a statement has {len(text):,} characters; at most {LONGEST_STATEMENT:,} are read")
    if set(item) - {"text", "sentences"}:
        notes.append("a statement has keys that were not asked for")
    return ModelStatement(" ".join(text.split()), _numbers(item.get("sentences"), notes))


def find_object(text: str, key: str, notes: list[str]) -> Mapping[str, Any]:
    """Return the last JSON object in a text that holds a key.

    Args:
        text: The reply.
        key: That the object must hold.
        notes: Gets a line where the text holds more than the object.

    Raises:
        ReplyError: There is none; the message says whether the reply seems cut off.
    """
    if len(text) > LONGEST_REPLY:
        raise ReplyError(f"it has {len(text):,} characters; at most {LONGEST_REPLY:,} are read")
    bare = text.strip()
    if not bare:
        raise ReplyError("it is empty")
    decoder = json.JSONDecoder(object_pairs_hook=_without_doubles, parse_constant=_refuse)
    found: tuple[int, int, Mapping[str, Any]] | None = None
    start, failed = bare.find("{"), 0
    while start >= 0:
        try:
            value, end = decoder.raw_decode(bare, start)
        except RecursionError:
            raise ReplyError("it is nested too deeply") from None
        except ValueError:
            end, failed = start + 1, failed + 1
            if failed > MOST_STARTS:
                raise ReplyError(f"more than {MOST_STARTS:,} objects in it are not JSON") from None
        else:
            if isinstance(value, Mapping) and key in value:
                found = (start, end, value)
        start = bare.find("{", end)
    if found is None:
        begun = bare.count("{") > bare.count("}")
        raise ReplyError("its JSON is cut off" if begun else f"it holds no JSON object with `{key}`, but {_show(bare)}")
    if bare[: found[0]].strip() or bare[found[1] :].strip():
        notes.append("the reply has text around the JSON object")
    return found[2]


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key that is given twice: which one counts would be a guess."""
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError("a key is given twice")
    return dict(pairs)


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _note_keys(reply: Mapping[str, Any], schema: Mapping[str, Any], what: str, notes: list[str]) -> None:
    extra = sorted(set(reply) - set(schema["properties"]))
    if extra:
        notes.append(f"{what} has keys that were not asked for: {', '.join(extra)[:80]}")
    missing = sorted(set(schema["required"]) - set(reply))
    if missing:
        notes.append(f"{what} lacks {', '.join(missing)}")


def _list(reply: Mapping[str, Any], key: str, notes: list[str]) -> list[Any]:
    value = reply.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise ReplyError(f"`{key}` is {_show(value)}, not a list")
    return value


def _short(reply: Mapping[str, Any], notes: list[str]) -> str | None:
    value = reply.get("short_answer")
    if value is not None and not isinstance(value, str):
        raise ReplyError(f"`short_answer` is {_show(value)}, not a text")
    return " ".join(value.split()) or None if value else None


def _numbers(value: Any, notes: list[str]) -> tuple[int, ...]:
    """Return sentence numbers; a number written as a text leaves no choice, anything else does."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise ReplyError(f"a statement's sentences are {_show(value)}, not a list of numbers")
    numbers = []
    for item in value:
        if isinstance(item, str) and item.strip().strip("[]").isdecimal() and len(item) < 12:
            notes.append("sentence numbers came as text")
            item = int(item.strip().strip("[]"))
        if isinstance(item, bool) or not isinstance(item, int):
            raise ReplyError(f"a sentence number is {_show(item)}")
        numbers.append(item)
    return tuple(dict.fromkeys(numbers))


def _disagreement(item: Any, notes: list[str]) -> ModelDisagreement:
    if not isinstance(item, Mapping) or not isinstance(item.get("about"), str):
        raise ReplyError(f"a disagreement is {_show(item)}")
    sides = item.get("sides")
    if not isinstance(sides, list) or not all(isinstance(side, Mapping) for side in sides):
        raise ReplyError(f"the sides of a disagreement are {_show(sides)}")
    read = tuple(
        read_statement({"text": side.get("value"), "sentences": side.get("sentences")}, notes) for side in sides
    )
    return ModelDisagreement(" ".join(item["about"].split()), read)


def _show(value: Any) -> str:
    """Return a short picture of a value for a message."""
    if value is None:
        return "missing"
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    shown = " ".join(shown.split())
    return f"“{shown[:60]}…”" if len(shown) > 60 else f"“{shown}”"
