"""What the engines read beside the hits: neighbouring sentences, speakers, known words."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

from factcheck.index import lexical
from factcheck.index.store import Store
from factcheck.models.parser import Parser
from factcheck.speech.attributing import Attribution, SpeechReader
from factcheck.types import SourceSentence

CACHED_ARTICLES = 256


class Library:
    """The indexed articles as the engines read them; safe to share between threads."""

    def __init__(self, store: Store, parser: Parser) -> None:
        self.store = store
        self.parser = parser
        self._articles: OrderedDict[tuple[str, str], tuple[list[SourceSentence], SpeechReader]] = OrderedDict()
        self._lock = threading.Lock()

    def attribute(self, sentence: SourceSentence) -> Attribution | None:
        """Return who says a sentence, or None where the article itself speaks."""
        sentences, reader = self._article(sentence)
        place = sentences[sentence.ordinal] if sentence.ordinal < len(sentences) else None
        if place is None or place.start != sentence.start:
            return None  # the article was replaced since the search
        return reader.attribute(sentence.ordinal)

    def around(self, sentence: SourceSentence, before: int, after: int) -> list[SourceSentence]:
        """Return the sentences around one in its article, itself included."""
        sentences, _ = self._article(sentence)
        return sentences[max(0, sentence.ordinal - before) : sentence.ordinal + after + 1]

    def frequencies(self, words: Sequence[str]) -> dict[str, int]:
        """Return in how many passages each word (stemmed) stands."""
        return lexical.document_frequency(self.store, words)

    def _article(self, sentence: SourceSentence) -> tuple[list[SourceSentence], SpeechReader]:
        key = (sentence.file, sentence.sha256)
        with self._lock:
            if key in self._articles:
                self._articles.move_to_end(key)
                return self._articles[key]
        sentences = self.store.sentences_of_file(sentence.file)
        reader = SpeechReader(self.store.text(sentence.file), sentences, self.parser.parse)
        with self._lock:
            self._articles[key] = (sentences, reader)
            while len(self._articles) > CACHED_ARTICLES:
                self._articles.popitem(last=False)
        return sentences, reader
