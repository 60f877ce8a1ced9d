"""Quotation marks of every kind in a statement that a model wrote.

`factcheck.quotes` reads articles, where single marks are mostly apostrophes. A model that writes
'they surrendered' quotes, whatever marks it takes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from factcheck.answering.citations import match_quotation
from factcheck.types import SourceSentence

# Opening and closing marks; a straight or closing single mark inside a word is an apostrophe.
_PAIRS = (
    re.compile(r"[“”„«»\"＂‟❝❞〝〞]([^“”„«»\"＂‟❝❞〝〞]*)(?:[“”„«»\"＂‟❝❞〝〞]|$)"),
    re.compile(r"(?<!\w)['‘‚‛’`´‹]+(?!s\b)([^'‘‚‛`´‹›]*?(?:\w['’]\w[^'‘‚‛`´‹›]*?)*)['’`´›]+(?!\w)"),
    re.compile(r"[「『《〈]([^」』》〉]*)[」』》〉]"),
)
_ANY = re.compile(r"[“”„«»\"＂‟❝❞〝〞‘‚‛`´‹›「」『』《》〈〉]|(?<!\w)['’](?=\w)|(?<=[\w.,!?])['’](?!\w)")
_NEGLIGIBLE = re.compile(r"[\s.,;:!?…-]*")


def find_false_quotations(text: str, sources: Sequence[SourceSentence]) -> list[str]:
    """Return the words that a text puts between quotation marks and its sources do not contain.

    Args:
        text: A statement.
        sources: Sentences it cites; a quotation may run over neighbouring ones.
    """
    texts = [sentence.text for sentence in sources] + _joined(sources)
    quoted = [found.strip() for pattern in _PAIRS for found in pattern.findall(text)]
    return [
        words
        for words in dict.fromkeys(quoted)
        if not _NEGLIGIBLE.fullmatch(words)
        and match_quotation(words, texts).match not in {"exact", "typography", "elision"}
    ]


def drop_quotation_marks(text: str) -> str:
    """Return a text without any quotation marks."""
    return " ".join(_ANY.sub("", text).split())


def _joined(sources: Sequence[SourceSentence]) -> list[str]:
    """Return the texts of runs of neighbouring sentences."""
    ordered = sorted({(s.file, s.ordinal): s for s in sources}.values(), key=lambda s: (s.file, s.ordinal))
    runs = groupby(enumerate(ordered), key=lambda item: (item[1].file, item[1].ordinal - item[0]))
    joined = [[sentence.text for _, sentence in run] for _, run in runs]
    return [" ".join(run) for run in joined if len(run) > 1]
