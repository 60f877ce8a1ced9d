"""What a model may not do, and what becomes of it when it does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import ScriptedServer, answer, completion, stream
from llm import FERRY, HARBOUR, QUESTION, build, hold, number_of, scripted

from factcheck.errors import UsageError
from factcheck.pipeline import Corpus
from factcheck.settings import Settings
from factcheck.types import Abstention, Answer, AnswerRecord, Exchange, Statement


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("engine"), {"harbour.txt": HARBOUR, "ferry.txt": FERRY})


@pytest.fixture
def say(index: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AnswerRecord]:
    """Let the model say a statement about the sentences that hold given words."""

    def call(text: str, *words: str, **parts: object) -> AnswerRecord:
        probe = completion(answer(("x", [1])))
        with scripted(index, monkeypatch, probe) as (corpus, server):
            corpus.ask(QUESTION)
            numbers = [number_of(server, each) for each in words]
            server.replies.append(completion(answer((text, numbers), **parts)))  # type: ignore[arg-type]
            record = corpus.ask(QUESTION)
            hold(record, corpus)
            return record

    return call


COST = "cost 12 million"
JUNE = "reopen the bridge"
UNSAFE = "Okafor denied"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Mayor Ines Duarte said the repair will cost 12 million euros.", [COST]),
        ("The mayor, Ines Duarte, said that the repair costs 12 million euros.", [COST]),
        ("Duarte said: “We will reopen the bridge in June”.", [JUNE]),
        ("Duarte said “we will reopen the bridge”.", [JUNE]),
        ("Engineer Paul Okafor denied that the bridge had been unsafe.", [UNSAFE]),
        ("The bridge was closed on Monday after the storm damaged two of its cables.", ["closed on Monday"]),
    ],
)
def test_what_the_sentences_say_is_supported_and_cited(
    text: str, words: list[str], say: Callable[..., AnswerRecord]
) -> None:
    outcome = say(text, *words).outcome
    assert isinstance(outcome, Answer)
    (statement,) = outcome.statements
    assert statement.support in {"verbatim", "entailed"}
    assert len(outcome.citations) == len(words)


@pytest.mark.parametrize(
    ("text", "words", "why"),
    [
        ("Duarte said the repair will cost 15 million euros.", [COST], "number 15"),
        ("Duarte said the repair will cost 12 million dollars to Lisbon.", [COST], "name Lisbon"),
        ("Napoleon said the repair will cost 12 million euros.", [COST], "Napoleon"),
        ("The repair will cost 12 million euros.", [COST], "leaves out"),
        ("Duarte said the bridge “will stay closed for ever”.", [JUNE], "will stay closed for ever"),
        ("Duarte said the bridge 'will stay closed for ever'.", [JUNE], "will stay closed for ever"),
        ("Duarte said the bridge ‘will stay closed’.", [JUNE], "will stay closed"),
        ("Duarte said «the bridge is lost».", [JUNE], "the bridge is lost"),
        ("Duarte said “we will not reopen the bridge in June”.", [JUNE], "not reopen"),
        ("Paul Okafor confirmed that the bridge had been unsafe.", [UNSAFE], "confirmed"),
        ("Okafor said the bridge had been unsafe.", [UNSAFE], "denie"),
        ("Duarte said that pirates stole golden parrots.", [COST], "pirates"),
        ("Nothing is cited here.", [], "cites no sentence"),
        ("The storm damaged three of its cables.", ["closed on Monday"], "three"),
    ],
)
def test_what_the_sentences_do_not_say_is_marked_and_not_cited(
    text: str, words: list[str], why: str, say: Callable[..., AnswerRecord]
) -> None:
    record = say(text, *words)
    assert isinstance(record.outcome, Answer)
    (statement,) = record.outcome.statements
    assert statement.support == "unsupported", record.outcome
    assert statement.citations == ()
    assert record.outcome.citations == ()
    assert any(why in finding.message for finding in record.findings), record.findings
    if any(mark in text for mark in "“‘«'"):
        assert not set("“”‘’«»'") & set(statement.text)


def test_a_number_that_was_not_shown_is_a_finding(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reply = completion(answer(("Duarte said the repair will cost 12 million euros.", [1, 99, -1, 0])))
    with scripted(index, monkeypatch, reply) as (corpus, _):
        record = corpus.ask(QUESTION)
        hold(record, corpus)
    messages = " ".join(finding.message for finding in record.findings)
    for number in (99, -1, 0):
        assert f"cites sentence {number}, which was not shown" in messages


def test_a_short_answer_that_is_not_cited_is_left_out(say: Callable[..., AnswerRecord]) -> None:
    text = "Duarte said the repair will cost 12 million euros."
    record = say(text, COST, short="12 million euros; 99 million")
    assert isinstance(record.outcome, Answer)
    assert record.outcome.short_answer == "12 million euros"
    assert any("99 million" in finding.message for finding in record.findings)


def test_sentence_numbers_in_the_text_are_not_taken_for_citations(say: Callable[..., AnswerRecord]) -> None:
    outcome = say("Duarte said the repair will cost 12 million euros [7].", COST).outcome
    assert isinstance(outcome, Answer)
    assert outcome.statements[0].text == "Duarte said the repair will cost 12 million euros."
    assert outcome.text.endswith("euros. [1]")


def test_a_disagreement_is_shown_only_where_both_sides_are_cited(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def with_sides(server: ScriptedServer, second: str) -> dict[str, object]:
        cost, sailors = number_of(server, COST), number_of(server, "40 sailors")
        sides = [{"value": "12 million", "sentences": [cost]}, {"value": second, "sentences": [sailors]}]
        text = "Duarte said the repair will cost 12 million euros."
        return answer((text, [cost]), disagreements=[{"about": "the sum", "sides": sides}])

    with scripted(index, monkeypatch, completion(answer(("x", [1])))) as (corpus, server):
        corpus.ask(QUESTION)
        server.replies.append(completion(with_sides(server, "40 sailors")))
        held = corpus.ask(QUESTION)
        server.replies.append(completion(with_sides(server, "50 sailors")))
        broken = corpus.ask(QUESTION)
        hold(held, corpus)
    assert isinstance(held.outcome, Answer) and isinstance(broken.outcome, Answer)
    assert [side.value for side in held.outcome.conflicts[0].sides] == ["12 million", "40 sailors"]
    assert broken.outcome.conflicts == ()
    assert any(finding.check == "disagreement" for finding in broken.findings)


def test_statements_stream_checked_and_the_record_agrees(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(index, monkeypatch, completion(answer(("x", [1])))) as (corpus, server):
        corpus.ask(QUESTION)
        number = number_of(server, COST)
        good = ("Duarte said the repair will cost 12 million euros.", [number])
        server.replies.append(stream(answer(good, ("Ghosts did it.", [number])), size=7))
        *statements, record = corpus.stream(QUESTION)
        hold(record, corpus)  # type: ignore[arg-type]
    assert isinstance(record, AnswerRecord) and isinstance(record.outcome, Answer)
    assert tuple(statements) == record.outcome.statements
    assert [s.support for s in statements if isinstance(s, Statement)] == ["entailed", "unsupported"]
    assert record.usage.prompt_tokens == 90


def test_the_embedded_engine_streams_too(index: Path) -> None:
    with Corpus.open(settings=Settings(index=str(index))) as corpus:
        *statements, record = corpus.stream(QUESTION)
    assert isinstance(record, AnswerRecord)
    assert isinstance(record.outcome, Answer)
    assert tuple(statements) == record.outcome.statements


def test_a_follow_up_is_rewritten_and_the_original_kept(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = answer(("Duarte said it.", [1]))
    replies = [completion({"question": QUESTION}), completion(said)]
    with scripted(index, monkeypatch, *replies) as (corpus, server):
        history = [Exchange("Was the harbour bridge damaged?", "Yes. </history> [1]")]
        record = corpus.ask("What will it cost?", history=history)
    assert record.question == "What will it cost?"
    assert record.call is not None and record.call.question == QUESTION
    assert f"Question: {QUESTION}" in server.prompt()
    assert "Was the harbour bridge damaged?" in server.prompt(0)
    assert record.usage.prompt_tokens == 200


def test_a_judge_can_only_add_a_doubt(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(index, monkeypatch, completion(answer(("x", [1]))), judge=True) as (corpus, server):
        corpus.ask(QUESTION)
        number = number_of(server, COST)
        good = ("Duarte said the repair will cost 12 million euros.", [number])
        given = answer(good, ("Duarte said the repair will cost 12 million.", [number]), ("Ghosts did it.", [number]))
        labels = [{"statement": 1, "label": "supported"}, {"statement": 2, "label": "unsupported"}]
        server.replies.extend([completion(given), completion({"labels": labels})])
        record = corpus.ask(QUESTION)
        server.replies.extend([completion(given), completion("I would say all are fine")])
        unread = corpus.ask(QUESTION)
        hold(record, corpus)
    assert isinstance(record.outcome, Answer) and isinstance(unread.outcome, Answer)
    assert [s.support for s in record.outcome.statements] == ["entailed", "unsupported", "unsupported"]
    assert [s.support for s in unread.outcome.statements] == ["entailed", "entailed", "unsupported"]
    assert any(finding.check == "judge" for finding in unread.findings)
    assert record.call is not None
    assert [score.judge for score in record.call.scores] == ["supported", "unsupported"]
    assert all(score.verifier is not None for score in record.call.scores)
    assert set(record.provenance.prompts) == {"answer.md", "rewrite.md", "judge.md"}


def test_an_equal_call_is_remembered_and_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = build(tmp_path, {"harbour.txt": HARBOUR})
    said = completion(answer(("Duarte said it.", [1])))
    with scripted(index, monkeypatch, said, said, cache=True) as (corpus, _):
        first, second = corpus.ask(QUESTION), corpus.ask(QUESTION)
        other = corpus.ask(QUESTION + " And when?")
        assert corpus.plan(QUESTION).remembered
    assert first.call and second.call and other.call
    assert [r.call.remembered for r in (first, second, other) if r.call] == [False, True, False]
    assert second.outcome == first.outcome
    assert second.usage.prompt_tokens == 0 and second.usage.cost_usd == 0.0


def test_a_reply_that_could_not_be_read_is_not_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = build(tmp_path, {"harbour.txt": HARBOUR})
    bad, good = completion("no"), completion(answer(("Duarte said it.", [1])))
    with scripted(index, monkeypatch, bad, bad, good, cache=True) as (corpus, _):
        corpus.ask(QUESTION)
        assert isinstance(corpus.ask(QUESTION).outcome, Answer)


def test_nothing_is_sent_for_a_plan(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(index, monkeypatch) as (corpus, server):
        plan = corpus.plan(QUESTION)
    assert plan.prompt_tokens > 200 and plan.cost_usd is not None and plan.cost_usd > 0
    assert plan.shown == plan.available
    assert not server.requests


def test_nothing_near_is_an_abstention_without_a_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from factcheck.answering.answered import Answered
    from factcheck.types import Retrieved, Searched

    index = build(tmp_path, {"harbour.txt": HARBOUR})
    with scripted(index, monkeypatch) as (corpus, _):
        done = corpus._engines.openai().answer("Who?", Retrieved("Who?", (), Searched(1, 5)))
    assert isinstance(done, Answered) and isinstance(done.outcome, Abstention)


@pytest.mark.parametrize(("engine", "name"), [("auto", "embedded"), ("embedded", "embedded")])
def test_without_an_endpoint_the_embedded_engine_answers(engine: str, name: str, index: Path) -> None:
    with Corpus.open(settings=Settings(index=str(index))) as corpus:
        record = corpus.ask(QUESTION, engine=engine)
    assert record.engine.name == name
    assert record.call is None


@pytest.mark.parametrize("engine", ["openai", "both", "other"])
def test_an_engine_that_is_not_there_is_refused(engine: str, index: Path) -> None:
    with Corpus.open(settings=Settings(index=str(index))) as corpus, pytest.raises(UsageError) as caught:
        corpus.ask(QUESTION, engine=engine)
    assert caught.value.hint


def test_both_engines_answer_and_are_named(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from factcheck.presentation.differences import find_differences

    with scripted(index, monkeypatch, completion(answer(("Ghosts did it.", [1])))) as (corpus, _):
        records = corpus.ask_both(QUESTION)
    assert [record.engine.name for record in records] == ["embedded", "openai"]
    lines = find_differences(*records)
    assert any("1 of 1 statements of openai unsupported" in line for line in lines)
    assert find_differences(records[0], records[0]) == []


def test_replies_are_forgotten_with_the_articles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from factcheck.index.sync import remove
    from factcheck.models.memory import FILE

    index = build(tmp_path, {"harbour.txt": HARBOUR, "ferry.txt": FERRY})
    said = completion(answer(("Lena Brandt hired 40 sailors.", [1])))
    with scripted(index, monkeypatch, said, cache=True) as (corpus, _):
        corpus.ask(QUESTION)
        assert b"Lena Brandt" in (index / FILE).read_bytes()
    remove(["ferry.txt"], settings=Settings(index=str(index)))
    assert not (index / FILE).exists()


def test_the_embedded_engine_reads_a_follow_up_or_says_that_it_does_not(index: Path) -> None:
    history = [Exchange("Was the harbour bridge damaged?", "Yes. [1]")]
    with Corpus.open(settings=Settings(index=str(index), engine="embedded")) as corpus:
        followed = corpus.ask("And what will it cost?", history=history)
        alone = corpus.ask("And what did he say?", history=history)
        whole = corpus.ask(QUESTION, history=history)
    assert (followed.read_as, followed.findings) == ("What will the harbour bridge cost?", ())
    assert alone.read_as is None and [finding.check for finding in alone.findings] == ["history"]
    assert (whole.read_as, whole.findings) == (None, ())
    assert followed.to_dict()["read_as"] == "What will the harbour bridge cost?"
