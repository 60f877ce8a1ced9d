"""Run every command of the program in this very process, then the app, then some with an endpoint.

Run by watch.run; prints one line of JSON: by command, packets to other hosts, hosts that were named, and the exit
code; how often the endpoint, which is on this machine, was called; and what telemetry is switched on.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fakes import KEY, completion, serving

from offline.watch import contacted, sent

ARTICLES = {
    "bridge.txt": "Bridge\n\nJudge Edda Quist opened the bridge at Norrhamn on Monday. It cost 12 million euros.\n",
    "market.txt": "Market\n\nMayor Ana Lima denied that the market at Sundby will close. “It stays open,” Lima said.\n",
}
QUESTION, CLAIM = "Who opened the bridge at Norrhamn?", "Edda Quist opened the bridge at Norrhamn."
GOLDEN = {"id": "g1", "question": QUESTION, "answers": [["Quist"]], "answerable": True}
UNKNOWN = {"answerable": False, "reason": "insufficient_evidence", "statements": [], "short_answer": None}
ELSEWHERE = "198.51.100.7"
# What a user may have set for other programs; none of it is ours to follow.
TEMPTATIONS = {
    "HTTP_PROXY": f"http://{ELSEWHERE}:3128", "HTTPS_PROXY": f"http://{ELSEWHERE}:3128",
    "ALL_PROXY": f"http://{ELSEWHERE}:3128", "NO_PROXY": "127.0.0.1,localhost",
    "LANGSMITH_TRACING": "true", "LANGSMITH_TRACING_V2": "true", "LANGCHAIN_TRACING_V2": "true",
    "LANGSMITH_API_KEY": "key", "LANGSMITH_ENDPOINT": f"http://{ELSEWHERE}", "LANGCHAIN_ENDPOINT": f"http://{ELSEWHERE}",
    "ANONYMIZED_TELEMETRY": "True", "CHROMA_OTEL_COLLECTION_ENDPOINT": f"http://{ELSEWHERE}:4317",
    "CHROMA_OTEL_GRANULARITY": "all", "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{ELSEWHERE}:4317",
    "ORT_DISABLE_TELEMETRY": "0", "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "true", "HF_ENDPOINT": f"http://{ELSEWHERE}",
}  # fmt: skip


def commands(home: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield a name and the arguments of every command, in an order in which they work."""
    (home / "articles").mkdir()
    for name, text in ARTICLES.items():
        (home / "articles" / name).write_text(text, "utf-8")
    (home / "questions.txt").write_text(QUESTION + "\n", "utf-8")
    (home / "more.txt").write_text("Who denied that the market will close?\n", "utf-8")
    (home / "draft.md").write_text(f"{CLAIM}\n", "utf-8")
    (home / "golden.jsonl").write_text(json.dumps(GOLDEN) + "\n", "utf-8")
    yield "index", ["index", "articles"]
    yield "ask", ["ask", QUESTION, "--json"]
    yield "check", ["check", CLAIM]
    yield "check draft", ["check", "--file", "draft.md"]
    yield "compare", ["compare", "--html", "compare.html"]
    yield "batch", ["batch", "questions.txt", "-o", "answers.jsonl", "--concurrency", "1"]
    yield "eval", ["eval", "golden.jsonl", "-o", "run", "--concurrency", "1"]
    yield "verify", ["verify", "answers.jsonl"]
    yield "text", ["text", "bridge.txt"]
    yield "status", ["status"]
    yield "doctor", ["doctor"]
    yield "remove", ["remove", "bridge.txt"]


def main() -> None:
    """Run everything and print what was seen."""
    os.environ |= TEMPTATIONS
    found: dict[str, Any] = {"sent": {}, "hosts": {}, "codes": {}}
    watch(found, "probe", probe)
    for name, arguments in commands(Path.cwd()):
        watch(found, name, lambda arguments=arguments: run(arguments))
    watch(found, "mcp", serve_mcp)
    watch(found, "ui", open_app)
    found["telemetry"] = list(find_telemetry())
    with serving(always=completion(UNKNOWN)) as server:
        os.environ |= {"OPENAI_BASE_URL": server.address, "OPENAI_API_KEY": KEY}
        watch(found, "ask an endpoint", lambda: run(["ask", QUESTION]))
        watch(found, "batch to an endpoint", lambda: run(["batch", "more.txt", "-o", "replies.jsonl"]))
        found |= {"calls": len(server.requests), "endpoint": server.address.split("/")[2]}
    print(json.dumps(found))


def watch(found: dict[str, Any], name: str, call: Callable[[], object]) -> None:
    """Do something and note what it sent and whom it named."""
    packets, named = sent(), len(contacted())
    found["codes"][name] = call()
    found["sent"][name], found["hosts"][name] = sent() - packets, sorted(set(contacted()[named:]))


def probe() -> int:
    """Send a packet, to see that it is seen."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender, contextlib.suppress(OSError):
        sender.sendto(b"this is counted", (ELSEWHERE, 9))
    return 0


def run(arguments: list[str], sent: bytes = b"") -> object:
    """Run a command in this process; return 0, or its exit code and the last it said."""
    from factcheck.cli import main as program

    said = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    given = io.TextIOWrapper(io.BytesIO(sent), encoding="utf-8")
    before, sys.stdin = sys.stdin, given
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            program(arguments)
    except SystemExit as end:
        if not end.code:
            return 0
        said.flush()
        return f"{end.code}: {said.buffer.getvalue()[-500:].decode()}"  # type: ignore[attr-defined]
    finally:
        sys.stdin = before
    return "it returned"


def serve_mcp() -> object:
    """Let an assistant greet the server, ask a question and hang up."""
    client = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    lines = (
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": client},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call",
         "params": {"name": "ask", "arguments": {"question": QUESTION}}},
    )  # fmt: skip
    return run(["mcp"], b"".join(json.dumps(line).encode() + b"\n" for line in lines))


def open_app() -> object:
    """Start the app, fetch its page, and stop it; the page may fetch from nowhere else."""
    command = [sys.executable, "-m", "factcheck", "ui", "--headless", "--port", "8547"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as app:
        try:
            return fetch("http://127.0.0.1:8547/")
        finally:
            app.terminate()


def fetch(address: str) -> object:
    """Wait for a page; return 0 when it is there and keeps its browser from other hosts."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=5) as page:
                policy = page.headers["Content-Security-Policy"]
                return 0 if "connect-src 'self'" in policy and "default-src 'self'" in policy else policy
        except OSError:
            time.sleep(0.2)
    return "the app did not start"


def find_telemetry() -> Iterator[str]:
    """Name what would send usage data, of all that was loaded."""
    from langsmith.utils import tracing_is_enabled

    if os.environ["ORT_DISABLE_TELEMETRY"] != "1":
        yield "onnxruntime"
    if tracing_is_enabled():
        yield "langsmith"
    from chromadb.telemetry.opentelemetry import tracer

    if tracer is not None:
        yield "chromadb (opentelemetry)"
    if "posthog" in sys.modules:
        yield "posthog"
    from opentelemetry import trace

    if type(trace.get_tracer_provider()).__name__ != "ProxyTracerProvider":
        yield "opentelemetry"


if __name__ == "__main__":
    main()
