"""How well pairs of files are told to share an origin or not, on labelled pairs; and how long it takes.

    python -m benchmarks.origins                  # golden/pairs.jsonl, tuned-on and held-out stories apart
    python -m benchmarks.origins --articles 1000  # time over written articles
    python -m benchmarks.origins --misses

A pair is joined where both files are in one group. A reason is right where the strongest one of the pair,
or of the way through the group, is the label's reason or among its "also".
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.corpus import write_corpus
from factcheck.articles.read import read_article
from factcheck.articles.sentences import split_sentences
from factcheck.models.parser import load_parser
from factcheck.origins import Grouping, Story, group_origins
from factcheck.speech.utterances import find_utterances
from factcheck.types import SourceSentence

ROOT = Path(__file__).parents[1]
HELD_OUT = ("border", "cells", "cup")
MAX_BYTES = 10_000_000


def read_story(path: Path, name: str) -> Story:
    article = read_article(path, name, max_bytes=MAX_BYTES)
    sentences = [
        SourceSentence(
            id=place, file=name, sha256=article.sha256, ordinal=place, passage=0, start=found.start, end=found.end,
            line=1, text=article.text[found.start : found.end],
        )
        for place, found in enumerate(split_sentences(article.text, article.boilerplate))
    ]  # fmt: skip
    utterances = find_utterances(article.text, sentences, load_parser().parse)
    return Story(name, article.text, sentences, article.outlet, utterances)


def read_folder(folder: Path) -> list[Story]:
    return [read_story(path, path.name) for path in sorted(folder.iterdir())]


def find_reason(grouping: Grouping, a: str, b: str) -> str | None:
    """Return the strongest reason between two files, or of the weakest step between them."""
    direct = [link for link in grouping.links if {link.a, link.b} == {a, b}]
    if direct:
        return direct[0].reason
    steps: dict[str, dict[str, Any]] = defaultdict(dict)
    for link in reversed(grouping.links):
        steps[link.a][link.b] = steps[link.b][link.a] = link
    for between in sorted(steps[a].keys() & steps[b].keys()):
        return str(min(steps[a][between], steps[b][between], key=lambda link: link.strength).reason)
    return None


def measure(rows: Sequence[dict[str, Any]], groupings: dict[str, Grouping], *, misses: bool) -> None:
    joined = right = wanted = named = 0
    for row in rows:
        grouping = groupings[row["folder"]]
        same = grouping.origins[row["a"]] == grouping.origins[row["b"]]
        reason = find_reason(grouping, row["a"], row["b"]) if same else None
        good = reason in (row["reason"], *row.get("also", ()))
        joined += same
        wanted += row["same_origin"]
        right += same and row["same_origin"]
        named += same and row["same_origin"] and good
        if misses and (same != row["same_origin"] or (same and not good)):
            print(f"  {row['id']} {row['a']} {row['b']}: {reason or 'apart'}, label {row['reason']}")
    print(
        f"{len(rows)} pairs, {wanted} of one origin: precision {right}/{joined}, recall {right}/{wanted}, "
        f"reason right {named}/{right}"
    )


def measure_pairs(misses: bool) -> None:
    rows = [json.loads(line) for line in (ROOT / "golden/pairs.jsonl").read_text("utf-8").splitlines()]
    groupings = {folder: group_origins(read_folder(ROOT / folder)) for folder in {row["folder"] for row in rows}}
    held = [row for row in rows if any(story in row["a"] + row["b"] for story in HELD_OUT)]
    for name, part in (("tuned on", [row for row in rows if row not in held]), ("held out", held), ("all", rows)):
        print(f"{name}: ", end="")
        measure(part, groupings, misses=misses and name != "all")


def measure_time(articles: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_corpus(Path(folder), articles)
        stories = [_without_speech(path) for path in sorted(Path(folder).iterdir())]
    started, cpu = time.perf_counter(), time.process_time()
    grouping = group_origins(stories)
    wall, cpu = time.perf_counter() - started, time.process_time() - cpu
    origins = len(set(grouping.origins.values()))
    print(f"{articles} written articles: {wall:.1f} s, {cpu:.1f} s of CPU, {origins} origins")


def _without_speech(path: Path) -> Story:
    article = read_article(path, path.name, max_bytes=MAX_BYTES)
    return Story(path.name, article.text, split_sentences(article.text, article.boilerplate), article.outlet, ())


def main(arguments: Iterable[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=0, help="written articles to take the time over")
    parser.add_argument("--misses", action="store_true", help="name the pairs that are wrong")
    options = parser.parse_args(None if arguments is None else list(arguments))
    if options.articles:
        measure_time(options.articles)
    else:
        measure_pairs(options.misses)
    return 0


if __name__ == "__main__":
    sys.exit(main())
