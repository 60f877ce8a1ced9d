"""Which words of one telling are not in the other: word by word, and by letters where two words are nearly one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from factcheck.drafts.wording import Word, alike, find_words, spell
from factcheck.types import Span

# Share of the shorter one's words in common below which marks would cover nearly all of it.
LEAST_SHARED = 0.4

Edits = tuple[tuple[Span, ...], tuple[Span, ...]]


def find_edits(one: str, other: str) -> Edits | None:
    """Return what only the first text has and what only the other has; None where they share too little.

    Case, punctuation and the shape of quotation marks do not count.
    """
    words, others = find_words(one), find_words(other)
    matcher = SequenceMatcher(None, [word.key for word in words], [word.key for word in others], autojunk=False)
    shared = sum(block.size for block in matcher.get_matching_blocks())
    if shared < LEAST_SHARED * max(1, min(len(words), len(others))):
        return None
    mine: list[Span] = []
    theirs: list[Span] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "replace" and b - a == d - c and all(map(_nearly, words[a:b], others[c:d])):
            for first, second in zip(words[a:b], others[c:d], strict=True):
                if first.key == second.key:
                    continue
                mine += _spell(first, second, one, other)
                theirs += _spell(second, first, other, one)
        elif tag != "equal":
            mine += _stretch(words[a:b])
            theirs += _stretch(others[c:d])
    return tuple(mine), tuple(theirs)


def _nearly(first: Word, second: Word) -> bool:
    if first.key == second.key:
        return True
    return not (first.key[:1].isdigit() or second.key[:1].isdigit()) and alike(first.key, second.key)


def _stretch(words: Sequence[Word]) -> Iterator[Span]:
    if words:
        yield Span(words[0].start, words[-1].end)


def _spell(word: Word, beside: Word, text: str, other: str) -> Iterator[Span]:
    """Yield the letters of a word that the one beside it does not have."""
    at = word.start
    for edit, letters, _ in spell(text[word.start : word.end], other[beside.start : beside.end]):
        if edit != "same" and letters:
            yield Span(at, at + len(letters))
        at += len(letters)
