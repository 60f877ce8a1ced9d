"""The library: any question, any filter, from any thread."""

from __future__ import annotations

import json
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from newsroom import ARTICLES
from places import ROOT, SEEDS

from factcheck.errors import IndexMissing, UsageError
from factcheck.pipeline import Corpus
from factcheck.settings import Settings
from factcheck.types import Abstention, Answer, AnswerRecord, Citation, Failure, Statement

QUESTIONS = [
    "Who convicted Garrett Hollis?",
    "How much did Hollis steal?",
    "Who won the Carrow Cup?",
    "How many people died in the flood?",
    "Will the company cut pensions?",
    "Who owns Tessaro?",
    "What did Boris Johnson say?",
    "Who is Carla Voss?",
]


def without_clock(record: AnswerRecord) -> dict[str, Any]:
    wire = record.to_dict()
    wire.pop("timing_ms")
    return wire


def read_text(folder: Path, file: str) -> str:
    return (folder / file).read_bytes().decode("utf-8", "replace")


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "?", "...!?", "\x00\x01", "\u200b", "“”", "🙂"])
def test_nothing_to_ask_is_a_usage_error(question: str, news_corpus: Corpus) -> None:
    with pytest.raises(UsageError, match="empty") as raised:
        news_corpus.ask(question)
    assert raised.value.hint


def test_a_pasted_page_is_a_usage_error(news_corpus: Corpus) -> None:
    with pytest.raises(UsageError, match="102,399 characters"):
        news_corpus.ask("Who? " * 20480)


ODD = [
    "Who\x00 convicted\x07 Garrett\u200b Hollis?",
    "Wer hat das Spiel gewonnen?",
    "¿Quién ganó la copa?",
    "谁赢得了比赛",
    "من فاز بالمباراة؟",
    "'; DROP TABLE articles; --",
    "SELECT * FROM articles WHERE 1=1",
    'NEAR("flood" "dam", 3) AND body: *',
    'flood" OR "dam',
    "flood* NOT dam^2 (",
    "-flood +dam {x}",
    "{question} %s {0} \\n",
    "<script>alert(1)</script>",
    "who " * 400,
    "a",
    "42",
    "Hollis",
    "I have no question.",
]


@pytest.mark.parametrize("question", ODD)
def test_odd_questions_are_answered_or_abstained(question: str, news_corpus: Corpus) -> None:
    record = news_corpus.ask(question)
    assert isinstance(record.outcome, Answer | Abstention)
    assert record.question == question
    json.dumps(record.to_dict())
    cited = record.outcome.citations if isinstance(record.outcome, Answer) else record.outcome.closest
    assert all(ARTICLES[c.file][c.start : c.end] == c.quote for c in cited)


def test_control_characters_change_no_answer(news_corpus: Corpus) -> None:
    odd, plain = news_corpus.ask(ODD[0]), news_corpus.ask("Who convicted Garrett Hollis?")
    assert odd.outcome == plain.outcome


def cited_files(record: AnswerRecord) -> set[str]:
    assert not isinstance(record.outcome, Failure)
    cited = record.outcome.citations if isinstance(record.outcome, Answer) else record.outcome.closest
    return {citation.file for citation in cited}


def test_a_glob_restricts_what_is_searched(news_corpus: Corpus) -> None:
    question = "How much did Hollis steal?"
    assert cited_files(news_corpus.ask(question, files="court/*")) == {
        "court/hollis-wire.txt",
        "court/hollis-gazette.txt",
    }
    (only,) = cited_files(news_corpus.ask(question, files="*gazette*"))
    assert only == "court/hollis-gazette.txt"
    assert cited_files(news_corpus.ask(question, files="flood/*")) <= {
        "flood/river-monday.txt",
        "flood/river-tuesday.txt",
    }
    with pytest.raises(UsageError, match="no indexed article"):
        news_corpus.ask(question, files="nothing/*")


def test_a_date_leaves_out_what_came_later_and_what_has_none(news_corpus: Corpus) -> None:
    question = "How many people died in the flood?"
    early = news_corpus.ask(question, as_of="2023-10-02")
    assert isinstance(early.outcome, Answer)
    assert cited_files(early) == {"flood/river-monday.txt"}
    assert early.outcome.conflicts == ()
    late = news_corpus.ask(question, as_of="2023-10-03")
    assert cited_files(late) == {"flood/river-monday.txt", "flood/river-tuesday.txt"}


@pytest.mark.parametrize("date", ["yesterday", "2023-13-01", "2023-1-1", "", "2023-02-30", "20230101"])
def test_a_wrong_date_is_a_usage_error(date: str, news_corpus: Corpus) -> None:
    with pytest.raises(UsageError, match="not a date"):
        news_corpus.ask("Who?", as_of=date)


def test_engines_that_are_not_there_are_usage_errors(news_corpus: Corpus) -> None:
    for engine in ("openai", "gpt", "both"):
        with pytest.raises(UsageError):
            news_corpus.ask("Who won?", engine=engine)


def test_a_missing_index_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing) as raised:
        Corpus.open(tmp_path / "nowhere")
    assert "factcheck index" in raised.value.hint
    (tmp_path / "empty").mkdir()
    with pytest.raises(IndexMissing):
        Corpus.open(tmp_path / "empty")


def test_answers_are_the_same_every_time_and_from_every_thread(news_corpus: Corpus) -> None:
    once = {question: without_clock(news_corpus.ask(question, id="q")) for question in QUESTIONS}
    order = QUESTIONS * 4
    random.Random(7).shuffle(order)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda question: without_clock(news_corpus.ask(question, id="q")), order))
    for question, record in zip(order, found, strict=True):
        assert record == once[question]


def test_a_fresh_corpus_gives_the_same_answers(news_corpus: Corpus) -> None:
    with Corpus.open(settings=replace(news_corpus.settings)) as fresh:
        for question in reversed(QUESTIONS[:4]):
            assert fresh.ask(question).outcome == news_corpus.ask(question).outcome


def test_a_stream_yields_its_statements_and_then_the_record(news_corpus: Corpus) -> None:
    *statements, record = news_corpus.stream("How much did Hollis steal?", id="q")
    assert isinstance(record, AnswerRecord)
    assert isinstance(record.outcome, Answer)
    assert tuple(statements) == record.outcome.statements
    assert all(isinstance(statement, Statement) for statement in statements)
    with pytest.raises(UsageError):
        list(news_corpus.stream("?"))


def test_records_say_where_they_come_from(news_corpus: Corpus) -> None:
    record = news_corpus.ask(QUESTIONS[0], id="mine")
    assert record.id == "mine"
    assert record.engine.name == "embedded"
    assert record.engine.endpoint is None
    assert record.provenance.index == news_corpus.status()["fingerprint"]
    assert record.timing.total > 0
    assert news_corpus.ask(QUESTIONS[0]).id != news_corpus.ask(QUESTIONS[0]).id


def test_a_trace_is_the_hits_of_the_one_retrieval(news_corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    searches: list[str] = []
    retriever = news_corpus._engines.retriever()
    search = retriever.retrieve

    def counted(query: str, **options: Any) -> Any:
        searches.append(query)
        return search(query, **options)

    monkeypatch.setattr(retriever, "retrieve", counted)
    traced = news_corpus.ask_traced("How much did Hollis steal?", id="q")
    assert searches == ["How much did Hollis steal?"]
    assert without_clock(traced.record) == without_clock(news_corpus.ask("How much did Hollis steal?", id="q"))
    assert [hit.rank for hit in traced.hits] == list(range(1, len(traced.hits) + 1))
    assert 0 < traced.read < len(traced.hits) <= 40
    cited = {citation.quote for citation in traced.record.outcome.citations}  # type: ignore[union-attr]
    assert cited & {hit.sentence.text for hit in traced.hits[: traced.read]}


def test_articles_and_texts_are_the_files(news_corpus: Corpus) -> None:
    assert [article.file for article in news_corpus.articles()] == sorted(ARTICLES)
    for file, text in ARTICLES.items():
        assert news_corpus.text(file) == text
        for sentence in news_corpus.sentences_of_file(file):
            assert text[sentence.start : sentence.end] == sentence.text
    assert news_corpus.status()["files"] == len(ARTICLES)


def golden_questions() -> list[str]:
    lines = (ROOT / "golden" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines if line.strip()][::3]


def check_citation(citation: Citation) -> None:
    text = read_text(SEEDS, citation.file)
    assert text[citation.start : citation.end] == citation.quote
    assert text.count("\n", 0, citation.start) + 1 == citation.line


@pytest.mark.parametrize("question", golden_questions())
def test_every_citation_of_the_seeds_is_the_text(question: str, seed_corpus: Corpus) -> None:
    record = seed_corpus.ask(question)
    outcome = record.outcome
    assert not isinstance(outcome, Failure)
    if isinstance(outcome, Abstention):
        for citation in outcome.closest:
            check_citation(citation)
        assert outcome.explanation
        return
    for citation in outcome.citations:
        check_citation(citation)
    assert [citation.id for citation in outcome.citations] == list(range(1, len(outcome.citations) + 1))
    known = " ".join([c.quote for c in outcome.citations] + [c.speaker or "" for c in outcome.citations])
    for part in (outcome.short_answer or "").split("; "):
        for words in part.removesuffix(")").split(" ("):
            assert words in known
    ids = {citation.id for citation in outcome.citations}
    for statement in outcome.statements:
        assert statement.citations
        assert set(statement.citations) <= ids
        assert statement.support == "verbatim"
    assert {id_ for c in outcome.conflicts for side in c.sides for id_ in side.citations} <= ids
    assert not [finding for finding in record.findings if finding.check in {"citation", "statement"}]


def test_settings_are_read_where_no_index_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTCHECK_INDEX", str(tmp_path / "from-environment"))
    with pytest.raises(IndexMissing, match="from-environment"):
        Corpus.open()
    with pytest.raises(IndexMissing, match="given"):
        Corpus.open(settings=Settings(index=str(tmp_path / "given")))
