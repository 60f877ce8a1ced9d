"""The verifier with the reader: a contradiction that words alone do not show is marked."""

from __future__ import annotations

import pytest

from factcheck.answering.reader_support import ReaderSupport
from factcheck.answering.support import AlignmentSupport
from factcheck.models.embedder import MiniLM, load_embedder
from factcheck.models.late_interaction import LateInteraction
from factcheck.models.parser import load_parser
from factcheck.models.reader import Reader, load_reader
from factcheck.settings import Settings


@pytest.fixture(scope="module")
def alignment() -> AlignmentSupport:
    model = load_embedder(Settings())
    assert isinstance(model, MiniLM)
    return AlignmentSupport(LateInteraction(model), load_parser())


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader(Settings())


CONTRARY = "China has the smaller economy of the two countries."
CITED = "China has the larger economy of the two countries."


def test_a_contradiction_that_words_do_not_show_is_marked(alignment: AlignmentSupport, reader: Reader) -> None:
    assert alignment.score(CONTRARY, [CITED]).reasons == ()
    reasons = ReaderSupport(alignment, reader).score(CONTRARY, [CITED]).reasons
    assert len(reasons) == 1
    assert reasons[0].startswith("the reader takes it")


def test_what_one_cited_sentence_carries_is_not_marked_for_another(alignment: AlignmentSupport, reader: Reader) -> None:
    support = ReaderSupport(alignment, reader)
    assert support.score(CONTRARY, [CITED, CONTRARY]).reasons == ()
    assert support.score(CITED, [CITED]).reasons == ()


def test_the_score_and_its_threshold_are_the_alignments(alignment: AlignmentSupport, reader: Reader) -> None:
    support = ReaderSupport(alignment, reader)
    assert support.score("Anything.", []) == alignment.score("Anything.", [])
    assert support.score(CITED, [CITED]).value == alignment.score(CITED, [CITED]).value
    assert support.threshold == alignment.threshold
    assert reader.name in support.name
