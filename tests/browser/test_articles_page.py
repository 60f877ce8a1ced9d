"""From dropped files to a cited sentence, and out again; with the real index and the real engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.journeys import OpenPage, ask, closed, highlighted, marked_text, nothing_wider_than
from browser.servers import running

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OPENED = "Judge Edda Quist opened the bridge at Norrhamn on Tuesday."
BRIDGE = f"""The bridge at Norrhamn is open

{OPENED} “The river no longer divides us,” Mayor Ana Lima said at the bridge.

Share this article
"""
RIGHT_TO_LEFT = "افتتاح الجسر الجديد في المدينة اليوم\n\nMinister Omar Haddad said the market would close in May.\n"
NAME = "<img src=x onerror=alert(1)> \u202eevil.txt"
ROW = 35


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def app(home: Path) -> Iterator[str]:
    """The real app in a folder that has nothing in it."""
    with running(["-m", "factcheck", "ui"], cwd=home, log=home / "log") as address:
        yield address


# The models of the real engine are loaded at the first question.
PATIENCE = 120_000


def drop(page: Page, **files: str | bytes) -> None:
    """Drop files into the first box, by name."""
    page.locator("input[type=file]").first.set_input_files(
        [
            {
                "name": name,
                "mimeType": "text/plain",
                "buffer": content if isinstance(content, bytes) else content.encode(),
            }
            for name, content in files.items()
        ]
    )


def show_articles(page: Page) -> None:
    """Go to the Articles page."""
    link = page.get_by_role("link", name="Articles", exact=True)
    expect(page.locator("h1")).to_be_attached()
    link.click()
    expect(page.get_by_role("heading", name="Articles")).to_be_visible()


def press_row(page: Page, row: int, *, x: int) -> None:
    """Press a cell of the table, which is painted and has no elements."""
    table = page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    table.click(position={"x": x, "y": ROW * (row + 1) + ROW // 2})


def test_dropped_articles_are_asked_about(home: Path, app: str, open_page: OpenPage) -> None:
    page = open_page(app)
    page.get_by_role("link", name="Add articles").click()
    expect(page.get_by_role("button", name="Try it with the five sample articles")).to_be_visible(timeout=30_000)
    drop(page, **{"bridge.txt": BRIDGE, NAME: RIGHT_TO_LEFT, "photo.png": b"\x89PNG", "zip.txt": b"PK\x03\x04 zip"})
    expect(page.get_by_text("photo.png was not taken: a picture, without text.")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("2 articles added. 1 file could not be read")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("zip.txt: not read, not text but a PDF")).to_be_attached()
    stored = {path.name for path in (home / ".factcheck-app" / "articles").iterdir()}
    assert stored == {"bridge.txt", "zip.txt", "_img src=x onerror=alert(1)_ evil.txt"}
    page.get_by_role("link", name="Ask about them").click()
    page.set_default_timeout(PATIENCE)
    ask(page, "Who opened the bridge at Norrhamn?").locator(".statements .chip").first.click()
    highlighted(page)
    assert marked_text(page) == OPENED


@pytest.mark.parametrize("width", [1400, 380])
def test_an_article_is_read_with_its_speakers_and_searched(app: str, open_page: OpenPage, width: int) -> None:
    page = open_page(app, width=width, height=800)
    show_articles(page)
    expect(page.get_by_text("2 articles · ")).to_be_visible()
    nothing_wider_than(page)
    press_row(page, 0, x=70)
    pane = page.locator("aside.pane")
    expect(pane.locator(".grey")).to_have_text("Share this article")
    expect(page.get_by_text("Citation")).to_have_count(0)
    quote = pane.locator(".said", has_text="The river no longer divides us")
    quote.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("tooltip")).to_contain_text("Ana Lima")
    pane.get_by_role("button", name="Find in this article").click()
    page.keyboard.type("BRIDGE  at")
    expect(pane.locator(".found")).to_have_text("1 of 2")
    page.keyboard.press("Enter")
    expect(pane.locator(".found")).to_have_text("2 of 2")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    closed(page)


def test_a_removed_article_leaves_nothing(home: Path, app: str, open_page: OpenPage) -> None:
    page = open_page(app)
    page.set_default_timeout(PATIENCE)
    ask(page, "Who opened the bridge at Norrhamn?")
    show_articles(page)
    press_row(page, 0, x=17)
    page.get_by_role("button", name="Remove…").click()
    expect(page.get_by_text("1 answer of yours in this session")).to_be_visible()
    page.get_by_role("button", name="Remove 1 article").click()
    expect(page.get_by_text("for their words and found nothing.")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("1 article ·")).to_be_visible()
    assert not (home / ".factcheck-app" / "articles" / "bridge.txt").exists()
    drop(page, **{"again.txt": BRIDGE})
    expect(page.get_by_text("This was removed on purpose")).to_be_visible()
    page.get_by_role("button", name="Leave it out").click()
    page.get_by_role("link", name="Ask", exact=True).click()
    page.locator(".statements .chip").first.click()
    expect(page.locator("aside.pane .notice")).to_contain_text("no longer")
