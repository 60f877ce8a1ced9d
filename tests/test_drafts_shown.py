"""A checked draft as JSON, text, Markdown and a page."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

from drafted import HOSTILE, SOURCE, draft

from factcheck.presentation import draft_markdown, draft_page, draft_text
from factcheck.presentation.draft_words import MARKS, MATCHES, NOTHING, TITLES, describe_counts


def test_the_record_is_json_that_points_into_the_draft() -> None:
    record = draft()
    wire = json.loads(json.dumps(record.to_dict(), allow_nan=False))
    assert (wire["schema"], wire["outcome"], wire["text"]) == ("factcheck/draft/1", "checked", SOURCE)
    assert [sentence["mark"] for sentence in wire["sentences"]] == [
        "unchecked", "good", "error", "error", "unchecked", "failed",
    ]  # fmt: skip
    for sentence in wire["sentences"]:
        assert SOURCE[sentence["start"] : sentence["end"]].replace("*", "") == sentence["text"]
        for each in [*sentence["quotations"], *sentence["findings"]]:
            assert sentence["start"] <= each["start"] < each["end"] <= sentence["end"]
    quotation = wire["sentences"][3]["quotations"][0]
    assert quotation["source"]["quote"].startswith("We shall not")
    assert quotation["difference"][1] == {"edit": "dropped", "draft": "", "article": "not"}
    assert wire["counts"]["verdicts"] == {"supported": 1, "refuted": 2, "failed": 1}
    assert wire["counts"]["findings"] == {"error": 2}
    assert record.failed == 1


def test_a_draft_without_claims_says_so() -> None:
    record = draft()
    empty = replace(record, sentences=(record.sentences[0], record.sentences[4]))
    assert empty.outcome == empty.to_dict()["outcome"] == "nothing_to_check"
    assert list(describe_counts(empty)) == [NOTHING]
    assert NOTHING in draft_text.render(empty)
    assert NOTHING in draft_page.render(empty)
    assert NOTHING in draft_markdown.render(empty)


def test_every_kind_has_its_words() -> None:
    from typing import get_args

    from factcheck.drafts.record import Mark
    from factcheck.drafts.records import FindingKind, QuotationMatch

    assert set(TITLES) == set(get_args(FindingKind))
    assert set(MATCHES) == set(get_args(QuotationMatch))
    assert set(MARKS) == set(get_args(Mark))


def test_text_shows_every_sentence_and_nothing_that_commands_a_terminal() -> None:
    shown = draft_text.render(draft(), width=80)
    for sentence in draft().sentences:
        assert sentence.text in shown
    assert "We shall [−not] [standing → stand] by" in shown
    assert "\x1b" not in shown and "\u202e" not in shown
    assert max(map(len, shown.splitlines())) <= 80
    assert "\x1b[" in draft_text.render(draft(), color=True)


def test_markdown_is_the_draft_with_footnotes() -> None:
    shown = draft_markdown.render(draft())
    body, notes = shown.split("\n---\n", 1)
    assert re.sub(r"\[\^check-\d+\]", "", body).rstrip() == SOURCE.rstrip()
    for mark in re.findall(r"\[\^check-\d+\]", body):
        assert f"\n{mark}: " in notes
    assert "~~stand~~ **standing**" in notes
    assert "<img" not in notes.replace("\\<img", "")
    assert "[a](http" not in notes


def test_footnotes_of_the_draft_itself_are_kept_apart() -> None:
    assert draft_markdown.choose_label("A.[^check-1]\n\n[^check-1]: B.") == "xcheck-"


def test_plain_text_is_escaped_in_markdown() -> None:
    plain = draft_markdown.render(replace(draft(), format="txt"))
    assert "The pier \\*\\*is\\*\\* shut." in plain
    assert plain.startswith("\\# The port")


class Reader(HTMLParser):
    """Collects the elements of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_page_reaches_nothing_and_runs_nothing() -> None:
    page = draft_page.render(draft())
    reader = Reader()
    reader.feed(page)
    names = {tag for tag, _ in reader.tags}
    assert not names & {"script", "img", "iframe", "link", "object", "form"}
    addresses = [attributes.get("href") or attributes.get("src") for _, attributes in reader.tags]
    assert all(address is None or address.startswith("#") for address in addresses)
    assert not any(name.startswith("on") for _, attributes in reader.tags for name in attributes)
    assert "\x1b" not in page and "\u202e" not in page


def test_the_policy_allows_the_style_of_the_page_alone() -> None:
    page = draft_page.render(draft())
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert f"style-src &#39;sha256-{digest}&#39;" in policy[1]
    assert "default-src &#39;none&#39;" in policy[1] and "script-src &#39;none&#39;" in policy[1]


def test_every_sign_of_the_page_leads_to_its_note_and_back() -> None:
    page = draft_page.render(draft())
    ids = re.findall(r'id="([ns]\d+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([ns]\d+)"', page)) <= set(ids)


def test_what_articles_say_is_text_of_the_page() -> None:
    page = draft_page.render(draft())
    assert "<img" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert HOSTILE.split("\x1b")[0] not in page
    assert "<del>stand</del> <ins>stand<b>ing</b></ins>" in page
    assert '<mark class="error">350</mark>' in page
