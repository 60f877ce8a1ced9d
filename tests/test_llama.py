"""A real client over real HTTP: llama.cpp with a 135M model, which makes things up freely.

Asserted is what gets through: no false citation, no quotation that is not in the text, and every
invented number or name marked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from llama import CONTEXT, llama_server
from llm import FERRY, HARBOUR, build, hold

from factcheck.answering.quotation_marks import find_false_quotations
from factcheck.pipeline import Corpus
from factcheck.settings import Settings
from factcheck.types import Abstention, Answer, AnswerRecord, Failure, SourceSentence

QUESTIONS = ("What will the repair cost?", "What did Lena Brandt say?")


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Corpus, list[AnswerRecord]]]:
    index = build(tmp_path_factory.mktemp("llama"), {"harbour.txt": HARBOUR, "ferry.txt": FERRY})
    settings = Settings(
        index=str(index), engine="openai", model="smollm2", context=CONTEXT, max_tokens=90, timeout=170.0, cache=False
    )
    with llama_server() as address, pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_BASE_URL", address)
        with Corpus.open(settings=settings) as corpus:
            *_, streamed = corpus.stream(QUESTIONS[1])
            assert isinstance(streamed, AnswerRecord)
            yield corpus, [corpus.ask(QUESTIONS[0]), streamed]


@pytest.mark.slow
def test_every_question_has_a_typed_outcome(records: tuple[Corpus, list[AnswerRecord]]) -> None:
    for record in records[1]:
        assert isinstance(record.outcome, Answer | Abstention | Failure)
        assert record.engine.model == "smollm2"
        if isinstance(record.outcome, Failure):
            assert record.outcome.stage == "answer", record.outcome
            assert "cut off" in record.outcome.error or "could not be used" in record.outcome.error
        else:
            assert record.call is not None and record.call.format == "json_schema"
            assert record.usage.prompt_tokens > 200


@pytest.mark.slow
def test_no_citation_is_false(records: tuple[Corpus, list[AnswerRecord]]) -> None:
    corpus, found = records
    for record in found:
        hold(record, corpus)


@pytest.mark.slow
def test_nothing_invented_is_called_supported(records: tuple[Corpus, list[AnswerRecord]]) -> None:
    for record in records[1]:
        if not isinstance(record.outcome, Answer):
            continue
        quotes = {citation.id: citation for citation in record.outcome.citations}
        for statement in record.outcome.statements:
            cited = [quotes[id_].quote for id_ in statement.citations]
            sources = [SourceSentence(0, "", "", 2 * n, 0, 0, 0, 0, text) for n, text in enumerate(cited)]
            assert not find_false_quotations(statement.text, sources)
            if statement.support == "unsupported":
                continue
            words = set(re.findall(r"\w+", " ".join(cited).casefold()))
            for number in re.findall(r"\d+", statement.text):
                assert number in words, (statement, cited)
