"""The one list of citations of a comparison: each place once, its quote checked against the text."""

from __future__ import annotations

from collections.abc import Callable

from factcheck.errors import CorruptIndex
from factcheck.types import Citation, SourceSentence


class CitationList:
    """Gives places of articles their ids.

    Args:
        read: Returns an article's text.
        attribute: Returns speaker and channel of a sentence, each or None.
    """

    def __init__(
        self, read: Callable[[str], str], attribute: Callable[[SourceSentence], tuple[str | None, str | None]]
    ) -> None:
        self._read = read
        self._attribute = attribute
        self._found: dict[tuple[str, int, int], Citation] = {}

    def cite(self, sentence: SourceSentence) -> int:
        """Return the id of a sentence's citation."""
        speaker, via = self._attribute(sentence)
        return self.add(sentence, sentence.start, sentence.end, speaker=speaker, via=via)

    def add(
        self, sentence: SourceSentence, start: int, end: int, *, speaker: str | None = None, via: str | None = None
    ) -> int:
        """Return the id of a citation from `start` to `end`, which begins in a sentence.

        Raises:
            CorruptIndex: The sentence is not the text that stands there.
        """
        text = self._read(sentence.file)
        if text[sentence.start : sentence.end] != sentence.text or not text[start:end]:
            raise CorruptIndex(
                f"a sentence of {sentence.file} is not the text at its place",
                hint="Build the index again: factcheck index FOLDER --rebuild",
            )
        key = (sentence.file, start, end)
        if key not in self._found:
            self._found[key] = Citation(
                len(self._found) + 1, sentence.file, start, end, sentence.line, text[start:end], sentence.sha256,
                speaker, via, sentence.origin,
            )  # fmt: skip
        return self._found[key].id

    def all(self) -> tuple[Citation, ...]:
        """Return the citations in the order of their ids."""
        return tuple(self._found.values())
