"""Servers that fail: each failure is a typed failure with a clear message, and never holds the key."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from fakes import KEY, Reply, answer, completion, error, stream
from llm import FERRY, HARBOUR, QUESTION, build, hold, number_of, scripted

from factcheck.models.budget import Budget
from factcheck.models.capabilities import FORMATS
from factcheck.models.endpoint import Endpoint, find_endpoint
from factcheck.models.retry import choose_delay, read_retry_after
from factcheck.pipeline import Corpus
from factcheck.settings import Settings
from factcheck.types import Abstention, Answer, Failure

PLAIN = {"Content-Type": "text/html"}
GOOD = answer(("Ines Duarte said the repair will cost 12 million euros.", [1]))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("llm"), {"harbour.txt": HARBOUR, "ferry.txt": FERRY})


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries do not wait."""
    monkeypatch.setattr("factcheck.models.retry.FIRST_SECONDS", 0.01)


FAILURES: dict[str, tuple[list[Reply], dict[str, Any], str, str, bool]] = {
    # name: replies, settings, error, hint, retryable
    "wrong key": ([error(401, "Incorrect API key provided")], {}, "refused the key", "OPENAI_API_KEY", False),
    "forbidden": ([error(403, "no access")], {}, "refused the key", "OPENAI_API_KEY", False),
    "wrong model": ([error(404, "The model `x` does not exist")], {}, "does not know the model", "--model", False),
    "wrong path": ([Reply(404, b"<h1>Not Found</h1>", PLAIN)], {}, "no chat completions", "/v1", False),
    "quota": ([error(429, "You exceeded your current quota, check billing")] * 1, {}, "quota", "billing", False),
    "rate limit": ([error(429, "slow down")] * 4, {}, "limits the rate", "Wait", True),
    "server error": ([error(500, "boom")] * 4, {}, "status 500: boom", "Try again later", True),
    "bad gateway": ([Reply(502, b"<html>bad gateway</html>", PLAIN)] * 4, {}, "status 502", "Try again", True),
    "too long": ([error(400, "maximum context length is 4096 tokens")], {}, "too long", "context", False),
    "bad request": ([error(400, "no")] * 3, {}, "refused the request with status 400", "model's name", False),
    "html page": ([Reply(200, b"<html><body>Welcome</body></html>", PLAIN)], {}, "not a chat completion", "/v1",
                  False),
    "wrong content type": ([Reply(200, b"hello", {"Content-Type": "text/plain"})], {}, "not a chat completion", "/v1",
                           False),
    "empty body": ([Reply(200, b"")], {}, "not a chat completion", "/v1", False),
    "not JSON": ([Reply(200, b"{oops")], {}, "not a chat completion", "/v1", False),
    "JSON of another kind": ([Reply(200, b"[1, 2]")], {}, "not a chat completion", "/v1", False),
    "no choices": ([Reply(200, b'{"choices": []}')], {}, "not a chat completion", "/v1", False),
    "null choices": ([Reply(200, b'{"choices": null}')], {}, "not a chat completion", "/v1", False),
    "message of a wrong type": ([Reply(200, b'{"choices": [{"message": 5}]}')], {}, "not a chat completion", "/v1",
                                False),
    "error with status 200": ([Reply(200, b'{"error": {"message": "overloaded"}}')], {}, "not a chat completion",
                              "/v1", False),
    "huge body": ([Reply(200, b'{"x": "' + b"a" * 5_000_000 + b'"}')], {}, "far more than an answer",
                  "OPENAI_BASE_URL", False),
    "dropped connection": ([Reply(200, b'{"choices": [{"mess' + b" " * 99, drop=20)] * 4, {}, "broke off", "Try",
                           True),
    "refusal": ([completion(None, refusal="I cannot help with that")], {}, "refused to answer: I cannot", "other words",
                False),
    "filtered": ([completion("", finish="content_filter")], {}, "refused to answer", "other words", False),
    "cut off": ([completion('{"answerable": true, "statements": [{"te', finish="length")], {}, "cut off at",
                "--max-tokens", False),
    "prose twice": ([completion("It costs 12 million."), completion("As I said: 12.")], {}, "twice", "stronger", True),
    "empty twice": ([completion(""), completion("")], {}, "twice: it is empty", "stronger", True),
    "wrong types twice": ([completion({"answerable": "yes"})] * 2, {}, "not true or false", "stronger", True),
    "wrong reason twice": ([completion({"answerable": False, "reason": "dunno"})] * 2, {}, "“dunno” is none of",
                           "stronger", True),
    "slow drip": ([Reply(200, b" " * 500, drip=1.0)], {"timeout": 1.0}, "did not answer in time", "timeout", True),
    "silence": ([Reply(200, b"{}", delay=3)], {"timeout": 1.0}, "did not answer in time", "timeout", True),
    "key echoed": ([Reply(401, b'{"error": {"message": "bad key {key}"}}', echo=True)], {}, "refused the key", "",
                   False),
    "key echoed by 500": ([Reply(500, b'{"error": {"message": "bad {key} here"}}', echo=True)] * 4, {}, "[removed]",
                          "Try", True),
    "key echoed in a refusal": ([completion(None, refusal=f"not with {KEY}")], {}, "not with [removed]", "", False),
    "key echoed in the reply": ([completion(f"Key {KEY}!")] * 2, {}, "Key [removed]", "", True),
}  # fmt: skip


@pytest.mark.parametrize("name", FAILURES)
def test_a_failing_server_is_a_clear_failure(
    name: str, index: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    replies, settings, message, hint, retryable = FAILURES[name]
    caplog.set_level(logging.DEBUG, logger="factcheck")
    with scripted(index, monkeypatch, *replies, **settings) as (corpus, server):
        record = corpus.ask(QUESTION)
    failure = record.outcome
    assert isinstance(failure, Failure), failure
    assert failure.stage == "answer"
    assert message in failure.error
    assert hint in failure.hint
    assert failure.retryable == retryable
    assert record.engine.name == "openai"
    assert "<" not in failure.error
    assert KEY not in json.dumps(record.to_dict()) + caplog.text
    assert server.keys[0] == f"Bearer {KEY}"


def test_nobody_listening_is_a_clear_failure(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with Corpus.open(settings=Settings(index=str(index))) as corpus:
        outcome = corpus.ask(QUESTION).outcome
    assert isinstance(outcome, Failure)
    assert "127.0.0.1:9/v1 cannot be reached" in outcome.error
    assert outcome.retryable


@pytest.mark.parametrize(
    "replies",
    [
        [error(500, "boom"), completion(GOOD)],
        [error(429, "slow", headers={"Retry-After": "0"}), completion(GOOD)],
        [error(503, "busy"), error(503, "busy"), completion(GOOD)],
        [Reply(200, b'{"cho', drop=3), completion(GOOD)],
        [completion("Well, I think"), completion(GOOD)],
        [completion('{"answerable": true, "statements": []}'), completion(GOOD)],
    ],
)
def test_a_passing_trouble_passes(replies: list[Reply], index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(index, monkeypatch, *replies) as (corpus, server):
        record = corpus.ask(QUESTION)
        hold(record, corpus)
    assert isinstance(record.outcome, Answer)
    assert len(server.requests) == len(replies)


def test_a_long_retry_after_is_not_waited_for(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reply = error(429, "slow", headers={"Retry-After": "3600"})
    with scripted(index, monkeypatch, reply) as (corpus, server):
        assert isinstance(corpus.ask(QUESTION).outcome, Failure)
    assert len(server.requests) == 1


@pytest.mark.parametrize("refusals", [0, 1, 2])
def test_a_server_is_asked_for_less_until_it_takes_it_and_that_is_remembered(
    refusals: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = build(tmp_path, {"harbour.txt": HARBOUR})
    no = error(400, "response_format is not supported")
    with scripted(index, monkeypatch, *[no] * refusals, completion(GOOD), completion(GOOD)) as (corpus, server):
        assert isinstance(corpus.ask(QUESTION).outcome, Answer)
        with Corpus.open(settings=corpus.settings) as again:
            record = again.ask(QUESTION)
    assert record.call is not None
    assert record.call.format == FORMATS[refusals]
    sent = [request.get("response_format", {}).get("type", "text") for request in server.requests]
    assert sent == [*FORMATS[: refusals + 1], FORMATS[refusals]]


@pytest.mark.parametrize(
    ("message", "gone"), [("temperature is not supported", "temperature"), ("unknown max_tokens", "max_tokens")]
)
def test_a_parameter_that_is_refused_is_left_out(
    message: str, gone: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = build(tmp_path, {"harbour.txt": HARBOUR})
    with scripted(index, monkeypatch, error(400, message), completion(GOOD)) as (corpus, server):
        assert isinstance(corpus.ask(QUESTION).outcome, Answer)
    assert gone in server.requests[0]
    assert gone not in server.requests[1]


def test_invalid_utf8_is_survived(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = completion(answer(("Caf\u00e9 \u00e9.", [1]))).body.replace(b"Caf", b"Caf\xff\xfe")
    with scripted(index, monkeypatch, Reply(body=body), always=Reply(body=body)) as (corpus, _):
        record = corpus.ask(QUESTION)
        hold(record, corpus)


def test_an_abstention_shows_what_is_closest(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reply = completion({**answer(), "answerable": False, "reason": "false_premise"})
    with scripted(index, monkeypatch, reply) as (corpus, _):
        outcome = corpus.ask("Why did the bridge collapse?").outcome
    assert isinstance(outcome, Abstention)
    assert outcome.reason == "false_premise"
    assert outcome.closest
    assert outcome.searched.files == 2


def test_a_stream_that_breaks_is_a_failure_after_its_statements(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = stream(GOOD)
    broken = Reply(body=good.body, headers=good.headers, drop=len(good.body) - 700)
    with scripted(index, monkeypatch, broken) as (corpus, _):
        *_, record = corpus.stream(QUESTION)
    assert isinstance(record.outcome, Failure)  # type: ignore[union-attr]
    assert "broke off" in record.outcome.error  # type: ignore[union-attr]


def test_azure_has_its_own_variables_and_address(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(index, monkeypatch, completion(GOOD)) as (corpus, server):
        monkeypatch.delenv("OPENAI_BASE_URL")
        monkeypatch.delenv("OPENAI_API_KEY")
        monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", server.address.removesuffix("/v1"))
        monkeypatch.setenv("AZURE_OPENAI_API_KEY", KEY)
        assert isinstance(corpus.ask(QUESTION).outcome, Answer)
    assert "/openai/deployments/gpt-4o-mini/chat/completions?api-version=" in server.paths[0]
    assert "max_completion_tokens" in server.requests[0]


def test_an_endpoint_never_shows_its_secrets() -> None:
    endpoint = Endpoint("https://user:hunter22@host.example:8443/v1?token=s3cr3t-token", "sk-abcdef12")
    assert endpoint.public == "https://host.example:8443/v1"
    assert "hunter22" not in repr(endpoint) and "abcdef12" not in repr(endpoint)
    said = endpoint.scrub("sk-abcdef12 hunter22 token=s3cr3t-token")
    assert said == "[removed] [removed] [removed]"


@pytest.mark.parametrize(
    ("env", "address"),
    [
        ({}, None),
        ({"OPENAI_API_KEY": KEY}, "https://api.openai.com/v1"),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}, "http://127.0.0.1:1/v1"),
        ({"AZURE_OPENAI_ENDPOINT": "https://a.example", "AZURE_OPENAI_API_KEY": KEY}, "https://a.example"),
    ],
)
def test_the_endpoint_is_what_the_sdks_variables_say(env: dict[str, str], address: str | None) -> None:
    found = find_endpoint(env)
    assert (found.public if found else None) == address


@pytest.mark.parametrize(
    ("attempt", "asked", "remaining", "delay"),
    [(1, None, 60, 0.01), (2, None, 60, 0.02), (4, None, 60, None), (1, 7, 60, 7), (1, 7, 5, None), (1, 99, 200, None)],
)
def test_the_wait_grows_and_is_bounded(
    attempt: int, asked: float | None, remaining: float, delay: float | None
) -> None:
    assert choose_delay(attempt, asked, remaining) == delay


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("3", 3.0), ("0.5", 0.5), ("Thu, 01 Jan 1970 00:01:40 GMT", 90.0), ("soon", None), ("", None), ("-5", 0.0),
     ("nan", None), ("1e99", None)],
)  # fmt: skip
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    assert read_retry_after({"retry-after": value}, now=10.0) == seconds


def test_numbers_lead_to_exact_sentences(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(index, monkeypatch, completion(GOOD), completion(GOOD)) as (corpus, server):
        corpus.ask(QUESTION)
        number = number_of(server, "12 million")
        server.replies.appendleft(
            completion(answer(("Ines Duarte said the repair will cost 12 million euros.", [number])))
        )
        record = corpus.ask(QUESTION)
        server.replies.clear()
        hold(record, corpus)
    assert isinstance(record.outcome, Answer)
    (statement,) = record.outcome.statements
    assert statement.support == "entailed"
    (citation,) = record.outcome.citations
    assert citation.quote == "Mayor Ines Duarte said the repair will cost 12 million euros."
    assert Budget(0).spent == 0


@pytest.mark.parametrize("spelled", [KEY, "\u200b".join(KEY), f"a{KEY}b", KEY.replace("s", "\\u0073")])
@pytest.mark.parametrize("streaming", [True, False])
def test_a_key_in_a_statement_is_taken_out(
    spelled: str, streaming: bool, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = json.dumps(answer((f"The key is {spelled}.", [1]), short=spelled), ensure_ascii=False)
    given = given.replace("\\\\u0073", "\\u0073")
    reply = stream(given, size=3) if streaming else completion(given)
    with scripted(index, monkeypatch, reply) as (corpus, _):
        items = list(corpus.stream(QUESTION)) if streaming else [corpus.ask(QUESTION)]
    assert KEY not in str(items) + str(items[-1].to_dict())  # type: ignore[union-attr]
    assert "[removed]" in str(items[-1])
