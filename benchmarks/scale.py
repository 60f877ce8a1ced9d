"""How the tool grows: 1,000, 10,000, 100,000 articles on one machine.

    python benchmarks/scale.py FOLDER --sizes 1000 10000 --vectors words
    python benchmarks/scale.py FOLDER --sizes 1000 --vectors model
    python benchmarks/scale.py FOLDER --report docs/images       # table, growth exponents and pictures of what was run

The articles are synthetic (corpus.py) and the first N of a larger corpus are those of N, so that one index grows from
size to size, --step articles a run. At each size are measured: index rate, memory, disk by part, the time from opening
to the first answer, questions, `verify`, 1 % changed, and the removal of one article and of 1 %. Changes and removals
are done on a copy of the index. Every stage is a process of its own whose figures are one line of FOLDER/results.jsonl;
what is there is not run again, and --minutes ends a run between two stages, so that the same command goes on.

With `--vectors words`, word vectors stand in for the embedder and nobody is heard (nothing is parsed while indexing):
what reading, splitting, writing, grouping and searching cost stays as it is, and so does all that answers. With
`--vectors model` nothing is left out. Rates are given by CPU second too, since other work on the machine costs no CPU.
"""

from __future__ import annotations

import argparse
import datetime
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

Row = dict[str, Any]
# Stages at each size, in order, and how often each is run; the best of several is that of the least disturbed.
STAGES = {"disk": 1, "start": 2, "ask": 1, "verify": 1, "change": 1, "remove one": 1, "remove 1 %": 1}


class Work(NamedTuple):
    """One stage that has to be run."""

    stage: str
    size: int
    first: int
    run: int


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--vectors", choices=("words", "model"), default="words")
    parser.add_argument("--step", type=int, default=5000, help="most articles that one run adds")
    parser.add_argument("--workers", type=int, default=1, help="processes that read and embed (--vectors model)")
    parser.add_argument("--minutes", type=float, default=1e9, help="begin no stage after so long")
    parser.add_argument("--report", type=Path, metavar="IMAGES", help="run nothing; print the table, draw the pictures")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.report:
        import scale_report

        scale_report.report(read_results(options.folder), options.report)
        return 0
    if options.child:
        import scale_stages

        print(json.dumps(scale_stages.run(options.folder, **json.loads(options.child))))
        return 0
    return run_all(options)


def run_all(options: argparse.Namespace) -> int:
    """Run the stages that have no result yet."""
    options.folder.mkdir(parents=True, exist_ok=True)
    end = time.monotonic() + 60 * options.minutes
    done = read_results(options.folder)
    if done and done[0]["vectors"] != options.vectors:
        print(f"{options.folder} was made with --vectors {done[0]['vectors']}: take another folder", file=sys.stderr)
        return 2
    for work in plan(sorted(options.sizes), done, options.step):
        if time.monotonic() > end:
            print("the time is over; the same command goes on", file=sys.stderr)
            return 0
        print(f"{work.size:>7,}  {work.stage:<10} …", end=" ", file=sys.stderr, flush=True)
        figures = measure(options, work)
        if figures is None:
            return 1
        row = {"vectors": options.vectors, **work._asdict(), **figures, "at": f"{datetime.datetime.now():%F %H:%M}"}
        with (options.folder / "results.jsonl").open("a") as stream:
            stream.write(json.dumps(row) + "\n")
        print(json.dumps(figures)[:150], file=sys.stderr, flush=True)
    return 0


def plan(sizes: Sequence[int], done: Sequence[Row], step: int) -> Iterator[Work]:
    """Yield what is to be done: the index grows to each size in steps, and is measured there."""
    known = {(row["stage"], row["size"], row["run"]) for row in done}
    held = max((row["size"] for row in done if row["stage"] == "index"), default=0)
    for size in sizes:
        while held < size:
            first, held = held, min(size, held + step)
            yield Work("index", held, first, 0)
        for stage, runs in STAGES.items():
            for run in range(runs):
                # An index that has grown on can no longer be measured at a smaller size.
                if (stage, size, run) not in known and held == size:
                    yield Work(stage, size, size, run)


def measure(options: argparse.Namespace, work: Work) -> Row | None:
    """Run one stage in a process of its own."""
    order = {"stage": work.stage, "size": work.size, "first": work.first}
    order |= {"vectors": options.vectors, "workers": options.workers}
    command = [sys.executable, __file__, str(options.folder), "--child", json.dumps(order)]
    process = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if process.returncode:
        print(f"{work.stage} failed with exit code {process.returncode}", file=sys.stderr)
        return None
    figures: Row = json.loads(process.stdout.splitlines()[-1])
    return figures


def read_results(folder: Path) -> list[Row]:
    """Return the results of earlier runs."""
    file = folder / "results.jsonl"
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []


if __name__ == "__main__":
    sys.exit(main())
