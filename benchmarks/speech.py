"""How well the utterances of the labelled articles are found: speaker, content, cue, role, kind, via.

    python benchmarks/speech.py [--show] [--held-out]

A labelled utterance is met by the found one whose content overlaps it most; what no found one overlaps
is missed, and counts as wrong in every part. Held-out stories are those that nothing was tuned on.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from factcheck.articles.read import read_article
from factcheck.articles.sentences import split_sentences
from factcheck.models.parser import load_parser
from factcheck.speech.utterances import Utterance, find_utterances
from factcheck.types import SourceSentence

ROOT = Path(__file__).parent.parent
HELD_OUT = ("border", "cells", "cup")
PARTS = ("speaker", "content", "overlap", "cue", "kind", "role", "via")
# A part of the published newsroom figures: content, cue and speaker.
NEWSROOM = ("speaker", "content", "cue")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--show", action="store_true", help="show what is wrong")
    options.add_argument("--held-out", action="store_true", help="measure the held-out stories too")
    chosen = options.parse_args()
    rows = list(measure(held_out=chosen.held_out))
    if chosen.show:
        for label, found, marks in rows:
            show(label, found, marks)
    print_table("tuned", [row for row in rows if not is_held_out(row[0])])
    if chosen.held_out:
        print_table("held out", [row for row in rows if is_held_out(row[0])])


def measure(*, held_out: bool) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None, dict[str, bool]]]:
    """Yield each label with what was found and which parts are right."""
    texts: dict[tuple[str, str], tuple[str, tuple[Utterance, ...]]] = {}
    for line in (ROOT / "golden" / "utterances.jsonl").read_text("utf-8").splitlines():
        label = json.loads(line)
        if is_held_out(label) and not held_out:
            continue
        key = (label["folder"], label["file"])
        if key not in texts:
            texts[key] = read(*key)
        text, utterances = texts[key]
        found = choose(label, text, utterances)
        yield label, found, grade(label, found)


def is_held_out(label: dict[str, Any]) -> bool:
    """Return whether nothing was tuned on a label's story."""
    return label["folder"].endswith("press") and label["file"].startswith(HELD_OUT)


def read(folder: str, file: str) -> tuple[str, tuple[Utterance, ...]]:
    """Return an article's text and its utterances."""
    article = read_article(ROOT / folder / file, file, max_bytes=10_000_000)
    text = article.text
    sentences = [
        SourceSentence(
            0, file, article.sha256, number, 0, span.start, span.end,
            text.count("\n", 0, span.start) + 1, text[span.start : span.end],
        )
        for number, span in enumerate(split_sentences(text, article.boilerplate))
    ]  # fmt: skip
    return text, find_utterances(text, sentences, load_parser().parse)


def choose(label: dict[str, Any], text: str, utterances: tuple[Utterance, ...]) -> dict[str, Any] | None:
    """Return the found utterance that overlaps a label most, in the label's terms."""
    quote = text.find(label["quote"])
    spans = []
    place = quote
    for piece in [label["content"], *(label.get("parts") or [])]:
        place = text.find(piece, place)
        spans.append((place, place + len(piece)))
        place += len(piece)
    best, most = None, 0
    for item in utterances:
        common = sum(max(0, min(e, c.end) - max(s, c.start)) for s, e in spans for c in item.content)
        if common > most:
            best, most = item, common
    if best is None:
        return None
    found = [(c.start, c.end) for c in best.content]
    exact = (
        all(any(abs(s - a) + abs(e - b) <= 1 for a, b in found) for s, e in spans)
        or [(min(s for s, _ in spans), max(e for _, e in spans))] == found
    )
    wanted = sum(e - s for s, e in spans)
    near = [(a, b) for a, b in found if any(s < b and a < e for s, e in spans)]
    return {
        "speaker": best.speaker, "role": best.role, "cue": best.cue, "kind": best.kind, "via": best.via,
        "content": [text[a:b] for a, b in found], "exact": exact or inside_quote(spans, found),
        "overlap": most / max(wanted, sum(b - a for a, b in near)) >= 0.8,
    }  # fmt: skip


def inside_quote(spans: list[tuple[int, int]], found: list[tuple[int, int]]) -> bool:
    """Return whether found pieces equal the labelled ones when these are one piece of a longer quotation."""
    return all((s, e) in found for s, e in spans)


def grade(label: dict[str, Any], found: dict[str, Any] | None) -> dict[str, bool]:
    """Return which parts are right; a missed utterance has none."""
    if found is None:
        return dict.fromkeys(PARTS, False)
    return {
        "speaker": plain(found["speaker"]) == plain(label["speaker"]),
        "content": bool(found["exact"]),
        "overlap": bool(found["overlap"]),
        "cue": label["cue"] is None or plain(found["cue"]) == plain(label["cue"]),
        "kind": found["kind"] == label["kind"],
        "role": same_role(found["role"], label["role"]),
        "via": same_role(found["via"], label["via"]),
    }


def plain(name: str | None) -> str:
    """Return a name without article, honorific, case and marks."""
    words = re.sub(r"[’']", "'", (name or "").casefold()).strip(" .,")
    return re.sub(r"^(?:(?:the|a|an|mr|mrs|ms|dr|prof)\.? )+", "", words)


def same_role(found: str | None, wanted: str | None) -> bool:
    """Return whether one role holds all words of the other."""
    mine, gold = set(plain(found).split()), set(plain(wanted).split())
    return mine == gold or bool(mine and gold and (mine <= gold or gold <= mine))


def print_table(name: str, rows: list[Any]) -> None:
    """Print the share of right parts, in all and by tag."""
    groups: dict[str, list[dict[str, bool]]] = defaultdict(list)
    for label, _, marks in rows:
        for tag in ["all", label["kind"], *label["tags"]]:
            groups[tag].append(marks)
    print(f"{name:18} n    " + "  ".join(f"{part:>8}" for part in [*PARTS, "mean 3", "all 3"]))
    for tag, marked in groups.items():
        shares = [sum(m[part] for m in marked) / len(marked) for part in PARTS]
        mean = sum(m[part] for m in marked for part in NEWSROOM) / len(marked) / len(NEWSROOM)
        whole = sum(all(m[part] for part in NEWSROOM) for m in marked) / len(marked)
        print(f"{tag:18} {len(marked):3}  " + "  ".join(f"{share:8.3f}" for share in [*shares, mean, whole]))


def show(label: dict[str, Any], found: dict[str, Any] | None, marks: dict[str, bool]) -> None:
    """Print what is wrong about one label."""
    wrong = [part for part in PARTS if not marks[part]]
    if not wrong:
        return
    print(label["id"], label["file"], wrong)
    print("   quote ", label["quote"])
    print("   wanted", label["speaker"], "|", label["role"], "|", label["cue"], "|", label["kind"], "|", label["via"])
    print("         ", [label["content"], *(label.get("parts") or [])])
    if found is None:
        print("   found  nothing")
        return
    print("   found ", found["speaker"], "|", found["role"], "|", found["cue"], "|", found["kind"], "|", found["via"])
    print("         ", found["content"])


if __name__ == "__main__":
    main()
