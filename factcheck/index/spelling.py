"""Mend slips of the keyboard in a question by the words that the articles use."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import SequenceMatcher

from factcheck.index import lexical
from factcheck.index.store import Store

# Shorter words have too many neighbours; below this likeness a word is another word.
SHORTEST = 4
ALIKE = 0.8
MOST_STEMS = 5000
QUESTION_WORDS = ("what", "when", "where", "which", "who", "whom", "why", "how", "does", "did", "the")
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def mend_spelling(store: Store, text: str, is_word: Callable[[str], bool]) -> str:
    """Replace words that no article holds by the nearest word that one does.

    English words are left alone, or "many" would become "May" where few articles are indexed. So are
    names, when they are capitalised and nothing is very near: that an article does not mention a name
    is an answer, not a slip.

    Args:
        store: The index.
        text: A question.
        is_word: Whether a word is known to be spelt right.

    Returns:
        The question, unchanged where every word is known or nothing is near.
    """
    words = [word for word in dict.fromkeys(WORD.findall(text)) if len(word) >= SHORTEST]
    known = lexical.document_frequency(store, words)
    for word in words:
        if known[word] or word.lower() in QUESTION_WORDS or is_word(word):
            continue
        better = _question_word(word) or _nearest(store, word)
        if better is not None:
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", better, text)
    return text


def _question_word(word: str) -> str | None:
    """Letters in another order: "waht"."""
    return next((known for known in QUESTION_WORDS if sorted(known) == sorted(word.lower())), None)


def _nearest(store: Store, word: str) -> str | None:
    stems = lexical.stem(word)
    if len(stems) != 1:
        return None
    stem = stems[0]
    first, behind = stem[0], chr(ord(stem[0]) + 1)
    rows = store.match(
        "SELECT term FROM passage_vocabulary WHERE term >= ? AND term < ? AND length(term) BETWEEN ? AND ? LIMIT ?",
        first, behind, len(stem) - 2, len(stem) + 2, MOST_STEMS,
    )  # fmt: skip
    # Names must be nearer: Morris is not Moritz.
    least = ALIKE if word[0].islower() else 0.87
    near = [(SequenceMatcher(None, stem, term).ratio(), term) for (term,) in rows]
    ratio, best = max(near, default=(0.0, ""))
    return _as_written(store, best) if ratio >= least else None


def _as_written(store: Store, stem: str) -> str | None:
    """Return a word of the articles that has this stem."""
    rows = store.match("SELECT rowid FROM passage_words WHERE passage_words MATCH ? LIMIT 1", f'"{stem}"')
    for sentence in store.sentences_of_passages([row[0] for row in rows]):
        for word in WORD.findall(sentence.text):
            if lexical.stem(word) == (stem,):
                return str(word)
    return None
