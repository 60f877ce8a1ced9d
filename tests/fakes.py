"""A scripted OpenAI-compatible server: real HTTP, replies from a queue, every request recorded.

It fails loudly when the queue is empty, so that a test knows every call that was made.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-test-0123456789abcdef"


@dataclass(frozen=True)
class Reply:
    """What the server does with one request.

    Attributes:
        status: HTTP status.
        body: Bytes of the body.
        headers: Headers beside the length.
        delay: Seconds before the first byte.
        drip: Seconds before each single byte of the body; 0 sends it at once.
        drop: After how many bytes of the body the connection is cut, or None.
        echo: Whether the request's Authorization header is repeated in the body, as `{key}`.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    delay: float = 0.0
    drip: float = 0.0
    drop: int | None = None
    echo: bool = False


def completion(content: Any, *, finish: str = "stop", refusal: str | None = None, **changes: Any) -> Reply:
    """A chat completion whose message is this text, or this object as JSON."""
    text = content if isinstance(content, str) or content is None else json.dumps(content)
    message = {"role": "assistant", "content": text, "refusal": refusal}
    body = {
        "id": "c1", "object": "chat.completion", "created": 1, "model": "scripted",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
    }  # fmt: skip
    return Reply(body=json.dumps(body).encode(), **changes)


def stream(content: Any, *, size: int = 12, finish: str = "stop", **changes: Any) -> Reply:
    """A streamed chat completion, in pieces of `size` characters."""
    text = content if isinstance(content, str) else json.dumps(content)
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    events = [{"delta": {"role": "assistant", "content": piece}, "finish_reason": None} for piece in pieces]
    events.append({"delta": {}, "finish_reason": finish})
    lines = [_event(choices=[{"index": 0, **event}]) for event in events]
    lines.append(_event(choices=[], usage={"prompt_tokens": 90, "completion_tokens": 30, "total_tokens": 120}))
    body = "".join(lines) + "data: [DONE]\n\n"
    headers = {"Content-Type": "text/event-stream"}
    return Reply(body=body.encode(), headers=headers, **changes)


def _event(**parts: Any) -> str:
    event = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "scripted", **parts}
    return f"data: {json.dumps(event)}\n\n"


def error(status: int, message: str, **changes: Any) -> Reply:
    """An error as OpenAI words it."""
    headers = {"Content-Type": "application/json", **changes.pop("headers", {})}
    body = json.dumps({"error": {"message": message, "type": "error", "code": None}}).encode()
    return Reply(status=status, body=body, headers=headers, **changes)


def answer(*statements: tuple[str, list[int]], short: str | None = None, **changes: Any) -> dict[str, Any]:
    """A reply on the schema."""
    return {
        "answerable": True,
        "reason": None,
        "statements": [{"text": text, "sentences": numbers} for text, numbers in statements],
        "short_answer": short,
        "disagreements": [],
        **changes,
    }


class ScriptedServer:
    """Answers `POST …/chat/completions` from a queue.

    Attributes:
        address: Base address for `OPENAI_BASE_URL`.
        requests: Bodies of the requests so far, as parsed JSON.
        errors: What went wrong in the server itself.
    """

    def __init__(self, replies: Iterable[Reply] = (), *, always: Reply | None = None) -> None:
        self.replies = deque(replies)
        self.always = always
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.paths: list[str] = []
        self.errors: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def next(self) -> Reply:
        if self.replies:
            return self.replies.popleft()
        if self.always is not None:
            return self.always
        self.errors.append("a request came after the last scripted reply")
        return error(418, "the script is exhausted")

    def prompt(self, place: int = -1) -> str:
        """All text of one request."""
        return "\n".join(message["content"] for message in self.requests[place]["messages"])

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                owner.requests.append(json.loads(self.rfile.read(length)))
                owner.keys.append(self.headers.get("Authorization", ""))
                owner.paths.append(self.path)
                try:
                    self._send(owner.next())
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            def _send(self, reply: Reply) -> None:
                time.sleep(reply.delay)
                body = reply.body
                if reply.echo:
                    body = body.replace(b"{key}", self.headers.get("Authorization", "").encode())
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if reply.drop is not None:
                    self.wfile.write(body[: reply.drop])
                    self.wfile.flush()
                    self.connection.shutdown(socket.SHUT_RDWR)
                    self.close_connection = True
                elif reply.drip:
                    for place in range(len(body)):
                        self.wfile.write(body[place : place + 1])
                        self.wfile.flush()
                        time.sleep(reply.drip)
                else:
                    self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


@contextmanager
def serving(*replies: Reply, always: Reply | None = None) -> Iterator[ScriptedServer]:
    """Run a scripted server; at the end no reply may be left and none may have been missing."""
    server = ScriptedServer(replies, always=always)
    server.start()
    try:
        yield server
    finally:
        server.stop()
    assert not server.errors, server.errors
    assert not server.replies, f"{len(server.replies)} scripted replies were not asked for"
