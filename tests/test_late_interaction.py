"""Every word of a question finds its best match in a sentence."""

from __future__ import annotations

import numpy as np
import pytest

from factcheck.models.embedder import MiniLM, load_embedder
from factcheck.models.late_interaction import FUNCTION_WEIGHT, LateInteraction
from factcheck.models.token_codes import pack_states, unpack_states
from factcheck.settings import Settings

SENTENCES = (
    "Russian officials denied the request from the foreign minister.",
    "The weather in Lisbon was fine on Tuesday, said Mr. Quist.",
    "“We never saw it,” Anton Siluanov told reporters.",
)


@pytest.fixture(scope="module")
def model() -> MiniLM:
    model = load_embedder(Settings())
    assert isinstance(model, MiniLM)
    return model


@pytest.fixture(scope="module")
def interaction(model: MiniLM) -> LateInteraction:
    return LateInteraction(model)


def test_words_cover_the_question_at_their_places(interaction: LateInteraction) -> None:
    text = "Who denied Siluanov's request, U.S. officials?"
    encoded = interaction.encode_question(text)
    for word in encoded.words:
        assert text[word.start : word.end].lower() == word.text
        assert 0 <= word.weight <= 1
    assert "siluanov" in [word.text for word in encoded.words]
    assert sorted(row for word in encoded.words for row in word.rows) == list(range(len(encoded.states)))
    assert encoded.weights.shape == (len(encoded.words),)


def test_words_that_only_ask_weigh_little(interaction: LateInteraction) -> None:
    weights = {word.text: word.weight for word in interaction.encode_question("Who denied the request?").words}
    assert weights["who"] == weights["the"] == weights["?"] == FUNCTION_WEIGHT
    assert min(weights["denied"], weights["request"]) > 3 * FUNCTION_WEIGHT


def test_rare_words_weigh_more(interaction: LateInteraction) -> None:
    def rarity(words: object) -> dict[str, float]:
        return {"request": 0.0, "denied": 1.0}

    plain = {word.text: word.weight for word in interaction.encode_question("Who denied the request?").words}
    ranked = {word.text: word.weight for word in interaction.encode_question("Who denied the request?", rarity).words}
    assert ranked["request"] < plain["request"]
    assert ranked["denied"] > ranked["request"]


def test_the_sentence_that_answers_is_nearest(interaction: LateInteraction) -> None:
    question = interaction.encode_question("Who denied the request?")
    sentences = ["The ministry rejected the request.", "It rained all day in the valley.", "The request was denied."]
    found = interaction.align(question, sentences)
    assert found[1].similarity.mean() < min(found[0].similarity.mean(), found[2].similarity.mean())
    for sentence, alignment in zip(sentences, found, strict=True):
        assert alignment.similarity.shape == (len(question.words),)
        for start, end in alignment.spans:
            assert 0 <= start <= end <= len(sentence)
    place = [word.text for word in question.words].index("request")
    start, end = found[0].spans[place]
    assert sentences[0][start:end] == "request"


def test_a_sentence_matches_itself(interaction: LateInteraction) -> None:
    text = "The dam was safe."
    (found,) = interaction.align(interaction.encode_question(text), [text])
    assert np.allclose(found.similarity, 1.0, atol=0.01)
    assert found.cosine > 0.99


@pytest.mark.parametrize("text", ["", " ", "\u200b"])
def test_an_empty_sentence_matches_nothing(text: str, interaction: LateInteraction) -> None:
    (found,) = interaction.align(interaction.encode_question("Who denied it?"), [text])
    assert not found.similarity.any()
    assert found.cosine == 0.0


def test_no_sentences_and_repeated_sentences(interaction: LateInteraction) -> None:
    question = interaction.encode_question("Who denied it?")
    assert interaction.align(question, []) == []
    first, second = interaction.align(question, ["He denied it."] * 2)
    assert (first.similarity == second.similarity).all()


@pytest.mark.parametrize("word", ["many", "painting", "May", "Morris"])
def test_english_words_are_known(word: str, interaction: LateInteraction) -> None:
    assert interaction.is_word(word)


@pytest.mark.parametrize("word", ["waht", "equipmnt", "deneid", "requets", "volunters"])
def test_slips_are_not_known(word: str, interaction: LateInteraction) -> None:
    assert not interaction.is_word(word)


def test_a_code_is_a_sixteenth_and_its_products_are_those_of_the_states(model: MiniLM) -> None:
    states = np.concatenate([found.states for found in model.token_states(SENTENCES)])
    codes = pack_states(states)
    assert len(codes) * 16 == states.nbytes
    products = states @ unpack_states(codes).T
    assert np.abs(products - states @ states.T).mean() < 0.03
    assert np.diag(products).mean() == pytest.approx(1, abs=0.02)
    assert (products.argmax(axis=1) == np.arange(len(states))).all()


def test_what_is_kept_of_sentences_aligns_as_the_model_does_and_spares_it(
    model: MiniLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = model.encode_passages([SENTENCES[:2], SENTENCES[2:]])
    kept = [code for encoded in codes for code in encoded.codes]
    fresh = LateInteraction(model)
    question = fresh.encode_question("Who denied Siluanov's request?")
    exact = fresh.align(question, SENTENCES)
    monkeypatch.setattr(model, "_run", None)
    for found, wanted in zip(LateInteraction(model).align(question, SENTENCES, kept), exact, strict=True):
        assert np.abs(found.similarity - wanted.similarity).max() < 0.08
        assert found.cosine == pytest.approx(wanted.cosine, abs=0.05)
        sure = [place for place, similarity in enumerate(wanted.similarity) if similarity > 0.6]
        assert [found.spans[place] for place in sure] == [wanted.spans[place] for place in sure]
    assert max(exact[0].similarity) > 0.6


def test_without_a_fitting_code_the_model_reads(model: MiniLM) -> None:
    fresh = LateInteraction(model)
    question = fresh.encode_question("Who denied the request?")
    (encoded,) = model.encode_passages([SENTENCES])
    cut = [b"", encoded.codes[1][:-1], encoded.codes[0]]
    for found, wanted in zip(fresh.align(question, SENTENCES, cut), fresh.align(question, SENTENCES), strict=True):
        assert (found.similarity == wanted.similarity).all() and found.spans == wanted.spans
