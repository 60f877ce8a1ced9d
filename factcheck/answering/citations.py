"""Citations: a file and offsets whose text is the quote, and quotations found in cited text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from factcheck.quotes import find_quotations
from factcheck.speech.attributing import Attribution
from factcheck.types import Citation, Origins, SourceSentence

Match = Literal["exact", "typography", "elision", "altered", "absent"]
# Typographic variants that change nothing of what was said.
TYPOGRAPHY = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "–": "-", "—": "-", "‑": "-",
     "…": "...", "\u00a0": " ", "\u202f": " ", "\u200b": "", "\u00ad": "", "\ufeff": ""}
)  # fmt: skip
ELISION = re.compile(r"\s*(?:\[\s*)?(?:\.\s?){3}(?:\]\s*)?\s*")
# A quotation this similar to a stretch of the text is that stretch, altered.
ALTERED = 0.75


@dataclass(frozen=True, slots=True)
class QuotationMatch:
    """How a quotation relates to the cited text: the match, and the text it comes nearest to."""

    quotation: str
    match: Match
    nearest: str = ""


def cite(sentence: SourceSentence, attribution: Attribution | None, *, id: int = 0) -> Citation:
    """Return the citation of a whole sentence."""
    return Citation(
        id=id,
        file=sentence.file,
        start=sentence.start,
        end=sentence.end,
        line=sentence.line,
        quote=sentence.text,
        sha256=sentence.sha256,
        speaker=attribution.speaker if attribution is not None else None,
        via=attribution.via if attribution is not None else None,
        origin=sentence.origin,
    )


def count_origins(citations: Sequence[Citation]) -> Origins:
    """Count the files behind citations, and the independent origins: copies of one story count once."""
    files = {citation.file for citation in citations}
    return Origins(len(files), len({citation.origin or citation.file for citation in citations}))


def normalise(text: str) -> str:
    """Return a text without the differences that are typography only."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(TYPOGRAPHY).split())


def match_quotation(quotation: str, texts: Sequence[str]) -> QuotationMatch:
    """Look a quotation up in texts.

    Args:
        quotation: The words between quotation marks.
        texts: Where it should stand.

    Returns:
        The best match: exact, typography only, elision (parts in order), altered or absent.
    """
    words = quotation.strip().rstrip(",.;:!?")
    if any(words in text for text in texts):
        return QuotationMatch(quotation, "exact")
    plain = normalise(words).rstrip(",.;:!?")
    normalised = [normalise(text) for text in texts]
    if any(plain.casefold() in text.casefold() for text in normalised):
        return QuotationMatch(quotation, "typography")
    parts = [part.strip(" ,.;:") for part in ELISION.split(plain) if part.strip(" ,.;:")]
    if len(parts) > 1 and any(_in_order(parts, text) for text in normalised):
        return QuotationMatch(quotation, "elision")
    ratio, nearest = max((_likeness(plain, text) for text in normalised), default=(0.0, ""))
    return QuotationMatch(quotation, "altered", nearest) if ratio >= ALTERED else QuotationMatch(quotation, "absent")


def quotations_of(text: str) -> list[str]:
    """Return what stands between quotation marks in a text."""
    return [span.of(text) for span in find_quotations(text)]


def _in_order(parts: Sequence[str], text: str) -> bool:
    place = 0
    for part in parts:
        place = text.find(part, place)
        if place < 0:
            return False
        place += len(part)
    return True


def _likeness(words: str, text: str) -> tuple[float, str]:
    """Return how alike a quotation and its nearest stretch of the text are, by words."""
    wanted, given = words.casefold().split(), text.casefold().split()
    blocks = [
        block for block in SequenceMatcher(None, wanted, given, autojunk=False).get_matching_blocks() if block.size
    ]
    if not blocks:
        return 0.0, ""
    start = max(blocks[0].b - blocks[0].a, 0)
    end = min(blocks[-1].b + blocks[-1].size + (len(wanted) - blocks[-1].a - blocks[-1].size), len(given))
    stretch = given[start:end]
    ratio = SequenceMatcher(None, wanted, stretch, autojunk=False).ratio()
    return ratio, " ".join(text.split()[start:end])
