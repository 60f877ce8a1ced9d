from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from places import SEEDS
from terminals import FACTCHECK, on_terminal

from factcheck import __version__
from factcheck.cli import main
from factcheck.pipeline import Corpus

QUESTION = "Who denied the request?"
FILE = "001_d26e30d51aa5f213.txt"
COMMANDS = sorted(main.commands)


def run(*arguments: str, input: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input=input)


def spawn(*arguments: str, **options: Any) -> subprocess.Popen[bytes]:
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.Popen([*FACTCHECK, *arguments], **options)


def ask(index: Path, *arguments: str, input: str | bytes | None = None) -> Result:
    return run("ask", *arguments, "--index", str(index), input=input)


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A folder with one small article."""
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "mine.txt").write_bytes(
        "The council denied the request on Tuesday.\r\nMayor Ann Lee said: “We cannot pay.”\r\n".encode()
    )
    return folder


@pytest.fixture
def index(articles: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "index"
    assert run("index", str(articles), "--index", str(folder)).exit_code == 0
    return folder


# Help and wrong use


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example_and_takes_an_index(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"Example: factcheck {command}" in result.stdout
    assert "--index DIR" in result.stdout


def test_the_commands_are_those_of_the_contract() -> None:
    expected = "ask batch check compare doctor eval index mcp remove status text ui verify"
    assert expected.split() == COMMANDS


def test_the_version_is_the_package_s() -> None:
    assert run("--version").stdout == f"factcheck {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["frobnicate"],
        ["ask"],
        ["ask", "x", "--colour"],
        ["ask", "x", "--engine", "oracle"],
        ["ask", "x", "--as-of", "yesterday"],
        ["ask", "x", "--since", "yesterday"],
        ["ask", "x", "--as-of", "2022-02-30"],
        ["text"],
        ["remove"],
        ["batch", "x.jsonl"],
        ["ui", "--port", "0"],
        ["ui", "--port", "http"],
        ["ui", "--host", "0.0.0.0"],
        ["ui", "--host", "::"],
    ],
)
def test_wrong_use_is_one_line_and_a_hint(arguments: list[str]) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    error, hint = result.stderr.splitlines()
    assert error.startswith("error: ") and hint.startswith("hint: ")


def test_without_a_command_the_help_is_shown_as_wrong_use() -> None:
    result = run()
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Usage: factcheck" in result.stderr


def test_an_unknown_setting_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTCHECK_COLOUR", "1")
    result = run("status")
    assert result.exit_code == 2
    assert "colour" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [["ask", QUESTION], ["text", FILE], ["status"], ["remove", FILE], ["verify", "r.jsonl"],
     ["batch", "q.jsonl", "-o", "a.jsonl"]],
)  # fmt: skip
def test_without_an_index_the_command_that_makes_one_is_named(arguments: list[str]) -> None:
    Path("r.jsonl").write_text('{"schema": "factcheck/answer/1"}\n')
    Path("q.jsonl").write_text('{"question": "Who?"}\n')
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "factcheck index" in result.stderr
    assert len(result.stderr.splitlines()) == 2
    assert not Path("a").exists() and not Path(".factcheck").exists()


# index and remove


def test_index_says_what_it_did_and_a_second_run_costs_nothing(articles: Path) -> None:
    first = run("index", str(articles))
    assert first.exit_code == 0
    assert first.stdout.startswith(".factcheck holds 1 article, ") and "1 added" in first.stdout
    assert "1 unchanged" in run("index", str(articles)).stdout


def test_index_without_a_folder_takes_the_seeds_that_come_along() -> None:
    report = json.loads(run("index", "--json").stdout)
    assert (report["added"], report["articles"]) == (5, 5)


def test_index_without_a_folder_prefers_seeds_here(articles: Path) -> None:
    shutil.copytree(articles, "seeds")
    assert json.loads(run("index", "--json").stdout)["articles"] == 1


@pytest.mark.parametrize("name", ["missing", "empty", "pictures"])
def test_a_folder_without_articles_is_wrong_use(name: str) -> None:
    Path("empty").mkdir()
    Path("pictures").mkdir()
    Path("pictures/photo.jpg").write_bytes(b"\xff\xd8\xff")
    result = run("index", name)
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 2


def test_unreadable_files_are_listed_and_the_rest_is_indexed(articles: Path) -> None:
    (articles / "empty.txt").write_bytes(b"")
    (articles / "bro\x1b[31mken.docx").write_bytes(b"PK\x03\x04 not a document")
    (articles / "zeros.txt").write_bytes(bytes(5000))
    result = run("index", str(articles))
    assert result.exit_code == 0
    assert "holds 1 article" in result.stdout
    assert "warning: 3 files skipped" in result.stderr
    for name in ("empty.txt", "zeros.txt", "bro␛[31mken.docx"):
        assert f"warning: {name}: " in result.stderr


def test_copies_are_named(articles: Path) -> None:
    shutil.copy(articles / "mine.txt", articles / "twin.txt")
    result = run("index", str(articles))
    assert "holds 2 articles" in result.stdout
    assert "copies: mine.txt = twin.txt" in result.stdout


def test_a_removed_article_stays_away_until_it_is_asked_for(articles: Path) -> None:
    (articles / "other.txt").write_text("The harbour was closed on Friday.")
    run("index", str(articles))
    removed = run("remove", "mine.txt")
    assert removed.exit_code == 0
    assert removed.stdout.startswith("removed mine.txt\n")
    assert "holds 1 article" in run("index", str(articles)).stdout
    assert "holds 2 articles" in run("index", str(articles), "--again").stdout


def test_removing_what_is_not_there_is_wrong_use(index: Path) -> None:
    for name in ("absent.txt", " "):
        result = run("remove", name, "--index", str(index))
        assert (result.exit_code, result.stdout) == (2, "")


# ask


def test_an_answer_is_shown_with_exact_quotes(seed_index: Path) -> None:
    result = ask(seed_index, QUESTION)
    assert (result.exit_code, result.stderr) == (0, "")
    wire = json.loads(ask(seed_index, QUESTION, "--json").stdout)
    lines = result.stdout.splitlines()
    assert lines[0] == wire["short_answer"]
    for citation in wire["citations"]:
        text = (SEEDS / citation["file"]).read_bytes().decode("utf-8", "replace")
        assert text[citation["start"] : citation["end"]] == citation["quote"]
        assert f"[{citation['id']}] {citation['file']}:{citation['line']}" in result.stdout
        assert "  │ " + " ".join(citation["quote"].split()) in lines


def test_json_is_one_line_of_the_contract(seed_index: Path) -> None:
    result = ask(seed_index, QUESTION, "--json")
    assert result.stdout.count("\n") == 1
    wire = json.loads(result.stdout)
    assert (wire["schema"], wire["question"], wire["outcome"]) == ("factcheck/answer/1", QUESTION, "answered")


def test_markdown_has_a_heading(seed_index: Path) -> None:
    assert ask(seed_index, QUESTION, "--markdown").stdout.startswith(f"## {QUESTION}\n")


def test_an_abstention_is_done(seed_index: Path) -> None:
    result = ask(seed_index, "Who won the chess tournament in Norway?")
    assert result.exit_code == 0
    assert "Searched 1" in result.stdout and "5 files" in result.stdout


@pytest.mark.parametrize("words", [[QUESTION], QUESTION.split(), ["-"]])
def test_the_question_may_be_quoted_or_not_or_come_from_standard_input(seed_index: Path, words: list[str]) -> None:
    result = ask(seed_index, *words, "--json", input=QUESTION + "\n")
    assert json.loads(result.stdout)["outcome"] == "answered"


@pytest.mark.parametrize("question", ["", "   ", "?!…", "\x1b\x07\x00", "x" * 100_000, "Who denied it? " * 7000])
def test_a_question_that_cannot_be_asked_is_wrong_use(seed_index: Path, question: str) -> None:
    for result in (ask(seed_index, question), ask(seed_index, "-", input=question)):
        assert (result.exit_code, result.stdout) == (2, "")
        assert len(result.stderr.splitlines()) == 2
        assert max(map(len, result.stderr.splitlines())) < 300


def test_standard_input_without_end_is_refused(seed_index: Path) -> None:
    result = ask(seed_index, "-", input="a" * 1_000_001)
    assert result.exit_code == 2
    assert "factcheck batch" in result.stderr


@pytest.mark.parametrize(
    "question",
    ["'; DROP TABLE articles; --", 'NEAR("denied" AND OR NOT * ^', "who AND NOT OR",
     "Wer hat die Bitte abgelehnt?", "кто отказал?", "¿Quién?", "who\udcff denied", "a\u202eb denied?"],
)  # fmt: skip
def test_odd_questions_get_an_honest_record(seed_index: Path, question: str) -> None:
    result = ask(seed_index, question, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["outcome"] in {"answered", "abstained"}
    assert ask(seed_index, question).exit_code == 0


def test_file_and_date_restrict_the_search(seed_index: Path) -> None:
    wire = json.loads(ask(seed_index, QUESTION, "--file", "001*", "--json").stdout)
    assert {citation["file"] for citation in wire["citations"]} == {FILE}
    for filter in (["--as-of", "1999-12-31"], ["--file", "*.pdf"], ["--since", "2999-01-01"], ["--outlet", "No Such"]):
        result = ask(seed_index, QUESTION, *filter)
        assert (result.exit_code, result.stdout) == (2, "")
        assert filter[1] in result.stderr


def test_nothing_falls_back_to_another_engine(seed_index: Path) -> None:
    result = ask(seed_index, QUESTION, "--engine", "openai", "--json")
    assert result.exit_code in {1, 2}
    if result.stdout:
        assert json.loads(result.stdout)["engine"]["name"] == "openai"


def test_the_settings_choose_the_index(seed_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("factcheck.toml").write_text(f"index = '{seed_index}'\n")
    assert run("status").exit_code == 0
    monkeypatch.setenv("FACTCHECK_INDEX", "elsewhere")
    assert run("status").exit_code == 2


def test_a_failure_is_an_error_for_people_and_a_record_for_programs(
    seed_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scripted_corpus import record, timed_out

    monkeypatch.setattr(Corpus, "ask", lambda self, question, **_: record(question, timed_out()))
    for_people = ask(seed_index, QUESTION)
    assert (for_people.exit_code, for_people.stdout) == (1, "")
    assert "did not answer within 60 seconds" in for_people.stderr and "hint: " in for_people.stderr
    for_programs = ask(seed_index, QUESTION, "--json")
    assert for_programs.exit_code == 1
    assert json.loads(for_programs.stdout)["failure"]["retryable"] is True


def test_a_bug_is_one_line_and_a_traceback_only_on_demand(seed_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Corpus, question: str, **_: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(Corpus, "ask", broken)
    result = ask(seed_index, QUESTION)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[0] == "error: a bug in factcheck: ZeroDivisionError: by zero"
    assert "Traceback" not in result.stderr and "--debug" in result.stderr
    assert "Traceback" in ask(seed_index, QUESTION, "--debug").stderr


# text, status, doctor


def test_text_is_byte_exact(index: Path, articles: Path) -> None:
    assert run("text", "mine.txt", "--index", str(index)).stdout_bytes == (articles / "mine.txt").read_bytes()


def test_text_of_an_unknown_file_suggests_one(index: Path) -> None:
    result = run("text", "mien.txt", "--index", str(index))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "mine.txt" in result.stderr


def test_status_counts_what_is_there(index: Path) -> None:
    state = json.loads(run("status", "--json", "--index", str(index)).stdout)
    assert (state["files"], state["engine"], state["version"]) == (1, "embedded", __version__)
    shown = run("status", "--index", str(index)).stdout
    assert "sentences" in shown and "mine.txt" in shown


def test_doctor_finds_nothing_wrong(index: Path) -> None:
    result = run("doctor", "--json", "--index", str(index))
    parts = [json.loads(line) for line in result.stdout.splitlines()]
    assert [part["part"] for part in parts if not part["ok"]] == []
    assert result.exit_code == 0
    assert "ok       embedding model" in run("doctor", "--index", str(index)).stdout


def test_doctor_says_how_to_mend_an_index(tmp_path: Path) -> None:
    index = tmp_path / "index"
    index.write_text("not a folder")
    result = run("doctor", "--index", str(index))
    assert result.exit_code == 1
    assert "problem" in result.stdout and "hint: " in result.stdout


# verify


@pytest.fixture
def saved(index: Path) -> Path:
    file = Path("saved.jsonl")
    file.write_text(ask(index, "Who denied the request?", "--json").stdout)
    assert json.loads(file.read_text())["citations"]
    return file


def test_verify_says_that_all_holds(index: Path, saved: Path) -> None:
    result = run("verify", str(saved), "--index", str(index))
    assert (result.exit_code, result.stdout) == (0, "")
    assert "all hold" in result.stderr


def test_verify_names_a_changed_file_and_where_the_quote_went(index: Path, saved: Path, articles: Path) -> None:
    text = (articles / "mine.txt").read_bytes()
    (articles / "mine.txt").write_bytes(b"Corrected. " + text)
    result = run("verify", str(saved), "--index", str(index))
    assert result.exit_code == 1
    assert "mine.txt has changed since" in result.stdout and "now stands at 11" in result.stdout
    wire = json.loads(run("verify", str(saved), "--json", "--index", str(index)).stdout)
    assert wire["holds"] is False and wire["problems"]


def test_verify_names_a_file_that_is_gone(index: Path, saved: Path, articles: Path) -> None:
    (articles / "mine.txt").unlink()
    result = run("verify", str(saved), "--index", str(index))
    assert result.exit_code == 1
    assert "mine.txt is no longer there" in result.stdout


def test_verify_finds_an_altered_quote(index: Path, saved: Path) -> None:
    saved.write_text(saved.read_text().replace("denied", "granted"))
    result = run("verify", "-", "--index", str(index), input=saved.read_bytes())
    assert result.exit_code == 1
    assert "is not the quote" in result.stdout


@pytest.mark.parametrize("line", ["{", "[]", "null", '{"schema": "other/1"}', '"x"', "\x00", "[" * 100_000])
def test_verify_never_takes_a_broken_line_for_a_sound_one(index: Path, saved: Path, line: str) -> None:
    saved.write_text(saved.read_text() + line + "\n")
    result = run("verify", str(saved), "--index", str(index))
    assert result.exit_code == 1
    assert result.stdout.startswith("line 2: ")


def test_verify_without_records_is_wrong_use(index: Path) -> None:
    Path("none.jsonl").write_text("\n")
    for name in ("none.jsonl", "missing.jsonl", "."):
        assert run("verify", name, "--index", str(index)).exit_code == 2


# As a process


def test_a_reader_that_goes_away_is_no_error(seed_index: Path) -> None:
    with spawn("status", "--json", "--index", str(seed_index)) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_under_the_output_is_an_error(seed_index: Path) -> None:
    with open("/dev/full", "wb") as full, spawn("status", "--index", str(seed_index), stdout=full) as process:
        assert process.stderr is not None
        error = process.stderr.read().decode()
        assert process.wait() == 1
    assert "No space left on device" in error and "Traceback" not in error and "Exception" not in error


def wait_until_idle(pid: int) -> None:
    """Wait until a process has used no processor time for a while, however slowly it is run."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        time.sleep(5.0)
        return
    before, calm, deadline = "", 0, time.monotonic() + 60
    while calm < 8 and time.monotonic() < deadline:
        time.sleep(0.1)
        state, *_ = fields = stat.read_text().rpartition(")")[2].split()
        used = " ".join(fields[11:13])
        calm = calm + 1 if used == before and used != "0 0" and state == "S" else 0
        before = used


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_a_clean_stop(seed_index: Path, number: int) -> None:
    with spawn("ask", "-", "--index", str(seed_index), stdin=subprocess.PIPE) as process:
        assert process.stderr is not None
        wait_until_idle(process.pid)  # it waits for its question; earlier, Python itself is still starting
        process.send_signal(number)
        error = process.stderr.read().decode()
        assert process.wait() == 130
    assert error.lstrip().startswith("error: interrupted") and "Traceback" not in error


@pytest.mark.parametrize("form", [[], ["--json"], ["--markdown"]])
def test_output_that_is_not_utf8_is_escaped_not_refused(index: Path, form: list[str]) -> None:
    runner = CliRunner(charset="ascii")
    result = runner.invoke(main, ["ask", "What did Ann Lee say?", *form, "--index", str(index)])
    assert (result.exit_code, result.stderr) == (0, "")
    assert "\\u201cWe cannot pay.\\u201d" in result.stdout_bytes.decode("ascii")


def test_a_terminal_gets_colours_and_lines_that_fit(seed_index: Path) -> None:
    shown = on_terminal("ask", QUESTION, "--index", str(seed_index), columns=60)
    assert "\x1b[1;32m" in shown
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert 40 < max(map(len, plain.splitlines())) <= 60


def test_no_color_is_heeded(index: Path) -> None:
    assert "\x1b" not in on_terminal("doctor", "--index", str(index), columns=60, NO_COLOR="1")


def test_a_terminal_sees_progress_and_a_pipe_does_not(articles: Path) -> None:
    shown = on_terminal("index", str(articles), columns=100)
    assert "\x1b[?25l" in shown  # the bar hides the cursor
    assert "holds 1 article" in shown
    with spawn("index", str(articles), "--rebuild") as process:
        assert process.communicate()[1] == b""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_the_app_opens_on_this_machine_only_and_stops(seed_index: Path) -> None:
    port = free_port()
    with spawn("ui", "--port", str(port), "--headless", "--index", str(seed_index)) as process:
        assert process.stderr is not None
        assert process.stderr.readline().decode().startswith(f"factcheck is at http://localhost:{port} ")
        address = f"http://127.0.0.1:{port}/_stcore/health"
        for _ in range(240):
            try:
                with urllib.request.urlopen(address, timeout=5) as reply:
                    assert reply.read() == b"ok"
                break
            except OSError:
                assert process.poll() is None
                time.sleep(0.25)
        else:
            raise AssertionError("the app did not open")
        process.terminate()
        assert process.wait(30) == 0


def test_a_port_in_use_is_wrong_use() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = run("ui", "--port", str(port), "--headless")
    assert result.exit_code == 2
    assert f"port {port} cannot be opened" in result.stderr and "--port" in result.stderr
