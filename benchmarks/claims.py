"""How long a claim takes, beside the time spent inside the models in the same run.

    python benchmarks/claims.py golden/press-claims.jsonl tests/data/press --claims 40

Models are the embedder, the parser and the reader; the rest is search, alignment, rules and the record. Claims are
checked for the first time, over an index whose articles nobody has read yet. Ratios are of the wall clock.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from factcheck.index.sync import sync
from factcheck.models.embedder import MiniLM
from factcheck.models.parser import Parser
from factcheck.models.reader import Reader
from factcheck.pipeline import Corpus
from factcheck.settings import Settings

MODELS: tuple[tuple[type, str], ...] = (
    (MiniLM, "embed"),
    (MiniLM, "token_states"),
    (Parser, "parse_all"),
    (Reader, "read"),
)


def main() -> None:
    """Check claims and print the medians."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("golden", type=Path)
    options.add_argument("folder", type=Path)
    options.add_argument("--claims", type=int, default=40)
    given = options.parse_args()
    spent: dict[str, float] = {}
    depth = [0]
    for owner, name in MODELS:
        setattr(owner, name, timed(getattr(owner, name), f"{owner.__name__}.{name}", spent, depth))
    claims = [json.loads(line)["claim"] for line in given.golden.read_text("utf-8").splitlines()][: given.claims]
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(index=f"{scratch}/index")
        sync([given.folder], settings=settings)
        with Corpus.open(settings=settings) as corpus:
            corpus.warm()
            corpus.check("The weather was fine in Lima.")
            totals, models = [], []
            for claim in claims:
                spent.clear()
                start = time.perf_counter()
                corpus.check(claim)
                totals.append(time.perf_counter() - start)
                models.append(sum(spent.values()))
    ratio = sum(totals) / sum(models)
    print(f"{len(claims)} claims: median {statistics.median(totals) * 1000:.0f} ms, models "
          f"{statistics.median(models) * 1000:.0f} ms; in all {ratio:.2f} × the models' time")  # fmt: skip


def timed(call: Callable[..., Any], name: str, spent: dict[str, float], depth: list[int]) -> Callable[..., Any]:
    """Return a call that adds its time to what was spent, inner calls once."""

    def run(*args: Any, **options: Any) -> Any:
        start = time.perf_counter()
        depth[0] += 1
        try:
            return call(*args, **options)
        finally:
            depth[0] -= 1
            if depth[0] == 0:
                spent[name] = spent.get(name, 0.0) + time.perf_counter() - start

    return run


if __name__ == "__main__":
    main()
