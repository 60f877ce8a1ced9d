"""Everything that is said in one article: by whom, in what role, with which words, through whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from factcheck.types import Span

Kind = Literal["direct", "indirect", "mixed"]


@dataclass(frozen=True, slots=True)
class Utterance:
    """One thing that somebody says in an article.

    Attributes:
        first: Ordinal of the sentence in which it begins, attribution included.
        last: Ordinal of the sentence in which it ends.
        start: Offset of the first sentence's first character.
        end: Offset behind the last sentence.
        content: What is said, in pieces where the speaker stands between: without quotation marks where
            it is direct, with them where it is mixed.
        speaker: Name as fully as the article gives it, else the description ("US official"), or None.
        role: Words of the article that say what the speaker is, or None.
        cue: Words of the text that say that something is said ("according to"), or None.
        verb: Lemma of the cue's verb, or None.
        kind: In quotation marks, in other words, or partly.
        via: Outlet or channel that heard it, or None.
        chain: All through whom the words came, the one nearest to the reader first.
    """

    first: int
    last: int
    start: int
    end: int
    content: tuple[Span, ...]
    speaker: str | None
    role: str | None
    cue: str | None
    verb: str | None
    kind: Kind
    via: str | None = None
    chain: tuple[str, ...] = ()
