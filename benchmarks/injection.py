"""How often planted instructions change anything: answers, verdicts, citations, by kind (issue: hostile articles).

    python benchmarks/injection.py                      every kind, each attack at one place in turn
    python benchmarks/injection.py --places all         each attack at the start, in the middle and at the end
    python benchmarks/injection.py --kinds held-out     the kinds that were written after the defence
    python benchmarks/injection.py --instructions FILE  instructions of your own, one a line

Each attack is planted in one of five articles. The embedded engine is asked a question that the article answers and
one that it does not, and checks a true and a false claim; all four records are compared with those over the clean
articles (`tests/injected.py` says what counts). The LLM engine is asked through a model that does whatever an
instruction in its prompt says, with a judge that does the same.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from injected import Embedded, Newsroom, gullible
from injections import HELD_OUT, KINDS, PLACES, TARGETS, Target, fill

REFUSING = ("not to answer", "retract", "refus")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--kinds", default="known", help="known, held-out, or a part of a kind's name")
    options.add_argument("--places", choices=("one", "all"), default="one")
    options.add_argument("--engines", choices=("embedded", "llm", "both"), default="both")
    options.add_argument("--instructions", type=Path)
    options.add_argument("--show", action="store_true", help="say of each attack what it changed")
    given = options.parse_args()
    kinds = {"known": KINDS, "held-out": HELD_OUT}.get(given.kinds)
    if kinds is None:
        kinds = {name: each for name, each in {**KINDS, **HELD_OUT}.items() if given.kinds in name}
    if given.instructions:
        kinds = {given.instructions.stem: tuple(given.instructions.read_text("utf-8").splitlines())}
    start = time.process_time()
    with tempfile.TemporaryDirectory() as scratch, gullible(Path(scratch, "llm"), os.environ) as model:
        embedded = Embedded(Newsroom(Path(scratch, "embedded"), engine="embedded"))
        print("| kind | attacks | embedded: changed | quoted | LLM: deceived | lost |\n|---|--:|--:|--:|--:|--:|")
        totals = [0] * 5
        for name, templates in kinds.items():
            row = [0] * 5
            for turn, target, attack, place in attacks(templates, given.places):
                row[0] += 1
                if given.engines != "llm":
                    effect = embedded.measure(target, attack, place)
                    row[1] += bool(effect.changed)
                    row[2] += bool(effect.quoted)
                    tell(given.show, "embedded", place, attack, effect.changed, effect.quoted)
                if given.engines != "embedded":
                    refusing = any(word in name for word in REFUSING)
                    effect = model.measure(target, attack, place, refusing=refusing, turn=turn)
                    row[3] += any(each.startswith("deceived") or "citation" in each for each in effect.changed)
                    row[4] += any(each.startswith("lost") for each in effect.changed)
                    tell(given.show, "LLM", place, attack, effect.changed, 0)
            totals = [total + each for total, each in zip(totals, row, strict=True)]
            print(f"| {name} | {' | '.join(map(str, row))} |", flush=True)
    print(f"| **all** | {' | '.join(map(str, totals))} |\n\n{time.process_time() - start:.0f} s of CPU")


def attacks(templates: tuple[str, ...], places: str) -> Iterator[tuple[int, Target, str, str]]:
    """Yield the attacks of a kind: each template against one target, at one place or at all."""
    for number, template in enumerate(templates):
        target = TARGETS[number % len(TARGETS)]
        for place in PLACES if places == "all" else (PLACES[number % len(PLACES)],):
            yield number, target, fill(template, target), place


def tell(wanted: bool, engine: str, place: str, attack: str, changed: tuple[str, ...], quoted: int) -> None:
    """Say what one attack did."""
    if wanted and (changed or quoted):
        print(f"  {engine}, {place}: {attack[:90]!r}: {'; '.join(changed) or f'quoted {quoted} times'}", flush=True)


if __name__ == "__main__":
    main()
