"""factcheck beside LangChain with Chroma, txtai and Haystack: same articles, same embedder, same run.

    make peers
    python -m benchmarks.peers --distractors 1000

Asked are the answerable questions of the golden sets over the seeds and the test articles, all in one folder, with
synthetic articles as distractors beside them. A question counts as found where one of its gold sentences stands whole
in what is shown, apart from white space: in the first 1,000 characters, or in all that is shown. Each side runs in a
process of its own; memory is the peak of that process, with the libraries it has imported.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.corpus import make_articles
from benchmarks.peers.sides import SIDES, Shown

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ROOT / "build" / "peers"
SETS = (("questions.jsonl", "seeds"), ("news.jsonl", "tests/data/news"), ("press-questions.jsonl", "tests/data/press"))
# Of text, for who reads one screen; sentences and chunks are compared by it, not by their number.
BUDGET = 1000
Gold = tuple[str, list[tuple[str, str]]]


def main() -> None:
    """Measure all sides, or one in this process."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--distractors", type=int, default=100, help="synthetic articles beside the real ones")
    parser.add_argument("--side", choices=SIDES, help="only this one, as a line of JSON")
    parser.add_argument("--sides", nargs="+", choices=SIDES, default=list(SIDES), help="in this order")
    options = parser.parse_args()
    if options.side:
        print(json.dumps(measure(options.side, options.distractors)))
        return
    rows = []
    for side in options.sides:
        print(f"{side} …", file=sys.stderr, flush=True)
        command = [sys.executable, "-m", "benchmarks.peers", "--side", side, "--distractors", str(options.distractors)]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        if done.returncode:
            print(f"{side} failed (its packages: make peers)", file=sys.stderr)
            continue
        rows.append(json.loads(done.stdout.splitlines()[-1]))
        print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    print(write_table(rows))


def measure(side: str, distractors: int) -> dict[str, object]:
    """Build one side, ask it everything, and return its figures."""
    sys.path.append(str(PACKAGES))  # behind the project's own packages
    texts, questions = read_texts(distractors), read_questions()
    with tempfile.TemporaryDirectory() as scratch:
        started = time.perf_counter()
        built = SIDES[side](texts, Path(scratch))
        indexed = time.perf_counter() - started
        built.search(questions[0][0])  # loads what is loaded once
        first, shown, times = 0, 0, []
        sizes: list[tuple[int, int]] = []
        for question, gold in questions:
            started = time.perf_counter()
            found = built.search(question)
            times.append(1000 * (time.perf_counter() - started))
            first += holds_gold(gold, cut(found))
            shown += holds_gold(gold, found)
            sizes.append((sum(len(each.text) for each in cut(found)), sum(len(each.text) for each in found)))
    times.sort()
    return {
        "side": side,
        "articles": len(texts),
        "questions": len(questions),
        "index_rate": round(len(texts) / indexed, 2),
        "p50": round(statistics.median(times), 1),
        "p95": round(times[int(0.95 * len(times))], 1),
        "first": round(first / len(questions), 3),
        "found": round(shown / len(questions), 3),
        "characters": [round(statistics.median(each)) for each in zip(*sizes, strict=True)],
        "memory": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def read_texts(distractors: int) -> dict[str, str]:
    """Return every article by its name: the real ones, then the synthetic ones."""
    texts = {
        path.relative_to(ROOT / folder).as_posix(): path.read_bytes().decode("utf-8", "replace")
        for _, folder in SETS
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in {".txt", ".md"}
    }
    return texts | {fact.file: text for text, fact in make_articles(distractors, seed=5)}


def read_questions() -> list[Gold]:
    """Return the answerable questions and their gold sentences, as (file, sentence)."""
    found = []
    for golden, _ in SETS:
        for line in (ROOT / "golden" / golden).read_text("utf-8").splitlines():
            row = json.loads(line)
            if row.get("answerable") and row.get("citations"):
                found.append((row["question"], [(each["file"], each["quote"]) for each in row["citations"]]))
    return found


def cut(shown: Sequence[Shown]) -> list[Shown]:
    """Return the first texts, as many as have 1,000 characters together; always one."""
    kept: list[Shown] = []
    for each in shown:
        if kept and sum(len(other.text) for other in kept) + len(each.text) > BUDGET:
            break
        kept.append(each)
    return kept


def holds_gold(gold: Sequence[tuple[str, str]], shown: Sequence[Shown]) -> bool:
    """Whether a gold sentence stands whole in one of the texts of its file."""
    return any(file == each.file and _fold(quote) in _fold(each.text) for file, quote in gold for each in shown)


def _fold(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def write_table(rows: Sequence[dict[str, object]]) -> str:
    """Return the figures as a table in Markdown."""
    lines = [
        f"| | gold sentence in the first {BUDGET:,} characters | in all shown | p50 / p95 | articles/s | memory |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        sizes: Any = row["characters"]
        first, found = (f"{100 * float(str(row[name])):.0f} %" for name in ("first", "found"))
        lines.append(
            f"| {row['side']} | {first} | {found} ({sizes[1]:,}) | {row['p50']:.0f} / {row['p95']:.0f} ms"
            f" | {row['index_rate']} | {row['memory']} MB |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
