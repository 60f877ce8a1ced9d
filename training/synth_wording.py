"""Rewords human questions by WordNet synonyms, so that the reader does not lean on shared words.

    python training/synth_wording.py PACKS WORDNET OUT      (in the project's environment: needs spaCy)

Nouns, verbs and adjectives of a question, never its names, give way to a word of one of their two most
frequent senses (WordNet 3.0, Fellbaum 1998), where the sense is frequent for the other word too. Answered
and near-miss questions are reworded alike, so that the wording tells nothing.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import spacy
from data_parse import PACKAGES
from data_text import Question, read_packs, write_pack
from words import inflect

SENSES = 2  # of a word, most frequent first
SHARE = 0.7  # of the words that have a synonym
POS = {"NOUN": "noun", "VERB": "verb", "ADJ": "adj"}
LIGHT = frozenset("be have do make take get go come give many much say people year day time".split())
SOURCES = ("qamr", "selqa", "xquad", "qed", "near")


class WordNet:
    """Synonyms by lemma, from the files `index.*` and `data.*` of a WordNet folder."""

    def __init__(self, folder: Path) -> None:
        self._senses: dict[tuple[str, str], list[str]] = {}
        self._words: dict[tuple[str, str], list[str]] = {}
        for pos in POS.values():
            for line in (folder / f"index.{pos}").read_text("utf-8").splitlines():
                if not line.startswith(" "):
                    fields = line.split()
                    pointers = int(fields[3])
                    tagged, offsets = int(fields[5 + pointers]), fields[6 + pointers :]
                    self._senses[fields[0], pos] = offsets[: min(SENSES, tagged)]
            for line in (folder / f"data.{pos}").read_text("utf-8").splitlines():
                if not line.startswith(" "):
                    fields = line.split("|")[0].split()
                    count = int(fields[3], 16)
                    self._words[fields[0], pos] = [re.sub(r"\(.*", "", word) for word in fields[4 : 4 + 2 * count : 2]]

    def synonyms(self, lemma: str, pos: str) -> list[str]:
        """Returns single words that share a frequent sense with a word."""
        found = []
        for sense in self._senses.get((lemma, pos), []):
            for word in self._words[sense, pos]:
                if word != lemma and word.isalpha() and word.islower() and sense in self._senses.get((word, pos), []):
                    found.append(word)
        return list(dict.fromkeys(found))


def main() -> None:
    """Writes read.reworded.<train|dev>.jsonl.gz."""
    packs, wordnet, out = Path(sys.argv[1]), WordNet(Path(sys.argv[2])), Path(sys.argv[3])
    name = next(package for package in PACKAGES if spacy.util.is_package(package))
    parser = spacy.load(name, exclude=["ner"])
    for part in ("train", "dev"):
        paths = [packs / f"read.{source}.{part}.jsonl.gz" for source in SOURCES]
        rows = [row for row in read_packs(paths) if isinstance(row, Question)]
        print(part, write_pack(out / f"read.reworded.{part}.jsonl.gz", reword_all(rows, parser, wordnet)))


def reword_all(rows: list[Question], parser: Any, wordnet: WordNet) -> Iterator[Question]:
    """Yields the questions that could be reworded."""
    draw = random.Random(11)
    for row, doc in zip(rows, parser.pipe([row.question for row in rows], batch_size=256), strict=True):
        question = reword(doc, wordnet, draw)
        if question is not None:
            yield replace(row, question=question, kind=f"{row.kind}.reworded")


def reword(doc: Any, wordnet: WordNet, draw: random.Random) -> str | None:
    """Returns a question with most of its content words replaced, or None where nothing could be."""
    parts, changed = [], False
    for token in doc:
        word = token.text
        pos = POS.get(token.pos_)
        lemma = token.lemma_.lower()
        if pos and token.text.islower() and lemma not in LIGHT and token.tag_ != "JJR" and draw.random() < SHARE:
            others = wordnet.synonyms(lemma, pos)
            if others:
                word, changed = form(draw.choice(others), token.tag_), True
        parts.append(word + token.whitespace_)
    return "".join(parts) if changed else None


def form(lemma: str, tag: str) -> str:
    """Returns a lemma in the form of a Penn tag."""
    if tag == "NNS":
        return lemma if lemma.endswith("s") else re.sub(r"([^aeiou])y$", r"\1ie", lemma) + "s"
    return inflect(lemma, tag) if tag.startswith("VB") else lemma


if __name__ == "__main__":
    main()
