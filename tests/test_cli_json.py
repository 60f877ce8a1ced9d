"""`factcheck --progress-json`: everything on standard error is JSON, whatever goes wrong."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from places import SEEDS
from terminals import FACTCHECK

from factcheck.cli import main
from factcheck.errors import CorruptIndex


def told(stderr: str) -> list[dict[str, Any]]:
    """Every line, which must be an object of JSON."""
    lines = [json.loads(line) for line in stderr.splitlines()]
    assert all(isinstance(line, dict) for line in lines)
    return lines


def run(*arguments: str) -> list[dict[str, Any]]:
    result = CliRunner().invoke(main, ["--progress-json", *arguments])
    lines = told(result.stderr)
    assert lines[-1] == {"exit": result.exit_code}
    return lines[:-1]


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ((), "UsageError"),
        (("--nope",), "NoSuchOption"),
        (("nope",), "NoSuchCommand"),
        (("batch",), "MissingParameter"),
        (("batch", "missing.csv", "-o", "out.csv"), "UsageError"),
        (("index", "missing"), "UsageError"),
        (("eval", "missing.jsonl", "-o", "out"), "UsageError"),
        (("ask", "Who?", "--as-of", "soon"), "BadParameter"),
        (("status",), "IndexMissing"),
    ],
)
def test_wrong_use_is_one_error_with_its_hint(arguments: tuple[str, ...], kind: str) -> None:
    (line,) = run(*arguments)
    assert line["kind"] == kind
    assert line["error"] and line["hint"]


def test_warnings_progress_and_notes_are_told_one_a_line() -> None:
    folder = Path("articles")
    folder.mkdir()
    (folder / "a.txt").write_text((SEEDS / "000_4d4c2d312526015d.txt").read_text("utf-8"), "utf-8")
    (folder / "b.pdf").write_bytes(b"%PDF-1.4 and nothing")
    lines = run("index", str(folder))
    names = {name for line in lines for name in line}
    assert {"progress", "warning"} <= names <= {"progress", "warning", "note"}
    last = [line["progress"] for line in lines if "progress" in line][-1]
    assert last["done"] == last["total"] and set(last) == {"what", "done", "total", "rate", "seconds_left"}


def test_without_a_command_the_help_is_a_note_too() -> None:
    result = CliRunner().invoke(main, ["--progress-json", "--help"])
    assert told(result.stderr) == [{"exit": 0}]


def test_other_runs_in_the_same_process_speak_to_people_again() -> None:
    run("status")
    assert CliRunner().invoke(main, ["status"]).stderr.startswith("error: ")


def test_a_bug_is_one_line_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from factcheck.cli import inspecting

    def fail(**_: object) -> None:
        raise ZeroDivisionError("by zero\nin two lines")

    monkeypatch.setattr(inspecting, "load_settings", fail)
    (line,) = run("status")
    assert line["kind"] == "ZeroDivisionError" and "in two lines" in line["error"]


def test_the_kind_is_that_of_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    from factcheck.cli import inspecting

    def fail(**_: object) -> None:
        raise CorruptIndex("damaged", hint="Make it anew.")

    monkeypatch.setattr(inspecting, "load_settings", fail)
    assert run("status") == [{"error": "damaged", "hint": "Make it anew.", "kind": "CorruptIndex"}]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
def test_an_interruption_is_told_with_how_to_go_on(seed_index: Path) -> None:
    Path("in.jsonl").write_text("".join(f'{{"question": "Who denied it in {year}?"}}\n' for year in range(400)))
    command = [*FACTCHECK, "--progress-json", "batch", "in.jsonl", "-o", "out.jsonl", "--index", str(seed_index)]
    process = subprocess.Popen([*command, "--concurrency", "1"], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert process.stderr is not None
    deadline = time.monotonic() + 60
    heard = b""
    while b'"progress"' not in heard and time.monotonic() < deadline:
        heard += process.stderr.readline()
    process.send_signal(signal.SIGTERM)  # a Ctrl-C is the same from here on
    rest = process.communicate(timeout=60)[1]
    lines = told((heard + rest).decode("ascii"))
    assert process.returncode == 130
    assert lines[-2:] == [
        {
            "error": "interrupted",
            "hint": "What was finished is kept; run the same command to go on.",
            "kind": "Interrupted",
        },
        {"exit": 130},
    ]
    assert any("finished record" in line.get("note", "") for line in lines)
