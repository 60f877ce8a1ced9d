"""Late interaction: every word of a question finds its best match in a sentence (MaxSim).

After Khattab and Zaharia, ColBERT (SIGIR 2020), with the token outputs of the packaged MiniLM in place of a
trained model, and words weighted by how rare they are.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from factcheck.models.embedder import MiniLM, TokenStates

Floats = NDArray[np.float32]

# In the model's vocabulary whole words follow one another by frequency, "the" being the first.
FIRST_WORD = 1996
VOCABULARY = 30522
# Words that ask or only join weigh little: their match says nothing about the topic.
FUNCTION_WEIGHT = 0.1
FUNCTION_WORDS = frozenset(
    "a an the of in on at to for from by with about into over after before and or but if as is are was were be been "
    "being am do does did done has have had having will would can could shall should may might must who whom whose "
    "what which when where why how many much that this these those it its they them their he she his her him you "
    "your we our us i my me there here not no so than then too very just also did "
    "'s ' ? ! . , ; : - ( ) \" “ ” ’".split()
)
CACHED_SENTENCES = 2_000  # of about 40 kB; what the index keeps codes of is not among them


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a question: its offsets, its weight (0..1) and its rows in the token states."""

    start: int
    end: int
    text: str
    weight: float
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class EncodedQuestion:
    """A question as words and token states."""

    words: tuple[Word, ...]
    states: Floats

    @property
    def weights(self) -> Floats:
        """Weights of the words, shape (words,)."""
        return np.array([word.weight for word in self.words], dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """How the question's words match one sentence.

    Attributes:
        similarity: Best cosine of each question word, shape (words,).
        spans: Character range in the sentence of the word that matched best.
        cosine: Cosine of the whole question and the whole sentence.
    """

    similarity: Floats
    spans: tuple[tuple[int, int], ...]
    cosine: float


class LateInteraction:
    """Encodes questions and sentences and aligns them; safe to share between threads."""

    def __init__(self, model: MiniLM) -> None:
        self._model = model
        self._cache: OrderedDict[str, TokenStates] = OrderedDict()
        self._lock = threading.Lock()

    def is_word(self, text: str) -> bool:
        """Say whether a word stands whole in the model's vocabulary, so that it is hardly a slip."""
        return self._model.count_tokens([text]) == [1]

    def encode_question(
        self, text: str, rarity: Callable[[Sequence[str]], Mapping[str, float]] | None = None
    ) -> EncodedQuestion:
        """Split a question into words with states and weights.

        Args:
            text: The question.
            rarity: Gives each word's rarity in the corpus in 0..1; without it only the rank of the
                word in the model's vocabulary counts.

        Returns:
            The encoded question.
        """
        states = self._model.token_states([text])[0]
        groups = _group_words(states)
        spelled = [text[states.offsets[rows[0]][0] : states.offsets[rows[-1]][1]].lower() for rows in groups]
        rare = rarity(spelled) if rarity is not None else {}
        words = tuple(
            Word(
                states.offsets[rows[0]][0],
                states.offsets[rows[-1]][1],
                word,
                _weight(word, [int(states.ids[row]) for row in rows], rare.get(word)),
                tuple(rows),
            )
            for rows, word in zip(groups, spelled, strict=True)
        )
        return EncodedQuestion(words, states.states)

    def align(
        self, question: EncodedQuestion, sentences: Sequence[str], codes: Sequence[bytes] | None = None
    ) -> list[Alignment]:
        """Align a question with each sentence.

        Args:
            question: The question.
            sentences: Texts.
            codes: The states that are kept of each (token_codes.py), empty where there are none; by default the
                model reads every sentence.
        """
        prepared = _prepare(question)
        return [_align(prepared, states) for states in self._restore(sentences, codes)]

    def _restore(self, texts: Sequence[str], codes: Sequence[bytes] | None) -> list[TokenStates]:
        """Return the states of each text from its code; of those without a fitting one from the model."""
        if codes is None or not any(codes):
            return self._states(texts)
        kept = self._model.restore_states(texts, codes)
        read = iter(self._states([text for text, states in zip(texts, kept, strict=True) if states is None]))
        return [states if states is not None else next(read) for states in kept]

    def _states(self, texts: Sequence[str]) -> list[TokenStates]:
        with self._lock:
            missing = [text for text in dict.fromkeys(texts) if text not in self._cache]
        fresh = dict(zip(missing, self._model.token_states(missing), strict=True))
        with self._lock:
            found = [fresh[text] if text in fresh else self._cache[text] for text in texts]
            self._cache.update(fresh)
            while len(self._cache) > CACHED_SENTENCES:
                self._cache.popitem(last=False)
        return found


def _group_words(states: TokenStates) -> list[list[int]]:
    """Join word pieces that continue a word, and parts joined by a hyphen or a stop ("U.S.")."""
    groups: list[list[int]] = []
    for row, (piece, (start, _)) in enumerate(zip(states.tokens, states.offsets, strict=True)):
        if groups and piece.startswith("##") and states.offsets[groups[-1][-1]][1] == start:
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _weight(word: str, ids: Sequence[int], rarity: float | None) -> float:
    if word in FUNCTION_WORDS:
        return FUNCTION_WEIGHT
    if len(ids) > 1:
        prior = 1.0
    else:
        prior = math.log(2 + max(ids[0] - FIRST_WORD, 0)) / math.log(VOCABULARY)
    return prior if rarity is None else (prior + rarity) / 2


@dataclass(frozen=True, slots=True, eq=False)
class _Prepared:
    """What all alignments of a question share: each word's first row and rows, the mean state."""

    states: Floats
    first: NDArray[np.intp]
    lengths: NDArray[np.intp]
    mean: Floats
    norm: float


def _prepare(question: EncodedQuestion) -> _Prepared:
    # The rows of a word follow one another, and those of the next word follow them.
    first = np.array([word.rows[0] for word in question.words], dtype=np.intp)
    lengths = np.array([len(word.rows) for word in question.words], dtype=np.intp)
    mean = question.states.mean(axis=0)
    return _Prepared(question.states, first, lengths, mean, math.sqrt(mean @ mean))


def _align(question: _Prepared, sentence: TokenStates) -> Alignment:
    if not len(sentence.states):
        return Alignment(np.zeros(len(question.first), np.float32), ((0, 0),) * len(question.first), 0.0)
    cosines = question.states @ sentence.states.T
    best = cosines.argmax(axis=1)
    similarity = (np.add.reduceat(cosines.max(axis=1), question.first) / question.lengths).astype(np.float32)
    spans = tuple(sentence.offsets[place] for place in best[question.first].tolist())
    mean = sentence.states.mean(axis=0)
    cosine = float(question.mean @ mean) / max(question.norm * math.sqrt(mean @ mean), 1e-9)
    return Alignment(similarity, spans, cosine)
