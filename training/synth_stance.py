"""Builds synthetic stance pairs from parsed sentences, the way summary checkers are trained (FactCC).

    python training/synth_stance.py PACKS OUT      (in the project's environment: needs spaCy)

A claim is never alone with its label: an exchange (35 for 350) is made in the claim, in the sentence, and in
both, which gives two refuted and two supported pairs of the same words. Unstated details are added to the
claim (not enough) and to the claim and the sentence (supported). The sentence's neighbours and others that
share words give further not-enough pairs with claims that are supported elsewhere.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import spacy
from data_text import Claim, Question, read_packs, stems, write_pack
from spacy.tokens import DocBin
from synth_claims import declare, reword, supported
from synth_edit import Change, Names, apply, changes_of, negate, swap_roles
from words import DETAILS, learn_forms

MOST = 5000


def main() -> None:
    """Writes stance.synth.<train|dev>.jsonl.gz and stance.asked.<train|dev>.jsonl.gz."""
    packs, out = Path(sys.argv[1]), Path(sys.argv[2])
    names, parts = Names(), {}
    for part in ("train", "dev"):
        parts[part] = list(read_parsed(packs, part))
        for doc, row in parts[part]:
            names.add(doc, row["origin"])
    learn_forms(forms_of(doc for doc, _ in parts["train"]))
    for part, rows in parts.items():
        draw = random.Random(9)
        made = thin(build(rows, names, draw), draw)
        print(part, write_pack(out / f"stance.synth.{part}.jsonl.gz", made), Counter((c.kind, c.stance) for c in made))
        asked = list(from_questions(packs, part, names, draw))
        print(part, write_pack(out / f"stance.asked.{part}.jsonl.gz", asked), Counter(c.stance for c in asked))


def thin(rows: Iterator[Claim], draw: random.Random) -> list[Claim]:
    """Returns at most MOST pairs of each kind and stance, or antonyms and negations would fill the pack."""
    lots: dict[tuple[str, int], list[Claim]] = defaultdict(list)
    for row in rows:
        lots[row.kind, row.stance].append(row)
    return [row for lot in lots.values() for row in draw.sample(lot, min(len(lot), MOST))]


def read_parsed(packs: Path, part: str) -> Iterator[tuple[Any, dict[str, str]]]:
    """Yields parses with their rows."""
    store = DocBin().from_disk(packs / f"parsed.{part}.spacy")
    vocabulary = spacy.blank("en").vocab
    with gzip.open(packs / f"parsed.{part}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for doc, line in zip(store.get_docs(vocabulary), lines, strict=True):
            yield doc, json.loads(line)


def forms_of(docs: Iterator[Any]) -> dict[tuple[str, str], str]:
    """Returns the commonest form of each verb for each tag."""
    seen: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for doc in docs:
        for token in doc:
            if token.pos_ == "VERB" and token.text.isalpha():
                seen[token.lemma_, token.tag_][token.text.casefold()] += 1
    return {key: forms.most_common(1)[0][0] for key, forms in seen.items() if sum(forms.values()) > 1}


def build(rows: list[tuple[Any, dict[str, str]]], names: Names, draw: random.Random) -> Iterator[Claim]:
    """Yields the pairs of every parsed sentence."""
    documents: dict[str, list[int]] = defaultdict(list)
    for number, (_, row) in enumerate(rows):
        documents[row["origin"]].append(number)
    for number, (doc, row) in enumerate(rows):
        if is_statement(doc):
            claims = list(supported(doc, draw))
            draw.shuffle(claims)
            for claim, _ in claims[:2]:
                others = [rows[other][1]["text"] for other in documents[row["origin"]] if other != number]
                yield from pairs_of(doc, row, claim, others, names, draw)


def is_statement(doc: Any) -> bool:
    """Tells whether a sentence states something in the third person."""
    heads = any(token.pos_ in {"VERB", "AUX"} for token in doc)
    return heads and doc.text[-1] in ".!\"'" and not re.search(r"\b(I|we|We|my|our|you|You)\b", doc.text)


def pairs_of(
    doc: Any, row: dict[str, str], claim: str, others: list[str], names: Names, draw: random.Random
) -> Iterator[Claim]:
    """Yields the pairs of one claim: supported, exchanged, detailed, and beside other sentences."""
    sentence, origin = row["text"], row["origin"]
    around = {"before": row["before"], "after": row["after"], "origin": origin}
    worded = reword(claim, doc, draw) if draw.random() < 0.6 else claim
    yield Claim(worded, sentence, 0, "support", wrong=(), **around)
    yield from exchanged(doc, sentence, claim, worded, names, around, draw)
    yield from detailed(doc, sentence, worded, around, draw)
    near = sorted(others, key=lambda text: -len(stems(text) & stems(claim)))[:3]
    near = [text for text in near if len(stems(text) & stems(claim)) < 0.6 * len(stems(claim))]
    if near:
        yield Claim(worded, draw.choice(near), 2, "elsewhere", origin=origin)


def exchanged(
    doc: Any, sentence: str, claim: str, worded: str, names: Names, around: dict[str, str], draw: random.Random
) -> Iterator[Claim]:
    """Yields pairs with one fact exchanged in the claim, the sentence or both."""
    options = [change for change in changes_of(doc, names, around["origin"], draw) if apply(claim, change)]
    kinds = sorted({change.kind for change in options})
    chosen = [draw.choice([c for c in options if c.kind == kind]) for kind in draw.sample(kinds, min(2, len(kinds)))]
    denial = negate(doc)
    if denial and draw.random() < 0.45 and apply(claim, denial):
        chosen.append(denial)
    for change in chosen:
        text = worded if apply(worded, change) else claim
        false, altered = apply(text, change), apply(sentence, change)
        if not false:
            continue
        marks = place_of(change, false)
        yield Claim(false, sentence, 1, change.kind, wrong=marks, **around)
        if altered:
            # The neighbours still tell the old fact; without them there is only the sentence to go by.
            bare = {"origin": around["origin"]}
            yield Claim(false, altered, 0, change.kind, wrong=(), **bare)
            yield Claim(text, altered, 1, change.kind, wrong=place_of(Change(change.new, change.old, ""), text), **bare)
    turned = swap_roles(doc)
    if turned:
        yield Claim(turned, sentence, 1, "roles", wrong=None, **around)
        yield Claim(turned, turned, 0, "roles", wrong=(), origin=around["origin"])
        yield Claim(sentence, turned, 1, "roles", wrong=None, origin=around["origin"])


def place_of(change: Change, text: str) -> tuple[tuple[int, int], ...]:
    """Returns where the exchanged words stand in a claim."""
    start = text.find(change.new)
    return ((start, start + len(change.new)),) if start >= 0 else ()


def detailed(doc: Any, sentence: str, claim: str, around: dict[str, str], draw: random.Random) -> Iterator[Claim]:
    """Yields the claim with a detail that the sentence lacks, and the same with the sentence telling it."""
    present = {entity.label_ for entity in doc.ents}
    kinds = [kind for kind in DETAILS if kind not in present and not (kind == "WHY" and "because" in sentence)]
    if not kinds or not claim.endswith(".") or draw.random() < 0.4:
        return
    detail = draw.choice(DETAILS[draw.choice(kinds)])
    more = f"{claim[:-1]} {detail}."
    start = len(claim)
    yield Claim(more, sentence, 2, "detail", wrong=((start, start + len(detail)),), **around)
    if sentence.endswith("."):
        told = f"{sentence[:-1]} {detail}."
        yield Claim(more, told, 0, "detail", wrong=(), origin=around["origin"])
        if draw.random() < 0.3:
            yield Claim(claim, told, 0, "detail", wrong=(), origin=around["origin"])


def from_questions(packs: Path, part: str, names: Names, draw: random.Random) -> Iterator[Claim]:
    """Yields pairs whose claims are QAMR's questions with their answers, as statements."""
    parses = (doc for doc, _ in read_parsed(packs, f"asked.{part}"))
    sentences = {row["text"]: doc for doc, row in read_parsed(packs, part)}
    for asked, row in zip(parses, read_packs([packs / f"read.qamr.{part}.jsonl.gz"]), strict=True):
        assert isinstance(row, Question)
        right = row.items[0]
        answer = min((right.sentence[start:end] for start, end in right.spans), key=len)
        claim = declare(asked, answer)
        doc = sentences.get(right.sentence)
        if len(claim) < 14 or doc is None:
            continue
        around = {"before": right.before, "after": right.after, "origin": row.origin}
        yield Claim(claim, right.sentence, 0, "asked", wrong=(), **around)
        made = list(exchanged(doc, right.sentence, claim, claim, names, around, draw))
        yield from (replace(pair, kind=f"asked {pair.kind}") for pair in made if pair.kind != "roles")
        others = [item for item in row.items if not item.right]
        if others:
            other = draw.choice(others[:3])
            yield Claim(claim, other.sentence, 2, "asked elsewhere", origin=row.origin)


if __name__ == "__main__":
    main()
