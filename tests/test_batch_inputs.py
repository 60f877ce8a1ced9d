from __future__ import annotations

import codecs
import csv
import datetime
import io
import itertools
import json
import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from factcheck.batch import tables, workbooks
from factcheck.batch.inputs import MOST_COLUMNS, Item, open_items, read_jsonl
from factcheck.batch.opening import LONGEST_LINE
from factcheck.errors import UsageError


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str, bytes | str], list[Item]]:
    """Write a file and read its items."""

    def call(name: str, content: bytes | str) -> list[Item]:
        file = tmp_path / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return list(open_items(str(file)))

    return call


Read = Callable[[str, bytes | str], list[Item]]


def save(path: Path, *rows: list[Any], others: tuple[list[list[Any]], ...] = ()) -> str:
    book = Workbook()
    book.remove(book.active)
    for sheet_rows in (rows, *others):
        sheet = book.create_sheet()
        for row in sheet_rows:
            sheet.append(row)
    book.save(path)
    return str(path)


def asked(items: list[Item]) -> list[tuple[str, str | None, str | None]]:
    return [(item.id, item.question, item.claim) for item in items]


# Tables

TABLE = "id,question,claim,note\na,Who denied it?,,x\n,,Russia asked.,y\n"
TABLE_ITEMS = [("a", "Who denied it?", None), ("3", None, "Russia asked.")]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("in.csv", TABLE),
        ("IN.CSV", TABLE),
        ("in.csv", TABLE.replace("\n", "\r\n")),
        ("in.csv", TABLE.replace("\n", "\r")),
        ("in.csv", TABLE.replace(",", ";")),
        ("in.csv", TABLE.replace(",", "\t")),
        ("in.tsv", TABLE.replace(",", "\t")),
        ("in.tsv", TABLE),
        ("in.csv", codecs.BOM_UTF8 + TABLE.encode()),
        ("in.csv", TABLE.encode("utf-16")),
        ("in.csv", codecs.BOM_UTF16_BE + TABLE.encode("utf-16-be")),
        ("in.csv", TABLE.encode("utf-16-le")),
        ("in.csv", TABLE.encode("utf-32")),
        ("in.csv", TABLE.replace("id,question,claim", ' ID ,"Question", CLAIM')),
    ],
)
def test_a_table_is_read_whatever_program_wrote_it(read: Read, name: str, content: bytes | str) -> None:
    items = read(name, content)
    assert asked(items) == TABLE_ITEMS
    assert [item.extra for item in items] == [{"note": "x"}, {"note": "y"}]
    assert [item.line for item in items] == [2, 3]
    assert not any(item.problem for item in items)


def test_a_spreadsheet_s_own_separator_line_is_no_header(read: Read) -> None:
    (item,) = read("in.csv", "sep=;\nquestion;note\nWho, when?;x\n")
    assert (item.question, item.extra, item.id) == ("Who, when?", {"note": "x"}, "3")


def test_a_table_of_one_column_needs_no_quotation_marks(read: Read) -> None:
    items = read("in.csv", 'question\nWho, when and where?\n"And, why?"\n')
    assert [item.question for item in items] == ["Who, when and where?", "And, why?"]


def test_lines_are_counted_as_an_editor_does(read: Read) -> None:
    items = read("in.csv", '\nquestion,note\n\n"Who\ndenied ""it""?",x\n,\n  \nWhen?,y\n')
    assert [(item.id, item.line, item.question) for item in items] == [
        ("4", 4, 'Who\ndenied "it"?'),
        ("8", 8, "When?"),
    ]


@pytest.mark.parametrize(
    ("row", "says", "question", "extra"),
    [
        ("a", "line 2 has 1 cells", None, {"note": ""}),
        ("a,Who?", "line 2 has 2 cells", "Who?", {"note": ""}),
        ("a,Who,when?,x", "line 2 has 4 cells", "Who", {"note": "when?", "column_4": "x"}),
        ("a,,x", "line 2 needs a question or a claim", None, {"note": "x"}),
        ('a,"Who?,x', "line 2: a quotation mark opens a cell", "Who?,x\n", {"note": ""}),
        ("a,Who\0?,x", "line 2 holds NUL characters", "Who\0?", {"note": "x"}),
    ],
)
def test_a_row_that_cannot_be_used_is_an_item_and_loses_nothing(
    read: Read, row: str, says: str, question: str | None, extra: dict[str, str]
) -> None:
    bad, good = read("in.csv", f"id,question,note\n{row}\nb,When?,y\n")
    assert bad.problem.startswith(says)
    assert (bad.id, bad.question, bad.extra) == ("a", question, extra)
    assert (good.id, good.question, good.problem) == ("b", "When?", "")


def test_empty_cells_behind_the_header_s_are_not_too_many(read: Read) -> None:
    (item,) = read("in.csv", "id,question,,\na,Who?,,,,\n")
    assert (item.problem, item.extra) == ("", {})


def test_both_a_question_and_a_claim_is_a_problem_that_keeps_both(read: Read) -> None:
    (item,) = read("in.csv", "question,claim\nWho?,He did.\n")
    assert (item.question, item.claim) == ("Who?", "He did.")
    assert "not both" in item.problem


def test_bytes_that_are_not_utf_8_spoil_only_their_row(read: Read) -> None:
    first, second, third = read("in.csv", b"question,note\nWho?,caf\xe9\nWhen?,caf\xc3\xa9\nWhy?,x\n")
    assert (first.problem, first.question, first.extra) == ("line 2 is not UTF-8", "Who?", {"note": "caf�"})
    assert (second.problem, second.extra) == ("", {"note": "café"})
    assert third.problem == ""


def test_broken_utf_16_is_a_problem_too(read: Read) -> None:
    content = "question,note\nWho?,x\n".encode("utf-16") + b"\x00"
    items = read("in.csv", content)
    assert asked(items[:1]) == [("2", "Who?", None)]
    assert [item.problem for item in items[1:]] == ["line 3 is not UTF-8"]


def test_a_quotation_mark_that_is_never_closed_costs_one_row(
    read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "LONGEST_ROW", 500)
    rows = [f"q{number},Question {number}?,note" for number in range(100)]
    rows[20] = 'q20,"Question 20?,note'
    items = read("in.csv", "id,question,note\n" + "\n".join(rows) + "\n")
    assert [item.id for item in items] == [f"q{number}" for number in range(100)]
    assert [item.id for item in items if item.problem] == ["q20"]
    assert [item.line for item in items] == list(range(2, 102))


def test_a_stray_quotation_mark_swallows_no_row_when_a_later_one_closes_it(read: Read) -> None:
    items = read("in.csv", 'id,question\na,"Who denied it?\nb,What is "NATO"?\nc,"Who\nsaid ""no""?"\nd,When?\n')
    assert [(item.id, item.question) for item in items] == [
        ("a", "Who denied it?\n"),
        ("b", 'What is "NATO"?'),
        ("c", 'Who\nsaid "no"?'),
        ("d", "When?"),
    ]
    assert [item.line for item in items if item.problem] == [2]
    (stray,) = read("in.csv", 'question,note\nWho?,"x\n')
    assert "nothing closes it" in stray.problem


def test_a_huge_cell_is_read(read: Read) -> None:
    note = "x" * 2_000_000
    (item,) = read("in.csv", f'question,note\nWho?,"{note}"\n')
    assert (item.question, item.extra["note"], item.problem) == ("Who?", note, "")


def test_a_line_without_end_does_not_fill_the_memory(read: Read) -> None:
    long = "x" * (LONGEST_LINE + 10)
    for name, header in (("in.csv", "question,note\n"), ("in.jsonl", "")):
        first, *others = read(name, f"{header}{long}\n")
        assert "longer than" in first.problem
        assert others == []


def test_columns_without_a_name_or_with_another_s_are_kept_apart(read: Read) -> None:
    (item,) = read("in.csv", "question,note,,note\nWho?,a,b,c\n")
    assert item.extra == {"note": "a", "column_3": "b", "note_2": "c"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("frage,notiz\nWer?,x\n", '"frage", "notiz"'),
        ("question,Question\nWho?,When?\n", "two columns named question"),
        ("id,question,ID\na,Who?,b\n", "two columns named id"),
    ],
)
def test_a_header_that_cannot_be_used_says_what_was_found(read: Read, content: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as error:
        read("in.csv", content)
    assert error.value.hint


def test_tags_are_read_from_lists_and_from_cells(read: Read) -> None:
    (row,) = read("in.csv", "question,Tags\nWho?,list; numbers ;\n")
    (line,) = read("in.jsonl", '{"question": "Who?", "tags": ["list", "numbers", 3]}')
    (text,) = read("in.jsonl", '{"question": "Who?", "tag": "list"}')
    (json_cell,) = read("in.tsv", 'question\ttags\nWho?\t"[""list""]"\n')
    assert [item.tags for item in (row, line, text, json_cell)] == [
        ("list", "numbers"), ("list", "numbers"), ("list",), ("list",),
    ]  # fmt: skip
    assert row.extra == {"Tags": "list; numbers ;"}
    assert line.extra == {"tags": ["list", "numbers", 3]}


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@settings(deadline=None, max_examples=150)
@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8), delimiter=st.sampled_from(",;\t"))
def test_whatever_a_csv_writer_wrote_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]], delimiter: str
) -> None:
    file = tmp_path_factory.mktemp("csv") / "in.csv"
    rows = [("first", "Who?", "x"), *rows]
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows([("id", "question", "note"), *rows])
    kept = [row for row in rows if any(cell.strip() for cell in row)]
    items = list(open_items(str(file)))
    assert [item.extra["note"] for item in items] == [row[2] for row in kept]
    assert [item.question for item in items] == [row[1] if row[1].strip() else None for row in kept]
    assert [item.problem == "" for item in items] == [bool(row[1].strip()) for row in kept]


@settings(deadline=None, max_examples=150)
@given(content=st.binary(max_size=200))
def test_no_bytes_are_fatal(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    for name, start in (
        ("in.csv", b"question,note\nWho?,x\n"),
        ("in.jsonl", b'{"question": "Who?"}\n'),
        ("a.txt", b"Who?\n"),
    ):
        file = folder / name
        file.write_bytes(start + content)
        items = list(open_items(str(file)))
        assert items[0].question == "Who?"
        for item in items:
            assert item.problem or (item.question is None) != (item.claim is None)
            pickle.loads(pickle.dumps(item))


# JSON lines and text


def test_json_lines_know_their_line_and_survive_every_encoding(read: Read) -> None:
    content = '{"id": "a", "question": "Who denied “it”?", "n": 1}\r\n\r\n{"claim": "He did."}\r\n'
    for data in (content.encode(), codecs.BOM_UTF8 + content.encode(), content.encode("utf-16")):
        items = read("in.jsonl", data)
        assert asked(items) == [("a", "Who denied “it”?", None), ("3", None, "He did.")]
        assert [item.line for item in items] == [1, 3]
    assert asked(read("in.ndjson", content)) == asked(items)


@settings(deadline=None, max_examples=100)
@given(
    fields=st.dictionaries(
        st.text(max_size=5).filter(lambda name: name not in {"id", "question", "claim"}),
        st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=4),
    ),
    question=st.text(),
)
def test_json_fields_come_through_as_they_are(fields: dict[str, Any], question: str) -> None:
    line = json.dumps({"id": "x", "question": question, **fields}).encode()
    (item,) = read_jsonl([line])
    assert (item.question, item.extra, item.problem) == (question, fields, "")


def test_a_text_is_one_question_a_line(read: Read) -> None:
    items = read("in.txt", codecs.BOM_UTF8 + "Who denied it?\r\n\r\n  When, and why?  \r\nC'était qui?".encode())
    assert [(item.id, item.question) for item in items] == [
        ("1", "Who denied it?"),
        ("3", "When, and why?"),
        ("4", "C'était qui?"),
    ]
    bad, good = read("in.txt", b"caf\xe9?\nWho?\n")
    assert (bad.problem, good.problem) == ("line 1 is not UTF-8", "")


# Workbooks


def test_a_workbook_is_read_as_it_is_shown(tmp_path: Path) -> None:
    moment = datetime.datetime(2022, 3, 14, 9, 30)
    name = save(
        tmp_path / "in.xlsx",
        ["ID", " Question ", "day", "moment", "n", "share", "yes", "text"],
        [1, "Who denied it?", datetime.datetime(2022, 3, 14), moment, 3, 0.5, True, "x_x000D_\ny"],
        [],
        [2.0, None, None, None, None, None, None, "no question"],
        [None, "When?"],
    )
    items = list(open_items(name))
    assert [(item.id, item.question, item.line) for item in items] == [
        ("1", "Who denied it?", 2),
        ("2", None, 4),
        ("5", "When?", 5),
    ]
    assert items[0].extra == {
        "day": "2022-03-14", "moment": "2022-03-14 09:30:00", "n": "3", "share": "0.5", "yes": "TRUE",
        "text": "x\r\ny",
    }  # fmt: skip
    assert items[1].problem == "line 4 needs a question or a claim"
    assert items[2].problem == ""


def test_the_first_sheet_with_questions_is_read(tmp_path: Path) -> None:
    name = save(tmp_path / "in.xlsx", ["Read me"], others=([], [["note", "claim"], ["x", "He did.", "beyond"]]))
    (item,) = open_items(name)
    assert (item.claim, item.extra, item.problem) == ("He did.", {"note": "x", "column_3": "beyond"}, "")
    assert open_items(name).columns == ("note", "claim", "column_3")


def test_questions_of_other_sheets_are_not_left_out_in_silence(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    name = save(tmp_path / "in.xlsx", ["question"], ["Who?"], others=([["question"], ["When?"]], [["notes"], ["x"]]))
    assert [item.question for item in open_items(name)] == ["Who?"]
    assert "questions in 2 sheets, and only the first of them is read" in caplog.text
    caplog.clear()
    open_items(save(tmp_path / "one.xlsx", ["question"], ["Who?"], others=([["notes"], ["x"]],)))
    assert caplog.text == ""


def test_a_formula_gives_the_value_that_was_last_shown(tmp_path: Path) -> None:
    name = save(tmp_path / "in.xlsx", ["question", "sum"], ["Who?", "=1+1"])
    with zipfile.ZipFile(name) as book:
        parts = {part: book.read(part) for part in book.namelist()}
    (sheet,) = [part for part in parts if part.startswith("xl/worksheets/")]
    parts[sheet] = parts[sheet].replace(b"<v></v>", b"<v>2</v>").replace(b"<v />", b"<v>2</v>")
    assert b"<f>1+1</f><v>2</v>" in parts[sheet]
    with zipfile.ZipFile(name, "w") as book:
        for part, data in parts.items():
            book.writestr(part, data)
    (item,) = open_items(name)
    assert item.extra == {"sum": "2"}


def _without_sheet(data: bytes) -> bytes:
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(changed, "w") as new:
        for part in old.namelist():
            new.writestr(part, b"<broken" if part.startswith("xl/worksheets/") else old.read(part))
    return changed.getvalue()


def _with_part(data: bytes, name: str, content: bytes) -> bytes:
    changed = io.BytesIO(data)
    with zipfile.ZipFile(changed, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr(name, content)
    return changed.getvalue()


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda data: data[: len(data) // 2], "cannot be read as a workbook"),
        (lambda data: data[:4] + b"\0" * 200, "cannot be read as a workbook"),
        (_without_sheet, "cannot be read as a workbook"),
        (lambda data: b"question,note\nWho?,x\n", "is not a workbook"),
        (lambda data: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + data, "protected"),
        (lambda data: _with_part(data, "xl/more.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "entities"),
        (lambda data: _with_part(data, "xl/worksheets/sheet9.xml", b" " * 2_000_000), "unpacks to too much"),
        (lambda data: _with_part(data, "xl/more.xml", b" " * 200_000), "unpacks to too much"),
        (lambda data: b"", "is empty"),
    ],
)
def test_a_workbook_that_cannot_be_read_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[bytes], bytes], says: str
) -> None:
    monkeypatch.setattr(workbooks, "MOST_BYTES", 1_000_000)
    monkeypatch.setattr(workbooks, "MOST_PART_BYTES", 100_000)
    file = tmp_path / "in.xlsx"
    save(file, ["question"], *[[f"Who denied number {number}?"] for number in range(50)])
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(UsageError, match=says) as error:
        list(open_items(str(file)))
    assert error.value.hint


# All kinds


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("in.docx", b"x", "no known kind"),
        ("in.json", b"[]", "no known kind"),
        ("in", b"x", "no known kind"),
        ("in.csv", b"PK\x03\x04rest", "is a workbook or another zip file"),
        ("in.jsonl", b"PK\x03\x04rest", "is a workbook or another zip file"),
        ("in.txt", b"%PDF-1.7", "is a PDF"),
        ("in.csv", b"\x1f\x8brest", "is compressed"),
        ("in.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "old .xls"),
        ("in.csv", b"", "is empty"),
        ("in.csv", b"question\n\n", "holds no question"),
        ("in.jsonl", b"\n \n", "holds no question"),
        ("in.txt", b"\xef\xbb\xbf\n", "holds no question"),
        ("in.xlsx", None, "no such file"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_what_to_do(
    tmp_path: Path, name: str, content: bytes | None, says: str
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UsageError, match=says) as error:
        open_items(str(file))
    assert error.value.hint
    if says == "no known kind":
        assert all(suffix in error.value.hint for suffix in (".csv", ".jsonl", ".tsv", ".txt", ".xlsx"))


def test_a_folder_and_an_unreadable_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="it is a folder"):
        open_items(str(tmp_path))
    file = tmp_path / "in.csv"
    file.write_text("question\nWho?\n")
    items = open_items(str(file))
    file.unlink()
    with pytest.raises(UsageError, match="cannot be read"):
        list(items)


def test_every_pass_reads_again_and_passes_do_not_disturb_each_other(tmp_path: Path) -> None:
    lines = "".join(json.dumps({"id": f"q{number}", "question": "Who?"}) + "\n" for number in range(50))
    (tmp_path / "in.jsonl").write_text(lines)
    for items in (open_items(str(tmp_path / "in.jsonl")), open_items("-", stdin=io.BytesIO(lines.encode()))):
        assert items.format == "jsonl"
        first, second = iter(items), iter(items)
        both = list(itertools.chain(itertools.islice(first, 10), second, first))
        assert [item.id for item in both] == [f"q{n}" for n in (*range(10), *range(50), *range(10, 50))]


def test_what_was_copied_from_standard_input_goes_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    items = open_items("-", stdin=io.BytesIO(b'{"question": "Who?"}'))
    assert len(list(tmp_path.glob("factcheck-*"))) == 1
    assert len(list(items)) == 1
    del items
    assert list(tmp_path.glob("factcheck-*")) == []


def test_a_pipe_is_read_as_json_lines(tmp_path: Path) -> None:
    import threading

    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(b'{"question": "Who?"}\n'))
    writer.start()
    items = open_items(str(pipe))
    writer.join()
    assert [item.question for item in items] == ["Who?"] == [item.question for item in items]


def test_columns_are_those_of_the_header_or_of_all_lines(tmp_path: Path) -> None:
    table, lines, text = tmp_path / "in.csv", tmp_path / "in.jsonl", tmp_path / "in.txt"
    table.write_text("note,Question\nx,Who?,beyond\n")
    lines.write_text('{"claim": "c", "b": 1}\n{"id": "x", "question": "q", "a": 1, "b": 2}\nnot json\n')
    text.write_text("Who?\n")
    assert open_items(str(table)).columns == ("note", "Question", "column_3")
    assert open_items(str(lines)).columns == ("id", "question", "claim", "b", "a")
    assert open_items(str(text)).columns == ("id", "question")


def test_too_many_different_fields_are_gathered(tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text(
        "".join(json.dumps({"question": "q", f"f{number}": 1}) + "\n" for number in range(MOST_COLUMNS + 5))
    )
    columns = open_items(str(file)).columns
    assert len(columns) == 2 + MOST_COLUMNS + 1
    assert columns[-1] == "other_fields"
