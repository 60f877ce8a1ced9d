"""Prompts: Markdown files with placeholders, checked when they are loaded.

    prompts/answer.md → load_prompt("answer.md") → Prompt → fill(question=…, evidence=…) → Messages

A placeholder is a name in double braces. Values are put in once: what an article says is never
searched for placeholders.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from factcheck.errors import SettingsError
from factcheck.resources import resource

PLACEHOLDERS: Mapping[str, frozenset[str]] = {
    "answer.md": frozenset({"evidence", "fence", "problem", "question", "reasons"}),
    "rewrite.md": frozenset({"fence", "history", "question"}),
    "judge.md": frozenset({"fence", "labels", "statements"}),
    "grade.md": frozenset({"fence", "grades", "material"}),
}
_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_PARTS = re.compile(
    r"\A\s*## System\n(?P<system>.*?)^## User\n(?P<user>.*?)(?:^## Again\n(?P<again>.*))?\Z",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Messages:
    """What is sent to a chat model: the system message and the user message."""

    system: str
    user: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """A loaded prompt.

    Attributes:
        name: File name ("answer.md").
        sha256: Hex digest of the file's bytes.
        system: System message with placeholders.
        user: User message with placeholders.
        again: What is said to a model whose reply could not be read; "" where nothing is said.
    """

    name: str
    sha256: str
    system: str
    user: str
    again: str = ""

    @property
    def placeholders(self) -> frozenset[str]:
        """Names of the placeholders that it uses."""
        return frozenset(_PLACEHOLDER.findall(self.system + self.user + self.again))

    def fill(self, **values: str) -> Messages:
        """Return the messages with every placeholder replaced, each value as it is.

        Raises:
            SettingsError: Values are missing or are not of this prompt; all are named.
        """
        wanted = frozenset(_PLACEHOLDER.findall(self.system + self.user))
        _check(self.name, wanted, frozenset(values), what="value")
        return Messages(_put(self.system, values), _put(self.user, values))

    def fill_again(self, **values: str) -> str:
        """Return what is said to a model whose reply could not be read.

        Raises:
            SettingsError: Values are missing or are not of this prompt; all are named.
        """
        _check(self.name, frozenset(_PLACEHOLDER.findall(self.again)), frozenset(values), what="value")
        return _put(self.again, values)


def parse_prompt(name: str, data: bytes, *, placeholders: frozenset[str]) -> Prompt:
    """Read and check a prompt.

    Args:
        name: For messages and records.
        data: The file's bytes.
        placeholders: Names that it must use; it may use no others.

    Raises:
        SettingsError: A part is missing, or placeholders are missing or unknown; all are named.
    """
    try:
        text = data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise SettingsError(f"prompts/{name} is not UTF-8", hint="Save it as UTF-8.") from None
    parts = _PARTS.match(text)
    if parts is None:
        hint = "It needs a line `## System` and, after it, a line `## User`."
        raise SettingsError(f"prompts/{name} lacks one of its two parts", hint=hint)
    prompt = Prompt(
        name,
        hashlib.sha256(data).hexdigest(),
        parts["system"].strip(),
        parts["user"].strip(),
        (parts["again"] or "").strip(),
    )
    _check(name, placeholders, prompt.placeholders, what="placeholder")
    return prompt


@lru_cache(maxsize=8)
def load_prompt(name: str) -> Prompt:
    """Load one of the prompts that ship beside the code, once per process.

    Raises:
        SettingsError: It breaks its rules.
        FactcheckError: It is missing from this installation.
    """
    return parse_prompt(name, (resource("prompts") / name).read_bytes(), placeholders=PLACEHOLDERS[name])


def _put(text: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: values[found[1]], text)


def _check(name: str, wanted: frozenset[str], given: frozenset[str], *, what: str) -> None:
    missing, unknown = sorted(wanted - given), sorted(given - wanted)
    problems = [f"missing {what} {item}" for item in missing] + [f"unknown {what} {item}" for item in unknown]
    if problems:
        raise SettingsError(f"prompts/{name}: {', '.join(problems)}", hint=f"It takes {', '.join(sorted(wanted))}.")
