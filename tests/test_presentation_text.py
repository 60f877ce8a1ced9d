from __future__ import annotations

import re
from dataclasses import replace

from scripted_corpus import Row, denied, record, stand_by, timed_out, unknown_number

from factcheck.presentation.display import cells
from factcheck.presentation.text import plural, render
from factcheck.types import Abstention, Answer, Citation, EngineInfo, Searched, Statement

ANSI = re.compile(r"\x1b\[[0-9;]*m")
QUESTION = "Who denied the request?"


def hostile() -> Answer:
    quote = "He \x1b[2Jsaid \u202e“no”\u202c."
    citation = Citation(1, "a\x1b]0;x.txt", 0, len(quote), 1, quote, "", speaker="A\x07B", via="C\u2066D")
    return replace(
        denied(),
        short_answer="no\x1b[0m",
        statements=(Statement(quote, (1,), "verbatim"),),
        citations=(citation,),
    )


def test_every_statement_and_every_quote_is_shown_whole() -> None:
    answer = denied()
    lines = render(record(QUESTION, answer)).splitlines()
    assert lines[0] == "Zhao Lijian; Dmitry Peskov"
    for statement in answer.statements:
        markers = "".join(f"[{number}]" for number in statement.citations)
        assert f"• {statement.text} {markers}" in lines
    for citation in answer.citations:
        assert f"  │ {citation.quote}" in lines


def test_a_citation_names_file_line_outlet_date_origin_and_speaker() -> None:
    answer = denied()
    file = answer.citations[2].file
    articles = {file: Row(file, "Title", "TASS", "2022-03-14")}
    shown = render(record(QUESTION, answer), articles=articles)
    assert f"[3] {file}:{answer.citations[2].line} · TASS · 2022-03-14 · origin o1\n" in shown
    assert "\n    said by Zhao Lijian, via TASS\n" in shown


def test_files_and_independent_origins_are_counted() -> None:
    assert "Sources (3 files, 2 independent origins)" in render(record(QUESTION, denied()))
    assert "Sources (3 files, 1 independent origin)" in render(stand_by())


def test_markers_in_a_statement_are_not_doubled() -> None:
    answer = replace(denied(), statements=(Statement("Both denied it [1][4].", (1, 4), "entailed"),))
    assert "• Both denied it [1][4].\n" in render(record(QUESTION, answer))


def test_brackets_of_the_article_are_not_taken_for_markers() -> None:
    answer = replace(denied(), statements=(Statement("As shown in [7].", (1,), "verbatim"),))
    assert "• As shown in [7]. [1]\n" in render(record(QUESTION, answer))


def test_what_is_not_supported_says_so() -> None:
    lines = render(stand_by()).splitlines()
    at = lines.index("• The White House later withdrew the remark. [1]")
    assert "not supported" in lines[at + 1]


def test_both_sides_of_a_conflict_stand_side_by_side() -> None:
    shown = stand_by()
    assert isinstance(shown.outcome, Answer)
    (conflict,) = shown.outcome.conflicts
    lines = render(shown).splitlines()
    at = lines.index(f"The files differ: {conflict.about}")
    for side, line in zip(conflict.sides, lines[at + 1 :], strict=False):
        assert line == f"  ↔ {side.value} " + "".join(f"[{number}]" for number in side.citations)


def test_findings_are_shown_beside_the_answer() -> None:
    assert "Statement 2 is not supported by the sentence it cites." in render(stand_by())


def test_an_abstention_explains_itself_and_shows_what_is_closest() -> None:
    abstention = unknown_number()
    shown = render(record("How many drones?", abstention))
    assert shown.startswith("The articles do not say.\nSentences mention drones, but none gives a number.\n")
    for citation in abstention.closest:
        assert f"  │ {citation.quote}\n" in shown
    assert "Searched 168 sentences in 5 files." in shown
    assert "Answered" not in shown


def test_an_abstention_without_anything_close_shows_no_empty_heading() -> None:
    shown = render(record("Who?", Abstention("no_evidence", "No sentence mentions it.", (), Searched(1, 1))))
    assert "Closest" not in shown
    assert "Searched 1 sentence in 1 file." in shown


def test_a_failure_is_neither_an_answer_nor_an_abstention() -> None:
    shown = render(record("Who?", timed_out()))
    assert shown.startswith("Failed (answer): The endpoint api.example.com did not answer")
    assert "hint: Check that the server runs" in shown
    assert "Trying again may help." in shown
    assert "Answered" not in shown and "do not say" not in shown


def test_the_engine_is_named() -> None:
    assert "Answered by the embedded engine (all-MiniLM-L6-v2 int8) in 0.19 s" in render(record(QUESTION, denied()))


def test_colours_change_nothing_but_colours() -> None:
    for shown in (
        record(QUESTION, denied()),
        stand_by(),
        record("?", unknown_number()),
        record("?", timed_out()),
    ):
        plain = render(shown, width=72)
        colored = render(shown, width=72, color=True)
        assert "\x1b" not in plain
        assert "\x1b[" in colored
        assert ANSI.sub("", colored) == plain


def test_lines_fit_the_terminal() -> None:
    for width in (40, 72, 100):
        for line in render(stand_by(), width=width).splitlines():
            assert cells(line) <= width


def test_articles_cannot_command_the_terminal() -> None:
    shown = render(record("x\x1b[2J", hostile()), width=60)
    assert not set(shown) & set("\x1b\x07\u202e\u202c\u2066")
    assert "␛[2J" in shown


def test_nothing_secret_of_an_endpoint_is_shown() -> None:
    engine = EngineInfo("openai", "m", "https://user:pass@api.example.com:8000/v1?key=secret#x")
    shown = render(replace(record("?", denied()), engine=engine))
    assert "openai engine (m at api.example.com:8000/v1)" in shown
    assert "secret" not in shown and "pass" not in shown


def test_a_statement_keeps_the_markers_it_has_and_gets_the_others() -> None:
    text = "One said “no” [1], another “yes” [4]."
    answer = replace(denied(), statements=(Statement(text, (1, 2, 4), "entailed"),))
    assert f"• {text} [2]\n" in render(record(QUESTION, answer))


def test_counts_have_their_noun() -> None:
    assert [plural(n, "file") for n in (0, 1, 1200)] == ["0 files", "1 file", "1,200 files"]
    assert plural(2, "copy", "copies") == "2 copies"
