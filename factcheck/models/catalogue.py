"""What is known of chat models: context sizes, prices and token encodings, from one data file.

A model that is not known gets a small context and no price: a cost that is not known is None, never 0.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from factcheck.errors import SettingsError

FILE = Path(__file__).with_name("models.json")
# Every chat model of the last years reads this much; local servers often give no more.
SAFE_CONTEXT = 4096
ENCODING = "o200k_base"
_KEYS = frozenset({"context", "input", "output", "encoding"})
# What follows a known name without making it another model: a date or a version.
_SUFFIX = re.compile(r"(?:-\d{4}-\d{2}-\d{2}|-\d{4}|-latest|-preview)?")


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What is known of a model.

    Attributes:
        context: Tokens of prompt and reply together.
        input_usd: Price of a million prompt tokens, or None.
        output_usd: Price of a million reply tokens, or None.
        encoding: tiktoken's name for its tokens; a guess for models that are not OpenAI's.
        known: Whether the data file has it.
    """

    context: int = SAFE_CONTEXT
    input_usd: float | None = None
    output_usd: float | None = None
    encoding: str = ENCODING
    known: bool = False

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float | None:
        """Return the price of a call in USD, or None where a price is not known."""
        if self.input_usd is None or self.output_usd is None:
            return None
        return (prompt_tokens * self.input_usd + completion_tokens * self.output_usd) / 1e6


def look_up(model: str, *, file: str = "", context: int = 0) -> ModelFacts:
    """Return what is known of a model.

    Args:
        model: As it is sent ("gpt-4o-mini", "gpt-4o-2024-08-06").
        file: JSON file of the same form as `models.json` whose entries come first, or "".
        context: Context size that overrides the data, or 0.

    Raises:
        SettingsError: The file cannot be read or holds something else.
    """
    tables = [_read(FILE)]
    if file:
        tables.insert(0, _read(Path(file)))
    name = model.lower().rpartition("/")[2]
    for table in tables:
        for known in sorted(table, key=len, reverse=True):
            if name.startswith(known) and _SUFFIX.fullmatch(name[len(known) :]):
                entry = table[known]
                return ModelFacts(
                    context or int(entry.get("context", SAFE_CONTEXT)),
                    _price(entry.get("input")),
                    _price(entry.get("output")),
                    str(entry.get("encoding", ENCODING)),
                    True,
                )
    return ModelFacts(context or SAFE_CONTEXT)


def _price(value: Any) -> float | None:
    return None if value is None else float(value)


@lru_cache(maxsize=4)
def _read(file: Path) -> Mapping[str, Mapping[str, Any]]:
    try:
        table = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{file} cannot be read: {error}", hint="Mend it, or drop models_file.") from None
    problems = []
    if not isinstance(table, dict):
        table, problems = {}, ["it is not an object"]
    entries = {name.lower(): entry for name, entry in table.items() if name}
    for name, entry in entries.items():
        if not isinstance(entry, dict) or set(entry) - _KEYS:
            problems.append(f"{name} may only have {', '.join(sorted(_KEYS))}")
        elif not all(_is_amount(entry[key]) for key in ("context", "input", "output") if key in entry):
            problems.append(f"{name} has a value that is no positive number")
    if problems:
        raise SettingsError(f"{file}: {'; '.join(problems)}", hint=f"See {FILE.name} for its form.")
    return entries


def _is_amount(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
