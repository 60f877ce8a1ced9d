"""Text as the reader sees it, and the records that training reads.

Corpora tokenised for a parser ("``", "-LRB-", "do n't") are turned back into plain text, so that the
reader learns from the kind of text an article holds.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["Claim", "Item", "Question", "held_out", "normalise", "read_packs", "seat", "stems", "write_pack"]

QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "′": "'", "\u00a0": " ", "–": "-", "—": "-"})
BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "-LCB-": "{", "-RCB-": "}"}
CLITICS = re.compile(r" (n't|'(?:s|re|ve|ll|d|m))\b", re.IGNORECASE)
STOP = frozenset(
    "a an the of to in on at for by with from and or but is are was were be been being do does did has have"
    " had who whom who whom whose what which where when why how that this these those it its he she they his"
    " her their as not no will would can could should about after before into than then there".split()
)


@dataclass(frozen=True, slots=True)
class Item:
    """A sentence offered as an answer: `spans` are the character ranges of right short answers."""

    sentence: str
    right: bool
    before: str = ""
    after: str = ""
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the sentences it is tried on, at most a few of them right."""

    question: str
    items: tuple[Item, ...]
    kind: str
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim beside a sentence: stance 0 supported, 1 refuted, 2 not enough.

    `wrong` marks the characters of the claim that the sentence contradicts or leaves open, if known.
    """

    claim: str
    sentence: str
    stance: int
    kind: str
    before: str = ""
    after: str = ""
    weight: float = 1.0
    wrong: tuple[tuple[int, int], ...] | None = None
    origin: str = ""
    tags: tuple[str, ...] = field(default=())


def normalise(text: str) -> str:
    """Returns plain text: straight quotes, brackets, no space before clitics and closing punctuation."""
    text = text.translate(QUOTES).replace("``", '"').replace("''", '"')
    for coded, plain in BRACKETS.items():
        text = text.replace(coded, plain)
    text = CLITICS.sub(r"\1", text)
    text = re.sub(r" ([,.;:?!)\]%])", r"\1", text)
    text = re.sub(r"([(\[$£€]) ", r"\1", text).replace(" -- ", " - ").replace("--", "-")
    text = re.sub(r"(\w) - (\w)", r"\1-\2", text) if text.count(" - ") == 1 else text
    return re.sub(r"\s+", " ", text).strip()


def seat(words: list[str]) -> tuple[str, list[tuple[int, int]]]:
    """Joins parser tokens into plain text and tells where each of them lies in it."""
    text, places = "", []
    opening = True
    for word in words:
        plain = BRACKETS.get(word, word).translate(QUOTES).replace("``", '"').replace("''", '"')
        glued = plain in {",", ".", ";", ":", "?", "!", ")", "]", "%"} or CLITICS.fullmatch(" " + plain) is not None
        closing = plain == '"' and not opening
        if plain == '"':
            opening = not opening
        after = text.endswith(("(", "[", "$", "£")) or (text.endswith('"') and not opening)
        if text and not glued and not closing and not after:
            text += " "
        places.append((len(text), len(text) + len(plain)))
        text += plain
    return text, places


def stems(text: str) -> set[str]:
    """Returns the content words of a text, cut to six letters, for word overlap."""
    return {word[:6] for word in re.findall(r"\w+", text.casefold()) if word not in STOP}


def held_out(key: str, share: float) -> bool:
    """Tells whether a source document is kept for development; the same on every machine."""
    return int(hashlib.sha256(key.encode()).hexdigest()[:8], 16) / 0xFFFFFFFF < share


def write_pack(path: Path, rows: Iterable[Question | Claim]) -> int:
    """Writes records to a gzipped JSONL file and returns their number."""
    count = 0
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=3) as out:
        for row in rows:
            out.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")
            count += 1
    return count


def read_packs(paths: Iterable[Path]) -> Iterator[Question | Claim]:
    """Reads the records of packs back."""
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield parse(json.loads(line))


def parse(row: dict[str, Any]) -> Question | Claim:
    """Returns the record a pack's line holds."""
    if "question" in row:
        items = tuple(
            Item(**{**item, "spans": tuple((start, end) for start, end in item["spans"])}) for item in row["items"]
        )
        return Question(row["question"], items, row["kind"], row["origin"])
    wrong = row["wrong"]
    row["wrong"] = None if wrong is None else tuple((start, end) for start, end in wrong)
    return Claim(**{**row, "tags": tuple(row["tags"])})
