"""Find the sentences that may answer a question.

    question → dense and lexical passages → fused by reciprocal rank → spread over files
             → sentences, aligned word by word (MaxSim) → hits, best first

Reciprocal rank fusion: Cormack, Clarke and Büttcher (SIGIR 2009).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from factcheck.errors import UsageError
from factcheck.filters import EVERYWHERE, Filter
from factcheck.index import lexical
from factcheck.index.schema import recipe
from factcheck.index.spelling import mend_spelling
from factcheck.index.store import Store
from factcheck.index.vectors import Vectors
from factcheck.models.embedder import Embedder, MiniLM, load_embedder
from factcheck.models.late_interaction import Alignment, EncodedQuestion, LateInteraction
from factcheck.settings import Settings
from factcheck.types import Hit, QueryWord, Retrieved, Searched, SourceSentence

RRF_K = 60
FUSED = 60  # passages taken from each of the two searches
PASSAGES_PER_FILE = 4  # of one file, before others had their turn
SENTENCES = 120  # that are aligned word by word
READ_TOGETHER = 24  # passages; as many as mostly hold the sentences that are aligned
MOST_FUSED = 64 * FUSED  # passages looked through for distinct ones
# Sentences that the model reads again: what is kept of them is coarse, and their order counts most. With none the mean
# reciprocal rank on golden/questions.jsonl is .898 instead of .908, with four or sixteen it is that of exact states.
READ_AGAIN = 4
NEIGHBOUR = 0.8  # discount on words that only a neighbouring sentence holds
DENSE = 0.3  # weight of the sentence's cosine beside MaxSim


@dataclass(frozen=True, slots=True)
class Distinct:
    """Hits of which no two have the same text.

    Attributes:
        retrieved: The hits, best first.
        copies: By id of a hit's sentence, those of other places that have the same text.
    """

    retrieved: Retrieved
    copies: Mapping[int, tuple[SourceSentence, ...]]


class Retriever:
    """Searches one index; reads only, safe to share between threads."""

    def __init__(self, store: Store, vectors: Vectors, embedder: Embedder, interaction: LateInteraction) -> None:
        self._store = store
        self._vectors = vectors
        self._embedder = embedder
        self._interaction = interaction

    @property
    def interaction(self) -> LateInteraction:
        """Word-by-word alignment; it remembers the sentences it has seen."""
        return self._interaction

    def retrieve(self, query: str, *, limit: int = 40, within: Filter = EVERYWHERE) -> Retrieved:
        """Return the best sentences for a query.

        Args:
            query: A question or a claim.
            limit: Most hits that are returned.
            within: Restricts the search to some files.

        Returns:
            Hits, best first; none where nothing was searched. Its query is the one searched for: slips of
            the keyboard are mended by the words of the articles.

        Raises:
            UsageError: The filter leaves no file.
        """
        files, searched = self._scope(within)
        query = mend_spelling(self._store, query, self._interaction.is_word)
        question = self._interaction.encode_question(query, self._rarity)
        words = tuple(QueryWord(word.start, word.end, word.text, word.weight) for word in question.words)
        sentences = self._candidates(query, files)
        hits = self._rank(question, sentences) if sentences else []
        return Retrieved(query, tuple(hits[:limit]), searched, words)

    def retrieve_distinct(self, query: str, *, within: Filter = EVERYWHERE) -> Distinct:
        """Return the best sentences for a query, each text once, however many articles have it.

        As `retrieve`, but copies of an article take nobody's place: searched for is until enough passages
        say something that the ones before do not.

        Raises:
            UsageError: The filter leaves no file.
        """
        files, searched = self._scope(within)
        query = mend_spelling(self._store, query, self._interaction.is_word)
        question = self._interaction.encode_question(query, self._rarity)
        limit = FUSED
        while True:
            order = self._search(query, files, limit)
            passages, copies = _drop_copies(list(self._sentences_of(order)))
            if len(order) < limit or len(passages) >= FUSED or limit >= MOST_FUSED:
                break
            limit *= 4
        sentences = _spread(passages)
        words = tuple(QueryWord(word.start, word.end, word.text, word.weight) for word in question.words)
        hits = self._rank(question, sentences) if sentences else []
        return Distinct(Retrieved(query, tuple(hits), searched, words), copies)

    def align(self, query: str, sentences: Sequence[SourceSentence]) -> list[Hit]:
        """Score given sentences for a query, in their order, without searching."""
        question = self._interaction.encode_question(query, self._rarity)
        ranked = self._rank(question, list(sentences)) if sentences else []
        return sorted(ranked, key=lambda hit: (hit.sentence.file, hit.sentence.ordinal))

    def close(self) -> None:
        """Close the vector index."""
        self._vectors.close()

    def _scope(self, within: Filter) -> tuple[frozenset[str] | None, Searched]:
        if not within.active:
            return None, self._store.counts()
        rows = [row for row in self._store.articles() if within.admits(row)]
        if not rows:
            raise UsageError(
                f"no indexed article matches {within.describe()}",
                hint="`factcheck status` lists the files; articles without a date are left out by --as-of and --since.",
            )
        return frozenset(row.file for row in rows), Searched(len(rows), sum(row.sentences for row in rows))

    def _rarity(self, words: Sequence[str]) -> Mapping[str, float]:
        """Return each word's inverse passage frequency, scaled to 0..1."""
        total = max(self._store.passage_count(), 1)
        frequencies = lexical.document_frequency(self._store, list(dict.fromkeys(words)))
        return {word: math.log((total + 1) / (count + 1)) / math.log(total + 1) for word, count in frequencies.items()}

    def _candidates(self, query: str, files: frozenset[str] | None) -> list[SourceSentence]:
        return _spread(self._sentences_of(self._search(query, files, FUSED)))

    def _search(self, query: str, files: frozenset[str] | None, limit: int) -> list[int]:
        """Return passages of both searches, best first."""
        vector = self._embedder.embed([query])[0]
        dense = self._vectors.search(vector, limit=limit, files=files)
        words = lexical.search(self._store, query, limit=limit, files=files)
        return fuse([[hit.passage for hit in dense], [hit.passage for hit in words]])

    def _sentences_of(self, order: Sequence[int]) -> Iterator[list[SourceSentence]]:
        """Yield the sentences of passages in order; few of them are read, and the rest need not be."""
        for start in range(0, len(order), READ_TOGETHER):
            part = self._store.sentences_of_passages(order[start : start + READ_TOGETHER])
            for _, sentences in groupby(part, key=lambda sentence: sentence.passage):
                yield list(sentences)

    def _rank(self, question: EncodedQuestion, sentences: list[SourceSentence]) -> list[Hit]:
        texts = [sentence.text for sentence in sentences]
        alignments = self._interaction.align(question, texts, self._store.token_codes(sentences))
        scored = [hit.score for hit in _score(question, sentences, alignments)]
        first = sorted(range(len(sentences)), key=lambda place: -scored[place])[:READ_AGAIN]
        again = self._interaction.align(question, [texts[place] for place in first])
        for place, alignment in zip(first, again, strict=True):
            alignments[place] = alignment
        hits = _score(question, sentences, alignments)
        hits.sort(key=lambda hit: (-hit.score, hit.sentence.file, hit.sentence.ordinal))
        return [replace(hit, rank=rank) for rank, hit in enumerate(hits, 1)]


def open_retriever(store: Store, settings: Settings) -> Retriever:
    """Open the search over an index.

    Raises:
        IndexMismatch: The index was built with another embedder or splitter.
        ModelError: A packaged model cannot be used.
        FactcheckError: The configured Chroma server cannot be used.
    """
    embedder = load_embedder(settings)
    store.require(recipe(embedder.name))
    packaged = embedder if isinstance(embedder, MiniLM) else load_embedder(replace(settings, embedding_model="minilm"))
    assert isinstance(packaged, MiniLM)
    return Retriever(store, Vectors.open(store, settings), embedder, LateInteraction(packaged))


def fuse(rankings: Iterable[Sequence[int]], *, k: int = RRF_K) -> list[int]:
    """Fuse rankings by reciprocal rank.

    Args:
        rankings: Lists of ids, best first.
        k: Damping of the first ranks.

    Returns:
        All ids, best first; equal scores in the order of the ids.
    """
    scores: Counter[int] = Counter()
    for ranking in rankings:
        for rank, item in enumerate(ranking, 1):
            scores[item] += 1 / (k + rank)  # type: ignore[assignment]  # Counter is typed for whole numbers
    return sorted(scores, key=lambda item: (-scores[item], item))


def _drop_copies(
    passages: Sequence[list[SourceSentence]],
) -> tuple[list[list[SourceSentence]], dict[int, tuple[SourceSentence, ...]]]:
    """Return the passages without sentences that were there before, and where those stand."""
    first: dict[str, int] = {}
    copies: dict[int, tuple[SourceSentence, ...]] = {}
    kept = []
    for sentences in passages:
        fresh = []
        for sentence in sentences:
            text = " ".join(sentence.text.split()).casefold()
            known = first.setdefault(text, sentence.id)
            if known == sentence.id:
                fresh.append(sentence)
            else:
                copies[known] = (*copies.get(known, ()), sentence)
        if fresh:
            kept.append(fresh)
    return kept, copies


def _spread(passages: Iterable[list[SourceSentence]]) -> list[SourceSentence]:
    """Take passages in order, a few of each file first, until the sentence budget is spent."""
    taken: list[SourceSentence] = []
    later: list[list[SourceSentence]] = []
    used: Counter[str] = Counter()
    for sentences in passages:
        file = sentences[0].file
        if used[file] >= PASSAGES_PER_FILE:
            later.append(sentences)
            continue
        used[file] += 1
        taken.extend(sentences)
        if len(taken) >= SENTENCES:
            return taken
    for sentences in later:
        taken.extend(sentences)
        if len(taken) >= SENTENCES:
            break
    return taken


def _with_neighbours(
    sentences: Sequence[SourceSentence], similarities: Sequence[NDArray[np.float32]]
) -> list[NDArray[np.float32]]:
    """Let each sentence use its neighbours' words at a discount."""
    place = {(sentence.file, sentence.ordinal): row for row, sentence in enumerate(sentences)}
    widened = []
    for sentence, own in zip(sentences, similarities, strict=True):
        best = own
        for step in (-1, 1):
            row = place.get((sentence.file, sentence.ordinal + step))
            if row is not None:
                best = np.maximum(best, NEIGHBOUR * similarities[row])
        widened.append(best)
    return widened


def _score(
    question: EncodedQuestion, sentences: Sequence[SourceSentence], alignments: Sequence[Alignment]
) -> list[Hit]:
    """Return a hit for each sentence, in their order."""
    weights = question.weights
    total = max(float(weights.sum()), 1e-9)
    similarities = _with_neighbours(sentences, [alignment.similarity for alignment in alignments])
    return [
        _hit(sentence, alignment, float((similarity * weights).sum() / total))
        for sentence, alignment, similarity in zip(sentences, alignments, similarities, strict=True)
    ]


def _hit(sentence: SourceSentence, alignment: Alignment, maxsim: float) -> Hit:
    return Hit(
        sentence=sentence,
        score=maxsim + DENSE * alignment.cosine,
        rank=0,
        dense=alignment.cosine,
        maxsim=maxsim,
        similarity=tuple(float(value) for value in alignment.similarity),
        spans=alignment.spans,
    )
