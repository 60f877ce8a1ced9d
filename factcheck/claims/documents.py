"""A claim and an evidence sentence as the rules see them: parsed, with speaker and date."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from factcheck.speech.attributing import Attribution, SpeechReader
from factcheck.types import SourceSentence

Parse = Callable[[str], Any]


@dataclass(frozen=True, slots=True, eq=False)
class ClaimDoc:
    """A claim.

    Attributes:
        doc: Its spaCy `Doc`.
        speech: Whom the claim says it was said by, or None where the claim speaks for itself.
    """

    doc: Any
    speech: Attribution | None = None

    @property
    def text(self) -> str:
        """The claim as written."""
        return str(self.doc.text)


@dataclass(frozen=True, slots=True, eq=False)
class EvidenceDoc:
    """A sentence of an article.

    Attributes:
        doc: Its spaCy `Doc`.
        before: `Doc` of the sentence before it, or None.
        after: `Doc` of the sentence behind it, or None.
        speaker: Who says it, where it is reported speech.
        date: When the article appeared.
        title: The article's title, "" where unknown.
    """

    doc: Any
    before: Any | None = None
    after: Any | None = None
    speaker: str | None = None
    date: datetime.date | None = None
    title: str = ""

    @property
    def text(self) -> str:
        """The sentence as written."""
        return _write(self.doc)

    @property
    def around(self) -> str:
        """What the article tells around the sentence: title, neighbours, speaker."""
        beside = [str(doc.text) for doc in (self.before, self.after) if doc is not None]
        return " ".join([self.title, *beside, self.speaker or ""])


@lru_cache(maxsize=256)
def _write(doc: Any) -> str:
    """Return a sentence's text; spaCy joins it from its words at every call."""
    return str(doc.text)


def read_claim(text: str, parse: Parse) -> ClaimDoc:
    """Parse a claim and find whom it attributes its content to."""
    clean = " ".join(text.split())
    sentence = SourceSentence(0, "", "", 0, 0, 0, len(clean), 1, clean)
    return ClaimDoc(parse(clean), SpeechReader(clean, [sentence], parse).attribute(0))


def read_evidence(
    text: str,
    parse: Parse,
    *,
    before: str = "",
    after: str = "",
    speaker: str | None = None,
    date: str | None = None,
    title: str = "",
) -> EvidenceDoc:
    """Parse a sentence with what is known of it.

    Args:
        text: The sentence.
        parse: Returns the spaCy `Doc` of a text.
        before: The sentence before it.
        after: The sentence behind it.
        speaker: Who says it.
        date: The article's date in ISO form.
        title: The article's title.
    """
    return EvidenceDoc(
        parse(text),
        parse(before) if before else None,
        parse(after) if after else None,
        speaker,
        datetime.date.fromisoformat(date[:10]) if date else None,
        title,
    )
