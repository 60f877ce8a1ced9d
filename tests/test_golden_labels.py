"""The labelled utterances, pairs and differences are well formed, their quotes exact, their counts right."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_golden import GOLDEN, ROOT, Row, read_rows, text_of

SETS = {"utterances": 80, "pairs": 60, "drift": 40}
FOLDERS = {"tests/data/gazette", "tests/data/press", "tests/data/news", "seeds"}
KINDS = {"direct", "indirect", "mixed"}
POSITIONS = {"before", "between", "after"}
SAME = {"near_copy", "reworded", "credited_outlet", "shared_utterances"}
OTHER = {"independent", "unrelated", "same_boilerplate_only"}
DRIFT = {"negation", "number", "date", "name", "actor", "hedging", "wording_only"}
UTTERANCE = "content cue file folder id kind quote role speaker tags via".split()
PAIR = "a b folder id reason same_origin why".split()
DIFFERENCE = "a b folder id kind material same_fact".split()


def find_text(folder: str, file: str) -> str:
    assert folder in FOLDERS, folder
    path: Path = ROOT / folder / file
    return text_of(path) if path.is_file() else ""


def find_utterance_problems(row: Row) -> Iterator[str]:
    text = find_text(row["folder"], row["file"])
    if not row["quote"].strip() or row["quote"] not in text:
        yield f"not in {row['file']}: {row['quote']!r}"
    at = 0
    for piece in (row["content"], *row.get("parts", ())):
        found = row["quote"].find(piece, at)
        if not piece.strip() or found < 0:
            yield f"the quote does not hold {piece!r} after offset {at}"
        at = max(found, 0) + len(piece)
    for field in ("speaker", "role", "via"):
        if row[field] is not None and row[field] not in text:
            yield f"{row['file']} has no {field} {row[field]!r}"
    if row["cue"] is not None and row["cue"].casefold() not in row["quote"].casefold():
        yield f"the quote has no cue {row['cue']!r}"
    if not row["speaker"] or row["kind"] not in KINDS:
        yield "needs a speaker and a known kind"
    positions = POSITIONS & set(row["tags"])
    if len(positions) > 1 or (not positions and "no_cue" not in row["tags"]):
        yield f"has the positions {sorted(positions)}"
    if row["kind"] == "direct" and re.search(r"\A[“\"]|[”\"]\Z", row["content"]):
        yield "direct content has its quotation marks"


def find_pair_problems(row: Row) -> Iterator[str]:
    for side in ("a", "b"):
        if not find_text(row["folder"], row[side]):
            yield f"no file {row[side]}"
    if row["a"] == row["b"] or not row["why"].endswith("."):
        yield "needs two files and a sentence that says why"
    allowed = SAME if row["same_origin"] else OTHER
    if not {row["reason"], *row.get("also", ())} <= allowed:
        yield f"{row['reason']} and {row.get('also')} do not fit same_origin {row['same_origin']}"


def find_drift_problems(row: Row) -> Iterator[str]:
    for side in ("a", "b"):
        if set(row[side]) != {"file", "quote"}:
            yield f"{side} has the fields {sorted(row[side])}"
        elif not row[side]["quote"].strip() or row[side]["quote"] not in find_text(row["folder"], row[side]["file"]):
            yield f"not in {row[side]['file']}: {row[side]['quote']!r}"
    if row["a"]["file"] == row["b"]["file"] or row["kind"] not in DRIFT:
        yield "needs two files and a known kind"
    if row["material"] != (row["same_fact"] and row["kind"] != "wording_only"):
        yield "is material where it is another fact or mere wording, or is not where it is neither"


def find_problems(name: str) -> Iterator[str]:
    fields, extra, find_more = {
        "utterances": (UTTERANCE, {"parts"}, find_utterance_problems),
        "pairs": (PAIR, {"also"}, find_pair_problems),
        "drift": (DIFFERENCE, set(), find_drift_problems),
    }[name]
    for number, row in enumerate(read_rows(name), start=1):
        broken = [f"fields are {sorted(row)}"] if set(row) - extra != set(fields) else list(find_more(row))
        yield from (f"{name}.jsonl:{number} {row.get('id')}: {problem}" for problem in broken)


@pytest.mark.parametrize("name", SETS)
def test_every_line_is_sound(name: str) -> None:
    problems = list(find_problems(name))
    assert not problems, "\n".join(["", *problems])


@pytest.mark.parametrize(("name", "least"), SETS.items())
def test_ids_are_unique_and_there_are_enough(name: str, least: int) -> None:
    rows = read_rows(name)
    assert len({row["id"] for row in rows}) == len(rows) >= least


def test_no_pair_twice() -> None:
    pairs = Counter((row["folder"], frozenset((row["a"], row["b"]))) for row in read_rows("pairs"))
    assert [pair for pair, count in pairs.items() if count > 1] == []


def test_no_utterance_twice() -> None:
    said = Counter((row["folder"], row["file"], row["content"]) for row in read_rows("utterances"))
    assert [key for key, count in said.items() if count > 1] == []


def test_the_readme_counts_every_label() -> None:
    labels = {
        "utterances": Counter(row["kind"] for row in read_rows("utterances")),
        "pairs": Counter(row["reason"] for row in read_rows("pairs")),
        "drift": Counter(
            row["kind"] if row["same_fact"] else f"{row['kind']}, another fact" for row in read_rows("drift")
        ),
    }
    expected = {f"| {name} | {label} | {count} |" for name in labels for label, count in labels[name].items()}
    table = re.findall(r"^\| (?:utterances|pairs|drift) \|.*$", (GOLDEN / "README.md").read_text("utf-8"), re.M)
    assert set(table) == expected
