"""A disk that can be watched and broken: runs commands behind disk.c, and reads what it recorded."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from places import ROOT

RECORD, KILL, TEAR, FULL, READ_ONLY, STOP = range(6)
COMPILER = shutil.which("cc")
# Where there is such a thing: what is written is never to survive, and a loaded disk would take its time.
MEMORY = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else None
POSSIBLE = sys.platform == "linux" and COMPILER is not None
_HEAD = struct.Struct("<cQQHHQ")


@dataclass(frozen=True, slots=True)
class Step:
    """One change of the watched folder.

    Attributes:
        kind: W(rite), T(runcate), S(ync), C(reate), M(ake a folder), R(ename), U(nlink), D(elete a folder).
        inode: Of the file or folder; 0 where only its name matters.
        offset: Of what is written, or the new length.
        path: Where a name is made or goes.
        target: New name.
        data: What is written.
    """

    kind: str
    inode: int
    offset: int
    path: str
    target: str
    data: bytes


def read_record(file: Path) -> list[Step]:
    """Return the steps of a recorded run, in order."""
    content, place, steps = file.read_bytes(), 0, []
    while place < len(content):
        kind, inode, offset, a, b, size = _HEAD.unpack_from(content, place)
        place += _HEAD.size
        path, target = content[place : place + a].decode(), content[place + a : place + a + b].decode()
        place += a + b
        steps.append(Step(kind.decode(), inode, offset, path, target, content[place : place + size]))
        place += size
    return steps


def choose_points(steps: Sequence[Step]) -> list[int]:
    """Return the steps before which a kill makes a difference: of a run of writes to one file two, else each.

    After a step is before the next one, so that each boundary is there once.
    """
    chosen: list[int] = []
    start = 0
    while start < len(steps):
        end = start + 1
        if steps[start].kind == "W":
            while end < len(steps) and (steps[end].kind, steps[end].inode) == ("W", steps[start].inode):
                end += 1
        chosen += sorted({start, (start + end) // 2})
        start = end
    return [number + 1 for number in chosen]


class Machine:
    """Runs commands over folders, each in a process of its own that can be killed at any step."""

    def __init__(self, folder: Path) -> None:
        self._said = folder / "said"
        shim = folder / "disk.so"
        assert COMPILER is not None
        subprocess.run(
            [COMPILER, "-O1", "-shared", "-fPIC", "-o", str(shim), str(ROOT / "tests" / "disk.c"), "-ldl", "-lpthread"],
            check=True,
        )
        environment = dict(os.environ, LD_PRELOAD=str(shim), PYTHONPATH=f"{ROOT}:{ROOT / 'tests'}", OMP_NUM_THREADS="1")
        self._driver = subprocess.Popen(
            [sys.executable, "-X", "faulthandler", str(ROOT / "tests" / "crash_driver.py")],
            env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def run(
        self, place: Path, arguments: Sequence[str], *, at: int = 0, blow: int = RECORD, record: Path | None = None
    ) -> tuple[int, str]:
        """Run a command over a place; return its exit code and what it said."""
        more = {"arguments": list(arguments), "at": at, "blow": blow, "record": str(record or "")}
        return self._ask("run", place, more)

    def record(self, place: Path, arguments: Sequence[str]) -> list[Step]:
        """Run a command and return every change that it made to the place."""
        record = self._said.with_name("record")
        code, said = self.run(place, arguments, record=record)
        assert code == 0, said
        return read_record(record)

    def look(self, place: Path) -> tuple[int, Any]:
        """Return what a reader finds there: (0, what) or (1 or 70, words)."""
        code, said = self._ask("look", place, {})
        return code, json.loads(said) if code == 0 else said

    def state(self, place: Path) -> dict[str, Any]:
        """Return all that a place holds, but for times."""
        code, said = self._ask("state", place, {})
        assert code == 0, said
        return dict(json.loads(said))

    def _ask(self, do: str, place: Path, more: dict[str, Any]) -> tuple[int, str]:
        assert self._driver.stdin is not None and self._driver.stdout is not None
        request = {"do": do, "place": str(place.resolve()), "said": str(self._said), **more}
        self._driver.stdin.write(json.dumps(request) + "\n")
        self._driver.stdin.flush()
        code, said = json.loads(self._driver.stdout.readline())
        return int(code), str(said)

    def close(self) -> None:
        self._driver.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def copy_place(source: Path, target: Path) -> Path:
    """Copy a place with its times; the target is replaced."""
    shutil.rmtree(target, ignore_errors=True)
    return shutil.copytree(source, target)


def changed_by(steps: Sequence[Step], place: Path) -> Iterator[str]:
    """Yield what each step does, in words short enough for a table."""
    names: dict[int, str] = {}
    for step in steps:
        if step.path and step.inode:
            names[step.inode] = step.path
        name = (step.path or names.get(step.inode, "?")).removeprefix(f"{place.resolve()}/")
        yield f"{step.kind} {name}"
