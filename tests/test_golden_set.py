"""Golden sets are read as they are written, every bad line is named, and quotes are found."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from places import ROOT

from factcheck.errors import UsageError
from factcheck.evaluation.golden import GoldenError, GoldenSet, check_quotes, find_gold, read_golden
from factcheck.evaluation.records import GoldCitation, GoldenCase, Place
from factcheck.texts import Span

QUESTION = {
    "id": "q1",
    "question": "Who denied it?",
    "answers": [["Zhao Lijian", "Zhao"], ["Kremlin"]],
    "citations": [
        {"file": "a.txt", "quote": "Zhao denied it.", "speaker": "Zhao Lijian"},
        {"file": "b.txt", "quote": "It: never happened.", "all": True},
    ],
    "answerable": True,
    "origins": 2,
    "tags": ["who", "not:Liu"],
}
CASE = GoldenCase(
    id="q1",
    line=1,
    question="Who denied it?",
    answers=(("Zhao Lijian", "Zhao"), ("Kremlin",)),
    forbidden=("Liu",),
    citations=(
        GoldCitation("a.txt", "Zhao denied it.", False, "Zhao Lijian"),
        GoldCitation("b.txt", "It: never happened.", True),
    ),
    answerable=True,
    origins=2,
    tags=("who",),
)
UNANSWERABLE = {"id": "q2", "question": "Who confirmed it?", "answerable": False}
CLAIM = {"id": "c1", "claim": "Zhao denied it.", "verdict": "supported", "attributed_only": True}


def write(folder: Path, *rows: dict[str, Any] | str, name: str = "set.jsonl") -> Path:
    path = folder / name
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_bytes("\n".join(lines).encode("utf-8"))
    return path


def problems(path: Path) -> list[str]:
    with pytest.raises(GoldenError) as raised:
        read_golden(path)
    assert raised.value.exit_code == 2 and "golden/README.md" in raised.value.hint
    assert all(str(problem) in raised.value.message for problem in raised.value.problems)
    return [str(problem) for problem in raised.value.problems]


def test_lines_become_cases(tmp_path: Path) -> None:
    path = write(tmp_path, QUESTION, "", UNANSWERABLE, CLAIM)
    found = read_golden(path)
    assert (found.name, found.sha256) == ("set.jsonl", hashlib.sha256(path.read_bytes()).hexdigest())
    assert found.cases == (
        CASE,
        GoldenCase("q2", 3, question="Who confirmed it?", answerable=False),
        GoldenCase("c1", 4, claim="Zhao denied it.", verdict="supported", attributed_only=True),
    )


def test_all_on_the_case_requires_each_citation(tmp_path: Path) -> None:
    (case,) = read_golden(write(tmp_path, {**QUESTION, "all": True})).cases
    assert [citation.required for citation in case.citations] == [True, True]


@pytest.mark.parametrize("name", ["questions", "news", "claims"])
def test_the_sets_of_the_project_can_be_read(name: str) -> None:
    path = ROOT / "golden" / f"{name}.jsonl"
    found = read_golden(path)
    assert len(found.cases) == len(path.read_text("utf-8").splitlines())
    assert {case.kind for case in found.cases} == {"claim" if name == "claims" else "question"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"anwers": []}, "anwers is no field of a golden set; did you mean answers?"),
        ({"xyz": 1}, "xyz is no field of a golden set"),
        ({"id": None}, "id must be text"),
        ({"id": " "}, "id is empty"),
        ({"question": ["Who?"]}, "question must be text"),
        ({"claim": "Zhao denied it."}, "question stands beside a claim; a line has one of them"),
        ({"question": None}, "question or claim is missing"),
        ({"answers": "Zhao"}, "answers must be a list"),
        ({"answers": [["Zhao"], []]}, "answers.2 is empty"),
        ({"answers": [["Zhao", ""]]}, "answers.1.2 is empty"),
        ({"answers": []}, "answers is empty, yet the question is answerable"),
        ({"answerable": "yes"}, "answerable must be true or false"),
        ({"answerable": 1}, "answerable must be true or false"),
        ({"answerable": None}, "answerable is missing"),
        ({"answerable": False}, "answers must be empty where the question is not answerable"),
        ({"verdict": "refuted"}, "verdict belongs to claims"),
        ({"attributed_only": False}, "attributed_only belongs to claims"),
        ({"all": "true"}, "all must be true or false"),
        ({"origins": 0}, "origins must be 1 or more"),
        ({"origins": 1.5}, "origins must be a whole number"),
        ({"tags": "who"}, "tags must be a list"),
        ({"citations": ["a.txt"]}, "citations.1 must be an object"),
        ({"citations": [{"file": "a.txt"}]}, "citations.1.quote is missing"),
        ({"citations": [{"quote": "x"}]}, "citations.1.file is missing"),
        ({"citations": [{"file": "a.txt", "quote": ""}]}, "citations.1.quote is empty"),
        (
            {"citations": [{"file": "a.txt", "quote": "x", "spaeker": "y"}]},
            "citations.1.spaeker is no field of a golden set; did you mean speaker?",
        ),
    ],
)
def test_a_bad_field_is_named(change: dict[str, Any], expected: str, tmp_path: Path) -> None:
    found = problems(write(tmp_path, {**QUESTION, **change}))
    id = "" if "id" in change and change["id"] is None else f" ({change.get('id', 'q1')})"
    assert f"line 1{id}: {expected}" in found


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"verdict": None}, "verdict is missing"),
        ({"verdict": "true"}, "verdict is 'true', not one of supported, refuted, conflicting, not_enough_evidence"),
        ({"answers": [["x"]]}, "answers belongs to questions"),
        ({"answerable": True}, "answerable belongs to questions"),
    ],
)
def test_a_bad_field_of_a_claim_is_named(change: dict[str, Any], expected: str, tmp_path: Path) -> None:
    assert problems(write(tmp_path, {**CLAIM, **change})) == [f"line 1 (c1): {expected}"]


def test_every_bad_line_is_named_at_once(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        QUESTION,
        "nope",
        "[1]",
        {**CLAIM, "verdict": "maybe", "citations": [{}]},
        UNANSWERABLE,
        QUESTION,
        '{"id": "q3", "id": "q4"}',
    )
    found = problems(path)
    assert [line.split(":")[0] for line in found] == [
        "line 2",
        "line 3",
        "line 4 (c1)",
        "line 4 (c1)",
        "line 4 (c1)",
        "line 6 (q1)",
        "line 7",
    ]
    assert found[0].startswith("line 2: is not JSON")
    assert found[1] == "line 3: is not a JSON object"
    assert found[5] == "line 6 (q1): id is that of line 1 too"
    assert found[6] == "line 7: is not JSON: a field is there twice"


def test_an_empty_set_is_refused(tmp_path: Path) -> None:
    assert problems(write(tmp_path, "", "")) == ["line 1: the file has no cases"]


def test_a_line_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_bytes(json.dumps(UNANSWERABLE).encode() + b"\n\xff\n")
    assert problems(path) == ["line 2: is not UTF-8"]


@pytest.mark.parametrize(("name", "part"), [("gone.jsonl", "cannot read"), ("set.xlsx", "is no golden set")])
def test_a_file_that_cannot_be_one_is_refused(name: str, part: str, tmp_path: Path) -> None:
    (tmp_path / "set.xlsx").write_bytes(b"PK")
    with pytest.raises(UsageError, match=part) as raised:
        read_golden(tmp_path / name)
    assert raised.value.hint


# Tables

HEADER = "id,question,claim,answers,citations,answerable,verdict,attributed_only,all,tags,origins"


def test_a_table_says_the_same_as_json(tmp_path: Path) -> None:
    cell = json.dumps(QUESTION["citations"]).replace('"', '""')
    row = f'q1,Who denied it?,,Zhao Lijian|Zhao; Kremlin,"{cell}",true,,,,who; not:Liu,2'
    path = write(
        tmp_path, HEADER, row, "q2,Who confirmed it?,,,,no", "c1,,Zhao denied it.,,,,supported,YES,,,", name="set.csv"
    )
    found = read_golden(path).cases
    expected = read_golden(write(tmp_path, "", QUESTION, UNANSWERABLE, CLAIM)).cases
    assert found == expected


def test_citations_of_a_table_are_lines(tmp_path: Path) -> None:
    row = 'q1,Who?,,Zhao,"a.txt: Zhao denied it.\nb.txt: It: never happened.",1,,,,,'
    (case,) = read_golden(write(tmp_path, HEADER, row, name="set.csv")).cases
    assert case.citations == (GoldCitation("a.txt", "Zhao denied it."), GoldCitation("b.txt", "It: never happened."))


@pytest.mark.parametrize(("delimiter", "name"), [(";", "set.csv"), ("\t", "set.tsv")])
def test_other_delimiters_and_a_byte_order_mark_are_read(delimiter: str, name: str, tmp_path: Path) -> None:
    lines = ["\ufeffID,Question,answerable", "q2,Who confirmed it?,FALSE"]
    path = write(tmp_path, *(line.replace(",", delimiter) for line in lines), name=name)
    assert read_golden(path).cases == (GoldenCase("q2", 2, question="Who confirmed it?", answerable=False),)


def test_every_bad_row_of_a_table_is_named_at_once(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "id,question,answers,citations,answerable,origins,colour",
        "q1,Who?,Zhao,no colon,perhaps,two,",
        "q2,Who?,[[,,true,,",
        "q3,Who?,,,false,,,,",
        "q4,Who?,,,false,,red",
        name="set.csv",
    )
    assert problems(path) == [
        "line 2 (q1): citations needs lines like “file.txt: quote”, not “no colon”",
        "line 2 (q1): answerable must be true or false",
        "line 2 (q1): origins must be a whole number",
        "line 3 (q2): answers is not JSON: Expecting value: line 1 column 3 (char 2)",
        "line 4 (q3): has 9 cells under 7 columns",
        "line 5 (q4): colour is no field of a golden set",
    ]


def test_a_table_that_is_none_is_refused(tmp_path: Path) -> None:
    assert problems(write(tmp_path, "id,id,question", "1,2,3", name="set.csv")) == [
        "line 1: id is the name of two columns"
    ]
    (found,) = problems(write(tmp_path, "id,question", 'q1,"never closed', name="set.csv"))
    assert "is no row of a table" in found
    assert problems(write(tmp_path, "id,question", name="set.csv")) == ["line 1: the file has no cases"]


# Quotes

TEXTS = {"a.txt": "He came. “Zhao’s word,” he said. Zhao denied it.", "b.txt": "It: never happened."}


def golden(*citations: GoldCitation) -> GoldenSet:
    return GoldenSet("set.jsonl", "", (GoldenCase("q1", 4, question="Who?", citations=citations),))


def test_quotes_in_their_articles_are_no_problem() -> None:
    found = check_quotes(golden(GoldCitation("a.txt", "Zhao denied it."), GoldCitation("b.txt", "It")), TEXTS.get)
    assert found == ()


def test_quotes_that_point_nowhere_are_listed() -> None:
    wrong = golden(
        GoldCitation("a.txt", "Zhao denied it."),
        GoldCitation("b.txt", "Zhao denied it."),
        GoldCitation("a.txt", '"Zhao\'s word," he said.'),
        GoldCitation("aa.txt", "x"),
        GoldCitation("zzz", "x"),
    )
    assert [str(problem) for problem in check_quotes(wrong, TEXTS.get, sorted(TEXTS))] == [
        "line 4 (q1): citations.2.quote is not in b.txt: Zhao denied it.",
        "line 4 (q1): citations.3.quote is in a.txt with other quotation marks, dashes or spaces: "
        '"Zhao\'s word," he said.',
        "line 4 (q1): citations.4.file is aa.txt, which is not indexed; did you mean a.txt?",
        "line 4 (q1): citations.5.file is zzz, which is not indexed",
    ]


def sentences(file: str) -> list[Span]:
    return {"a.txt": [Span(0, 8), Span(9, 32), Span(33, 48)], "b.txt": []}[file]


def places(quote: str, file: str = "a.txt") -> list[tuple[int, int]]:
    (found,) = find_gold(golden(GoldCitation(file, quote)).cases[0], TEXTS.get, sentences)
    assert all(isinstance(place, Place) and place.file == file for place in found)
    return [(place.start, place.end) for place in found]


def test_gold_is_the_sentences_that_hold_half_of_a_quote() -> None:
    assert places("Zhao denied it.") == [(33, 48)]
    assert places("denied") == [(33, 48)]
    # All of the second sentence and a little of the third.
    assert places("“Zhao’s word,” he said. Zhao") == [(9, 32)]
    # Neither of three sentences holds half.
    assert places(TEXTS["a.txt"]) == []
    # Wherever a quote stands.
    assert places("Zhao") == [(9, 32), (33, 48)]


def test_gold_that_is_nowhere_has_no_sentences() -> None:
    assert places("It: never happened.", "b.txt") == []
    assert places("x", "b.txt") == []
    assert find_gold(golden(GoldCitation("gone.txt", "x")).cases[0], TEXTS.get, sentences) == ((),)
    assert find_gold(golden().cases[0], TEXTS.get, sentences) == ()
