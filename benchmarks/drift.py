"""How well changed quotes and facts are found, on the pairs of golden/drift.jsonl.

    python benchmarks/drift.py                 # tuned and held-out stories apart
    python benchmarks/drift.py --misses

Two questions. Pairs: of two sentences as they stand in the golden set, is there a material difference, and of
which kind? Compare: does `factcheck compare` over the whole folder show the pair in one entry of its drift?
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from factcheck.comparing.comparer import Material, compare
from factcheck.comparing.differences import lay_differences
from factcheck.comparing.likeness import counts
from factcheck.comparing.records import CompareRecord, Drift
from factcheck.comparing.sides import Laid
from factcheck.index.store import Store
from factcheck.index.sync import sync
from factcheck.models.parser import load_parser
from factcheck.settings import Settings
from factcheck.types import Provenance, SourceSentence

ROOT = Path(__file__).resolve().parents[1]
HELD_OUT = ("border-", "cells-", "cup-")


@dataclass(frozen=True)
class Folder:
    """One folder of articles, indexed and compared."""

    material: Material
    record: CompareRecord
    stories: Any


@dataclass(frozen=True)
class Judged:
    """A golden pair and what was found of it."""

    case: dict[str, Any]
    kind: str | None
    shown: str | None

    @property
    def held_out(self) -> bool:
        """Whether nothing was tuned on its story."""
        return str(self.case["a"]["file"]).startswith(HELD_OUT)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--golden", type=Path, default=ROOT / "golden" / "drift.jsonl")
    parser.add_argument("--misses", action="store_true", help="list the pairs that are wrong")
    options = parser.parse_args()
    judged = list(judge([json.loads(line) for line in options.golden.read_text("utf-8").splitlines() if line]))
    for name, rows in (
        ("tuned", [row for row in judged if not row.held_out]),
        ("held out", [row for row in judged if row.held_out]),
        ("all", judged),
    ):
        report(name, rows)
    if options.misses:
        show_misses(judged)


def judge(cases: list[dict[str, Any]]) -> Iterator[Judged]:
    """Yield what is found of each pair."""
    folders: dict[str, Folder] = {}
    for case in cases:
        name = case["folder"]
        if name not in folders:
            folders[name] = open_folder(ROOT / name)
        yield judge_pair(case, folders[name])


def open_folder(folder: Path) -> Folder:
    """Index a folder and compare its articles."""
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(index=str(Path(scratch) / "index"))
        sync([folder], settings=settings)
        with Store.open(Path(settings.index)) as store:
            parse_all = load_parser().parse_all
            record = compare(store, parse_all, Provenance("", "", {}, ""))
            material = Material.gather(store, [row.file for row in store.articles()])
            return Folder(material, record, material.aligner())


def judge_pair(case: dict[str, Any], folder: Folder) -> Judged:
    """Return what is found of one pair, by itself and in the comparison of its folder."""
    first, second = (find_sentence(folder.material, case[side]) for side in ("a", "b"))
    docs = load_parser().parse_all([first.text, second.text])
    laid = Laid(folder.material.side(first, docs[0]), folder.material.side(second, docs[1]))
    story = folder.stories.measure_story(first.file, second.file) > 0
    found = [each for each in lay_differences(laid) if each.material and counts(laid, each, one_story=story)]
    return Judged(case, found[0].kind if found else None, find_shown(folder.record, first, second))


def find_sentence(material: Material, side: dict[str, str]) -> SourceSentence:
    """Return the sentence that a golden quote stands in."""
    of_file = [sentence for sentence in material.sentences if sentence.file == side["file"]]
    quote = " ".join(side["quote"].split())
    return next(
        each for each in of_file if quote in " ".join(each.text.split()) or " ".join(each.text.split()) in quote
    )


def find_shown(record: CompareRecord, first: SourceSentence, second: SourceSentence) -> str | None:
    """Return the kind of the first material drift that cites both sentences on different sides."""
    places = {citation.id: (citation.file, citation.start) for citation in record.citations}

    def cites(drift: Drift, sentence: SourceSentence) -> set[int]:
        return {
            number
            for number, side in enumerate(drift.sides)
            for id_ in side.citations
            if places[id_] == (sentence.file, sentence.start)
        }

    for drift in record.drift:
        one, two = cites(drift, first), cites(drift, second)
        if drift.material and one and two and one != two:
            return drift.kind
    return None


def report(name: str, rows: list[Judged]) -> None:
    """Print precision, recall and the share of right kinds."""
    for title, found in (("pairs", lambda row: row.kind), ("compare", lambda row: row.shown)):
        right = [row for row in rows if row.case["material"] and found(row)]
        wrong = [row for row in rows if not row.case["material"] and found(row)]
        gold = [row for row in rows if row.case["material"]]
        kinds = sum(found(row) == row.case["kind"] for row in right)
        shown = len(right) + len(wrong)
        print(
            f"{name:9} {title:8} precision {share(len(right), shown)}  recall {share(len(right), len(gold))}"
            f"  kind {share(kinds, len(right))}"
        )


def share(part: int, whole: int) -> str:
    """Return a share with its counts."""
    return f"{part}/{whole} = {part / whole:.3f}" if whole else "not available"


def show_misses(rows: list[Judged]) -> None:
    """List the pairs of which something is wrong."""
    for row in rows:
        case = row.case
        wanted = case["kind"] if case["material"] else None
        if row.kind != wanted or row.shown != wanted:
            print(f"{case['id']} is {wanted}: pair {row.kind}, compare {row.shown}")
            print(f"    {case['a']['quote']}\n    {case['b']['quote']}")


if __name__ == "__main__":
    main()
