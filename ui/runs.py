"""Long runs (index, batch, eval): the commands of the terminal, each as a process of its own.

    start → `factcheck --progress-json COMMAND …` → FOLDER/progress.jsonl → read_run → RunState

A run goes on when its page is reloaded or closed; a crash in it does not take the app along; a stop
is the command's own stop, after which it can be gone on with. What is known of a run is in its folder,
so that it is found again when the app was started anew. A run that outlives an app that was killed is
found running, for it holds the lock of its folder as long as it lives.
"""

from __future__ import annotations

import atexit
import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from factcheck.durable import write_durably

PROGRESS = "progress.jsonl"
OUTPUT = "output"
RUN = "run.json"
LOCK = "run.lock"
# The last lines of a run's progress; one line has about 150 bytes.
_TAIL = 16_384
_PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class RunState:
    """How far a run is.

    Attributes:
        state: "running", "done", "stopped" or "failed"; "none" where there was no run.
        what: What is being done ("reading").
        done: How many are done.
        total: Of how many; 0 while that is not known.
        rate: How fast, with its unit, or "".
        seconds_left: Estimate, or None.
        code: Exit code of the command, once it has ended.
        error: Why it failed, or "".
        hint: What to do then, or "".
        kind: Name of the error's class ("JobChanged"), or "".
        notes: What it said beside, latest last.
        stopping: Whether it was asked to stop and still runs.
    """

    state: str
    what: str = ""
    done: int = 0
    total: int = 0
    rate: str = ""
    seconds_left: float | None = None
    code: int | None = None
    error: str = ""
    hint: str = ""
    kind: str = ""
    notes: tuple[str, ...] = ()
    stopping: bool = False


class Runs:
    """The processes that this app has started; safe to use from many sessions."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        # Each until its exit code is written, so that nobody sees a run that has ended without one.
        self._running: dict[Path, subprocess.Popen[bytes]] = {}
        self._stopping: set[Path] = set()
        atexit.register(self.stop_all)

    def start(self, folder: Path, arguments: Sequence[str]) -> None:
        """Start a command; nothing happens where the folder's run is still going on.

        Args:
            folder: Where its progress, its output and its exit code are kept.
            arguments: Of `factcheck`, without the program's name. Anybody on this machine can see them: no secrets.
        """
        folder = folder.absolute()
        with self._guard:
            if folder in self._running:
                return
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with _taking_lock(folder) as lock:
                if lock is None:
                    return
                _write_json(folder / RUN, {"arguments": list(arguments)})
                process = _spawn(folder, arguments, lock)
            _write_json(folder / RUN, {"arguments": list(arguments), "process": process.pid})
            self._running[folder] = process
            self._stopping.discard(folder)
        threading.Thread(target=self._await, args=(folder, process), name="factcheck-run", daemon=True).start()

    def stop(self, folder: Path) -> None:
        """Ask a run to stop, once; it ends between two steps and keeps what it has finished."""
        folder = folder.absolute()
        with self._guard:
            if folder in self._stopping:
                return  # a second signal would interrupt how it ends
            process = self._running.get(folder)
            if process is not None:
                process.terminate()
            elif _is_locked(folder):
                _terminate_stranger(folder)
            else:
                return
            self._stopping.add(folder)

    def stop_all(self) -> None:
        """Stop every run, because the app ends."""
        with self._guard:
            for folder, process in self._running.items():
                if folder not in self._stopping:
                    process.terminate()
                    self._stopping.add(folder)

    def read(self, folder: Path) -> RunState:
        """Return how far the run of a folder is."""
        folder = folder.absolute()
        with self._guard:
            running = folder in self._running or _is_locked(folder)
            if not running:
                self._stopping.discard(folder)
            stopping = folder in self._stopping
        return read_run(folder, running=running, stopping=stopping)

    def count(self) -> int:
        """Return how many runs are going on, of all visitors."""
        with self._guard:
            return len(self._running)

    def await_end(self, folder: Path, seconds: float = _PATIENCE) -> RunState:
        """Wait for the end of a run that was stopped, for some seconds at most."""
        deadline = time.monotonic() + seconds
        while (state := self.read(folder)).state == "running" and time.monotonic() < deadline:
            time.sleep(0.05)
        return state

    def _await(self, folder: Path, process: subprocess.Popen[bytes]) -> None:
        code = process.wait()
        with self._guard:
            try:
                _write_json(folder / RUN, (_read_json(folder / RUN) or {}) | {"code": code})
            except OSError:  # its folder was deleted, or the disk is full: what it told says how it ended
                pass
            self._running.pop(folder, None)


@st.cache_resource(show_spinner=False)
def runs() -> Runs:
    """Return the runs of this app, one for all sessions."""
    return Runs()


def read_run(folder: Path, *, running: bool, stopping: bool = False) -> RunState:
    """Read how far a run is from what it wrote.

    Args:
        folder: Of the run.
        running: Whether its process lives.
        stopping: Whether it was asked to stop.
    """
    about = _read_json(folder / RUN)
    if about is None:
        return RunState("none")
    step: dict[str, Any] = {}
    failure: dict[str, Any] = {}
    notes = []
    code = about.get("code")
    for line in _read_lines(folder / PROGRESS):
        if isinstance(line.get("progress"), dict):
            step = line["progress"]
        elif "error" in line:
            failure = line
        elif "exit" in line and code is None:
            code = line["exit"]  # the app that had started it was gone when it ended
        else:
            notes += [_without_paths(line[name], folder) for name in ("note", "warning") if name in line]
    error = _without_paths(failure.get("error", ""), folder)
    return RunState(
        state=_name_state(code, running=running, error=error),
        what=str(step.get("what", "")),
        done=int(step.get("done") or 0),
        total=int(step.get("total") or 0),
        rate=str(step.get("rate", "")),
        seconds_left=step.get("seconds_left"),
        code=None if running else code,
        error=error,
        hint=_without_paths(failure.get("hint", ""), folder),
        kind=str(failure.get("kind", "")),
        notes=tuple(notes),
        stopping=running and stopping,
    )


def _name_state(code: int | None, *, running: bool, error: str) -> str:
    if running:
        return "running"
    if code is None or code == 130 or code < 0:
        return "stopped"  # by the visitor, with the app, or by the system: it can be gone on with
    # `batch` and `eval` exit with 1 when some records are failures; an error line is another matter.
    return "failed" if error or code == 2 else "done"


def _spawn(folder: Path, arguments: Sequence[str], lock: int) -> subprocess.Popen[bytes]:
    with (folder / PROGRESS).open("wb") as progress, (folder / OUTPUT).open("wb") as output:
        return subprocess.Popen(
            # -P: a module in the folder where the app was started is not taken for one of ours.
            [sys.executable, "-P", "-m", "factcheck", "--progress-json", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=progress,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            pass_fds=(lock,),
            # A Ctrl-C in the app's terminal is for the app, which then stops its runs, each once.
            start_new_session=True,
        )


@contextmanager
def _taking_lock(folder: Path) -> Iterator[int | None]:
    """Take a folder's lock, or give None where a run holds it; who inherits it holds it as long as it lives."""
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield None
        else:
            yield handle
    finally:
        os.close(handle)


def _is_locked(folder: Path) -> bool:
    if not (folder / LOCK).exists():
        return False
    with _taking_lock(folder) as lock:
        return lock is None


def _terminate_stranger(folder: Path) -> None:
    """Stop a run that an earlier app has started; it holds the lock, so the process is still the one noted."""
    process = (_read_json(folder / RUN) or {}).get("process")
    if isinstance(process, int) and process > 1:
        try:
            os.kill(process, signal.SIGTERM)
        except ProcessLookupError:  # it has ended just now
            pass


def _without_paths(text: object, folder: Path) -> str:
    """Return what the command said, with its files named as a visitor may see them."""
    return str(text).replace(f"{folder.absolute()}{os.sep}", "").replace(f"{Path.cwd()}{os.sep}", "")


def _write_json(path: Path, value: dict[str, Any]) -> None:
    write_durably(path, json.dumps(value))


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None


def _read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the last lines of a file that are JSON objects; a library's own words are passed over."""
    try:
        with path.open("rb") as stream:
            stream.seek(0, os.SEEK_END)
            stream.seek(max(0, stream.tell() - _TAIL))
            tail = stream.read()
    except OSError:
        return []
    lines = []
    for line in tail.splitlines():
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if isinstance(value, dict):
            lines.append(value)
    return lines
