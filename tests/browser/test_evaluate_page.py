"""What a person does and sees on the Evaluate page, over runs that are finished."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from evaluated import REJECTED
from evaluated_runs import FIRST, SECOND, keep_run, worsened
from playwright.sync_api import Page, expect

from browser.journeys import OpenPage, highlighted, marked_text, nothing_wider_than
from ui.guard import VISITOR_COOKIE

pytestmark = pytest.mark.browser
FIRST_BOX = {"x": 18, "y": 55}


def visit(page: Page, address: str, folder: Path, run: str = "") -> None:
    """Keep two runs for the visitor of this page, and open one of them or the list."""
    page.get_by_role("link", name="Evaluate").or_(page.get_by_label("Your question")).first.wait_for()
    token = next(each["value"] for each in page.context.cookies() if each["name"] == VISITOR_COOKIE)
    visitor = hashlib.sha256(f"browser {token}".encode()).hexdigest()[:32]
    home = folder / "index-app" / "visitors" / visitor / "evaluations"
    keep_run(home, FIRST)
    keep_run(home, SECOND, worsened())
    page.goto(f"{address}/evaluate" + (f"?run={run}" if run else ""))
    page.get_by_role("heading", name="Evaluate the answers").wait_for()


def open_first_row(page: Page) -> None:
    """Choose the first row of the table."""
    table = page.get_by_test_id("stDataFrame")
    table.scroll_into_view_if_needed()
    table.click(position=FIRST_BOX)
    page.locator("article.row").wait_for()


@pytest.mark.parametrize(("width", "height", "theme"), [(1400, 900, "light"), (380, 780, "dark")])
def test_a_miss_is_chosen_by_its_stage_and_read_in_its_article(
    scripted_app: str, scripted_home: Path, open_page: OpenPage, width: int, height: int, theme: str
) -> None:
    page = open_page(scripted_app, width=width, height=height, theme=theme)
    visit(page, scripted_app, scripted_home, SECOND)
    expect(page.get_by_role("row", name="Right All in all").get_by_text("50.0 %")).to_be_visible()
    nothing_wider_than(page)
    stage = page.get_by_role("button", name="Not found")
    stage.focus()
    page.keyboard.press("Enter")
    expect(stage).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("1 of 6 rows.")).to_be_visible()
    open_first_row(page)
    row = page.locator("article.row")
    expect(row.locator(".why")).to_contain_text("the search did not find it")
    expect(row.locator(".given .short")).to_have_text("Zhao Lijian; Kremlin")
    right = row.locator("button.passage.gold")
    right.click()
    highlighted(page)
    assert marked_text(page) == REJECTED
    expect(page.locator("mark.here.gold").first).to_be_visible()
    page.get_by_role("button", name="Close the article").click()
    expect(page.locator("aside.pane").filter(visible=True)).to_have_count(0)
    expect(right).to_be_focused()
    nothing_wider_than(page)


def test_two_runs_stand_side_by_side_and_plots_are_there_as_tables_too(
    scripted_app: str, scripted_home: Path, open_page: OpenPage
) -> None:
    page = open_page(scripted_app)
    visit(page, scripted_app, scripted_home)
    expect(page.get_by_role("button", name="Open run")).to_have_count(2)
    page.get_by_role("button", name="Open run").first.click()
    page.get_by_role("radio", name="Compare").click()
    expect(page.get_by_text("1 row went from wrong to right, 1 from right to wrong.")).to_be_visible()
    open_first_row(page)
    sides = page.locator("article.row .given")
    expect(sides).to_have_count(2)
    boxes = [sides.nth(at).bounding_box() for at in range(2)]
    assert boxes[0]["y"] == boxes[1]["y"] and boxes[0]["x"] < boxes[1]["x"]
    page.get_by_role("radio", name="Plots").click()
    charts = page.get_by_test_id("stVegaLiteChart")
    expect(charts).to_have_count(5)
    expect(charts.first.locator("canvas, svg").first).to_be_visible()
    page.get_by_text("Show as tables").click()
    expect(charts).to_have_count(0)
    expect(page.get_by_role("table", name="How long rows took")).to_contain_text("51")
    page.reload()
    expect(page.get_by_role("heading", name="Row by row")).to_be_visible()


def test_a_run_that_cannot_be_made_says_why(scripted_app: str, scripted_home: Path, open_page: OpenPage) -> None:
    page = open_page(scripted_app)
    visit(page, scripted_app, scripted_home)
    page.get_by_role("button", name="Start the evaluation").click()
    # The corpus is scripted: the command finds no index.
    expect(page.get_by_text("The run failed")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    assert "visitors" not in page.locator("[data-testid=stMain]").inner_text()
    page.get_by_text("Delete", exact=True).click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_role("button", name="Open run")).to_have_count(2)
