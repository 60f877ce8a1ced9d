"""Ask one opened index for hours while another process adds, changes and removes its articles.

    python benchmarks/soak.py --questions 50000
    python benchmarks/soak.py --questions 1500 --seconds 280 --reopen     (a stage; opens the index whenever it changes)

Every citation of every answer is read again in the version of the file that its hash names. It ends with 1 where
an answer failed, a citation is not exact, or memory, open files, threads or the disk grow after the first part.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from factcheck.index.sync import sync
from factcheck.pipeline import Corpus
from factcheck.settings import Settings
from factcheck.types import Abstention, Answer

ROOT = Path(__file__).resolve().parents[1]
WARM = 0.3
"""Share of the questions before growth counts: caches fill up to their limits."""
MOST_SLOPE_KB = 40.0
"""Most growth of memory in kB for each 1,000 questions: 2 MB over 50,000."""
LEAST = 2_000
"""Fewest questions over which growth is judged."""
MOST_FILES = 8
MOST_DISK = 3.0


@dataclass
class Soak:
    """What is shared by the threads that ask.

    Attributes:
        asked: Number of questions so far.
        faults: What was wrong.
        outcomes: Answers by kind.
        seconds: How long each question took.
        samples: Questions, kB of memory, open files, threads and bytes of the index, now and then.
        versions: Texts by the hash of their file.
    """

    asked: int = 0
    faults: list[str] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    samples: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


def write_forever(folder: Path, articles: Path, versions: Path, pause: float, seed: int) -> None:
    """Change some articles and index them, until standard input ends."""
    settings, chance = Settings(index=str(folder / "index")), random.Random(seed)
    originals = sorted(articles.glob("*.txt"))
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    while True:
        for path in chance.sample(originals, k=2):
            other = articles / f"extra-{chance.randrange(4)}.txt"
            match chance.choice(("add", "change", "remove")):
                case "add":
                    put(other, path.read_text("utf-8") + f"\n\nNote {chance.random()} was added.\n", versions)
                case "change":
                    text = path.read_text("utf-8").split("\n\nNote ")[0]
                    put(path, f"{text}\n\nNote {chance.random()} was added by an editor in Paris.\n", versions)
                case "remove":
                    other.unlink(missing_ok=True)
        sync([articles], settings=settings)
        print("indexed", flush=True)
        time.sleep(pause)


def put(path: Path, text: str, versions: Path) -> None:
    """Write an article, its version first, for an answer may cite it at once."""
    data = text.encode("utf-8")
    (versions / hashlib.sha256(data).hexdigest()).write_bytes(data)
    path.write_bytes(data)


def ask_forever(soak: Soak, opened: Opened, questions: list[str], most: int, end: float, versions: Path) -> None:
    """Ask until there are enough, or the time is over."""
    while time.monotonic() < end:
        with soak.lock:
            if soak.asked >= most:
                return
            number = soak.asked
            soak.asked += 1
        started = time.perf_counter()
        question = questions[number % len(questions)]
        try:
            record = opened.corpus().ask(question)
            check(record.outcome, soak, versions)
        except Exception as error:  # whatever it is, it is a fault, and the soak goes on
            soak.faults.append(f"{question}: {type(error).__name__}: {error}")
        with soak.lock:
            soak.seconds.append(time.perf_counter() - started)
            if number % 50 == 0:
                soak.samples.append((number, *measure(opened.index)))


def check(outcome: object, soak: Soak, versions: Path) -> None:
    """Hold an answer against the files."""
    with soak.lock:
        soak.outcomes[type(outcome).__name__] += 1
    if not isinstance(outcome, (Answer, Abstention)):
        soak.faults.append(str(outcome))
        return
    for citation in outcome.citations if isinstance(outcome, Answer) else outcome.closest:
        if citation.sha256 not in soak.versions:
            data = (versions / citation.sha256).read_bytes()
            soak.versions[citation.sha256] = data.decode("utf-8", "replace")
            if len(soak.versions) > 200:
                soak.versions.pop(next(iter(soak.versions)), None)
        text = soak.versions.get(citation.sha256) or (versions / citation.sha256).read_text("utf-8", "replace")
        if text[citation.start : citation.end] != citation.quote or not citation.quote:
            soak.faults.append(f"not exact: {citation}")


class Opened:
    """The index, opened once, or again whenever it has changed."""

    def __init__(self, index: Path, *, again: bool) -> None:
        self.index = index
        self._again = again
        self._lock = threading.Lock()
        self._corpus = Corpus.open(index)
        self._stamp = self._read_stamp()
        self.times = 1

    def corpus(self) -> Corpus:
        """Return what is asked; an earlier one closes when nobody asks it any more, as in the app."""
        with self._lock:
            if self._again and (stamp := self._read_stamp()) != self._stamp:
                self._corpus, self._stamp = Corpus.open(self.index), stamp
                self.times += 1
            return self._corpus

    def _read_stamp(self) -> object:
        return self._corpus.status()["fingerprint"]


def measure(index: Path) -> tuple[int, int, int, int]:
    """Return kB of memory, open files, threads, and bytes of the index."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    size = 0
    for parent, _, names in os.walk(index):
        for name in names:
            try:
                size += os.stat(os.path.join(parent, name)).st_size
            except FileNotFoundError:  # a store that was replaced just now
                pass
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024, len(os.listdir("/proc/self/fd")), threading.active_count(), size


def report(soak: Soak, reopened: int, writes: int) -> bool:
    """Print what was measured; return whether it holds."""
    done = len(soak.seconds)
    late = [sample for sample in soak.samples if sample[0] >= WARM * done]
    slope = (
        1000 * statistics.linear_regression([s[0] for s in late], [s[1] for s in late]).slope if len(late) > 2 else 0.0
    )
    ordered = sorted(soak.seconds)
    first, last = late[0], late[-1]
    disk = max(sample[4] for sample in late) / soak.samples[0][4]
    files = max(sample[2] for sample in late[len(late) // 2 :]) - max(
        sample[2] for sample in late[: len(late) // 2 + 1]
    )
    print(f"{done:,} questions, {writes} index runs beside them, opened {reopened} times; {dict(soak.outcomes)}")
    print(f"p50 {ordered[done // 2] * 1e3:.0f} ms, p95 {ordered[int(done * 0.95)] * 1e3:.0f} ms")
    print(
        f"memory {first[1] / 1024:,.1f} to {last[1] / 1024:,.1f} MB after warm-up, {slope:+.0f} kB for 1,000 questions"
    )
    print(f"open files {first[2]} to {last[2]}, threads {first[3]} to {last[3]}, disk at most x {disk:.2f}")
    problems = [*soak.faults[:5]]
    if late[-1][0] - late[0][0] < LEAST:
        print("too few questions to tell whether memory grows: caches still fill")
    elif slope > MOST_SLOPE_KB:
        problems.append(f"memory grows by {slope:.0f} kB for 1,000 questions")
    problems += [f"open files grow by {files}"] if files > MOST_FILES else []
    problems += ["threads grow"] if last[3] > first[3] + 4 else []
    problems += ["the disk fills"] if disk > MOST_DISK else []
    print("\n".join(problems) or "no error, no growth")
    return not problems


def run(options: argparse.Namespace, folder: Path) -> bool:
    """Index, ask and write; return whether all held."""
    articles, versions = folder / "articles", folder / "versions"
    articles.mkdir(parents=True)
    versions.mkdir()
    for source in (ROOT / "seeds", ROOT / "tests" / "data" / "news"):
        for path in sorted(source.glob("*.txt")):
            put(articles / path.name, path.read_text("utf-8"), versions)
    sync([articles], settings=Settings(index=str(folder / "index")))
    lines = [*(ROOT / "golden" / "questions.jsonl").open(), *(ROOT / "golden" / "news.jsonl").open()]
    questions = [json.loads(line).get("question") for line in lines]
    questions = [question for question in questions if question]
    random.Random(options.seed).shuffle(questions)
    opened, soak = Opened(folder / "index", again=options.reopen), Soak()
    command = [sys.executable, __file__, "--write", str(folder), "--pause", str(options.pause)]
    told = folder / "indexed"
    with told.open("w") as out, subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out) as writer:
        end = time.monotonic() + options.seconds
        arguments = (soak, opened, questions, options.questions, end, versions)
        threads = [threading.Thread(target=ask_forever, args=arguments) for _ in range(options.threads)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if writer.poll() is not None:
            soak.faults.append(f"the indexing process ended with {writer.returncode}")
        writer.communicate()
    return report(soak, opened.times, told.read_text().count("indexed"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--questions", type=int, default=50_000)
    parser.add_argument("--seconds", type=float, default=1e9, help="stop after this time")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--pause", type=float, default=2.0, help="seconds between two index runs")
    parser.add_argument("--reopen", action="store_true", help="open the index again whenever it has changed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write:
        write_forever(
            options.write, options.write / "articles", options.write / "versions", options.pause, options.seed
        )
        return 0
    with tempfile.TemporaryDirectory() as name:
        return 0 if run(options, Path(name)) else 1


if __name__ == "__main__":
    sys.exit(main())
