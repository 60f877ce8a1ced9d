"""The records of what is read and found: articles, sentences, hits.

Offsets are character offsets into `Article.text`, half open.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of character offsets."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the text that the span covers."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Article:
    """One source file as read.

    Attributes:
        file: Path relative to the indexed folder, with "/".
        format: "txt", "md", "html", "pdf" or "docx".
        text: For txt and md the file decoded as UTF-8 with replacement and no newline
            translation; for the other formats the extracted text. Never rewritten.
        sha256: Hex digest of the file's bytes.
        title: Headline as the text gives it, or None.
        outlet: Publisher as the text gives it, or None.
        byline: Author as the text gives it, or None.
        date: ISO date (YYYY-MM-DD) as the text gives it, or None.
        boilerplate: Spans that are not part of the story, sorted and disjoint.
    """

    file: str
    format: str
    text: str
    sha256: str
    title: str | None = None
    outlet: str | None = None
    byline: str | None = None
    date: str | None = None
    boilerplate: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence (or headline, or list line) of an article."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences, sized to the embedder."""

    sentences: tuple[Sentence, ...]

    @property
    def start(self) -> int:
        """Offset of the first sentence."""
        return self.sentences[0].start

    @property
    def end(self) -> int:
        """Offset behind the last sentence."""
        return self.sentences[-1].end


@dataclass(frozen=True, slots=True)
class SourceSentence:
    """A sentence of the index, with all that a citation needs.

    Attributes:
        id: Row in the index; changes when the article is indexed again.
        file: The article's file.
        sha256: Hex digest of the article's bytes.
        ordinal: Position in the article, from 0.
        passage: Row of its passage in the index.
        start: Character offset into the article's text.
        end: Character offset behind it.
        line: Line in the article's text, from 1.
        text: The exact text at these offsets.
        origin: Origin group of the article ("o1"), copies share one.
        title: The article's title, or None.
        outlet: The article's outlet, or None.
        date: The article's ISO date, or None.
    """

    id: int
    file: str
    sha256: str
    ordinal: int
    passage: int
    start: int
    end: int
    line: int
    text: str
    origin: str | None = None
    title: str | None = None
    outlet: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class QueryWord:
    """A word of a query: its offsets, its text in lower case and its weight in 0..1."""

    start: int
    end: int
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A sentence with its score and rank for one query (higher is better, rank from 1).

    Attributes:
        sentence: The sentence.
        score: Final ranking score; comparable within one query only.
        rank: From 1.
        dense: Cosine of query and sentence.
        maxsim: Weighted mean of `similarity`, neighbouring sentences counted at a discount.
        similarity: For each query word the cosine of its best match in the sentence.
        spans: For each query word the character range of that match in the sentence's text.
    """

    sentence: SourceSentence
    score: float
    rank: int
    dense: float = -1.0
    maxsim: float = -1.0
    similarity: tuple[float, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Searched:
    """What was searched: numbers of files and sentences behind the filters."""

    files: int
    sentences: int


@dataclass(frozen=True, slots=True)
class Retrieved:
    """All hits for one query, best first, the query's words and what was searched."""

    query: str
    hits: tuple[Hit, ...]
    searched: Searched
    words: tuple[QueryWord, ...] = ()
