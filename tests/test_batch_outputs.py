from __future__ import annotations

import csv
import json
import os
import stat
import threading
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from scripted_corpus import denied, record, stand_by, timed_out, unknown_number

from factcheck.batch import sheets
from factcheck.batch.asking import answer, carry
from factcheck.batch.cells import ANSWER_FIELDS, CHECK_FIELDS, OUTPUT_COLUMNS, guard, restore
from factcheck.batch.inputs import Item, open_items
from factcheck.batch.outputs import open_output
from factcheck.batch.tasks import Asking, Task
from factcheck.errors import FactcheckError, UsageError
from factcheck.settings import Settings
from factcheck.types import Abstention, Answer, Failure

TABLES = ("csv", "tsv", "xlsx")
FORMULAS = (
    "=1+1",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u00a0=1",
    "\ufeff=1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1)",
    "=HYPERLINK(\"http://example.com\",\"a\")",
    "-Who denied it?",
)  # fmt: skip
HIDDEN = ("x;=1+1", "x,=1+1", 'x"=1+1', "x\t@SUM(1)", "x\n-1+1", "x|=1", '";=1+1;"')


def wire(item: Item, outcome: Answer | Abstention | Failure) -> dict[str, Any]:
    return carry(item, replace(record(item.question or "", outcome), id=item.id).to_dict())


def failed(item: Item) -> dict[str, Any]:
    return carry(item, answer(Task(0, item), None, Asking(Settings())).record)  # type: ignore[arg-type]


def write(path: Path, records: list[dict[str, Any]], columns: tuple[str, ...]) -> Path:
    with open_output(str(path), columns=columns) as writer:
        for each in records:
            writer.write(each)
    return path


def rows_of(path: Path) -> list[list[str]]:
    """The cells as a spreadsheet program finds them."""
    if path.suffix == ".xlsx":
        sheet = load_workbook(path).worksheets[0]
        return [["" if value is None else str(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream, delimiter="\t" if path.suffix == ".tsv" else ","))


def table_of(path: Path) -> list[dict[str, str]]:
    header, *rows = rows_of(path)
    return [dict(zip(header, row, strict=True)) for row in rows]


@pytest.mark.parametrize("format", TABLES)
def test_a_row_holds_the_input_s_columns_and_then_the_answer_s(tmp_path: Path, format: str) -> None:
    item = Item("a", question="Who denied it?", extra={"Note": "x"})
    out = write(tmp_path / f"out.{format}", [wire(item, denied())], ("Note", "Question", "ID"))
    assert rows_of(out)[0] == ["Note", "Question", "ID", *OUTPUT_COLUMNS]
    (row,) = table_of(out)
    assert (row["Note"], row["Question"], row["ID"]) == ("x", "Who denied it?", "a")
    assert (row["outcome"], row["short_answer"]) == ("answered", "Zhao Lijian; Dmitry Peskov")
    citation = denied().citations[1]
    assert row["citations"].split("\n")[1] == f"[2] {citation.file}:{citation.start}-{citation.end} “{citation.quote}”"
    assert row["files"].split("\n") == list(dict.fromkeys(cited.file for cited in denied().citations))
    assert (row["origins"], row["engine"], row["seconds"], row["cost_usd"]) == ("2", "embedded", "0.189", "")


@pytest.mark.parametrize("format", TABLES)
def test_every_outcome_says_what_it_is(tmp_path: Path, format: str) -> None:
    question = Item("q", question="Who?")
    claim = Item("c", claim="He did.")
    conflicting = carry(question, replace(stand_by(), id="q").to_dict())
    records = [wire(question, unknown_number()), wire(question, timed_out()), conflicting, failed(claim)]
    abstained, broken, differing, refused = table_of(
        write(tmp_path / f"out.{format}", records, ("id", "question", "claim"))
    )
    assert (abstained["outcome"], abstained["abstention"]) == ("abstained", "insufficient_evidence")
    assert abstained["explanation"].startswith("Sentences mention drones")
    assert (abstained["answer"], abstained["citations"], abstained["origins"]) == ("", "", "")
    assert (broken["outcome"], broken["failure"]) == ("failed", timed_out().error)
    assert broken["hint"] == timed_out().hint
    assert "“we will stand idly by” [1]" in differing["conflicts"]
    assert "not supported" in differing["findings"]
    assert (refused["claim"], refused["question"], refused["outcome"]) == ("He did.", "", "failed")
    assert refused["failure"]


def test_a_checked_claim_shows_its_verdict_and_evidence(tmp_path: Path) -> None:
    evidence = {"id": 1, "file": "a.txt", "start": 3, "end": 9, "quote": "He did", "stance": "supports"}
    checked = failed(Item("c", claim="He did.")) | {
        "outcome": "checked", "verdict": "supported", "explanation": "It says so.", "evidence": [evidence],
        "origins": {"files": 1, "independent": 1}, "confidence": 0.9, "failure": None,
    }  # fmt: skip
    (row,) = table_of(write(tmp_path / "out.csv", [checked], ("claim",)))
    assert (row["outcome"], row["verdict"], row["explanation"]) == ("checked", "supported", "It says so.")
    assert row["citations"] == "[1] a.txt:3-9 “He did” (supports)"
    assert (row["origins"], row["confidence"]) == ("1", "0.9")


@pytest.mark.parametrize("format", TABLES)
def test_an_input_s_column_with_an_answer_s_name_is_kept(tmp_path: Path, format: str) -> None:
    extra = {"answer": "gold", "Files": "two", "input_answer": "other", "evidence": ["e"], "usage": 3, "n": -4}
    columns = ("question", *extra)
    with_extra, without = Item("a", question="Who?", extra=extra), Item("b", question="Who?")
    out = write(tmp_path / f"out.{format}", [wire(with_extra, denied()), wire(without, denied())], columns)
    header = rows_of(out)[0]
    assert header[:7] == ["question", "input_input_answer", "input_Files", "input_answer", "evidence", "usage", "n"]
    assert len(set(header)) == len(header)
    first, second = rows_of(out)[1:]
    assert first[1:7] == ["gold", "two", "other", '["e"]', "3", "-4"]
    assert second[1:7] == [""] * 6


def test_the_records_fields_are_known() -> None:
    """A field that is new in a record would be taken for a column of the input."""
    assert set(record("Who?", denied()).to_dict()) <= ANSWER_FIELDS
    assert set(failed(Item("c", claim="x"))) <= CHECK_FIELDS


def test_fields_beyond_the_columns_are_gathered(tmp_path: Path) -> None:
    item = Item("a", question="Who?", extra={"x": 1, "y": "=2", "answer": "gold"})
    out = write(tmp_path / "out.csv", [wire(item, denied())], ("question", "x", "other_fields"))
    (back,) = open_items(str(out))
    assert (back.extra["x"], json.loads(back.extra["other_fields"])) == ("1", {"y": "=2", "answer": "gold"})


# What a spreadsheet program must not run


@pytest.mark.parametrize("text", [*FORMULAS, *HIDDEN])
@pytest.mark.parametrize("format", ["csv", "tsv"])
def test_no_cell_of_a_text_table_is_run_however_it_is_split(tmp_path: Path, text: str, format: str) -> None:
    answered = wire(Item("a", question=text, extra={"note": text}), replace(denied(), text=text, short_answer=text))
    out = write(tmp_path / f"out.{format}", [answered], ("id", "note", "question"))
    content = out.read_bytes().decode("utf-8-sig")
    for delimiter in ",;\t|":
        for row in csv.reader(content.splitlines(keepends=True), delimiter=delimiter):
            for cell in row:
                bare = cell.lstrip("\ufeff\u00a0 ")
                assert not bare.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")), (delimiter, cell)


@pytest.mark.parametrize("text", [*FORMULAS, *HIDDEN, "#N/A", "'quoted", "TRUE", "1e5"])
def test_no_cell_of_a_workbook_is_a_formula(tmp_path: Path, text: str) -> None:
    answered = wire(Item(text, question=text, extra={text: text}), replace(denied(), text=text))
    out = write(tmp_path / "out.xlsx", [answered], ("id", "question", text))
    for row in load_workbook(out).worksheets[0].iter_rows():
        for cell in row:
            assert cell.data_type in {"s", "inlineStr"} or not isinstance(cell.value, str), cell.value
    with zipfile.ZipFile(out) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    (item,) = open_items(str(out))
    assert (item.id, item.question) == (text, text)


@pytest.mark.parametrize("number", ["-5", "+3.5", "-1,000.5", "-1e-9", "-12%"])
def test_a_plain_number_is_harmless(number: str) -> None:
    assert guard(number) == number


@settings(deadline=None, max_examples=500)
@given(text=st.text(st.sampled_from("'=+-@＝ \t\r\n\ufeff\";,|ax1.%e"), max_size=9) | st.text())
def test_what_was_made_harmless_can_be_restored(text: str) -> None:
    assert restore(guard(text)) == text


def test_numbers_stay_numbers_in_a_workbook(tmp_path: Path) -> None:
    item = Item("1", question="Who?", extra={"n": 3, "share": 0.5, "big": 12345678901234567890, "yes": True})
    out = write(tmp_path / "out.xlsx", [wire(item, denied())], ("id", "n", "share", "big", "yes"))
    values = next(load_workbook(out).worksheets[0].iter_rows(min_row=2, max_col=5, values_only=True))
    assert values == ("1", 3, 0.5, "12345678901234567890", "true")


def test_what_a_workbook_cannot_hold_is_removed_or_cut_with_a_mark(tmp_path: Path) -> None:
    long = "x" * 40_000
    item = Item("a", question="a\x00b\x1bc\ud800d\uffffe", extra={"long": long, "just": "y" * 32_767})
    record = wire(item, denied())
    (row,) = table_of(write(tmp_path / "out.xlsx", [record], ("question", "long", "just")))
    assert row["question"] == "abcde"
    assert len(row["long"]) == 32_767 and row["long"].endswith(
        "[cut: 40,000 characters in all; a .jsonl output has them]"
    )
    assert row["just"] == "y" * 32_767
    out = write(tmp_path / "out.jsonl", [record], ())
    assert json.loads(out.read_text("utf-8")) == record
    (row,) = table_of(write(tmp_path / "out.csv", [record], ("question", "long")))
    assert (row["question"], row["long"]) == ("ab\x1bc\ufffdd\uffffe", long)


def test_a_workbook_that_is_full_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 3)
    record = wire(Item("a", question="Who?"), denied())
    write(tmp_path / "out.xlsx", [record] * 2, ("question",))
    with pytest.raises(UsageError, match="no more than 2 records") as error:
        write(tmp_path / "more.xlsx", [record] * 3, ("question",))
    assert ".csv" in error.value.hint
    with pytest.raises(UsageError, match="columns"):
        write(tmp_path / "more.xlsx", [], tuple(map(str, range(sheets.MOST_COLUMNS))))
    assert [file.name for file in tmp_path.glob("*.xlsx*")] == ["out.xlsx"]


def test_excel_finds_out_that_a_csv_file_is_utf_8(tmp_path: Path) -> None:
    out = write(tmp_path / "out.csv", [wire(Item("a", question="Café?"), denied())], ("question",))
    assert out.read_bytes().startswith(b"\xef\xbb\xbfquestion,outcome")


# Round trips

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=10)
XML_TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\uffff\ufffe") | st.sampled_from("\t\n\r=_x'"),
    max_size=10,
)


def round_trip(folder: Path, format: str, rows: list[tuple[str, str, str]]) -> None:
    items = [Item(id, question=question, extra={"note": note}) for id, question, note in rows]
    columns = ("id", "question", "note")
    out = write(folder / f"out.{format}", [wire(item, unknown_number()) for item in items], columns)
    back = list(open_items(str(out)))
    assert [(item.id, item.question, item.extra["note"], item.problem) for item in back] == [(*row, "") for row in rows]
    assert all(item.extra["outcome"] == "abstained" for item in back)


def lines_of(texts: st.SearchStrategy[str]) -> st.SearchStrategy[list[tuple[str, str, str]]]:
    full = texts.filter(lambda text: bool(text.strip()))
    return st.lists(st.tuples(full, full, texts), min_size=1, max_size=5)


@settings(deadline=None, max_examples=50)
@given(rows=lines_of(TEXTS), format=st.sampled_from(["csv", "tsv"]))
def test_our_own_text_tables_can_be_an_input(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]], format: str
) -> None:
    round_trip(tmp_path_factory.mktemp("out"), format, rows)


@settings(deadline=None, max_examples=25)
@given(rows=lines_of(XML_TEXTS))
def test_our_own_workbooks_can_be_an_input(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]
) -> None:
    rows = [(id, question, note if note.strip() else "") for id, question, note in rows]
    round_trip(tmp_path_factory.mktemp("out"), "xlsx", rows)


def test_a_second_round_keeps_the_first_one_s_answers(tmp_path: Path) -> None:
    first = write(tmp_path / "a.csv", [wire(Item("a", question="=Who?"), denied())], ("id", "question"))
    items = open_items(str(first))
    second = write(tmp_path / "b.csv", [wire(item, unknown_number()) for item in items], items.columns)
    (row,) = table_of(second)
    assert (row["input_outcome"], row["outcome"]) == ("answered", "abstained")
    (item,) = open_items(str(second))
    assert (item.id, item.question) == ("a", "=Who?")


# The file and its name


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("out.docx", "names no format"), ("out.txt", "names no format"), ("out", "names no format"),
        ("missing/out.csv", "does not exist"), (".", "is a folder"),
    ],
)  # fmt: skip
def test_an_output_that_cannot_be_is_refused_at_once(target: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as error:
        open_output(target)
    assert error.value.hint
    if says == "names no format":
        assert all(suffix in error.value.hint for suffix in (".csv", ".jsonl", ".tsv", ".xlsx"))


@pytest.mark.parametrize("format", ["jsonl", *TABLES])
def test_a_file_has_its_name_only_when_it_is_whole(tmp_path: Path, format: str) -> None:
    out = tmp_path / "out" / f"out.{format}"
    out.parent.mkdir()
    out.write_text("old")
    out.chmod(0o640)
    record = wire(Item("a", question="Who?"), denied())
    with pytest.raises(ZeroDivisionError), open_output(str(out), columns=("question",)) as writer:
        writer.write(record)
        assert out.read_text() == "old"
        raise ZeroDivisionError
    assert ([*out.parent.iterdir()], out.read_text()) == ([out], "old")
    write(out, [record], ("question",))
    assert [*out.parent.iterdir()] == [out]
    assert stat.S_IMODE(out.stat().st_mode) == 0o640
    assert [item.question for item in open_items(str(out))] == ["Who?"]


def test_a_link_keeps_pointing_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "there.csv").write_text("old")
    link = tmp_path / "out.csv"
    link.symlink_to("there.csv")
    write(link, [wire(Item("a", question="Who?"), denied())], ("question",))
    assert link.is_symlink()
    assert "Who?" in (tmp_path / "there.csv").read_text("utf-8")


def test_the_format_may_be_said(tmp_path: Path) -> None:
    with open_output(str(tmp_path / "out.csv.partial"), columns=("question",), format="csv") as writer:
        writer.write(wire(Item("a", question="Who?"), denied()))
    assert (tmp_path / "out.csv.partial").read_text("utf-8-sig").startswith("question,")


def test_a_full_disk_is_told_and_nothing_gets_the_name(tmp_path: Path) -> None:
    with pytest.raises(FactcheckError, match="cannot be written: No space left") as error:
        write(Path("/dev/full"), [wire(Item("a", question="Who?"), denied())] * 1000, ())
    assert error.value.hint


def test_a_pipe_gets_json_lines(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_text("utf-8")))
    reader.start()
    write(pipe, [wire(Item("a", question="Who?"), denied())], ())
    reader.join()
    assert json.loads(got[0])["id"] == "a"
    with pytest.raises(UsageError, match="cannot hold a workbook"):
        open_output(str(pipe), format="xlsx")


@pytest.mark.parametrize("format", TABLES)
def test_no_records_leave_a_header(tmp_path: Path, format: str) -> None:
    assert rows_of(write(tmp_path / f"out.{format}", [], ("id",))) == [["id", *OUTPUT_COLUMNS]]
