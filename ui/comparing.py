"""Compare many articles in a process of its own: in this one, every page would wait for it.

thread of the work → `factcheck --progress-json compare --json` → its progress, told on → its record
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

from factcheck.comparing.records import CompareRecord
from factcheck.comparing.wire import read_comparison
from factcheck.errors import FactcheckError

Advance = Callable[[str, int, int], None]
INTERVAL = 0.3
# Pages come first.
NICENESS = 10


def compare_apart(index: str, files: Iterable[str] | None, advance: Advance) -> CompareRecord:
    """Compare the articles of an index with one another, in another process.

    Args:
        index: Folder of the index.
        files: Only files whose names match one of these globs.
        advance: Told how far it is; what it raises ends the process.

    Raises:
        FactcheckError: The comparison failed; the message is that of the process.
    """
    globs = [part for glob in files or () for part in ("--file", glob)]
    with tempfile.TemporaryDirectory() as folder:
        output, progress = Path(folder, "record"), Path(folder, "progress")
        with output.open("wb") as out, progress.open("wb") as told:
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "factcheck",
                    "--progress-json",
                    "compare",
                    "--json",
                    "--index",
                    index,
                    *globs,
                ],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=told,
                env=os.environ | {"PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"},
                start_new_session=True,
            )
        os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
        try:
            with progress.open(encoding="utf-8", errors="replace") as lines:
                error = _follow(process, lines, advance)
        finally:
            if process.poll() is None:
                process.kill()  # it writes nothing but what is thrown away here
            process.wait()
        if error is not None or process.returncode:
            raise error or FactcheckError("the comparison ended before it was done", hint="Compare again.")
        with output.open(encoding="utf-8") as record:
            return read_comparison(json.load(record))


def _follow(process: subprocess.Popen[bytes], lines: IO[str], advance: Advance) -> FactcheckError | None:
    """Tell on what the process tells until it ends; return what it failed with."""
    error, last, rest = None, ("reading", 0, 0), ""
    while True:
        ended = process.poll() is not None
        *whole, rest = (rest + lines.read()).split("\n")
        for line in whole:
            told = _read(line)
            if "error" in told:
                error = FactcheckError(str(told["error"]), hint=str(told.get("hint", "")))
            step = told.get("progress")
            if isinstance(step, dict):
                last = (str(step.get("what", "")), int(step.get("done", 0)), int(step.get("total", 0)))
        if ended:
            return error
        advance(*last)
        time.sleep(INTERVAL)


def _read(line: str) -> dict[str, object]:
    try:
        told = json.loads(line)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
