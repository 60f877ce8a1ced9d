"""Statements that appear while the model writes: in the terminal and on the page."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from fakes import KEY, answer, completion, error, serving, stream
from llm import FERRY, HARBOUR, QUESTION, build, scripted
from streamlit.testing.v1 import AppTest

from factcheck.answering.leaning import leans_on_context
from factcheck.cli import main

APP = Path(__file__).resolve().parents[1] / "ui" / "app.py"
SAID = answer(("Duarte said the repair will cost 12 million euros.", [3]), ("Ghosts did it.", [1]))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("streaming"), {"harbour.txt": HARBOUR, "ferry.txt": FERRY})


def run(index: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str, replies: list[object]) -> tuple[int, str]:
    with serving(*replies) as server:  # type: ignore[arg-type]
        monkeypatch.setenv("OPENAI_BASE_URL", server.address)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        result = CliRunner().invoke(main, ["ask", QUESTION, "--index", str(index), "--no-cache", *arguments])
    assert KEY not in result.output
    return result.exit_code, result.output


def test_a_streamed_answer_ends_in_the_whole_record(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, output = run(index, monkeypatch, "--stream", replies=[stream(SAID, size=9)])
    assert code == 0
    assert output.count("Ghosts did it.") == 1, output
    assert "Answered by the openai engine (gpt-4o-mini" in output[output.index("Ghosts did it.") :], output
    assert "not supported" in output
    assert "1 call · 90 + 30 tokens · 0.00003" in output


def test_a_streamed_failure_is_one_line_and_a_hint(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(error(401, "no")) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.address)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        result = CliRunner().invoke(main, ["ask", QUESTION, "--index", str(index), "--stream"], standalone_mode=True)
    assert result.exit_code == 1
    assert "refused the key" in result.output
    assert "OPENAI_API_KEY" in result.output
    assert KEY not in result.output


def test_both_engines_give_two_lines_of_json(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, output = run(index, monkeypatch, "--engine", "both", "--json", replies=[completion(SAID)])
    first, second = (json.loads(line) for line in output.splitlines())
    assert code == 0
    assert (first["engine"]["name"], second["engine"]["name"]) == ("embedded", "openai")
    assert second["call"]["format"] == "json_schema"


def test_both_engines_say_where_they_differ(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, output = run(index, monkeypatch, "--engine", "both", replies=[completion(SAID)])
    assert code == 0
    assert "Where they differ:" in output


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_dry_run_sends_nothing(form: list[str], index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, output = run(index, monkeypatch, "--dry-run", "--max-tokens", "200", *form, replies=[])
    assert code == 0
    if form:
        assert json.loads(output)["max_tokens"] == 200
    else:
        assert "Nothing was sent." in output


def test_a_budget_that_is_too_small_is_refused_before_the_call(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, output = run(index, monkeypatch, "--budget-usd", "0.0000001", replies=[])
    assert code == 2
    assert "USD are left" in output


def test_the_page_streams_and_ends_in_the_record(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(index, monkeypatch, stream(SAID, size=9), cache=False):
        monkeypatch.setenv("FACTCHECK_INDEX", str(index))
        monkeypatch.setenv("FACTCHECK_CACHE", "false")
        app = AppTest.from_file(str(APP), default_timeout=90).run()
        app.text_input(key="question").input(QUESTION)
        app.button[0].click().run()
        while app.session_state["ask"].asking is not None:
            time.sleep(0.05)
            app.run()
        assert not app.exception
        (turn,) = app.session_state["ask"].turns
    assert turn.result.engine.name == "openai"
    assert [statement.support for statement in turn.outcome.statements][-1] == "unsupported"


@pytest.mark.parametrize(
    ("question", "leans"),
    [
        ("Who denied it?", True),
        ("And in June?", True),
        ("Why?", True),
        ("What did she say about the bridge?", True),
        ("What will the repair of the harbour bridge cost?", False),
        ("Who hired 40 sailors in March?", False),
    ],
)
def test_a_follow_up_is_told_by_its_words(question: str, leans: bool) -> None:
    assert leans_on_context(question) == leans
