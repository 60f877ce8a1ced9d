"""The tools of the Model Context Protocol, called by the official client over a real subprocess."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters

from factcheck import __version__

FILE = "001_d26e30d51aa5f213.txt"
# Any connection of the server that leaves the machine is refused, and so would be an answer that needs one.
OFFLINE = """
import socket, sys
def refuse(self, address):
    raise AssertionError(f"tried to reach {address!r}")
socket.socket.connect = refuse
socket.socket.connect_ex = refuse
from factcheck.cli import main
sys.argv = ["factcheck", "mcp", *sys.argv[1:]]
main()
"""


def server(index: Path) -> StdioServerParameters:
    return StdioServerParameters(command=sys.executable, args=["-c", OFFLINE, "--index", str(index)])


@pytest.fixture(scope="module")
def session(seed_index: Path) -> dict[str, Any]:
    """Everything one client sees in one session: the server starts once."""
    seen: dict[str, Any] = {}

    async def talk() -> None:
        async with Client(server(seed_index), read_timeout_seconds=120) as client:
            seen["name"] = client.server_info.name, client.server_info.version
            seen["instructions"] = client.instructions
            seen["tools"] = {tool.name: tool for tool in (await client.list_tools()).tools}
            for name, tool, arguments in CALLS:
                seen[name] = await client.call_tool(tool, arguments)

    anyio.run(talk)
    return seen


CALLS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("ask", "ask", {"question": "Who denied the request?"}),
    ("abstained", "ask", {"question": "Who won the football match in Lisbon?"}),
    ("check", "check", {"claim": "The Kremlin denied the reports."}),
    ("compare", "compare", {"files": "00[34]*.txt"}),
    ("text", "text", {"file": FILE, "start": 10, "length": 40}),
    ("behind", "text", {"file": FILE, "start": 10_000_000}),
    ("outside", "text", {"file": "../../../../etc/passwd"}),
    ("absolute", "text", {"file": "/etc/passwd"}),
    ("near", "text", {"file": "001_d26e30d51aa5f213"}),
    ("empty", "ask", {"question": "  "}),
    ("long", "ask", {"question": "why " * 2000}),
    ("question", "check", {"claim": "Who denied the request?"}),
    ("glob", "ask", {"question": "Who denied the request?", "files": "nothing-*.txt"}),
    ("date", "ask", {"question": "Who denied the request?", "as_of": "yesterday"}),
    ("missing", "ask", {}),
)


def test_the_server_says_who_it_is(session: dict[str, Any]) -> None:
    assert session["name"] == ("factcheck", __version__)
    assert "abstains" in session["instructions"]


def test_tools_are_described(session: dict[str, Any]) -> None:
    assert set(session["tools"]) == {"ask", "check", "compare", "text"}
    for tool in session["tools"].values():
        assert tool.description and tool.output_schema["type"] == "object"
        assert tool.annotations.read_only_hint and not tool.annotations.open_world_hint
        assert all(field["description"] for field in tool.input_schema["properties"].values())
    assert session["tools"]["ask"].input_schema["required"] == ["question"]


@pytest.mark.parametrize(
    ("name", "schema"),
    [("ask", "factcheck/answer/1"), ("check", "factcheck/check/1"), ("compare", "factcheck/compare/1")],
)
def test_results_are_the_records(session: dict[str, Any], name: str, schema: str) -> None:
    result = session[name]
    assert not result.is_error, result.content[0].text
    assert result.structured_content["schema"] == schema
    assert result.content[0].text.strip()


def test_an_answer_cites_the_exact_words(session: dict[str, Any], seed_corpus: Any) -> None:
    record = session["ask"].structured_content
    assert record["outcome"] == "answered" and "Zhao Lijian" in record["answer"]
    for citation in record["citations"]:
        assert seed_corpus.text(citation["file"])[citation["start"] : citation["end"]] == citation["quote"]


def test_an_abstention_is_no_error(session: dict[str, Any]) -> None:
    result = session["abstained"]
    assert not result.is_error and result.structured_content["outcome"] == "abstained"


def test_text_is_a_part_of_an_indexed_file(session: dict[str, Any], seed_corpus: Any) -> None:
    part = session["text"].structured_content
    whole = seed_corpus.text(FILE)
    assert part == {"file": FILE, "start": 10, "end": 50, "length": len(whole), "text": whole[10:50]}
    assert session["text"].content[0].text == whole[10:50]


@pytest.mark.parametrize("name", ["outside", "absolute", "near", "behind"])
def test_nothing_outside_the_index_is_read(session: dict[str, Any], name: str) -> None:
    result = session[name]
    assert result.is_error and "hint: " in result.content[0].text
    assert "root:" not in str(result)
    assert result.structured_content["hint"]


def test_a_near_name_is_told(session: dict[str, Any]) -> None:
    assert FILE in session["near"].content[0].text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("empty", "empty"),
        ("question", "a question, not a claim"),
        ("glob", "nothing-"),
        ("date", "YYYY-MM-DD"),
        ("long", "2000"),
        ("missing", "question"),
    ],
)
def test_bad_input_is_a_tools_error_with_what_to_do(session: dict[str, Any], name: str, said: str) -> None:
    result = session[name]
    assert result.is_error
    assert said in result.content[0].text
    assert "Traceback" not in result.content[0].text


def start(index: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "factcheck", "mcp", "--index", str(index)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_it_ends_with_its_client(seed_index: Path) -> None:
    with start(seed_index) as process:
        out, err = process.communicate(b"this is no message\n", timeout=60)
    assert process.returncode == 0
    assert b"Traceback" not in err
    assert all(line.startswith(b"{") for line in out.splitlines())


def test_ctrl_c_stops_it_while_the_client_is_there(seed_index: Path) -> None:
    request = b'{"jsonrpc":"2.0","id":1,"method":"ping"}\n'
    with start(seed_index) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(request)
        process.stdin.flush()
        assert process.stdout.readline().startswith(b"{")
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130


def test_without_an_index_it_says_how_to_make_one(tmp_path: Path) -> None:
    with start(tmp_path / "none") as process:
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, b"")
    assert b"factcheck index" in err
