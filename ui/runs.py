"""Long runs (index, batch, eval): the commands of the terminal, each as a process of its own.

    start → `factcheck --progress-json COMMAND …` → FOLDER/progress.jsonl → read_run → RunState

A run goes on when its page is reloaded or closed; a crash in it does not take the app along; a stop
is the command's own stop, after which it can be gone on with. What is known of a run is in its folder,
so that it is found again when the app was started anew.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

PROGRESS = "progress.jsonl"
OUTPUT = "output"
RUN = "run.json"
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
        notes: What it said beside, latest last.
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
    notes: tuple[str, ...] = ()


class Runs:
    """The processes that this app has started; safe to use from many sessions."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._running: dict[Path, subprocess.Popen[bytes]] = {}
        atexit.register(self.stop_all)

    def start(self, folder: Path, arguments: Sequence[str]) -> None:
        """Start a command; nothing happens where the folder's run is still going on.

        Args:
            folder: Where its progress, its output and its exit code are kept.
            arguments: Of `factcheck`, without the program's name.
        """
        with self._guard:
            if self._is_running(folder):
                return
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            (folder / RUN).write_text(json.dumps({"arguments": list(arguments)}), "utf-8")
            with (folder / PROGRESS).open("wb") as progress, (folder / OUTPUT).open("wb") as output:
                process = subprocess.Popen(
                    [sys.executable, "-m", "factcheck", "--progress-json", *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=progress,
                    env=os.environ | {"PYTHONUNBUFFERED": "1"},
                )
            self._running[folder] = process
        threading.Thread(target=_await_end, args=(process, folder), name="factcheck-run", daemon=True).start()

    def stop(self, folder: Path) -> None:
        """Ask a run to stop; it ends between two steps and keeps what it has finished."""
        with self._guard:
            if self._is_running(folder):
                self._running[folder].terminate()

    def stop_all(self) -> None:
        """Stop every run, because the app ends."""
        with self._guard:
            for process in self._running.values():
                if process.poll() is None:
                    process.terminate()

    def read(self, folder: Path) -> RunState:
        """Return how far the run of a folder is."""
        with self._guard:
            running = self._is_running(folder)
        return read_run(folder, running=running)

    def await_end(self, folder: Path, seconds: float = _PATIENCE) -> RunState:
        """Wait for the end of a run that was stopped, for some seconds at most."""
        deadline = time.monotonic() + seconds
        while (state := self.read(folder)).state == "running" and time.monotonic() < deadline:
            time.sleep(0.05)
        return state

    def _is_running(self, folder: Path) -> bool:
        process = self._running.get(folder)
        return process is not None and process.poll() is None


@st.cache_resource(show_spinner=False)
def runs() -> Runs:
    """Return the runs of this app, one for all sessions."""
    return Runs()


def read_run(folder: Path, *, running: bool) -> RunState:
    """Read how far a run is from what it wrote.

    Args:
        folder: Of the run.
        running: Whether its process lives.
    """
    about = _read_json(folder / RUN)
    if about is None:
        return RunState("none")
    step: dict[str, Any] = {}
    error = hint = ""
    notes = []
    for line in _read_lines(folder / PROGRESS):
        if "progress" in line:
            step = line["progress"]
        elif "error" in line:
            error, hint = str(line["error"]), str(line.get("hint", ""))
        else:
            notes += [str(line[name]) for name in ("note", "warning") if name in line]
    code = about.get("code")
    return RunState(
        state=_name_state(code, running=running, error=error),
        what=str(step.get("what", "")),
        done=int(step.get("done") or 0),
        total=int(step.get("total") or 0),
        rate=str(step.get("rate", "")),
        seconds_left=step.get("seconds_left"),
        code=code,
        error=error,
        hint=hint,
        notes=tuple(notes),
    )


def _name_state(code: int | None, *, running: bool, error: str) -> str:
    if running:
        return "running"
    if code is None or code == 130 or code < 0:
        return "stopped"  # by the visitor, with the app, or by the system: it can be gone on with
    # `batch` and `eval` exit with 1 when some records are failures; an error line is another matter.
    return "failed" if error or code == 2 else "done"


def _await_end(process: subprocess.Popen[bytes], folder: Path) -> None:
    code = process.wait()
    about = _read_json(folder / RUN) or {}
    part = folder / f"{RUN}.part"
    part.write_text(json.dumps(about | {"code": code}), "utf-8")
    part.replace(folder / RUN)


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
