"""Batch against a loop of `ask` calls, and what a batch costs for each item.

    python -m benchmarks.batch                       # 400 questions over 300 written articles
    python -m benchmarks.batch --seeds               # the golden questions over the seeds
    python -m benchmarks.batch --runs 3

Embedded engine: a plain loop of `Corpus.ask` in one process, which uses every core where it can, against
as many processes as there are cores, both from a cold start. Wall time counts on a quiet machine only; CPU
time is steadier: it bounds the ratio that could be reached.

Overhead: the wall time of a batch over the time of the work itself, for each item, with work that takes
exactly 20 ms; in processes, and in threads against an endpoint that answers at once (its own time taken off).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from fakes import answer, completion, serving  # noqa: E402

from benchmarks.corpus import write_corpus  # noqa: E402
from factcheck.batch.inputs import Item  # noqa: E402
from factcheck.batch.processes import Processes  # noqa: E402
from factcheck.batch.runner import Serial  # noqa: E402
from factcheck.batch.tasks import Asking, Task, Workers  # noqa: E402
from factcheck.batch.threads import Threads  # noqa: E402
from factcheck.index.sync import sync  # noqa: E402
from factcheck.models.cores import count_cores  # noqa: E402
from factcheck.pipeline import Corpus  # noqa: E402
from factcheck.settings import Settings  # noqa: E402
from factcheck.types import Abstention, AnswerRecord, EngineInfo, Provenance, Searched, Timing, Usage  # noqa: E402

WORK_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run took: wall time, CPU time of all its processes, and wall time after the first answer."""

    wall: float
    cpu: float
    steady: float


class Sleeper:
    """Takes a known time for each question."""

    def ask(self, question: str, **options: Any) -> AnswerRecord:
        """Wait, and find nothing."""
        time.sleep(WORK_SECONDS)
        return AnswerRecord(
            id=options["id"],
            question=question,
            outcome=Abstention("no_evidence", "Nothing.", (), Searched(0, 0)),
            engine=EngineInfo("embedded", ""),
            timing=Timing(),
            usage=Usage(),
            provenance=Provenance("", "", {}, ""),
        )


def open_sleeper(asking: Asking) -> Sleeper:
    return Sleeper()


def tasks_of(questions: Sequence[str]) -> Iterator[Task]:
    for position, question in enumerate(questions):
        yield Task(position, Item(f"q{position}", question=question))


def measure(workers: Workers, questions: Sequence[str]) -> Cost:
    """Run a batch and close the workers, so that the CPU time of processes is known."""
    begun, cpu, first = time.perf_counter(), _cpu(), 0.0
    answered = 0
    for _ in workers.run(tasks_of(questions)):
        first = first or time.perf_counter()
        answered += 1
    ended = time.perf_counter()
    workers.close()
    assert answered == len(questions)
    return Cost(ended - begun, _cpu() - cpu, ended - first)


def measure_loop(settings: Settings, questions: Sequence[str]) -> Cost:
    """Ask one question after the other, from a process of its own, so that its start is cold too."""
    script = (
        "import json, sys, time; from factcheck.pipeline import Corpus; from factcheck.settings import Settings\n"
        "index, questions = json.load(sys.stdin); first = 0.0\n"
        "with Corpus.open(settings=Settings(index=index, engine='embedded')) as corpus:\n"
        "    for question in questions:\n"
        "        corpus.ask(question); first = first or time.perf_counter()\n"
        "print(time.perf_counter() - first)"
    )
    begun, cpu = time.perf_counter(), _cpu()
    run = subprocess.run(
        [sys.executable, "-c", script],
        input=json.dumps([settings.index, list(questions)]),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return Cost(time.perf_counter() - begun, _cpu() - cpu, float(run.stdout))


def _cpu() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def measure_embedded(settings: Settings, questions: Sequence[str], runs: int) -> None:
    asking = Asking(replace(settings, engine="embedded"))
    cores = count_cores()
    loops, batches = [], []
    for _ in range(runs):
        loops.append(measure_loop(settings, questions))
        batches.append(measure(Processes(asking, processes=cores), questions))
    print(f"embedded engine, {len(questions)} questions, {cores} cores, {runs} runs (medians)")
    for name, costs in (("loop of ask", loops), (f"batch, {cores} processes", batches)):
        wall, cpu, steady = _median(costs)
        rate = len(questions) / wall
        print(f"  {name}: {wall:.1f} s ({rate:.1f}/s), after the first answer {steady:.1f} s; CPU {cpu:.1f} s")
    (wall, cpu, steady), (other_wall, other_cpu, other_steady) = _median(loops), _median(batches)
    print(
        f"  ratio {wall / other_wall:.2f}, after the first answer {steady / other_steady:.2f};"
        f" by CPU time at most {cores * cpu / other_cpu:.2f}"
    )


def _median(costs: Sequence[Cost]) -> tuple[float, float, float]:
    return (
        statistics.median(cost.wall for cost in costs),
        statistics.median(cost.cpu for cost in costs),
        statistics.median(cost.steady for cost in costs),
    )


def measure_overhead(items: int) -> None:
    """Set the batch's time for each item beside that of the work, which is known."""
    questions = ["Who?"] * items
    asking = Asking(Settings(engine="embedded"))
    cores = count_cores()
    print(f"overhead of an item that takes {WORK_SECONDS * 1000:g} ms, {items} items")
    for name, workers, at_once in (
        ("one after the other", Serial(Sleeper(), asking), 1),
        (f"{cores} processes", Processes(asking, processes=cores, opener=open_sleeper), cores),
        ("8 threads", Threads(asking, concurrency=8, asker=Sleeper()), 8),
    ):
        cost = measure(workers, questions)
        over = cost.steady / (items - 1) * at_once - WORK_SECONDS
        print(f"  {name}: {over * 1000:.2f} ms an item; CPU {cost.cpu / items * 1000:.2f} ms")


def measure_endpoint(settings: Settings, items: int) -> None:
    """Ask an endpoint that answers at once, in a loop and in threads: the rest is ours."""
    text = "Chinese Foreign Ministry spokesman Zhao Lijian rejected the reports of the Russian request."
    questions = [row["question"] for row in golden()]
    asked = [questions[place % len(questions)] for place in range(items)]
    asking = Asking(replace(settings, engine="openai", cache=False))
    with serving(always=completion(answer((text, [1, 2])))) as server:
        os.environ["OPENAI_BASE_URL"] = server.address
        with Corpus.open(settings=asking.settings) as corpus:
            measure(Serial(corpus, asking), questions)  # loads the models, reads the articles
            loop = measure(Serial(corpus, asking), asked)
            batch = measure(Threads(asking, asker=corpus), asked)
        del os.environ["OPENAI_BASE_URL"]
    print(f"instant endpoint, {items} questions")
    print(f"  loop {loop.wall / items * 1000:.2f} ms an item, 8 threads {batch.wall / items * 1000:.2f} ms an item")


def golden() -> list[dict[str, Any]]:
    lines = (ROOT / "golden" / "questions.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--questions", type=int, default=400)
    parser.add_argument("--seeds", action="store_true", help="golden questions over the seeds, again and again")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--only", choices=["embedded", "overhead", "endpoint"], help="one of the three measurements")
    parser.add_argument("--items", type=int, default=500, help="items of the overhead")
    options = parser.parse_args()
    if options.only in {None, "overhead"}:
        measure_overhead(options.items)
    if options.only == "overhead":
        return
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(index=str(Path(folder) / "index"))
        if options.seeds:
            source, questions = ROOT / "seeds", [row["question"] for row in golden()]
        else:
            source = Path(folder) / "articles"
            questions = [fact.question for fact in write_corpus(source, options.articles)]
        sync([source], settings=settings)
        asked = [questions[place % len(questions)] for place in range(options.questions)]
        if options.only in {None, "embedded"}:
            measure_embedded(settings, asked, options.runs)
        if options.only in {None, "endpoint"}:
            measure_endpoint(settings, min(options.items, 200))


if __name__ == "__main__":
    main()
