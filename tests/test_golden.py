"""The golden files are well formed, their quotes exact and their README's counts right."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from factcheck.articles.read import read_article

ROOT = Path(__file__).parent.parent
GOLDEN = ROOT / "golden"
NEWS = Path(__file__).parent / "data" / "news"
PRESS = Path(__file__).parent / "data" / "press"
GAZETTE = Path(__file__).parent / "data" / "gazette"
FOLDERS = {
    "questions": ROOT / "seeds",
    "news": NEWS,
    "press-questions": PRESS,
    "gazette-questions": GAZETTE,
    "claims": ROOT / "seeds",
    "news-claims": NEWS,
    "press-claims": PRESS,
    "gazette-claims": GAZETTE,
}
QUESTIONS = ("questions", "news", "press-questions", "gazette-questions")
CLAIMS = ("claims", "news-claims", "press-claims", "gazette-claims")
QUESTION_FIELDS = {"id", "question", "answers", "citations", "answerable", "tags"}
CLAIM_FIELDS = {"id", "claim", "verdict", "citations", "attributed_only", "tags"}
VERDICTS = {"supported", "refuted", "conflicting", "not_enough_evidence"}
UNANSWERABLE = {"absent_entity", "missing_fact", "wrong_person", "other_event", "false_premise", "off_topic"}
EXTRACTED = {".html", ".pdf", ".docx"}

# A quote starts a line, follows a finished sentence or a label ("Post | ", "- "), and ends like a
# sentence or with its line.
STARTS = re.compile(r"(^|\n|[.?!…:][\"”’')\]]*\s+|\| |[-*] |\w[\"”’]\s)\Z")
ENDS = re.compile(r"[.?!…:][\"”’')\]]*\Z")

Row = dict[str, Any]


def read_rows(name: str) -> list[Row]:
    return [json.loads(line) for line in (GOLDEN / f"{name}.jsonl").read_text("utf-8").splitlines()]


@cache
def text_of(path: Path) -> str:
    if path.suffix in EXTRACTED:
        return read_article(path, path.name, max_bytes=1_000_000).text
    return path.read_bytes().decode("utf-8", "replace")


def find_quote_problems(row: Row, folder: Path) -> Iterator[str]:
    for citation in row["citations"]:
        extra = set(citation) - {"file", "quote", "all", "speaker"}
        if extra or not {"file", "quote"} <= set(citation):
            yield f"a citation has the fields {sorted(citation)}"
            continue
        path, quote = folder / citation["file"], citation["quote"]
        if not path.is_file():
            yield f"no file {citation['file']}"
            continue
        text = text_of(path)
        at = text.find(quote)
        if not quote.strip() or at < 0:
            yield f"not in {citation['file']}: {quote!r}"
            continue
        if not STARTS.search(text[:at]):
            yield f"does not start a sentence of {citation['file']}: {quote!r}"
        if not ENDS.search(quote) and text[at + len(quote) :][:1] not in {"", "\n"}:
            yield f"does not end a sentence of {citation['file']}: {quote!r}"


def find_answer_problems(row: Row) -> Iterator[str]:
    if not row["answerable"]:
        if row["answers"] or row["citations"]:
            yield "is unanswerable but has answers or citations"
        if not UNANSWERABLE & set(row["tags"]):
            yield "is unanswerable and no tag says why"
        return
    if UNANSWERABLE & set(row["tags"]):
        yield "is answerable but tagged as unanswerable"
    if not row["answers"] or not row["citations"]:
        yield "is answerable but has no answers or no citations"
    quoted = " ".join(citation["quote"] for citation in row["citations"]).casefold()
    for group in row["answers"]:
        if not group or not all(alias.strip() for alias in group):
            yield f"has an empty alias: {group}"
        elif not any(alias.casefold() in quoted for alias in group):
            yield f"no cited quote holds any of {group}"
        elif any(alias.casefold() in row["question"].casefold() for alias in group):
            yield f"the question gives its answer away: {group}"


def find_field_problems(row: Row, fields: set[str]) -> Iterator[str]:
    if set(row) - {"all", "origins"} != fields:
        yield f"fields are {sorted(row)}"
    if not row.get("tags") or row.get("all") not in (None, True):
        yield "needs tags, and `all` only where it is true"


def find_claim_problems(row: Row) -> Iterator[str]:
    if row["verdict"] not in VERDICTS:
        yield f"unknown verdict {row['verdict']!r}"
    if (row["verdict"] == "not_enough_evidence") == bool(row["citations"]):
        yield f"is {row['verdict']} with {len(row['citations'])} citations"
    if row["verdict"] == "conflicting" and len(row["citations"]) < 2:
        yield "is conflicting but cites one side only"


def find_label_problems(row: Row, folder: Path) -> Iterator[str]:
    """A speaker is named in the article; origins are no more than the files that are cited."""
    for citation in row["citations"]:
        speaker = citation.get("speaker")
        if speaker is not None and speaker not in text_of(folder / citation["file"]):
            yield f"{citation['file']} does not name {speaker}"
    files = {citation["file"] for citation in row["citations"]}
    if "origins" in row and not 1 <= row["origins"] <= len(files):
        yield f"{row['origins']} origins of {len(files)} files"


def find_problems(name: str) -> Iterator[str]:
    fields = CLAIM_FIELDS if name in CLAIMS else QUESTION_FIELDS
    for number, row in enumerate(read_rows(name), start=1):
        broken = list(find_field_problems(row, fields))
        if not broken:
            find_more = find_claim_problems if name in CLAIMS else find_answer_problems
            folder = FOLDERS[name]
            broken = [*find_more(row), *find_quote_problems(row, folder), *find_label_problems(row, folder)]
        yield from (f"{name}.jsonl:{number} {row.get('id')}: {problem}" for problem in broken)


@pytest.mark.parametrize("name", FOLDERS)
def test_every_line_is_sound(name: str) -> None:
    problems = list(find_problems(name))
    assert not problems, "\n".join(["", *problems])


def test_ids_and_texts_are_unique() -> None:
    rows = [row for name in FOLDERS for row in read_rows(name)]
    ids = Counter(row["id"] for row in rows)
    texts = Counter(row.get("question", row.get("claim")) for row in rows)
    assert [key for key, count in (ids + texts).items() if count > 1] == []


@pytest.mark.parametrize(
    ("name", "least"), [("questions", 60), ("news", 100), ("press-questions", 130), ("gazette-questions", 130)]
)
def test_a_third_cannot_be_answered(name: str, least: int) -> None:
    rows = read_rows(name)
    assert len(rows) >= least
    assert 3 * sum(not row["answerable"] for row in rows) >= len(rows)


def test_one_sentence_has_one_speaker() -> None:
    speakers: dict[tuple[str, str], set[str | None]] = {}
    for citation in (citation for name in QUESTIONS for row in read_rows(name) for citation in row["citations"]):
        speakers.setdefault((citation["file"], citation["quote"]), set()).add(citation.get("speaker"))
    assert {key: found for key, found in speakers.items() if len(found) > 1} == {}
    assert sum(found != {None} for found in speakers.values()) >= 100


@pytest.mark.parametrize("name", CLAIMS)
def test_every_verdict_occurs(name: str) -> None:
    assert {row["verdict"] for row in read_rows(name)} == VERDICTS


@pytest.mark.parametrize("name", [name for name, folder in FOLDERS.items() if folder != ROOT / "seeds"])
def test_every_article_is_cited(name: str) -> None:
    cited = {citation["file"] for row in read_rows(name) for citation in row["citations"]}
    assert cited == {path.name for path in FOLDERS[name].iterdir()}


def test_the_readme_counts_every_tag() -> None:
    counted = {name: Counter(tag for row in read_rows(name) for tag in row["tags"]) for name in FOLDERS}
    tags = sorted(set().union(*counted.values()))
    expected = [f"| `{tag}` | {' | '.join(str(counted[name][tag]) for name in FOLDERS)} |" for tag in tags]
    table = [line for line in (GOLDEN / "README.md").read_text("utf-8").splitlines() if line.startswith("| `")]
    assert sorted(table) == sorted(expected)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"answers": []}, "has no answers"),
        ({"answers": [["Atlantis"]]}, "no cited quote holds"),
        ({"answers": [["1972"]], "question": "Was it 1972?"}, "gives its answer away"),
        ({"tags": ["missing_fact"]}, "tagged as unanswerable"),
        ({"answerable": False, "tags": ["missing_fact"]}, "has answers or citations"),
    ],
)
def test_an_unsound_case_is_found(change: Row, problem: str) -> None:
    quote = "foreign policy shift since Richard Nixon’s visit in 1972."
    sound = {
        "id": "x",
        "question": "When did Nixon visit?",
        "answers": [["1972"]],
        "citations": [{"file": "001_d26e30d51aa5f213.txt", "quote": quote}],
        "answerable": True,
        "tags": ["when"],
    }
    assert not list(find_answer_problems(sound))
    assert problem in "\n".join(find_answer_problems({**sound, **change}))


@pytest.mark.parametrize(
    ("quote", "problem"),
    [
        ("foreign policy shift since Richard Nixon’s visit in 1972.", "does not start a sentence"),
        ("White House spokespeople declined", "does not end a sentence"),
        ("White House spokespeople declined to talk.", "not in 001"),
    ],
)
def test_an_unsound_quote_is_found(quote: str, problem: str) -> None:
    row = {"citations": [{"file": "001_d26e30d51aa5f213.txt", "quote": quote}]}
    assert problem in "\n".join(find_quote_problems(row, FOLDERS["questions"]))
