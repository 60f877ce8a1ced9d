"""Journeys on the Check page, over a scripted draft."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from scripted_draft import CLAIM, OVERLOOKED, SLOW, SOURCE, STAND

from browser.journeys import OpenPage, closed, highlighted, marked_text, nothing_wider_than
from factcheck.evaluation.golden import read_golden

pytestmark = pytest.mark.browser

SPOKESMAN = "Chinese Foreign Ministry spokesman Zhao Lijian rejected"


def open_check(page: Page) -> Locator:
    page.get_by_role("link", name="Check", exact=True).click()
    box = page.get_by_label("A claim, or a whole draft")
    box.wait_for()
    return box


def send(page: Page, text: str) -> None:
    open_check(page).fill(text)
    page.get_by_role("button", name="Check", exact=True).click()


def sentence(page: Page, words: str) -> Locator:
    return page.locator(".sentence", has_text=words)


def test_a_claim_is_refuted_and_its_evidence_opens(scripted_app: str, open_page: OpenPage) -> None:
    page = open_page(scripted_app)
    send(page, CLAIM)
    panel = page.get_by_role("article", name="Sentence 1: Refuted")
    expect(panel.locator("h3")).to_contain_text("90% sure")
    expect(page.get_by_text("Read as a claim")).to_be_visible()
    expect(page.locator(".engine")).to_have_text("Embedded engine · offline")
    chip = panel.locator(".evidence.refutes .chip").first
    chip.click()
    highlighted(page)
    assert marked_text(page).startswith(SPOKESMAN)
    page.keyboard.press("Escape")
    closed(page)
    expect(chip).to_be_focused()


def test_a_draft_is_gone_through_by_keyboard_and_decided_on(
    scripted_app: str, open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page(scripted_app)
    send(page, SOURCE)
    expect(page.locator(".tools .line")).to_have_text("5 checkable, 3 findings, 3 open")
    altered = sentence(page, "We will stand by")
    expect(altered).to_have_attribute("aria-pressed", "true")
    panel = page.locator(".panel")
    expect(panel.locator(".row.article ins")).to_contain_text("not")
    expect(panel.locator(".row.article q")).to_contain_text("we will")
    assert panel.locator(".row.draft q").count() == 0, "what is altered is no quote"
    altered.focus()
    page.keyboard.press("j")
    expect(sentence(page, OVERLOOKED)).to_be_focused()
    panel.get_by_role("button", name="Reject").click()
    panel.get_by_label("Right is").select_option("supported")
    panel.get_by_text("Comment", exact=True).click()
    panel.get_by_label("Your comment").fill("<b>They</b> did $x$.")
    sentence(page, OVERLOOKED).focus()
    page.keyboard.press("j")
    panel.get_by_role("button", name="Accept").click()
    expect(page.locator(".tools .line")).to_have_text("5 checkable, 3 findings, 1 open")
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="2 golden cases (JSONL)").click()
    path = tmp_path / "cases.jsonl"
    download.value.save_as(path)
    assert [case.verdict for case in read_golden(path).cases] == ["supported", "not_enough_evidence"]
    page.keyboard.press("Escape")
    page.get_by_role("button", name="New check").click()
    page.locator(".earlier .open", has_text="Moscow turns to Beijing").click()
    expect(page.locator(".tools .line")).to_have_text("5 checkable, 3 findings, 1 open")
    sentence(page, OVERLOOKED).click()
    expect(panel.get_by_label("Your comment")).to_have_value("<b>They</b> did $x$.")
    sentence(page, "Nobody could check").click()
    expect(panel).to_contain_text("This is not a verdict: the check failed")
    panel.get_by_role("button", name="Try again").click()
    expect(page.locator(".sentence.failed")).to_have_count(0)
    expect(page.locator(".sentence.supported")).to_have_count(2)


def test_a_long_draft_fills_up_survives_another_page_and_stops(scripted_app: str, open_page: OpenPage) -> None:
    page = open_page(scripted_app)
    send(page, SLOW)
    expect(page.locator(".sentence.refuted").nth(1)).to_be_visible()
    expect(page.locator(".para.rest")).to_contain_text("Sentence 40")
    page.get_by_role("link", name="Status").click()
    page.get_by_role("link", name="Check", exact=True).click()
    page.get_by_role("button", name="Stop checking").click()
    page.get_by_role("button", name="Go on").wait_for()
    expect(page.get_by_text("Stopped: what was done so far is below.")).to_be_visible()
    assert 0 < page.locator(".sentence").count() < 40
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_label("A claim, or a whole draft")).to_be_visible()


def test_an_uploaded_draft_on_a_phone(scripted_app: str, open_page: OpenPage) -> None:
    page = open_page(scripted_app, theme="dark")
    open_check(page)
    page.set_viewport_size({"width": 380, "height": 780})
    upload = {"name": "<img src=x>.md", "mimeType": "text/markdown", "buffer": SOURCE.encode()}
    page.locator("input[type=file]").set_input_files([upload])
    page.get_by_text("<img src=x>.md").wait_for()
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("heading", name="<img src=x>.md")).to_be_visible()
    sentence(page, STAND[1:30]).click()
    below = page.locator(".para:has(.sentence[aria-pressed=true]) + .panel")
    expect(below.locator("h3")).to_have_text("Quotation differs")
    nothing_wider_than(page)
