"""What the Compare page's views make of a record, and the process that compares many articles."""

from __future__ import annotations

import csv
import io
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from scripted_comparison import citations, compared

from factcheck.batch.sayings import tabulate_sayings
from factcheck.comparing.wire import read_comparison
from factcheck.errors import FactcheckError, UsageError
from factcheck.presentation.compare_edits import find_edits
from ui.comparing import compare_apart
from ui.components.compare_choice import read_names
from ui.components.compare_drifts import find_told, view_drifts
from ui.components.compare_material import arrange
from ui.components.compare_origins import find_origins, view_origin
from ui.components.compare_said import SaidFilter, find_said
from ui.work import Stopped

PYTHON = sys.executable


def test_the_table_has_every_utterance_and_no_formula() -> None:
    record = compared()
    people = (replace(record.people[0], name="=HYPERLINK(1)"), *record.people[1:])
    rows = [*csv.DictReader(io.StringIO(tabulate_sayings(replace(record, people=people)).lstrip("\ufeff")))]
    assert len(rows) == 6
    assert rows[0]["speaker"] == "'=HYPERLINK(1)" and rows[0]["named_as"] == "Jake Sullivan"
    assert rows[0]["sentence"] == citations()[0].quote and rows[5]["speaker"] == ""


@pytest.mark.parametrize(
    ("one", "other", "mine", "theirs"),
    [
        ("He will stand by us.", "He will not stand by us.", [], ["not"]),
        ("Mr Yiechi met him in Rome.", "Mr Jiechi met him in Rome.", ["Y"], ["J"]),
        ("They asked for 312 tanks today.", "They asked for 321 tanks today.", ["312"], ["321"]),
        ("“It is so,” he said.", '"IT IS SO" he said', [], []),
    ],
)
def test_what_differs_is_marked_by_words_and_by_letters(
    one: str, other: str, mine: list[str], theirs: list[str]
) -> None:
    edits = find_edits(one, other)
    assert edits is not None
    assert ([span.of(one) for span in edits[0]], [span.of(other) for span in edits[1]]) == (mine, theirs)


def test_sentences_that_share_little_are_not_marked() -> None:
    assert find_edits("The mayor resigned on Monday.", "Rain is expected in the north.") is None
    assert find_edits("", "Rain.") is None


def test_views_are_made_once_and_keep_every_quote() -> None:
    material = arrange(compared())
    views, groups = view_drifts(material.quotes, material)
    again, _ = view_drifts(material.quotes, material)
    assert again == views and again[0]["rows"] is views[0]["rows"]
    assert [citation.id for citation in groups["quote-0"]] == [1, 2, 3]
    assert find_told(material.facts, "kremlin peskov", None) == list(material.facts)
    assert find_said(material, SaidFilter(file=compared().files[3].file))[0].citation.id == 2


def test_a_big_origin_draws_its_strongest_and_what_is_sought() -> None:
    record = compared()
    files = [replace(record.files[0], file=f"{n:03}.txt", title=f"Story {n}", origin="o1") for n in range(100)]
    reason = record.origins[0].reasons[1]
    reasons = tuple(replace(reason, a=f"{n:03}.txt", b=f"{n + 1:03}.txt", evidence=()) for n in range(99))
    origin = replace(record.origins[0], files=tuple(file.file for file in files), reasons=reasons)
    material = arrange(replace(record, files=tuple(files), origins=(origin,), people=(), drift=()))
    view, cited = view_origin(1, "", material)
    assert (len(view["files"]), view["hidden"], len(view["links"]), cited) == (24, 76, 23, [])
    assert all(abs(link["a"] - link["b"]) == 1 for link in view["links"]), "what is linked stands together"
    assert find_origins(material, "story 77") == ([1], [])
    view, _ = view_origin(1, "story 77", material)
    assert view["files"][0]["title"] == "Story 77" and view["files"][0]["found"]


def test_typed_names_are_words_or_patterns() -> None:
    articles: Any = {"2022/a.txt": None, "2023/b[1].txt": None}
    assert read_names("  ", articles) == (None, 2)
    assert read_names("2022", articles) == (("*2022*",), 1)
    assert read_names("*/b*", articles) == (("*/b*",), 1)
    assert read_names("b[1]", articles)[1] == 1


def test_a_comparison_is_read_back_from_its_wire_form() -> None:
    record = compared()
    assert read_comparison(json.loads(json.dumps(record.to_dict()))) == record
    for broken in ({}, {**record.to_dict(), "drift": [{}]}, {**record.to_dict(), "citations": 3}):
        with pytest.raises(UsageError):
            read_comparison(broken)


def test_a_process_of_its_own_tells_its_progress_fails_by_name_and_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", str(stand_in(tmp_path, "print(sys.argv[6:])", "sys.exit(1)")))
    with pytest.raises(FactcheckError, match="ended before it was done"):
        compare_apart("index", ["*a*"], lambda *_: None)
    steps: list[tuple[str, int, int]] = []
    told = json.dumps({"progress": {"what": "comparing", "done": 7, "total": 9}})
    answer = tmp_path / "answer.json"
    answer.write_text(json.dumps(compared().to_dict()))
    write = f"print(open({str(answer)!r}).read())"
    monkeypatch.setattr(
        "sys.executable", str(stand_in(tmp_path, f"print({told!r}, file=sys.stderr)", "time.sleep(1)", write))
    )
    assert compare_apart("index", None, lambda *step: steps.append(step)) == compared()
    assert ("comparing", 7, 9) in steps
    error = json.dumps({"error": "no index", "hint": "Make one."})
    monkeypatch.setattr("sys.executable", str(stand_in(tmp_path, f"print({error!r}, file=sys.stderr)", "sys.exit(2)")))
    with pytest.raises(FactcheckError, match="no index"):
        compare_apart("index", None, lambda *_: None)

    def stop(*_: object) -> None:
        raise Stopped

    monkeypatch.setattr("sys.executable", str(stand_in(tmp_path, "time.sleep(600)")))
    with pytest.raises(Stopped):
        compare_apart("index", None, stop)


def stand_in(folder: Path, *lines: str) -> Path:
    """Write a program that stands in for Python and runs these lines whatever it is told to."""
    program = folder / "stand-in"
    program.write_text("\n".join([f"#!{PYTHON}", "import sys, time", *lines]))
    program.chmod(0o700)
    return program
