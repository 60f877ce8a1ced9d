"""Runs: commands as processes that outlive pages and the app, with everything about them in a folder."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ui import runs as module
from ui.runs import LOCK, PROGRESS, RUN, Runs, read_run

# Stands in for `factcheck`: does what its arguments say, and tells it as the real one does.
PUPPET = """
import json, os, signal, sys, time
arguments = sys.argv[sys.argv.index("--progress-json") + 1:]
def tell(**record):
    print(json.dumps(record), file=sys.stderr, flush=True)
def stop(*_):
    tell(note="stopping")
    time.sleep(0.3)
    tell(error="interrupted", hint="Go on.", kind="Interrupted")
    tell(exit=130)
    os._exit(130)
signal.signal(signal.SIGTERM, stop)
print("result", os.environ.get("SECRET", ""), flush=True)
tell(progress={"what": "reading", "done": 1, "total": 4, "rate": "2/s", "seconds_left": 1.5})
for argument in arguments:
    if argument == "wait":
        time.sleep(60)
    elif argument == "noise":
        print("{ not json", file=sys.stderr, flush=True)
        print("[1, 2]", file=sys.stderr, flush=True)
    elif argument == "fail":
        tell(error=os.getcwd() + "/x.job was begun otherwise", hint="Add a flag.", kind="JobChanged")
        tell(exit=2)
        sys.exit(2)
    elif argument == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif argument == "records":
        tell(note="1 failed")
        tell(exit=1)
        sys.exit(1)
tell(progress={"what": "writing", "done": 4, "total": 4, "rate": "", "seconds_left": None})
tell(exit=0)
"""


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runs]:
    """Runs of a puppet in the place of `factcheck`."""
    puppet = tmp_path / "puppet.py"
    puppet.write_text(PUPPET)
    popen = subprocess.Popen

    def spawn(command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        assert command[1:4] == ["-P", "-m", "factcheck"]
        return popen([sys.executable, str(puppet), *command[4:]], **options)

    monkeypatch.setattr(module.subprocess, "Popen", spawn)
    runs = Runs()
    yield runs
    runs.stop_all()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "batches" / "one"


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def told(folder: Path, words: str) -> bool:
    return (folder / PROGRESS).exists() and words in (folder / PROGRESS).read_text()


def test_a_run_is_followed_from_its_start_to_its_end(runs: Runs, folder: Path) -> None:
    assert runs.read(folder).state == "none"
    runs.start(folder, ["noise"])
    state = runs.await_end(folder)
    assert (state.state, state.code, state.what, state.done, state.total) == ("done", 0, "writing", 4, 4)
    assert (folder / "output").read_text().startswith("result")
    assert runs.count() == 0


def test_how_far_it_is_can_be_read_while_it_goes_on(runs: Runs, folder: Path) -> None:
    runs.start(folder, ["wait"])
    until(lambda: runs.read(folder).done == 1)
    state = runs.read(folder)
    assert (state.state, state.what, state.total, state.rate, state.seconds_left) == (
        "running",
        "reading",
        4,
        "2/s",
        1.5,
    )
    assert runs.count() == 1 and state.code is None and not state.stopping


def test_a_second_start_changes_nothing_while_it_goes_on(runs: Runs, folder: Path) -> None:
    runs.start(folder, ["wait"])
    until(lambda: told(folder, "reading"))
    process = json.loads((folder / RUN).read_text())["process"]
    runs.start(folder, [])
    Runs().start(folder, [])  # of another app
    assert json.loads((folder / RUN).read_text())["process"] == process
    assert runs.read(folder).state == "running"


def test_a_stop_is_asked_for_once_and_the_run_can_be_started_again(runs: Runs, folder: Path) -> None:
    runs.start(folder, ["wait"])
    until(lambda: told(folder, "reading"))
    runs.stop(folder)
    assert runs.read(folder).stopping
    runs.stop(folder)
    state = runs.await_end(folder)
    assert (state.state, state.code, state.stopping) == ("stopped", 130, False)
    assert (folder / PROGRESS).read_text().count("stopping") == 1
    runs.start(folder, [])
    assert runs.await_end(folder).state == "done"


def test_a_run_outlives_the_app_and_is_found_and_stopped_by_the_next(runs: Runs, folder: Path) -> None:
    runs.start(folder, ["wait"])
    until(lambda: told(folder, "reading"))
    second = Runs()
    assert second.read(folder).state == "running"
    second.stop(folder)
    assert second.await_end(folder).state == "stopped"


def test_what_ended_unseen_says_itself_how(runs: Runs, folder: Path) -> None:
    runs.start(folder, ["records"])
    runs.await_end(folder)
    about = json.loads((folder / RUN).read_text())
    del about["code"]
    (folder / RUN).write_text(json.dumps(about))
    state = Runs().read(folder)
    assert (state.state, state.code, state.notes) == ("done", 1, ("1 failed",))


def test_an_error_is_told_with_its_kind_and_without_our_paths(runs: Runs, folder: Path) -> None:
    runs.start(folder, ["fail"])
    state = runs.await_end(folder)
    assert (state.state, state.kind, state.hint) == ("failed", "JobChanged", "Add a flag.")
    assert state.error == "x.job was begun otherwise"


def test_a_run_that_the_system_killed_has_stopped_and_not_failed(runs: Runs, folder: Path) -> None:
    runs.start(folder, ["kill"])
    state = runs.await_end(folder)
    assert (state.state, state.code) == ("stopped", -signal.SIGKILL)


def test_all_runs_stop_with_the_app(runs: Runs, tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    for each in folders:
        runs.start(each, ["wait"])
        until(lambda each=each: told(each, "reading"))  # type: ignore[misc]
    runs.stop_all()
    runs.stop_all()
    assert [runs.await_end(each).state for each in folders] == ["stopped", "stopped"]
    assert [(each / PROGRESS).read_text().count("stopping") for each in folders] == [1, 1]


def test_secrets_go_by_the_environment_and_into_no_file(
    runs: Runs, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "s3cret")
    runs.start(folder, ["batch"])
    runs.await_end(folder)
    assert "s3cret" in (folder / "output").read_text()
    assert "s3cret" not in (folder / RUN).read_text() + (folder / PROGRESS).read_text()


def test_a_folder_that_was_deleted_is_no_run_and_no_error(runs: Runs, folder: Path) -> None:
    runs.start(folder, ["wait"])
    until(lambda: told(folder, "reading"))
    for file in (RUN, PROGRESS, LOCK, "output"):
        (folder / file).unlink()
    folder.rmdir()
    runs.stop(folder)
    until(lambda: runs.count() == 0)
    assert runs.read(folder).state == "none"


@pytest.mark.parametrize("content", ["", "[]", "{", '{"arguments": []}'])
def test_a_file_that_was_cut_off_is_no_crash(folder: Path, content: str) -> None:
    folder.mkdir(parents=True)
    (folder / RUN).write_text(content)
    (folder / PROGRESS).write_bytes(b'{"progress": 3}\n\xff\xfe\n{"error": 5}\n{"progress"')
    state = read_run(folder, running=False)
    assert state.state in {"none", "stopped"}


def test_only_the_end_of_a_long_story_is_read(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / RUN).write_text("{}")
    line = json.dumps({"progress": {"what": "answering", "done": 1, "total": 2}})
    (folder / PROGRESS).write_text("\n".join([line] * 5_000 + [line.replace("1,", "2,")]))
    assert read_run(folder, running=True).done == 2


def test_a_real_command_runs_with_nothing_of_the_folder_it_was_started_in(folder: Path) -> None:
    Path("click.py").write_text("raise SystemExit(99)")
    runs = Runs()
    runs.start(folder, ["status", "--index", os.devnull])
    state = runs.await_end(folder, 60)
    assert (state.state, state.code) == ("failed", 2)
    assert state.error and state.kind
