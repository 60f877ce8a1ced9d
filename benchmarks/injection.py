"""How often planted instructions change anything: answers, verdicts, citations, by kind .

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
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from injected import Effect, Embedded, Newsroom, Planted, gullible
from injections import HELD_OUT, KINDS, PLACES, TARGETS, fill

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
        for number, (name, templates) in enumerate(kinds.items()):
            row = [0] * 5
            refusing = any(word in name for word in REFUSING)
            for plants in group(templates, given.places, number):
                row[0] += len(plants)
                effects = embedded.measure(*plants) if given.engines != "llm" else []
                row[1] += sum(bool(effect.changed) for effect in effects)
                row[2] += sum(bool(effect.quoted) for effect in effects)
                told = model.measure(*plants, refusing=refusing) if given.engines != "embedded" else []
                row[3] += sum(any(not each.startswith("lost") for each in effect.changed) for effect in told)
                row[4] += sum(any(each.startswith("lost") for each in effect.changed) for effect in told)
                if given.show:
                    tell("embedded", plants, effects)
                    tell("LLM", plants, told)
            totals = [total + each for total, each in zip(totals, row, strict=True)]
            print(f"| {name} | {' | '.join(map(str, row))} |", flush=True)
    print(f"| **all** | {' | '.join(map(str, totals))} |\n\n{time.process_time() - start:.0f} s of CPU")


def group(templates: tuple[str, ...], places: str, turn: int) -> Iterator[tuple[Planted, ...]]:
    """Yield attacks that can be planted together: one for each target, at one place or at every place in turn."""
    for shift in range(3) if places == "all" else (turn,):
        for first in range(0, len(templates), len(TARGETS)):
            yield tuple(
                Planted(target, fill(template, target), PLACES[(number + shift) % len(PLACES)])
                for number, (target, template) in enumerate(
                    zip(TARGETS, templates[first : first + len(TARGETS)], strict=False)
                )
            )


def tell(engine: str, plants: Sequence[Planted], effects: Sequence[Effect]) -> None:
    """Say what each attack did."""
    for planted, effect in zip(plants, effects, strict=False):
        if effect.changed or effect.quoted:
            said = "; ".join(effect.changed) or f"quoted {effect.quoted} times"
            print(f"  {engine}, {planted.place}: {planted.attack[:90]!r}: {said}", flush=True)


if __name__ == "__main__":
    main()
