"""Pack retrieved sentences into a prompt: numbered, under their file names, within a token budget.

    hits, best first → spread over origins → as many as fit → grouped by file → numbered lines

One sentence is one line, so that nothing an article says can look like another sentence, a file name
or the fence. What the model sees may differ from the article in invisible characters; a quote never
does, because numbers lead back to the sentences themselves.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from factcheck.models.tokens import TokenCounter
from factcheck.speech.attributing import Attribution
from factcheck.types import Hit, SourceSentence

# How many ranks a sentence loses for each better one of the same origin.
SPREAD = 2
# Golden questions over the seeds: 16 hold a gold sentence as often as 24 (benchmarks/llm.py).
MOST_SENTENCES = 16
_INVISIBLE = frozenset({"Cf", "Cc", "Cs", "Co", "Cn"})
# Variation selectors and fillers: letters or marks by category, and nothing on the page.
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
_NUMBER = re.compile(r"[\[【［〔⟦]\s*(\d[\d\s,;–-]*)[\]】］〕⟧]")

Attribute = Callable[[SourceSentence], Attribution | None]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the model is shown.

    Attributes:
        text: Lines between the fences.
        fence: A line that the text cannot contain.
        sentences: What each number stands for.
        available: Number of sentences that were retrieved.
        tokens: Of the text.
        invisible: Number of invisible characters that the text leaves out.
    """

    text: str
    fence: str
    sentences: Mapping[int, SourceSentence]
    available: int
    tokens: int
    invisible: int = 0
    speakers: Mapping[int, str] = field(default_factory=dict)


def pack(
    hits: Sequence[Hit],
    *,
    budget: int,
    counter: TokenCounter,
    attribute: Attribute | None = None,
    limit: int = MOST_SENTENCES,
) -> Evidence:
    """Pack sentences into a token budget.

    Args:
        hits: Best first.
        budget: Most tokens of the text.
        counter: Counts them.
        attribute: Returns who says a sentence; named where the sentence does not name him itself.
        limit: Most sentences.
    """
    chosen: list[SourceSentence] = []
    files: set[str] = set()
    speakers: dict[int, str] = {}
    used = 0
    for hit in _spread(hits):
        if len(chosen) >= limit:
            break
        sentence = hit.sentence
        speaker = _speaker(sentence, attribute)
        # The number is not known yet; none has more than three digits.
        cost = counter.count(_line(999, sentence, speaker) + "\n")
        if sentence.file not in files:
            cost += counter.count(_header(sentence) + "\n")
        if used + cost > budget:
            continue  # a shorter one may still fit
        used += cost
        files.add(sentence.file)
        speakers[sentence.id] = speaker
        chosen.append(sentence)
    return _number(chosen, speakers, available=len(hits), tokens=used)


@lru_cache(maxsize=8192)
def harmless(text: str) -> str:
    """Return a text as one line without invisible characters and without anything like a sentence number."""
    visible = "".join(" " if c.isspace() else "" if unicodedata.category(c) in _INVISIBLE else c for c in text)
    visible = _BLANK.sub("", visible)
    return " ".join(_NUMBER.sub(r"(\1)", visible).split())


def make_fence(*parts: str) -> str:
    """Return a line that none of the parts contains: it is made from a hash of them."""
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
    return f"====={digest[:12]}====="


def count_invisible(text: str) -> int:
    """Return how many characters of a text `harmless` leaves out."""
    return len(_BLANK.findall(text)) + sum(not c.isspace() and unicodedata.category(c) in _INVISIBLE for c in text)


def _spread(hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits best first, those of an origin that was heard already moved back."""
    heard: Counter[str] = Counter()
    placed = []
    for place, hit in enumerate(hits):
        origin = hit.sentence.origin or hit.sentence.file
        placed.append((place + SPREAD * heard[origin], place, hit))
        heard[origin] += 1
    return [hit for _, _, hit in sorted(placed, key=lambda item: item[:2])]


def _number(chosen: Sequence[SourceSentence], speakers: Mapping[int, str], *, available: int, tokens: int) -> Evidence:
    order = list(dict.fromkeys(sentence.file for sentence in chosen))
    ranked = sorted(chosen, key=lambda sentence: (order.index(sentence.file), sentence.ordinal))
    lines: list[str] = []
    numbered: dict[int, SourceSentence] = {}
    file = ""
    for number, sentence in enumerate(ranked, 1):
        if sentence.file != file:
            file = sentence.file
            lines.append(_header(sentence))
        lines.append(_line(number, sentence, speakers[sentence.id]))
        numbered[number] = sentence
    text = "\n".join(lines)
    return Evidence(
        text=text,
        fence=make_fence(text),
        sentences=numbered,
        available=available,
        tokens=tokens,
        invisible=sum(count_invisible(sentence.text) for sentence in ranked),
        speakers={number: speakers[sentence.id] for number, sentence in numbered.items()},
    )


def _header(sentence: SourceSentence) -> str:
    about = [part for part in (sentence.outlet, sentence.date) if part]
    return f"# {harmless(sentence.file)}" + (f" ({harmless(', '.join(about))})" if about else "")


def _line(number: int, sentence: SourceSentence, speaker: str) -> str:
    said = f"({harmless(speaker)}:) " if speaker else ""
    return f"[{number}] {said}{harmless(sentence.text)}"


def _speaker(sentence: SourceSentence, attribute: Attribute | None) -> str:
    """Return the speaker of reported speech where the sentence does not name him itself."""
    found = attribute(sentence) if attribute is not None else None
    if found is None or any(word in sentence.text for word in found.speaker.split()[-1:]):
        return ""
    return found.speaker
