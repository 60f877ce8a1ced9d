"""Quotations of a draft, looked up in the seed articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from factcheck.drafts.marks import find_quoted
from factcheck.drafts.quotation_findings import judge_quotation
from factcheck.drafts.quotations import QuotationFinder
from factcheck.drafts.records import Quotation
from factcheck.drafts.speakers import Teller, compare_speakers
from factcheck.types import Span

if TYPE_CHECKING:
    from pathlib import Path

    from factcheck.models.parser import Parser

ZHAO = "It is completely untrue, it is pure misinformation with malicious intent"
PESKOV = "Russia has the independent capacity to continue the operation"
SULLIVAN = "we will not stand by and allow any country to compensate Russia"


@pytest.fixture(scope="module")
def finder(seed_index: Path, parser: Parser) -> QuotationFinder:
    from factcheck.answering.library import Library
    from factcheck.index.store import Store

    return QuotationFinder(Library(Store.open(seed_index), parser))


@pytest.mark.parametrize(
    ("words", "speaker", "match", "naming"),
    [
        (ZHAO, "Zhao Lijian", "exact", "agrees"),
        (f"{ZHAO}.", "Zhao", "exact", "agrees"),
        (ZHAO.upper(), "Zhao Lijian", "typography", "agrees"),
        ("I’ve never heard of that", "Liu", "typography", "agrees"),
        ("We have communicated to Beijing … that we will not stand by", "Sullivan", "elision", "agrees"),
        ("[Washington] will not stand by and allow any country to compensate Russia", "Sullivan", "elision", "agrees"),
        (ZHAO.replace("misinformation", "disinformation"), "Zhao Lijian", "altered", "agrees"),
        (SULLIVAN.replace("not ", ""), "Jake Sullivan", "altered", "agrees"),
        (PESKOV, "Xi Jinping", "other_speaker", "differs"),
        (PESKOV, "Peskov", "exact", "agrees"),
        (PESKOV, "the Kremlin", "exact", "agrees"),
        (PESKOV, None, "exact", "unnamed"),
        ("The moon is made of cheese and we shall eat it", "Joe Biden", "not_found", "unknown"),
        ("The moon is made of cheese and we shall eat it", None, "not_found", "unnamed"),
        ("no limits", "China", "not_found", "unknown"),
        ("the and of it", "Peskov", "not_found", "unknown"),
        ("", None, "not_found", "unnamed"),
        ("…", None, "not_found", "unnamed"),
    ],
)
def test_quotations_are_looked_up(
    finder: QuotationFinder, words: str, speaker: str | None, match: str, naming: str
) -> None:
    found = finder.find(words, Span(0, len(words)), speaker)
    assert (found.match, found.naming) == (match, naming)


def test_the_nearest_wording_is_an_exact_citation(finder: QuotationFinder) -> None:
    found = finder.find(SULLIVAN.replace("not ", ""), Span(5, 60), "Jake Sullivan")
    assert found.source is not None
    text = finder.library.store.text(found.source.file)
    assert text[found.source.start : found.source.end] == found.source.quote == SULLIVAN
    assert found.source.line == text.count("\n", 0, found.source.start) + 1
    assert found.source.speaker == "Jake Sullivan"
    assert [(each.edit, each.article) for each in found.difference if each.edit != "same"] == [("dropped", "not")]
    assert " ".join(each.draft for each in found.difference if each.draft) == SULLIVAN.replace("not ", "")
    assert found.quoted
    assert (found.start, found.end) == (5, 60)


def test_words_of_several_files_name_them_all(finder: QuotationFinder) -> None:
    found = finder.find(PESKOV, Span(0, 9), "Peskov")
    assert {file[:3] for file in found.files} == {"001", "004"}


def test_only_some_files_are_searched(finder: QuotationFinder) -> None:
    every = {row.file for row in finder.library.store.articles()}
    found = finder.find(PESKOV, Span(0, 9), None, files=frozenset(file for file in every if file.startswith("002")))
    assert found.match == "not_found"


def findings(finder: QuotationFinder, words: str, speaker: str | None) -> list[tuple[str, str]]:
    found = finder.find(words, Span(0, len(words)), speaker)
    return [(finding.kind, finding.severity) for finding in judge_quotation(found)]


@pytest.mark.parametrize(
    ("words", "speaker", "expected"),
    [
        (ZHAO, "Zhao Lijian", []),
        (PESKOV, "Xi Jinping", [("other_speaker", "error")]),
        (PESKOV, None, [("unnamed_speaker", "note")]),
        (SULLIVAN.replace("not ", ""), "Jake Sullivan", [("altered_quotation", "error")]),
        (SULLIVAN.replace("any country", "the country"), "Jake Sullivan", [("altered_quotation", "error")]),
        ("the moon is made of cheese", "Joe Biden", [("missing_quotation", "error")]),
        ("green cheese", None, [("missing_quotation", "note")]),
        ("Russia has all the resources it needs", "the Kremlin", [("not_in_quotation_marks", "warning")]),
        (
            "we have communicated to Beijing that we will … allow any country to compensate Russia",
            "Jake Sullivan",
            [("misleading_omission", "error")],
        ),
    ],
)
def test_what_a_person_must_look_at(
    finder: QuotationFinder, words: str, speaker: str | None, expected: list[tuple[str, str]]
) -> None:
    assert findings(finder, words, speaker) == expected


def test_a_dropped_denial_is_named(finder: QuotationFinder) -> None:
    found = finder.find(SULLIVAN.replace("not ", ""), Span(0, 9), "Jake Sullivan")
    assert "denial" in next(judge_quotation(found)).message


@pytest.mark.parametrize(
    ("drafted", "told", "naming"),
    [
        ("Mara Kaya", "Mara Kaya", "agrees"),
        ("Kaya", "Mara Kaya", "agrees"),
        ("Mayor Kaya", "Mara Kaya", "agrees"),
        ("the harbour master", "Mara Kaya", "agrees"),
        ("the port", "Mara Kaya", "agrees"),
        ("Mara Kaya", "port", "agrees"),
        ("Tom Reed", "Mara Kaya", "differs"),
        ("Norway", "Mara Kaya", "differs"),
        ("a fisherman", "Mara Kaya", "unknown"),
        (None, "Mara Kaya", "unnamed"),
        ("Mara Kaya", None, "unknown"),
    ],
)
def test_speakers(drafted: str | None, told: str | None, naming: str) -> None:
    article = "The pier stays shut. “No,” said Mara Kaya, harbour master of the port. Tom Reed, a crane driver, agreed."
    assert compare_speakers(drafted, Teller(told), article) == naming


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("She said “no” and 'we will not go there again', then left.", ["no", "we will not go there again"]),
        ("He said: ‘We didn’t see the ministers’ plan for it.’", ["We didn’t see the ministers’ plan for it."]),
        ("The ‘Bridge of Sighs’ and the dogs' day and the cats' night are old.", []),
        ("“It was ‘really very bad indeed’ there,” he said.", ["It was ‘really very bad indeed’ there,"]),
    ],
)
def test_marks_of_every_style(text: str, quoted: list[str]) -> None:
    assert [span.of(text) for span in find_quoted(text)] == quoted


@pytest.mark.parametrize("words", ["a " * 1400, "never heard of that " * 140, "…" * 2000, "'’" * 1000, "[" * 2000])
def test_hostile_quotations_end(finder: QuotationFinder, words: str) -> None:
    found = finder.find(words, Span(0, len(words)), "Zhao Lijian")
    assert isinstance(found, Quotation)
