from __future__ import annotations

from dataclasses import replace

import pytest
from scripted_corpus import denied, record, stand_by, timed_out, unknown_number

from factcheck.presentation.markdown import escape, render
from factcheck.types import Statement


def test_an_answer_lists_statements_and_quotes() -> None:
    answer = denied()
    shown = render(record("Who denied the request?", answer))
    assert shown.startswith("## Who denied the request?\n\n**Zhao Lijian; Dmitry Peskov**\n")
    assert "- On Monday, the Kremlin delivered its own denial. \\[5\\]\n" in shown
    assert "   > On Monday, the Kremlin delivered its own denial.\n" in shown
    assert shown.endswith("\n") and not shown.endswith("\n\n")


def test_conflicts_and_doubts_are_shown() -> None:
    shown = render(stand_by())
    assert "### The files differ: whether the US will stand by" in shown
    assert "*(not supported by what it cites)*" in shown


def test_abstention_and_failure_are_what_they_are() -> None:
    assert "**The articles do not say.** Sentences mention drones" in render(record("?", unknown_number()))
    assert "**Failed (answer):** The endpoint" in render(record("?", timed_out()))


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("<script>alert(1)</script>", "\\<script\\>alert(1)\\</script\\>"),
        ("![x](http://a.b)", "!\\[x\\](http\\://a.b)"),
        ("see www.example.org", "see www\\.example.org"),
        ("# title", "\\# title"),
        ("1. first", "1\\. first"),
        ("- item *bold* `code`", "\\- item \\*bold\\* \\`code\\`"),
        ("one\n\n# two", "one # two"),
        ("&lt;b&gt;", "\\&lt;b\\&gt;"),
        ("plain text, 2022-03-14.", "plain text, 2022-03-14."),
    ],
)
def test_text_of_articles_is_shown_as_it_is(text: str, escaped: str) -> None:
    assert escape(text) == escaped


def test_a_hostile_article_adds_no_markup() -> None:
    answer = replace(denied(), statements=(Statement("<img src=x onerror=y>\n\n# Owned", (1,), "verbatim"),))
    shown = render(record("<b>?", answer))
    assert "<img" not in shown.replace("\\<img", "") and "\n# Owned" not in shown
