"""A checked draft, opened from a file in a real browser."""

from __future__ import annotations

import pytest
from drafted import draft
from playwright.sync_api import expect

from browser.journeys import OpenPage
from factcheck.presentation.draft_page import render

pytestmark = pytest.mark.browser
WIDER = "() => document.documentElement.scrollWidth > innerWidth"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("draft") / "draft.html"
    path.write_text(render(draft()), encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (1280, "dark"), (380, "light"), (380, "dark")])
def test_it_fits_and_is_readable(open_page: OpenPage, address: str, width: int, theme: str) -> None:
    page = open_page(address, width=width, theme=theme)
    assert not page.evaluate(WIDER)
    expect(page.get_by_role("heading", level=1)).to_have_text("draft <b>.md")
    colours = page.evaluate(
        "() => [getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert colours[0] != colours[1]
    assert (colours[1] == "rgb(254, 254, 254)") == (theme == "light")


def test_a_sign_leads_to_its_note(open_page: OpenPage, address: str) -> None:
    page = open_page(address)
    page.get_by_label("note 3, refuted").click()
    assert page.url.endswith("#n3")
    expect(page.locator("#n3")).to_contain_text("Other number")
    expect(page.locator("#n3 blockquote")).to_be_visible()
    page.get_by_label("to sentence 3").click()
    assert page.url.endswith("#s3")


def test_notes_stand_beside_their_paragraph_where_there_is_room(open_page: OpenPage, address: str) -> None:
    for width, beside in ((1280, True), (380, False)):
        page = open_page(address, width=width)
        draft_box = page.locator("#s3").bounding_box()
        note_box = page.locator("#n3").bounding_box()
        assert draft_box and note_box
        assert (note_box["x"] >= draft_box["x"] + draft_box["width"] - 1) is beside
