"""The provider's batch service against a real server over HTTP: the same records, and nothing paid twice."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from batch_server import BatchServer, Body, Failed, completion_body, prompt_of, question_of, quote_nearest
from fakes import KEY, answer, completion
from llm import FERRY, HARBOUR, build, scripted

from factcheck.batch.inputs import Item
from factcheck.batch.jobs import Jobs
from factcheck.batch.provider import Polling, ProviderBatch
from factcheck.batch.provider_lines import Limits
from factcheck.batch.provider_standing import Standing
from factcheck.batch.runner import Limits as JobLimits
from factcheck.batch.runner import Summary, run_job
from factcheck.batch.tasks import Asking, Task
from factcheck.errors import EndpointError, FactcheckError, UsageError
from factcheck.settings import Settings

COST = "What will the repair of the harbour bridge cost?"
CARRIES = "How many passengers does the ferry carry?"
HIRED = "How many sailors were hired?"
PROFIT = "Who expects no profit?"
DENIED = "Who denied that the bridge was unsafe?"
QUESTIONS = (COST, CARRIES, HIRED, PROFIT, DENIED)
SAYS = {
    COST: "the repair will cost", CARRIES: "900 passengers", HIRED: "40 sailors", PROFIT: "expect a profit",
    DENIED: "denied that the bridge",
}  # fmt: skip
QUICK = Polling(first=0.01, longest=0.05, patience=0.3)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("provider"), {"harbour.txt": HARBOUR, "ferry.txt": FERRY})


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries do not wait."""
    monkeypatch.setattr("factcheck.models.retry.FIRST_SECONDS", 0.01)


def say(body: Body) -> Any:
    """Cite the sentence that answers, verbatim."""
    words = SAYS[question_of(body)]
    (line,) = [line for line in prompt_of(body).split("\n") if line.startswith("[") and words in line]
    number, text = line[1:].split("] ", 1)
    return completion_body(answer((text, [int(number)])))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[BatchServer]:
    server = BatchServer(say)
    monkeypatch.setenv("OPENAI_BASE_URL", server.address)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    yield server
    server.stop()
    assert server.keys <= {f"Bearer {KEY}"}


@dataclass
class Bench:
    """A job over an index whose runs share one store."""

    index: Path
    folder: Path
    questions: Sequence[str] = QUESTIONS

    def run(
        self,
        *,
        limits: Limits = Limits(),  # noqa: B008
        cancel: bool = False,
        polling: Polling = QUICK,
        budget: float | None = None,
        report: Callable[[Standing], None] = lambda standing: None,
        trace: bool = False,
        **settings: Any,
    ) -> Summary:
        chosen = {"index": str(self.index), "engine": "openai", "cache": False, "timeout": 5.0, **settings}
        asking = Asking(Settings(**chosen), trace=trace)
        items = [Item(f"q{place}", question=question) for place, question in enumerate(self.questions)]
        self.workers: ProviderBatch | None = None

        def open_workers(asking: Asking) -> ProviderBatch:
            self.workers = ProviderBatch(asking, jobs, limits=limits, polling=polling, cancel=cancel, report=report)
            return self.workers

        with Jobs.open(self.folder / "out.job", {"index": "i"}) as jobs:
            try:
                return run_job(
                    items, jobs, open_workers, asking=asking, limits=JobLimits(budget_usd=budget),
                )  # fmt: skip
            finally:
                self.records = [done.record for done in jobs.finished()]
                self.traces = [done.trace for done in jobs.finished()]

    @property
    def findings(self) -> str:
        assert self.workers is not None
        return "\n".join(finding.message for finding in self.workers.findings)

    def outcomes(self) -> dict[str, str]:
        return {record["question"]: record["outcome"] for record in self.records}

    def check_right(self) -> None:
        """Every question has its own answer, exactly cited."""
        assert set(self.outcomes().values()) == {"answered"}
        for record in self.records:
            (citation,) = record["citations"]
            assert SAYS[record["question"]] in citation["quote"]
            assert citation["quote"] in (HARBOUR if citation["file"] == "harbour.txt" else FERRY)
        assert len(self.records) == len(self.questions)


@pytest.fixture
def bench(index: Path, tmp_path: Path) -> Bench:
    return Bench(index, tmp_path)


def once(server: BatchServer, count: int = len(QUESTIONS)) -> None:
    """Each request was carried out exactly once."""
    assert set(server.paid.values()) == {1}
    assert len(server.paid) == count


def test_records_are_those_of_single_calls_at_half_the_price(
    server: BatchServer, bench: Bench, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    standings: list[Standing] = []
    bench.run(report=standings.append)
    bench.check_right()
    once(server)
    assert [standing.status for standing in standings if standing.id] == ["in_progress", "finalizing", "completed"]
    sent = {question_of(line["body"]): line["body"] for line in server.requests()}
    for record in bench.records:
        body = sent[record["question"]]
        with scripted(index, monkeypatch, completion(json.loads(say(body)["choices"][0]["message"]["content"]))) as (
            corpus, single,
        ):  # fmt: skip
            alone = corpus.ask(record["question"], id=record["id"]).to_dict()
            assert {**body, "stream": False} == single.requests[0]
        assert record["usage"] == {"prompt_tokens": 1000, "completion_tokens": 100, "cost_usd": 0.000105}
        # 1000 × 0.15 USD and 100 × 0.60 USD a million: 0.00021 USD, of which half
        assert record["call"]["batch"] and not alone["call"]["batch"]
        different = ("usage", "call", "timing_ms", "engine")
        assert {n: v for n, v in record.items() if n not in different} == {
            n: v for n, v in alone.items() if n not in different
        }


def test_nothing_of_a_job_stays_at_the_server_once_it_is_read(server: BatchServer, bench: Bench) -> None:
    bench.run()
    assert not server.files


def test_a_reply_that_is_remembered_is_not_asked_for(server: BatchServer, bench: Bench, tmp_path: Path) -> None:
    bench.run(cache=True)
    bench.check_right()
    other = Bench(bench.index, tmp_path / "home")
    other.run(cache=True)
    other.check_right()
    assert len(server.batches) == 1
    assert {record["usage"]["cost_usd"] for record in other.records} == {0.0}
    assert not any(record["call"]["batch"] for record in other.records)


def test_equal_questions_are_paid_once(server: BatchServer, bench: Bench) -> None:
    bench.questions = (COST, COST, HIRED, f" {COST.replace(' ', '  ')} ", COST)
    bench.run()
    once(server, 2)
    assert [record["outcome"] for record in bench.records] == ["answered"] * 5
    assert sum(record["usage"]["cost_usd"] > 0 for record in bench.records) == 2
    assert len({record["answer"] for record in bench.records}) == 2


def test_a_reply_off_the_schema_is_asked_for_once_more_in_the_next_batch(server: BatchServer, bench: Bench) -> None:
    def prose_first(body: Body) -> Any:
        again = len(body["messages"]) > 2
        if question_of(body) == HIRED:
            return completion_body("Forty, I think.")
        if question_of(body) == COST and not again:
            return completion_body("Twelve million.")
        return say(body)

    server.answerer = prose_first
    bench.run()
    assert bench.outcomes() == {**dict.fromkeys(QUESTIONS, "answered"), HIRED: "failed"}
    failed, mended = bench.records[2], bench.records[0]
    assert "could not be used, twice" in failed["failure"]["error"]
    assert [len(server.requests(0)), len(server.requests(1))] == [5, 2]
    (again,) = [line["body"] for line in server.requests(1) if question_of(line["body"]) == COST]
    assert again["messages"][2] == {"role": "assistant", "content": "Twelve million."}
    for record in (failed, mended):
        assert record["usage"] == {"prompt_tokens": 2000, "completion_tokens": 200, "cost_usd": 0.00021}
        assert record["call"]["calls"] == 2
    once(server, 7)


def test_failed_lines_are_sent_again_up_to_a_bound(server: BatchServer, bench: Bench) -> None:
    tries: dict[str, int] = {}

    def fail(body: Body) -> Any:
        question = question_of(body)
        tries[question] = tries.get(question, 0) + 1
        if question == COST and tries[question] < 3:
            return Failed(429, f"slow down {KEY}")
        if question == CARRIES:
            return Failed(500, "boom")
        if question == HIRED:
            return Failed(400, "maximum context length is 4096 tokens")
        return say(body)

    server.answerer = fail
    bench.run()
    assert tries == {COST: 3, CARRIES: 3, HIRED: 1, PROFIT: 1, DENIED: 1}
    failures = {record["question"]: record["failure"] for record in bench.records if record["failure"]}
    assert failures[CARRIES]["retryable"] and "status 500: boom" in failures[CARRIES]["error"]
    assert not failures[HIRED]["retryable"] and "too long" in failures[HIRED]["error"]
    assert set(failures) == {CARRIES, HIRED}
    assert KEY not in json.dumps(bench.records)
    server.answerer = say
    bench.run()  # what failed for now is open again, and nothing else is asked
    assert bench.outcomes()[CARRIES] == "answered"
    assert [question_of(line["body"]) for line in server.requests()] == [CARRIES]


def test_a_server_that_takes_no_schema_is_asked_for_less_in_the_next_batch(server: BatchServer, bench: Bench) -> None:
    def plain(body: Body) -> Any:
        form = body.get("response_format", {}).get("type")
        return Failed(400, "response_format json_schema is not supported") if form == "json_schema" else say(body)

    server.answerer = plain
    bench.run()
    bench.check_right()
    assert {record["call"]["format"] for record in bench.records} == {"json_object"}
    assert len(server.batches) == 2
    once(server)


def test_a_judge_asks_in_a_batch_of_its_own(server: BatchServer, bench: Bench) -> None:
    def answer_or_judge(body: Body) -> Any:
        if body["model"] == "judge-1":
            return completion_body({"labels": [{"statement": 1, "label": "supported"}]})
        return say(body)

    server.answerer = answer_or_judge
    bench.run(judge=True, judge_model="judge-1")
    assert len(server.batches) == 2
    once(server, 10)
    for record in bench.records:
        assert record["call"]["scores"][0]["judge"] == "supported"
        assert record["usage"]["prompt_tokens"] == 2000


def test_what_an_expired_batch_finished_is_kept_and_the_rest_goes_into_the_next(
    server: BatchServer, bench: Bench
) -> None:
    server.course = [("validating", "in_progress", "expired")]
    server.finished_share = [2]
    bench.run()
    bench.check_right()
    once(server)
    assert [len(server.requests(place)) for place in (0, 1)] == [5, 3]


def test_a_batch_that_always_expires_ends_in_failures(server: BatchServer, bench: Bench) -> None:
    server.course = [("validating", "expired")] * 3
    bench.run()
    assert set(bench.outcomes().values()) == {"failed"}
    assert all(record["failure"]["retryable"] for record in bench.records)
    assert len(server.batches) == 3
    assert not server.paid


def test_a_batch_that_somebody_cancelled_keeps_what_it_finished(server: BatchServer, bench: Bench) -> None:
    server.course = [("validating", "in_progress", "cancelling", "cancelled")]
    server.finished_share = [2]
    summary = bench.run()
    assert summary.stopped is not None and "3 questions of it stay open" in summary.stopped.message
    assert len(bench.records) == 2
    bench.run()
    bench.check_right()
    once(server)


def test_cancel_stops_the_batch_and_keeps_what_it_finished(
    server: BatchServer, bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    interrupt(server, bench)
    assert "batch_2" in caplog.text and "--cancel" in caplog.text
    server.finished_share = [3]
    summary = bench.run(cancel=True)
    assert summary.stopped is not None and "2 questions" in summary.stopped.message
    assert len(bench.records) == 3
    nothing = bench.run(cancel=True).stopped
    assert nothing is not None and "no batch is left" in nothing.message
    assert len(server.batches) == 1
    bench.run()
    bench.check_right()
    once(server)


def interrupt(server: BatchServer, bench: Bench, *, course: Sequence[str] = ("validating", "in_progress")) -> None:
    """Begin a batch and press Ctrl-C while it runs."""
    server.course = [tuple(course)]

    def press(standing: Standing) -> None:
        if standing.id:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bench.run(report=press)


def test_an_interrupted_run_goes_on_where_it_was(server: BatchServer, bench: Bench) -> None:
    interrupt(server, bench, course=("validating", "in_progress", "completed"))
    bench.questions = (DENIED, *QUESTIONS[:4])  # lines may be moved in between
    bench.run()
    bench.check_right()
    once(server)
    assert len(server.batches) == 1


def test_a_file_that_the_server_refuses_is_explained_line_by_line(server: BatchServer, bench: Bench) -> None:
    server.refuse = lambda lines: [
        {"code": "invalid_json_line", "line": 2, "message": f"no model {KEY}", "param": None},
        {"code": "x", "line": None, "message": "and more", "param": None},
    ]
    with pytest.raises(EndpointError) as caught:
        bench.run()
    assert "refused the batch" in caught.value.message and "line 2 (fc-" in caught.value.message
    assert "and more" in caught.value.message and KEY not in caught.value.message
    assert "model" in caught.value.hint
    server.refuse = lambda lines: []
    bench.run()
    bench.check_right()
    once(server)


def test_a_full_queue_is_waited_for(server: BatchServer, bench: Bench) -> None:
    full = [{"code": "token_limit_exceeded", "line": None, "message": "Enqueued token limit reached", "param": None}]

    def running() -> list[str]:
        return [batch.id for batch in server.batches.values() if batch.states[0] not in {"completed", "failed"}]

    server.refuse = lambda lines: full if running() else []
    bench.run(limits=Limits(requests=3))
    bench.check_right()
    once(server)
    # The second batch was refused while the first one ran, and sent again when that had ended.
    assert len(server.batches) == 3
    server.refuse = lambda lines: full
    bench.questions = ("Who is the mayor?",)
    with pytest.raises(EndpointError, match="Enqueued token limit reached") as caught:
        bench.run()
    assert caught.value.retryable and "Wait until other batches have ended" in caught.value.hint


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_server_without_batches_is_said_to_have_none(server: BatchServer, bench: Bench, status: int) -> None:
    server.interfere = lambda method, path: status
    with pytest.raises(EndpointError) as caught:
        bench.run()
    assert "has no batch service" in caught.value.message
    assert "Leave --provider-batch out" in caught.value.hint
    assert KEY not in caught.value.message


def test_the_embedded_engine_has_no_batch_service(index: Path) -> None:
    workers = ProviderBatch(Asking(Settings(index=str(index), engine="embedded")), Notes())
    with pytest.raises(UsageError) as caught:
        list(workers.run(iter([Task(0, Item("q", question=COST))])))
    assert "Leave --provider-batch out" in caught.value.hint


class Notes(dict[str, str]):
    """Notes in memory."""

    def note(self, name: str) -> str | None:
        return self.get(name)

    def set_note(self, name: str, value: str) -> None:
        self[name] = value


def test_batches_are_split_by_number_and_by_bytes(server: BatchServer, bench: Bench, tmp_path: Path) -> None:
    bench.run(limits=Limits(requests=2))
    bench.check_right()
    assert sorted(len(server.requests(place)) for place in range(3)) == [1, 2, 2]
    other = Bench(bench.index, tmp_path / "home")
    longest = max(len(json.dumps(line)) for place in range(3) for line in server.requests(place)) + 1
    server.batches.clear()
    other.run(limits=Limits(bytes=2 * longest))
    other.check_right()
    assert [len(server.requests(place)) for place in range(3)] == [2, 2, 1]


def test_no_more_batches_run_at_a_time_than_allowed(server: BatchServer, bench: Bench) -> None:
    most = 0

    def watch(method: str, path: str) -> None:
        nonlocal most
        running = [batch for batch in server.batches.values() if batch.states[0] != "completed"]
        most = max(most, len(running))

    server.interfere_after = watch
    bench.run(limits=Limits(requests=1, open=2))
    bench.check_right()
    assert most == 2
    assert len(server.batches) == 5


def test_only_as_much_is_sent_as_the_budget_allows(server: BatchServer, bench: Bench) -> None:
    # 0.00021 USD for a reply as it comes, of which half; 0.0003 and more for the dearest, of which half is set aside.
    # With 0.0006 USD a second question fits beside the first only at its real price.
    summary = bench.run(budget=0.0006)
    assert summary.stopped is not None and "may cost" in summary.stopped.message
    assert 1 <= len(bench.records) < 5
    assert len(server.requests(0)) == 1
    assert summary.spent.cost_usd <= 0.0006
    bench.run(budget=0.01)
    bench.check_right()
    once(server)


def test_a_budget_without_prices_is_refused(server: BatchServer, bench: Bench) -> None:
    with pytest.raises(UsageError, match="price of unheard-of"):
        bench.run(budget=1.0, model="unheard-of")
    assert not server.calls


def test_hostile_lines_are_findings_and_no_answer_goes_astray(server: BatchServer, bench: Bench) -> None:
    def mangle(lines: list[str]) -> list[str]:
        first, second = json.loads(lines[0]), json.loads(lines[1])
        stranger = {**first, "custom_id": "fc-0000"}
        twin = {**first, "response": second["response"]}  # the reply to another question under this one's id
        numbered = {**second, "custom_id": 7}
        return [
            "{", "[]", "null", '"x"', "[" * 100_000, json.dumps(stranger), json.dumps(numbered), *lines,
            json.dumps(twin), '{"custom_id": "' + "x" * 5_000_000 + '"}', "\x00\x01",
        ]  # fmt: skip

    server.mangle = mangle
    bench.run()
    bench.check_right()
    once(server)
    for words in ("is not JSON", "names no request", "a second reply to fc-", "more than 4,000,000 bytes",
                  "1 replies are to requests that were not sent"):  # fmt: skip
        assert words in bench.findings


@pytest.mark.parametrize(
    "response",
    [
        None, 5, {}, {"status_code": "200"}, {"status_code": 200}, {"status_code": 200, "body": None},
        {"status_code": 200, "body": []}, {"status_code": 200, "body": {"choices": []}},
        {"status_code": 200, "body": {"choices": [{"message": 5}]}}, {"status_code": 77, "body": {}},
        {"status_code": 200, "body": {"choices": [{"message": {"content": {"a": 1}}}]}},
        {"status_code": 200, "body": {"choices": [{"message": {"content": None}}], "usage": {"prompt_tokens": "9"}}},
    ],
)  # fmt: skip
def test_a_broken_reply_is_a_failure_of_its_question_alone(server: BatchServer, bench: Bench, response: Any) -> None:
    bench.questions = QUESTIONS[:2]

    def mangle(lines: list[str]) -> list[str]:
        return [
            json.dumps({**json.loads(line), "response": response}) if SAYS[COST] in line else line for line in lines
        ]

    server.mangle = mangle
    bench.run()
    assert bench.outcomes() == {COST: "failed", CARRIES: "answered"}
    assert bench.records[0]["failure"]["error"]


def test_a_request_without_a_reply_is_sent_again(server: BatchServer, bench: Bench) -> None:
    lost = [COST]

    def forget(body: Body) -> Any:
        return lost.pop() and None if question_of(body) in lost else say(body)

    server.answerer = forget
    bench.run()
    bench.check_right()
    assert "1 requests have no reply" in bench.findings
    once(server)


def test_polling_outlives_rate_limits_and_a_restart_of_the_server(server: BatchServer, bench: Bench) -> None:
    trouble = [429, 503, 599, 502]

    def interfere(method: str, path: str) -> int | None:
        return trouble.pop() if trouble and method == "GET" and "/batches/" in path else None

    def restart(standing: Standing) -> None:
        if standing.status == "finalizing":
            server.stop()
            server.start()

    server.interfere = interfere
    bench.run(report=restart, polling=Polling(first=0.01, longest=0.05, patience=20))
    bench.check_right()
    once(server)
    assert not trouble


def test_a_server_that_stays_away_ends_the_run_and_the_batch_goes_on(
    server: BatchServer, bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    server.interfere = lambda method, path: 503 if "/batches/" in path else None
    with pytest.raises(EndpointError, match="status 503") as caught:
        bench.run()
    assert "goes on at" in caplog.text and "batch_2" in caplog.text
    assert KEY not in caught.value.message + caplog.text
    server.interfere = lambda method, path: None
    bench.run()
    bench.check_right()
    once(server)


@pytest.mark.parametrize("status", [599, 500, 429])
def test_a_batch_whose_beginning_was_not_confirmed_is_not_begun_twice(
    server: BatchServer, bench: Bench, status: int
) -> None:
    trouble = [status]

    def lose(method: str, path: str) -> int | None:
        return trouble.pop() if trouble and method == "POST" and path.endswith("/batches") else None

    server.interfere_after = lose
    bench.run()
    bench.check_right()
    once(server)
    assert len(server.batches) == 1


def test_an_unknown_batch_is_said_and_can_be_given_up(server: BatchServer, bench: Bench) -> None:
    interrupt(server, bench)
    server.batches.clear()
    with pytest.raises(EndpointError) as caught:
        bench.run()
    assert "does not know the batch batch_2" in caught.value.message and "--cancel" in caught.value.hint
    bench.run(cancel=True)
    bench.run()
    bench.check_right()


def test_another_address_is_not_asked_for_a_batch(
    server: BatchServer, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupt(server, bench)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    with pytest.raises(FactcheckError, match=f"a batch at {server.address}"):
        bench.run()


def test_a_reply_to_another_prompt_is_not_used(server: BatchServer, bench: Bench, tmp_path: Path) -> None:
    interrupt(server, bench, course=("validating", "completed"))
    bench.index = build(tmp_path / "newer", {"harbour.txt": HARBOUR, "ferry.txt": FERRY.replace("40", "50")})
    server.answerer = quote_nearest
    bench.run()
    assert "is another one than when it was sent" in bench.findings
    assert "hired 50 sailors" in bench.records[2]["answer"]


def test_hits_come_with_the_record_where_they_are_asked_for(server: BatchServer, bench: Bench) -> None:
    bench.run(trace=True)
    assert all(trace is not None and trace["hits"] for trace in bench.traces)


def test_an_abstention_stays_one(server: BatchServer, bench: Bench) -> None:
    bench.questions = QUESTIONS[:1]
    nothing = {"answerable": False, "reason": "insufficient_evidence", "statements": [], "short_answer": None}
    server.answerer = lambda body: completion_body({**nothing, "disagreements": []})
    bench.run()
    assert bench.records[0]["outcome"] == "abstained"
    assert bench.records[0]["abstention"]["closest"]


def test_what_the_model_invents_is_marked_as_in_single_calls(server: BatchServer, bench: Bench) -> None:
    bench.questions = QUESTIONS[:1]
    server.answerer = lambda body: completion_body(answer(("It costs “99 billion” euros.", [1]), ("True.", [77])))
    bench.run()
    assert [statement["support"] for statement in bench.records[0]["statements"]] == ["unsupported"] * 2


def test_the_key_is_in_no_file_and_no_note(server: BatchServer, bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="factcheck")
    server.answerer = quote_nearest
    interrupt(server, bench)
    assert KEY.encode() not in (bench.folder / "out.job").read_bytes()
    assert KEY not in caplog.text
    assert all(KEY.encode() not in content for _, content in server.files.values())
