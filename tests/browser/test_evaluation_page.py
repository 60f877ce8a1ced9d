"""What a person does with the page of an evaluation, opened from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from evaluated import BEFORE, CASES, CNN, COMPARISON, EVALUATION, RECORDS, REJECTED, TEXTS
from playwright.sync_api import Browser, Page, expect

from browser.journeys import OpenPage
from factcheck.evaluation.page import Source, to_page

pytestmark = pytest.mark.browser
WIDER = "() => document.documentElement.scrollWidth > innerWidth"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    hostile = TEXTS[CNN].replace("\n", " <img src=x onerror=alert(1)> \u202e\U0001f600\n", 1)
    moved = len(hostile) - len(TEXTS[CNN])
    path = tmp_path_factory.mktemp("report") / "report.html"
    records = [move(record, moved) for record in RECORDS]
    page = to_page(EVALUATION, Source(records, CASES, {**TEXTS, CNN: hostile}, BEFORE), comparison=COMPARISON)
    path.write_text(page, encoding="utf-8")
    return path.as_uri()


def move(value: Any, by: int) -> Any:
    """Return a record whose citations lie this much later in their articles."""
    if isinstance(value, dict):
        return {key: item + by if key in {"start", "end"} else move(item, by) for key, item in value.items()}
    return [move(item, by) for item in value] if isinstance(value, list) and value[:1] != [CNN] else value


def shown(page: Page) -> list[str]:
    return [each.get_attribute("id") or "" for each in page.locator("#list > .row:visible").all()]


def test_rows_are_filtered(open_page: OpenPage, address: str) -> None:
    page = open_page(address)
    assert len(shown(page)) == 6
    page.get_by_text("Wrong 2").click()
    assert shown(page) == ["row-g2", "row-g5"]
    page.locator("select[name=stage]").select_option("judged_wrong")
    assert shown(page) == ["row-g5"]
    expect(page.locator("#shown")).to_have_text("1 of 6 rows")
    page.locator("select[name=stage]").select_option("")
    page.get_by_text("Abstained 2").click()
    assert shown(page) == ["row-g2", "row-g3"]
    page.get_by_text("All 6").click()
    page.locator("select[name=tag]").select_option(label="list (1)")
    assert shown(page) == ["row-g1"]
    page.locator("select[name=tag]").select_option("")
    page.get_by_label("Search").fill("KREMLIN confirmed")
    assert shown(page) == ["row-g5"]
    page.get_by_label("Search").fill("nowhere to be found")
    expect(page.locator("#shown")).to_have_text("0 of 6 rows")
    page.get_by_label("Search").fill("")
    page.get_by_label("Changed only").check()
    assert shown(page) == ["row-g2", "row-g1"]


def test_a_row_is_opened_with_the_keyboard_and_its_article_shown_whole(open_page: OpenPage, address: str) -> None:
    page = open_page(address)
    row = page.locator("#row-g1")
    row.locator("> summary").focus()
    page.keyboard.press("Enter")
    expect(row.locator("mark.gold.given")).to_have_text(f"{REJECTED}gold [1]")
    excerpt = row.locator(".article .text").inner_text()
    button = row.get_by_role("button", name="Show whole article")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_count(0)
    expect(row.locator(".article mark.gold.given")).to_have_text(f"{REJECTED}gold [1]")
    expect(row.locator(".article mark.given:not(.gold)")).to_have_count(1)
    whole = row.locator(".article .text").inner_text()
    assert len(whole) > len(excerpt) and "<img src=x onerror=alert(1)> ‹U+202E›" in whole
    assert TEXTS[CNN].strip().splitlines()[-1].strip() in whole
    assert page.locator("img").count() == 0


def test_an_address_opens_its_row(open_page: OpenPage, address: str) -> None:
    page = open_page(f"{address}#g5")
    expect(page.locator("#row-g5 .body")).to_be_visible()
    page.get_by_label("Search").fill("nothing")
    expect(page.locator("#row-g3")).to_be_hidden()
    page.evaluate("location.hash = '#row-g3'")
    expect(page.locator("#row-g3 .body")).to_be_visible()
    expect(page.locator("#row-g3 > summary")).to_be_focused()


def test_all_rows_are_opened_and_closed(open_page: OpenPage, address: str) -> None:
    page = open_page(address)
    page.get_by_role("button", name="Open all").click()
    expect(page.locator("#list > .row[open]")).to_have_count(6)
    page.get_by_role("button", name="Close all").click()
    expect(page.locator("#list > .row[open]")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_phone_does_not_scroll_sideways(open_page: OpenPage, address: str, theme: str) -> None:
    page = open_page(address, width=380, height=800, theme=theme)
    page.get_by_role("button", name="Open all").click()
    assert not page.evaluate(WIDER)
    ground = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(254, 254, 254)" if theme == "light" else "rgb(21, 25, 28)")
    inks = page.evaluate("() => [...document.querySelectorAll('svg text')].map(each => getComputedStyle(each).fill)")
    assert ("rgb(34, 39, 43)" in inks) == (theme == "light")


def test_without_scripts_it_is_a_plain_list(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    expect(page.locator("#filter")).to_be_hidden()
    expect(page.locator("#list > .row")).to_have_count(6)
    page.locator("#row-g1 > summary").click()
    expect(page.locator("#row-g1 mark.gold.given")).to_be_visible()
    expect(page.locator("#row-g1 button.whole")).to_be_hidden()
    context.close()


def test_a_script_that_is_not_its_own_does_not_run(browser: Browser, address: str, tmp_path: Path) -> None:
    page_text = Path(address.removeprefix("file://")).read_text(encoding="utf-8")
    path = tmp_path / "injected.html"
    path.write_text(page_text.replace("</main>", "</main><script>document.title = 'owned'</script>"), encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    assert "owned" not in page.title()
    assert page.locator("#filter").is_visible()  # its own does
    page.close()
