"""The packaged reader: says whether a sentence answers a question, with which words, and how it stands to a claim.

    question or claim, sentence and its neighbours → word pieces → ONNX → logits → calibrated probabilities

A 22M-parameter cross-encoder trained in `training/` (MODEL_CARD.md beside the file tells how, on what, and how
good it is). Hash and calibration are in `reader.json`, whose own hash is here: other bytes are never loaded,
and there is no fall-back to a smaller engine.
"""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from factcheck.errors import ModelError
from factcheck.models.cores import count_cores
from factcheck.models.sessions import load_session, load_tokenizer, read_checked, spread
from factcheck.settings import Settings

if TYPE_CHECKING:
    from tokenizers import Encoding

MODEL_FOLDER = Path(__file__).parent
CARD_SHA256 = "1a509e78dc7f9d0182d035cff09115b55bc2425d44982aca54cd9f63262d676b"
TOKENIZER_FILE = Path(__file__).with_name("minilm_tokenizer.json")

LONGEST_SPAN = 24  # word pieces
# One to one, so that offsets stay those of the article.
PLAIN = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "′": "'", "\u00a0": " ", "–": "-", "—": "-"})


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence with what stands around it in its article, "" where nothing does."""

    sentence: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Stance:
    """How a sentence stands to a claim: probabilities that add up to 1."""

    supported: float
    refuted: float
    not_enough: float


@dataclass(frozen=True, slots=True)
class Read:
    """What the reader says of one pair.

    Attributes:
        answers: Probability that the sentence answers the question, as likely as not at 0.5.
        start: Offset in the sentence of the likeliest answer.
        end: Offset behind it.
        span: How sure the reader is of these words among those of the sentence, 0..1.
        stance: Of the sentence to the first text, where that is a claim.
    """

    answers: float
    start: int
    end: int
    span: float
    stance: Stance

    @property
    def odds(self) -> float:
        """Log odds of `answers`, -6..6 put into 0..1."""
        chance = min(max(self.answers, 1e-9), 1 - 1e-9)
        return min(max(math.log(chance / (1 - chance)) / 12 + 0.5, 0.0), 1.0)


class Reader:
    """Reads pairs; safe to share between threads.

    Args:
        folder: Holds `reader.onnx` and `reader.json`.
        threads: Threads that run the model; 0 for one per available core.

    Raises:
        ModelError: A file is missing, altered or cannot be loaded.
    """

    def __init__(self, folder: Path = MODEL_FOLDER, *, threads: int = 0) -> None:
        card = json.loads(read_checked(folder / "reader.json", CARD_SHA256))
        self.name = f"reader {card['sha256'][:8]}"
        self._limits: dict[str, int] = card["limits"]
        self._cls, self._sep = card["special"]["cls"], card["special"]["sep"]
        self._answer, self._stance = card["calibration"]["answer"], card["calibration"]["stance"]
        self._tokenizer = load_tokenizer(read_checked(TOKENIZER_FILE, card["tokenizer_sha256"]))
        self._session = load_session(read_checked(folder / "reader.onnx", card["sha256"]))
        self._threads = threads or count_cores()

    def read(self, first: str, pairs: Sequence[Pair]) -> list[Read]:
        """Read pairs of one question or claim.

        Each pair runs alone: activations are quantised per run, and what is said of a sentence must not
        depend on the sentences beside it.

        Args:
            first: A question or a claim; cut at 64 word pieces.
            pairs: Sentences, each cut at 112 word pieces, with their neighbours.

        Returns:
            One reading for each pair, in order.

        Raises:
            ModelError: The model failed.
        """
        head = self._encode([first])[0].ids[: self._limits["first"]]
        return spread(lambda pair: self._read(head, pair), list(pairs), threads=self._threads)

    def _encode(self, texts: Sequence[str]) -> list[Encoding]:
        plain = [text.translate(PLAIN) for text in texts]
        return self._tokenizer.encode_batch(plain, add_special_tokens=False)

    def _read(self, head: list[int], pair: Pair) -> Read:
        body, before, after = self._encode([pair.sentence, pair.before, pair.after])
        length = min(len(body.ids), self._limits["sentence"])
        ids = [self._cls, *head, self._sep, *body.ids[:length], self._sep]
        segments = [0] * (len(head) + 2) + [1] * length + [0]
        for segment, name, beside in ((2, "before", before), (3, "after", after)):
            if beside.ids:
                kept = beside.ids[: self._limits[name]]
                ids += [*kept, self._sep]
                segments += [segment] * (len(kept) + 1)
        answer, starts, ends, votes = self._run(ids, segments)
        low = len(head) + 2
        first, last, sure = best_span(starts[low : low + length], ends[low : low + length])
        offsets = body.offsets
        return Read(
            answers=_sigmoid(self._answer["scale"] * answer + self._answer["shift"]),
            start=offsets[first][0] if length else 0,
            end=offsets[last][1] if length else 0,
            span=sure,
            stance=Stance(*_softmax(votes * self._stance["scale"]).tolist()),
        )

    def _run(self, ids: list[int], segments: list[int]) -> tuple[float, NDArray[Any], NDArray[Any], NDArray[Any]]:
        row = np.array([ids], dtype=np.int64)
        feed = {
            "input_ids": row,
            "segment_ids": np.array([segments], dtype=np.int64),
            "attention_mask": np.ones_like(row),
        }
        try:
            answer, starts, ends, votes = self._session.run(["answer", "start", "end", "stance"], feed)
        except Exception as error:  # onnxruntime raises its own untyped exceptions
            raise ModelError(f"the reader failed: {error}") from error
        return float(answer[0]), starts[0], ends[0], votes[0]


def best_span(starts: NDArray[Any], ends: NDArray[Any]) -> tuple[int, int, float]:
    """Return the first and last word piece of the likeliest span, and its probability."""
    if not len(starts):
        return 0, 0, 0.0
    begin, finish = _softmax(starts), _softmax(ends)
    together = np.triu(np.outer(begin, finish))
    together -= np.triu(together, LONGEST_SPAN)
    best = int(together.argmax())
    first, last = divmod(best, len(starts))
    return first, last, float(together[first, last])


def _softmax(values: NDArray[Any]) -> NDArray[np.float64]:
    shifted = np.exp(values.astype(np.float64) - float(values.max()))
    total: NDArray[np.float64] = shifted / shifted.sum()
    return total


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value >= 0 else math.exp(value) / (1 + math.exp(value))


_loaded: dict[int, Reader] = {}
_loading = threading.Lock()


def load_reader(settings: Settings) -> Reader:
    """Return the packaged reader, loaded once per process.

    Raises:
        ModelError: It is missing or altered.
    """
    with _loading:
        if settings.threads not in _loaded:
            _loaded[settings.threads] = Reader(threads=settings.threads)
        return _loaded[settings.threads]
