"""What the reader is held against: BM25, cosine, shared words, and the product's rules."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.reader_sets import Claim, Span, stems
from factcheck.answering.questions import analyse_question
from factcheck.answering.readings import read_hit
from factcheck.claims.alignment import align, measure_similarity
from factcheck.claims.documents import read_claim, read_evidence
from factcheck.claims.mismatches import find_mismatches
from factcheck.claims.stance import combine, measure_signals
from factcheck.models.embedder import MiniLM
from factcheck.models.late_interaction import LateInteraction
from factcheck.models.parser import load_parser
from factcheck.models.reader import Read, Stance
from factcheck.texts import Hit, QueryWord, Retrieved, Searched, SourceSentence

Scores = NDArray[np.float64]
ENOUGH, LENGTH = 1.2, 0.75  # BM25's usual k1 and b


class Bm25:
    """BM25 over sentences; a word's weight is taken from all passages of the set.

    Args:
        passages: The sentences of each passage.
    """

    def __init__(self, passages: Iterable[Sequence[str]]) -> None:
        sentences = [stems(text) for told in {tuple(told) for told in passages} for text in told]
        self._seen = Counter(word for words in sentences for word in words)
        self._count = len(sentences)
        self._length = float(np.mean([len(words) for words in sentences]))

    def score(self, question: str, told: Sequence[str]) -> Scores:
        """Return the score of each sentence."""
        asked, values = stems(question), []
        for text in told:
            words = stems(text)
            norm = ENOUGH * (1 - LENGTH + LENGTH * len(words) / self._length)
            values.append(sum(map(self._weight, asked & words)) * (ENOUGH + 1) / (1 + norm))
        return np.array(values)

    def normalise(self, question: str, scores: Scores) -> Scores:
        """Return scores as shares of what a sentence with all words of the question would have."""
        return scores / max(sum(map(self._weight, stems(question))), 1e-9)

    def _weight(self, word: str) -> float:
        return math.log(1 + self._count / (1 + self._seen[word]))


class Rules:
    """The product's rules, without or beside the reader: spans by grammar, stance by typed mismatches."""

    def __init__(self, model: MiniLM) -> None:
        self._parser = load_parser()
        self._interaction = LateInteraction(model)

    def find_span(self, row: Span, read: Read | None) -> str:
        """Return the short answer that the product would show of a sentence, "" for none."""
        question = analyse_question(row.question, self._parser.parse(row.question))
        encoded = self._interaction.encode_question(row.question)
        (aligned,) = self._interaction.align(encoded, [row.sentence])
        sentence = SourceSentence(0, "", "", 0, 0, 0, len(row.sentence), 1, row.sentence)
        similarity = tuple(aligned.similarity.tolist())
        hit = Hit(sentence, score=0.0, rank=0, similarity=similarity, spans=aligned.spans)
        words = tuple(QueryWord(word.start, word.end, word.text, word.weight) for word in encoded.words)
        retrieved = Retrieved(row.question, (hit,), Searched(1, 1), words)
        best = read_hit(question, retrieved, hit, self._parser.parse(row.sentence), read).best
        return best.text if best is not None else ""

    def stances(self, row: Claim, stances: Sequence[Stance | None]) -> list[tuple[float, float]]:
        """Return the chances of supported and of refuted, by each sentence; no sentence is ruled out."""
        claim = read_claim(row.claim, self._parser.parse)
        texts = [text for text, _, _ in row.evidence]
        similar = measure_similarity(self._interaction, claim, texts)
        found = []
        for (text, before, after), cosines, stance in zip(row.evidence, similar, stances, strict=True):
            evidence = read_evidence(text, self._parser.parse, before=before, after=after)
            aligned = align(claim, evidence, cosines)
            signals = measure_signals(aligned, find_mismatches(aligned), stance)
            chances = combine(signals, with_reader=stance is not None)
            found.append((chances["supports"], chances["refutes"]))
        return found


def cosines(model: MiniLM, question: str, told: Sequence[str]) -> Scores:
    """Return the cosine of the question with each sentence, by the product's embedder."""
    vectors = model.embed([question, *told])
    return np.asarray(vectors[1:] @ vectors[0], dtype=np.float64)


def share_words(claim: str, texts: Iterable[str]) -> float:
    """Return the share of the claim's content words that the texts have."""
    asked = stems(claim)
    return len(asked & set().union(*map(stems, texts))) / max(1, len(asked))
