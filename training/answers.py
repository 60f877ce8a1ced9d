"""How like two short answers are, as the SQuAD script counts it."""

from __future__ import annotations

import re
import string
from collections import Counter

__all__ = ["exact", "overlap"]


def plain(text: str) -> list[str]:
    """Returns SQuAD's normal form of an answer: lower case, no punctuation, no articles."""
    text = "".join(char for char in text.casefold() if char not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", text).split()


def exact(text: str, gold: str) -> float:
    """Returns 1 if both answers are the same in normal form."""
    return float(plain(text) == plain(gold))


def overlap(text: str, gold: str) -> float:
    """Returns the F1 of the words of both answers."""
    mine, yours = plain(text), plain(gold)
    shared = (Counter(mine) & Counter(yours)).total()
    return 2 * shared / (len(mine) + len(yours)) if shared else 0.0
