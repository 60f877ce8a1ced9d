"""Builds near misses for reading from parsed sentences: right topic, missing or other fact.

    python training/synth_reading.py PACKS OUT      (in the project's environment: needs spaCy)

A name, place, number or date that a human question shares with its sentence is exchanged in the question, in
the sentence, or in both: the question is answered only where both agree. Where an answer can be cut out of
its sentence, the rest does not answer. Further questions are written in the manner of a newsroom (what did X
say about Y, who said it, which outlet reported it, when, where, why, did X do Y).
"""

from __future__ import annotations

import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from data_text import Item, Question, read_packs, stems, write_pack
from synth_claims import lower_article, phrase, speech_of
from synth_edit import Change, Names, apply, changes_of, render
from synth_stance import read_parsed
from words import OUTLETS

ADJUNCTS = frozenset({"prep", "npadvmod", "advcl", "appos", "acl", "relcl", "nummod", "agent"})
ASKED = {"DATE": "When", "TIME": "When", "GPE": "Where", "FAC": "Where", "LOC": "Where"}


def main() -> None:
    """Writes read.near.<train|dev>.jsonl.gz and read.news.<train|dev>.jsonl.gz."""
    packs, out = Path(sys.argv[1]), Path(sys.argv[2])
    names, parts = Names(), {}
    for part in ("train", "dev"):
        parts[part] = list(read_parsed(packs, part))
        for doc, row in parts[part]:
            names.add(doc, row["origin"])
    for part, rows in parts.items():
        draw = random.Random(10)
        sentences = {row["text"]: doc for doc, row in rows}
        human = [
            row
            for source in ("qamr", "selqa", "xquad", "qed")
            for row in read_packs([packs / f"read.{source}.{part}.jsonl.gz"])
            if isinstance(row, Question)
        ]
        near = [made for row in human for made in near_misses(row, sentences, names, draw)]
        news = [made for made in ask_all(rows, names, draw)]
        print(part, write_pack(out / f"read.near.{part}.jsonl.gz", near))
        print(part, write_pack(out / f"read.news.{part}.jsonl.gz", news))


def near_misses(row: Question, sentences: dict[str, Any], names: Names, draw: random.Random) -> Iterator[Question]:
    """Yields a human question with near misses among its sentences, and its twin with a fact exchanged."""
    right = next((item for item in row.items if item.right), None)
    doc = sentences.get(right.sentence) if right else None
    if right is None or doc is None:
        return
    wrong = [replace(item, right=False) for item in row.items if not item.right]
    wrong = draw.sample(wrong, min(2, len(wrong)))
    cut = [item for item in (cut_out(doc, right, span) for span in right.spans[:2]) if item]
    answers = [right.sentence[start:end] for start, end in right.spans]
    options = [
        change
        for change in changes_of(doc, names, row.origin, draw)
        if change.kind != "antonym" and apply(row.question, change) and not any(change.old in text for text in answers)
    ]
    if not options:
        if cut:
            yield Question(row.question, (bare(right), *cut[:1], *wrong), "near", row.origin)
        return
    change = draw.choice(options)
    other_question, other = apply(row.question, change), alter(right, change)
    if other_question is None or other is None:
        return
    yield Question(
        row.question, (bare(right), replace(other, right=False, spans=()), *cut[:1], *wrong), "near", row.origin
    )
    yield Question(other_question, (other, replace(bare(right), right=False, spans=()), *wrong), "near", row.origin)


def bare(item: Item) -> Item:
    """Returns a sentence without its neighbours, which may still tell what was taken from it."""
    return replace(item, before="", after="")


def alter(item: Item, change: Change) -> Item | None:
    """Returns a sentence with the exchange made and its spans moved, or None if they overlap it."""
    text = apply(item.sentence, change)
    if text is None:
        return None
    spans = []
    for start, end in item.spans:
        answer = item.sentence[start:end]
        if change.old in answer:
            return None
        shift = len(apply(item.sentence[:start], change) or item.sentence[:start])
        if text[shift : shift + len(answer)] == answer:
            spans.append((shift, shift + len(answer)))
    return Item(text, item.right, spans=tuple(spans))


def cut_out(doc: Any, item: Item, span: tuple[int, int]) -> Item | None:
    """Returns the sentence without the part that holds an answer, if the rest still stands."""
    inside = doc.char_span(*span, alignment_mode="expand")
    if inside is None:
        return None
    head = inside.root
    while head.dep_ not in ADJUNCTS and head.dep_ in {"pobj", "compound", "nummod", "pcomp", "det", "amod", "poss"}:
        head = head.head
    if head.dep_ not in ADJUNCTS:
        return None
    gone = {token.i for token in head.subtree}
    if not {token.i for token in inside} <= gone or len(gone) > 0.6 * len(doc):
        return None
    text = render(token for token in doc if token.i not in gone)
    answer = item.sentence[span[0] : span[1]].casefold()
    return None if len(text) < 25 or answer in text.casefold() else Item(text, False)


def ask_all(rows: list[tuple[Any, dict[str, str]]], names: Names, draw: random.Random) -> Iterator[Question]:
    """Yields newsroom questions about every parsed sentence, with other sentences of its document."""
    documents: dict[str, list[str]] = defaultdict(list)
    for _, row in rows:
        documents[row["origin"]].append(row["text"])
    for doc, row in rows:
        item = Item(row["text"], True, row["before"], row["after"])
        for question, items in ask(doc, item, names, row["origin"], draw):
            words = stems(question)
            others = [text for text in documents[row["origin"]] if text != item.sentence]
            others.sort(key=lambda text: -len(words & stems(text)))
            away = tuple(Item(text, False) for text in others[:2] if len(words & stems(text)) < 0.75 * len(words))
            if any(one.right for one in items) or away:
                yield Question(question, (*items, *away), "news", row["origin"])


def ask(doc: Any, item: Item, names: Names, origin: str, draw: random.Random) -> Iterator[tuple[str, tuple[Item, ...]]]:
    """Yields questions with the right sentence and near misses."""
    said = speech_of(doc)
    if said:
        yield from ask_speech(item, said, names, origin, draw)
    if draw.random() < 0.12:
        yield from ask_outlet(item, draw)
    for verb in doc:
        subject = next((child for child in verb.children if child.dep_ in {"nsubj", "nsubjpass"}), None)
        if subject is None or verb.tag_ not in {"VBD", "VBN"} or subject.pos_ not in {"PROPN", "NOUN"}:
            continue
        yield from ask_circumstance(doc, verb, subject, item, draw)
        return


def ask_speech(
    item: Item, said: tuple[str, str, str], names: Names, origin: str, draw: random.Random
) -> Iterator[tuple[str, tuple[Item, ...]]]:
    """Yields "what did X say", about its topic, with another speaker's sentence as the near miss."""
    speaker, verb, content = said
    core = content.rstrip(".!?")[:60]
    place = item.sentence.casefold().find(core.casefold())
    span = ((place, min(len(item.sentence), place + len(content.rstrip(".")))),) if place >= 0 else ()
    topic = next(
        (word for word in re.findall(r"\b[A-Z][a-z]+(?: [A-Z][a-z]+)*", content[1:]) if word not in speaker), ""
    )
    about = f" about {topic}" if topic and draw.random() < 0.6 else ""
    question = draw.choice((
        f"What did {lower_article(speaker)} say{about}?", f"What has {lower_article(speaker)} said{about}?",
        f"What was said by {lower_article(speaker)}{about}?",
    ))  # fmt: skip
    right = replace(item, spans=span)
    name = speaker.split(",")[0]
    other = names.other(name, "PERSON", origin, draw)
    near: tuple[Item, ...] = ()
    if other and name[0].isupper() and len(name.split()) < 5:
        changed = apply(item.sentence, Change(name, other, "speaker"))
        if changed:
            near = (Item(changed, False),)
            yield (
                question.replace(lower_article(speaker), other),
                (Item(changed, True), replace(bare(item), right=False)),
            )
    yield question, (bare(right), *near) if near else (right,)
    start = item.sentence.find(speaker)
    if start >= 0:
        who = f"Who {verb} that {content[0].lower() + content[1:].rstrip('.')}?"
        yield who, (replace(bare(item), spans=((start, start + len(speaker)),)),)


def ask_outlet(item: Item, draw: random.Random) -> Iterator[tuple[str, tuple[Item, ...]]]:
    """Yields "which outlet reported it" about a sentence with and without an outlet named."""
    if not item.sentence.endswith(".") or len(item.sentence) > 200:
        return
    outlet = draw.choice(OUTLETS)
    fact = item.sentence[:-1]
    told = draw.choice(
        (
            f"{fact}, {outlet} reported.",
            f"{fact}, according to {outlet}.",
            f"{outlet[0].upper()}{outlet[1:]} reported that {fact}.",
        )
    )
    place = told.casefold().find(outlet.casefold())
    topic = fact if len(fact) < 70 else " ".join(fact.split()[:10])
    question = draw.choice(
        (
            f"Which outlet reported that {topic}?",
            f"Who reported that {topic}?",
            f"Which news agency reported it: {topic}?",
        )
    )
    yield question, (Item(told, True, spans=((place, place + len(outlet)),)), replace(bare(item), right=False))


def ask_circumstance(
    doc: Any, verb: Any, subject: Any, item: Item, draw: random.Random
) -> Iterator[tuple[str, tuple[Item, ...]]]:
    """Yields when, where, why and yes-or-no questions about what a subject did."""
    actor = phrase(subject)
    target = next((phrase(child) for child in verb.children if child.dep_ in {"dobj", "attr"}), "")
    passive = subject.dep_ == "nsubjpass"
    helper = next((child.text for child in verb.children if child.dep_ in {"aux", "auxpass"}), "")
    if len(actor) > 50 or len(target) > 60 or (passive and helper not in {"was", "were"}) or (not passive and helper):
        return
    lead = helper if passive else "did"
    done = verb.text if passive else verb.lemma_
    tail = f"{lead} {lower_article(actor)} {done} {target}".strip()
    found: dict[str, Any] = {}
    for entity in doc.ents:
        asked = ASKED.get(entity.label_)
        path = entity.root
        while path.dep_ in {"pobj", "prep", "npadvmod", "compound"} and path.head is not path and path.head != verb:
            path = path.head
        if asked and path.head == verb and path.dep_ in {"prep", "npadvmod"}:
            found.setdefault(asked, entity)
    for asked, entity in found.items():
        span = (entity.start_char, entity.end_char)
        cut = cut_out(doc, item, span)
        near = (cut,) if cut else ()
        yield f"{asked} {tail}?", (replace(bare(item), spans=(span,)), *near)
    labels = {entity.label_ for entity in doc.ents}
    if not labels & {"DATE", "TIME"} and draw.random() < 0.35:
        yield f"When {tail}?", (Item(item.sentence, False),)
    if not labels & {"GPE", "LOC", "FAC", "ORG"} and draw.random() < 0.35:
        yield f"Where {tail}?", (Item(item.sentence, False),)
    if not re.search(r"\b(because|since|due|after|for|to|as|so|by)\b", item.sentence) and draw.random() < 0.5:
        yield f"Why {tail}?", (Item(item.sentence, False),)
    if draw.random() < 0.3 and target:
        yield f"{tail[0].upper()}{tail[1:]}?", (item,)


if __name__ == "__main__":
    main()
