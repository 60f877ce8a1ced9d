"""Journeys on the Compare page, over a comparison made by hand."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.journeys import OpenPage, closed, highlighted, nothing_wider_than

pytestmark = pytest.mark.browser

WARNED = "will not stand by"


def open_compare(open_page: OpenPage, address: str, *, width: int = 1400, theme: str = "light") -> Page:
    page = open_page(address, width=width, theme=theme)
    page.get_by_label("Your question").wait_for()
    page.goto(f"{address}/compare")
    page.locator(".compare .drift").first.wait_for()
    return page


def look_at(page: Page, section: str) -> None:
    page.get_by_test_id("stButtonGroup").get_by_text(section).click()


def test_a_changed_quote_is_marked_and_opens_in_its_article(scripted_app: str, open_page: OpenPage) -> None:
    page = open_compare(open_page, scripted_app)
    drift = page.locator(".drift")
    expect(drift.get_by_role("heading")).to_contain_text("Said and denied")
    rows = drift.locator("button.row")
    expect(rows.nth(1).locator("ins .point")).to_have_text("not")
    expect(rows.nth(0).locator("del").first).to_have_text("Peking")
    rows.nth(1).focus()
    page.keyboard.press("Enter")
    mark = highlighted(page)
    expect(mark).to_contain_text(WARNED)
    expect(rows.nth(1)).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    closed(page)
    expect(rows.nth(1)).to_be_focused()


def test_links_between_articles_are_reached_by_keyboard_and_show_their_reason(
    scripted_app: str, open_page: OpenPage
) -> None:
    page = open_compare(open_page, scripted_app)
    look_at(page, "Origins")
    card = page.locator("article.origin").first
    links = card.get_by_role("group").get_by_role("button")
    expect(links).to_have_count(2)
    why = card.locator(".why")
    expect(why).to_contain_text("they share utterances")
    links.nth(0).focus()
    page.keyboard.press("Tab")
    expect(why).to_contain_text("nearly the same text")
    expect(why).to_contain_text("one credits the other, or both the same outlet: CNN")
    expect(links.nth(1)).to_have_attribute("aria-pressed", "true")
    why.locator("button.proof").first.click()
    highlighted(page)


def test_utterances_are_filtered_and_taken_away_as_a_table(
    scripted_app: str, open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_compare(open_page, scripted_app)
    look_at(page, "Who said what")
    expect(page.locator(".utterances tbody tr")).to_have_count(6)
    page.get_by_label("Find words").fill("denied")
    page.keyboard.press("Enter")
    expect(page.locator(".utterances tbody tr")).to_have_count(2)
    page.locator("button.saying").first.click()
    highlighted(page)
    page.get_by_role("button", name="Close the article").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Utterances (CSV)").click()
    download.value.save_as(tmp_path / "utterances.csv")
    table = (tmp_path / "utterances.csv").read_text("utf-8-sig")
    assert [row["speaker"] for row in csv.DictReader(io.StringIO(table))].count("Jake Sullivan") == 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_phone_gets_lists_and_no_sideways_scrolling(scripted_app: str, open_page: OpenPage, theme: str) -> None:
    page = open_compare(open_page, scripted_app, width=380, theme=theme)
    nothing_wider_than(page)
    for section in ("Facts that differ", "Who said what", "Origins"):
        look_at(page, section)
        page.locator(".fact, .utterances, .origin").first.wait_for()
        nothing_wider_than(page)
    expect(page.locator("svg.arcs")).to_be_hidden()
    expect(page.locator(".links .because").first).to_be_visible()
