"""A server that speaks the protocol of files and batches, over real HTTP; everything is counted.

    POST /v1/files · GET /v1/files · GET /v1/files/ID/content · DELETE /v1/files/ID
    POST /v1/batches · GET /v1/batches · GET /v1/batches/ID · POST /v1/batches/ID/cancel

A batch goes one step on with each look at it. What a request is answered with, a test decides.
"""

from __future__ import annotations

import email
import email.policy
import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from fakes import KEY, answer

Body = dict[str, Any]
Answerer = Callable[[Body], Any]


def completion_body(content: Any, *, finish: str = "stop", refusal: str | None = None) -> Body:
    """The body of a chat completion."""
    text = content if isinstance(content, str) or content is None else json.dumps(content)
    message = {"role": "assistant", "content": text, "refusal": refusal}
    return {
        "id": "c1", "object": "chat.completion", "created": 1, "model": "scripted",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100},
    }  # fmt: skip


def prompt_of(body: Body) -> str:
    return "\n".join(message["content"] for message in body["messages"])


def question_of(body: Body) -> str:
    """The words of the question in a request."""
    return re.findall(r"^Question: (.*)$", body["messages"][1]["content"], re.MULTILINE)[-1]


def quote_nearest(body: Body) -> Body:
    """Answer with the sentence that shares most words with the question, verbatim."""
    shown = re.findall(r"^\[(\d+)\] (.*)$", body["messages"][1]["content"], re.MULTILINE)
    asked = set(re.findall(r"\w+", question_of(body).lower()))
    number, text = max(shown, key=lambda pair: len(asked & set(re.findall(r"\w+", pair[1].lower()))))
    return completion_body(answer((text, [int(number)]), short=None))


@dataclass
class Failed:
    """A request that is answered with an error."""

    status: int
    message: str


@dataclass
class Batch:
    """One batch and the script of its states."""

    id: str
    file: str
    metadata: dict[str, str]
    states: list[str]
    created: int
    output: str | None = None
    errors: str | None = None
    refused: list[Body] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: {"total": 0, "completed": 0, "failed": 0})

    def to_dict(self) -> Body:
        return {
            "id": self.id, "object": "batch", "endpoint": "/v1/chat/completions", "completion_window": "24h",
            "created_at": self.created, "input_file_id": self.file, "metadata": self.metadata,
            "status": self.states[0], "output_file_id": self.output, "error_file_id": self.errors,
            "errors": {"object": "list", "data": self.refused} if self.refused else None,
            "request_counts": self.counts,
        }  # fmt: skip


COURSE = ("validating", "in_progress", "finalizing", "completed")


class BatchServer:
    """The server; its state outlives a restart.

    Attributes:
        answerer: Gives the body of a completion, a `Failed`, a whole line as a dict with "custom_id", or None
            for no line at all.
        course: States that a new batch goes through; the last one stays.
        finished_share: How many requests are carried out where the course ends in "expired" or "cancelled".
        interfere: Called with method and path before each call; a status that it returns is the reply, and
            599 breaks the connection.
        interfere_after: The same, after the call was carried out.
        mangle: Changes the lines of an output file.
        paid: How often each request (by its body) was carried out.
    """

    def __init__(self, answerer: Answerer = quote_nearest) -> None:
        self.answerer = answerer
        self.course: list[tuple[str, ...]] = []
        self.finished_share: list[int] = []
        self.interfere: Callable[[str, str], int | None] = lambda method, path: None
        self.interfere_after: Callable[[str, str], int | None] = lambda method, path: None
        self.mangle: Callable[[list[str]], list[str]] = lambda lines: lines[::-1]
        self.refuse: Callable[[list[str]], list[Body]] = lambda lines: []
        self.files: dict[str, tuple[str, bytes]] = {}
        self.batches: dict[str, Batch] = {}
        self.paid: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self.log: list[str] = []
        self.keys: set[str] = set()
        self._lock = threading.RLock()
        self._uploaded: dict[str, bytes] = {}
        self._number = 0
        self._port = 0
        self.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}/v1"

    def start(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), self._handler())
        self._server.daemon_threads = True
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def requests(self, batch: int = -1) -> list[Body]:
        """The lines of a batch's file, also when it is deleted."""
        return [json.loads(line) for line in self._uploaded[list(self.batches.values())[batch].file].splitlines()]

    def handle(self, method: str, path: str, query: dict[str, list[str]], body: bytes, kind: str) -> tuple[int, Any]:
        with self._lock:
            parts = path.removeprefix("/v1/").split("/")
            if method == "POST" and parts == ["files"]:
                return 200, self._upload(body, kind)
            if method == "GET" and parts == ["files"]:
                return 200, _page([self._file(id) for id in reversed(self.files)], query)
            if parts[0] == "files" and len(parts) >= 2 and parts[1] in self.files:
                if method == "DELETE":
                    del self.files[parts[1]]
                    return 200, {"id": parts[1], "object": "file", "deleted": True}
                return 200, self.files[parts[1]][1] if parts[2:] == ["content"] else self._file(parts[1])
            if method == "POST" and parts == ["batches"]:
                return self._create(json.loads(body))
            if method == "GET" and parts == ["batches"]:
                return 200, _page([batch.to_dict() for batch in reversed(self.batches.values())], query)
            if parts[0] == "batches" and len(parts) >= 2 and parts[1] in self.batches:
                batch = self.batches[parts[1]]
                if parts[2:] == ["cancel"]:
                    if batch.states[0] in {"completed", "expired", "cancelled", "failed"}:
                        return 400, {"error": {"message": "it has ended"}}
                    batch.states = ["cancelling", "cancelled"]
                elif len(batch.states) > 1:
                    del batch.states[0]
                    self._go_on(batch)
                return 200, batch.to_dict()
            return 404, {"error": {"message": f"no such thing: {path}"}}

    def _upload(self, body: bytes, kind: str) -> Body:
        message = email.message_from_bytes(
            b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body, policy=email.policy.HTTP
        )
        fields = {part.get_param("name", header="content-disposition"): part for part in message.iter_parts()}
        assert fields["purpose"].get_content().strip() == "batch"
        content = fields["file"].get_payload(decode=True)
        assert isinstance(content, bytes)
        return self._file(self.put(str(fields["file"].get_filename()), content))

    def put(self, name: str, content: bytes) -> str:
        self._number += 1
        id = f"file-{self._number}"
        self.files[id] = (name, content)
        self._uploaded[id] = content
        return id

    def _file(self, id: str) -> Body:
        name, content = self.files[id]
        return {
            "id": id, "object": "file", "filename": name, "bytes": len(content), "created_at": 1,
            "purpose": "batch", "status": "processed",
        }  # fmt: skip

    def _create(self, given: Body) -> tuple[int, Body]:
        if given["input_file_id"] not in self.files:
            return 400, {"error": {"message": "no such file"}}
        self._number += 1
        id = f"batch_{self._number}"
        states = list(self.course.pop(0) if self.course else COURSE)
        batch = Batch(id, given["input_file_id"], given.get("metadata") or {}, states, self._number)
        lines = self.files[batch.file][1].decode().splitlines()
        batch.counts["total"] = len(lines)
        batch.refused = self.refuse(lines)
        if batch.refused:
            batch.states = ["validating", "failed"]
        self.batches[id] = batch
        return 200, batch.to_dict()

    def _go_on(self, batch: Batch) -> None:
        state = batch.states[0]
        if state not in {"completed", "expired", "cancelled"} or batch.output is not None:
            return
        lines = [json.loads(line) for line in self.files[batch.file][1].decode().splitlines()]
        whole = state == "completed"
        share = len(lines) if whole else self.finished_share.pop(0) if self.finished_share else 0
        done, wrong = [], []
        for place, line in enumerate(lines):
            if place < share:
                self._carry_out(line, done, wrong)
            else:
                error = {"code": f"batch_{state}", "message": f"This request was not done: {state}."}
                wrong.append(_line(line["custom_id"], None, error))
        batch.counts.update(completed=len(done), failed=len(wrong))
        if done:
            batch.output = self.put("output.jsonl", "\n".join(self.mangle(done)).encode() + b"\n")
        if wrong:
            batch.errors = self.put("errors.jsonl", "\n".join(wrong).encode() + b"\n")

    def _carry_out(self, line: Body, done: list[str], wrong: list[str]) -> None:
        assert line["method"] == "POST" and line["url"] == "/v1/chat/completions"
        reply = self.answerer(line["body"])
        id = line["custom_id"]
        if isinstance(reply, Failed):
            body = {"error": {"message": reply.message, "type": "error"}}
            wrong.append(_line(id, {"status_code": reply.status, "request_id": "r1", "body": body}, None))
        elif reply is not None:
            self.paid[json.dumps(line["body"], sort_keys=True)] += 1
            done.append(_line(id, {"status_code": 200, "request_id": "r1", "body": reply}, None))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                parts = urlsplit(self.path)
                owner.keys.add(self.headers.get("Authorization", ""))
                name = f"{self.command} {re.sub(r'(file-|batch_)[0-9]+', 'ID', parts.path)}"
                owner.calls[name] += 1
                status = owner.interfere(self.command, parts.path)
                reply: Any = {"error": {"message": f"it fails with {KEY}"}}
                if status is None:
                    kind = self.headers.get("Content-Type", "")
                    status, reply = owner.handle(self.command, parts.path, parse_qs(parts.query), body, kind)
                    status = owner.interfere_after(self.command, parts.path) or status
                short = f" {reply['status']} {reply['request_counts']}" if "request_counts" in list(reply) else ""
                owner.log.append(f"{self.command} {parts.path} → {status}{short}")
                if status == 599:  # the connection breaks
                    self.close_connection = True
                    return
                content = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_DELETE = _serve

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


def _line(id: str, response: Body | None, error: Body | None) -> str:
    return json.dumps({"id": f"batch_req_{id}", "custom_id": id, "response": response, "error": error})


def _page(items: list[Body], query: dict[str, list[str]]) -> Body:
    ids = [item["id"] for item in items]
    start = ids.index(query["after"][0]) + 1 if "after" in query else 0
    size = int(query.get("limit", ["20"])[0])
    page = items[start : start + size]
    return {"object": "list", "data": page, "has_more": start + size < len(items)}


@contextmanager
def batch_serving(answerer: Answerer = quote_nearest) -> Iterator[BatchServer]:
    server = BatchServer(answerer)
    try:
        yield server
    finally:
        server.stop()
