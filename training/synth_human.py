"""Makes twins of human claims: a fact exchanged in the claim, in its evidence, and in both.

    python training/synth_human.py PACKS OUT      (in the project's environment: needs spaCy)

Starts from supported claims of FEVER, Fool Me Twice and DialFact whose exchanged words stand in the evidence too, so
that every wording is as often refuted as supported. Written to stance.twin.<train|dev>.jsonl.gz.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import spacy
from data_parse import PACKAGES
from data_text import Claim, read_packs, write_pack
from synth_edit import Change, Names, apply, changes_of
from synth_stance import forms_of, place_of, read_parsed
from words import learn_forms

SOURCES = {"train": ("fever", "fm2", "dialfact"), "dev": ("fever", "fm2")}


def main() -> None:
    """Writes the twins of both parts."""
    packs, out = Path(sys.argv[1]), Path(sys.argv[2])
    parse = spacy.load(next(package for package in PACKAGES if spacy.util.is_package(package)))
    names = Names()
    parsed = list(read_parsed(packs, "train"))
    for doc, row in parsed:
        names.add(doc, row["origin"])
    learn_forms(forms_of(doc for doc, _ in parsed))
    for part, sources in SOURCES.items():
        rows = [row for source in sources for row in read_packs([packs / f"stance.{source}.{part}.jsonl.gz"])]
        held = [row for row in rows if isinstance(row, Claim) and row.stance == 0]
        made = list(twins_of(held, parse, names, random.Random(11)))
        print(part, write_pack(out / f"stance.twin.{part}.jsonl.gz", made), Counter((c.kind, c.stance) for c in made))


def twins_of(rows: list[Claim], parse: Any, names: Names, draw: random.Random) -> Iterator[Claim]:
    """Yields the twins of supported claims."""
    docs = list(parse.pipe(row.claim for row in rows))
    for doc, row in zip(docs, rows, strict=True):
        names.add(doc, row.origin)
    for doc, row in zip(docs, rows, strict=True):
        options = [c for c in changes_of(doc, names, "", draw) if apply(row.claim, c) and apply(row.sentence, c)]
        kinds = sorted({change.kind for change in options})
        for kind in draw.sample(kinds, min(2, len(kinds))):
            yield from twin(row, draw.choice([change for change in options if change.kind == kind]))


def twin(row: Claim, change: Change) -> Iterator[Claim]:
    """Yields a claim and its evidence with a fact exchanged in one, the other and both; and as they were."""
    claim, sentence = apply(row.claim, change), apply(row.sentence, change)
    if claim is None or sentence is None:
        return
    back = Change(change.new, change.old, change.kind)
    yield Claim(row.claim, row.sentence, 0, change.kind, wrong=(), origin=row.origin)
    yield Claim(claim, sentence, 0, change.kind, wrong=(), origin=row.origin)
    yield Claim(claim, row.sentence, 1, change.kind, wrong=place_of(change, claim), origin=row.origin)
    yield Claim(row.claim, sentence, 1, change.kind, wrong=place_of(back, row.claim), origin=row.origin)


if __name__ == "__main__":
    main()
