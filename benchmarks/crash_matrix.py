"""Break every command at every step that changes the disk, and say what was found: command x point x outcome.

    python benchmarks/crash_matrix.py --results matrix.jsonl --seconds 280      (again, until nothing is left)
    python benchmarks/crash_matrix.py --results matrix.jsonl --table

The steps are found by recording a run (tests/disk.c), not written down. At each one the process is killed, or the
write is torn, or the disk is full or read-only from there on, or the power fails (tests/power.py). Then a reader
looks, and the same command is run again: it must leave what an uninterrupted run leaves.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from crashes import SCENARIOS, Prepared, cut_at, kill_at, prepare
from disk import FULL, KILL, MEMORY, READ_ONLY, STOP, TEAR, Machine, changed_by, choose_points
from power import KINDS

BLOWS = {"kill": KILL, "torn write": TEAR, "disk full": FULL, "read-only": READ_ONLY, "SIGTERM": STOP}


def points_of(prepared: Prepared, blow: str) -> list[int]:
    """Return the steps at which a blow makes sense."""
    steps = prepared.steps
    if blow.startswith("power"):
        # Where something was forced, and at the end.
        return [n for n in range(1, len(steps) + 1) if steps[n - 1].kind == "S" or n == len(steps)]
    if blow == "torn write":
        words = list(changed_by(steps, prepared.base.parent / "place"))  # the ledger is no file of ours
        return [n for n in choose_points(steps) if steps[n - 1].kind == "W" and words[n - 1] != "W ledger"]
    return choose_points(steps)


def measure(results: Path, seconds: float, wanted: str, every: int) -> None:
    """Break what is not in the results yet, until the time is over."""
    end = time.monotonic() + seconds
    done = {(row["command"], row["blow"], row["point"]) for row in read(results)}
    with (
        tempfile.TemporaryDirectory(dir=MEMORY) as name,
        Machine(Path(name)) as machine,
        results.open("a", encoding="utf-8") as out,
    ):
        for scenario in SCENARIOS:
            prepared = None
            for blow in (*BLOWS, *(f"power cut, {kind}" for kind in KINDS)):
                if wanted and not re.search(wanted, f"{scenario.name}: {blow}"):
                    continue
                prepared = prepared or prepare(machine, scenario, Path(name) / re.sub(r"\W+", "-", scenario.name))
                points = points_of(prepared, blow)
                words = list(changed_by(prepared.steps, prepared.base.parent / "place"))
                for point in sorted({*points[::every], points[-1]}):
                    if (scenario.name, blow, point) in done:
                        continue
                    if time.monotonic() > end:
                        return
                    row = {"command": scenario.name, "blow": blow, "point": point, "step": words[point - 1]}
                    out.write(json.dumps({**row, **strike(machine, prepared, blow, point)}) + "\n")
                    out.flush()
    print("nothing is left")


def strike(machine: Machine, prepared: Prepared, blow: str, point: int) -> dict[str, str]:
    """Break a run at a point; return what a reader found, or what was wrong."""
    try:
        if blow in BLOWS:
            return {"found": kill_at(machine, prepared, point, blow=BLOWS[blow])}
        return {"found": cut_at(machine, prepared, point, blow.removeprefix("power cut, "))}
    except AssertionError as error:
        return {"wrong": str(error)[:2000]}


def read(results: Path) -> list[dict[str, str]]:
    """Return the rows so far."""
    return [json.loads(line) for line in results.read_text("utf-8").splitlines()] if results.exists() else []


def tabulate(rows: list[dict[str, str]]) -> Iterator[str]:
    """Yield the matrix as Markdown: neighbouring points of one kind of step and one outcome share a row."""
    yield "| command | blow | points | step | found by the next reader | the command again |"
    yield "|---|---|---|---|---|---|"
    order = {scenario.name: number for number, scenario in enumerate(SCENARIOS)}
    rows = sorted(rows, key=lambda row: (order[row["command"]], row["blow"], int(row["point"])))
    shared = groupby(rows, lambda row: (row["command"], row["blow"], shorten(row["step"]), outcome(row)))
    for (command, blow, step, (found, again)), group in shared:
        points = [int(row["point"]) for row in group]
        span = f"{points[0]}" if len(points) == 1 else f"{points[0]}-{points[-1]} ({len(points)})"
        yield f"| {command} | {blow} | {span} | {step} | {found} | {again} |"


def summarise(rows: list[dict[str, str]]) -> Iterator[str]:
    """Yield a row for each command and blow."""
    yield "| command | blow | points | old | new | partly new, each article whole | same | ended before | wrong |"
    yield "|---|---|---:|---:|---:|---:|---:|---:|---:|"
    for scenario in SCENARIOS:
        for blow in sorted({row["blow"] for row in rows}):
            found = Counter(outcome(r)[0] for r in rows if (r["command"], r["blow"]) == (scenario.name, blow))
            names = ("old", "new", "partly new, each article whole", "same", "had ended", "wrong")
            if found:
                counts = " | ".join(str(found[name]) for name in names)
                yield f"| {scenario.name} | {blow} | {found.total()} | {counts} |"


def outcome(row: dict[str, str]) -> tuple[str, str]:
    """Return what was found, and what the command did again."""
    return (
        ("wrong", row["wrong"].replace("\n", " ")[:200]) if "wrong" in row else (row["found"], "the same as unbroken")
    )


def shorten(step: str) -> str:
    """Name a step without what differs from run to run."""
    step = re.sub(r"chroma/[^/ ]+", "chroma/STORE", re.sub(r"build-\d+", "build", step))
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "SEGMENT", step)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=Path, required=True, help="JSON lines; what is there is not done again")
    parser.add_argument("--seconds", type=float, default=1e9, help="stop after about this time")
    parser.add_argument("--only", default="", help="pattern of 'command: blow'")
    parser.add_argument("--every", type=int, default=1, help="every k-th point")
    parser.add_argument("--table", action="store_true", help="print the matrix of the results and do nothing else")
    options = parser.parse_args()
    if not options.table:
        measure(options.results, options.seconds, options.only, options.every)
    rows = read(options.results)
    print("\n".join([*summarise(rows), *(["", *tabulate(rows)] if options.table else [])]))


if __name__ == "__main__":
    main()
