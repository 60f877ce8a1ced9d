"""The search for what was removed: it finds each form of it, and nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from factcheck.index import proof as module
from factcheck.index.proof import FORMS, Proof, find_shared

TEXT = "The hidden witness Ottokar Veselý-Langenbruch lives — “unseen” — in Brenner Street & nowhere else.\n\nHe waits."
VECTORS = np.random.default_rng(1).normal(size=(3, 384)).astype("<f4")
VECTORS /= np.linalg.norm(VECTORS, axis=1, keepdims=True)
NOISE = np.random.default_rng(2)


def seek(file: Path, content: bytes, *, texts: tuple[str, ...] = (TEXT,), names: tuple[str, ...] = ()) -> Proof:
    file.write_bytes(content)
    proof = Proof(texts, names, VECTORS)
    proof.search(file)
    return proof


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("part", [slice(None), slice(25, 60), slice(-26, None)], ids=["all", "middle", "end"])
def test_a_part_of_a_text_is_found_in_every_form_wherever_it_begins(tmp_path: Path, form: str, part: slice) -> None:
    for before in range(4096, 4104):
        found = seek(tmp_path / "page", NOISE.bytes(before) + FORMS[form](TEXT[part]) + NOISE.bytes(99))
        assert "sentences" in found.left()[tmp_path / "page"]
        found.spare(lambda: ["Another article.", f"It says: {TEXT}"])
        assert found.left() == {}, "what another article holds is spared"


def test_noise_and_repeated_characters_are_nothing(tmp_path: Path) -> None:
    texts = (TEXT, " " * 64 + "-" * 64 + "\0" * 64)
    content = NOISE.bytes(2_000_000) + b"-" * 4096 + b" " * 4096 + bytes(4096)
    found = seek(tmp_path / "page", content, texts=texts)
    assert found.left() == {} and (found.files, found.size) == (1, len(content))


def test_nothing_hides_where_two_pieces_of_a_file_meet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CHUNK", 4096)
    for end in range(0, 64, 7):
        content = NOISE.bytes(3 * 4096 - end)
        for planted in (FORMS["utf-8"](TEXT[4:34]), b"Ottokar-Langenbruch.txt", VECTORS[1].tobytes()[:120]):
            names = ("Ottokar-Langenbruch.txt",)
            assert seek(tmp_path / "page", content + planted + NOISE.bytes(9999), names=names).left(), (end, planted)


def test_names_are_found_as_written_and_in_lower_case(tmp_path: Path) -> None:
    for planted in ("Langenbruch", "langenbruch", "court-report.txt"):
        found = seek(
            tmp_path / "page", NOISE.bytes(77) + planted.encode() + NOISE.bytes(5), names=("court-report.txt",)
        )
        assert found.left() == {tmp_path / "page": "names"}
    found.spare_names(lambda name: name == "court-report.txt")
    assert found.left() == {}


@pytest.mark.parametrize("scale", [1 - 1e-7, 1, 1 + 1e-7], ids=["less", "same", "more"])
def test_a_vector_is_found_though_it_was_scaled_anew(tmp_path: Path, scale: float) -> None:
    changed = (VECTORS[1] * np.float32(scale)).tobytes()
    for before in range(4):
        found = seek(tmp_path / "page", NOISE.bytes(before) + changed[4:400] + NOISE.bytes(300))
        assert found.left() == {tmp_path / "page": "vectors"}
        found.spare_vectors(lambda: [VECTORS[:1], VECTORS[1:]])
        assert found.left() == {}, "a passage that stays has the same one"


def test_articles_that_share_a_sentence_are_named() -> None:
    sentences = ("He was seen at the harbour.", "Nobody else was there.", "No.")
    articles = [("a.txt", "x" * 5 + sentences[0]), ("b.txt", "He was seen at the market. No."), ("c.txt", sentences[1])]
    assert find_shared(sentences, articles) == ("a.txt", "c.txt")
    assert find_shared((), articles) == find_shared(sentences, ()) == ()
