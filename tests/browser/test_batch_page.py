"""A list of questions from upload to download, with the real engine and the real command."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from places import SEEDS
from playwright.sync_api import Locator, Page, expect

from browser.journeys import OpenPage, highlighted, marked_text, nothing_wider_than
from browser.servers import running

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ASKED = (
    "Who denied the request?",
    "How many drones did Russia request?",
    "Who is Jake Sullivan?",
    "What did the Kremlin say?",
)
QUESTIONS = [*ASKED, *ASKED, ASKED[0]]
PATIENCE = 120_000


def write_list() -> bytes:
    rows = "".join(f'"{question}",=desk{number}\n' for number, question in enumerate(QUESTIONS))
    return f"question,desk\n{rows},nothing to ask\n".encode()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, seed_index: Path) -> Path:
    home = tmp_path_factory.mktemp("batch")
    shutil.copytree(seed_index, home / ".factcheck")
    return home


@pytest.fixture(scope="module")
def app(home: Path) -> Iterator[str]:
    with running(["-m", "factcheck", "ui"], cwd=home, log=home / "log") as address:
        yield address


def open_batch(page: Page) -> None:
    page.get_by_role("link", name="Batch").click()
    expect(page.get_by_role("heading", name="Answer a list of questions")).to_be_visible()
    expect(page.locator("input[type=file]")).to_be_attached()


def upload(page: Page, name: str, content: bytes) -> None:
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible(timeout=PATIENCE)


def standing(page: Page, words: str) -> None:
    expect(page.locator(".fc-told")).to_contain_text(words, timeout=PATIENCE)


def rows(page: Page) -> Locator:
    return page.locator(".rows .head")


def download(page: Page, label: str) -> bytes:
    with page.expect_download(timeout=PATIENCE) as started:
        page.get_by_role("button", name=label).click()
    return Path(started.value.path()).read_bytes()


def test_from_the_upload_to_the_download_with_a_reload_in_the_middle(home: Path, app: str, open_page: OpenPage) -> None:
    page = open_page(app)
    open_batch(page)
    upload(page, "desk <b>list.csv", write_list())
    expect(page.get_by_text("9 questions.")).to_be_visible()
    expect(page.get_by_text("Line 11 needs a question or a claim")).to_be_visible()
    page.get_by_role("button", name="Start", exact=True).click()
    standing(page, "Running")
    page.reload()
    # A quick machine may be done by then.
    expect(page.locator(".fc-told")).to_contain_text(re.compile("Running|Finished"), timeout=PATIENCE)
    standing(page, "Finished")
    expect(page.locator(".fc-name")).to_have_text("desk <b>list.csv")

    page.get_by_text("Failed 1", exact=True).click()
    expect(rows(page)).to_have_count(1)
    rows(page).click()
    expect(page.locator("article.failed")).to_contain_text("needs a question or a claim")
    page.get_by_text(re.compile(r"^Answered \d+$")).click()
    page.get_by_label("Search").fill("denied the request")
    page.get_by_label("Search").press("Enter")
    expect(rows(page)).to_have_count(3)
    rows(page).first.click()
    page.locator(".rows .statements .chip").first.click()
    assert highlighted(page).is_visible()
    file = page.locator("aside.pane .scroller header .source").inner_text().split(" · ")[-1]
    # The mark is cut where an utterance begins, so spaces prove nothing.
    text = (SEEDS / file).read_bytes().decode("utf-8", "replace")
    assert "".join(marked_text(page).split()) in "".join(text.split())
    page.keyboard.press("Escape")

    given = download(page, "Download: CSV")
    (made,) = home.glob(".factcheck-app/visitors/*/batches/*/answers.csv")
    assert given == made.read_bytes()
    table = list(csv.DictReader(io.StringIO(given.decode("utf-8-sig"))))
    assert [row["question"] for row in table] == [*QUESTIONS, ""]
    assert table[3]["desk"] == "'=desk3", "a spreadsheet program would run it"
    assert download(page, "Excel").startswith(b"PK")
    page.set_viewport_size({"width": 380, "height": 780})
    nothing_wider_than(page)


def test_a_phone_previews_and_deletes(app: str, open_page: OpenPage) -> None:
    page = open_page(f"{app}/batch", width=380, height=780, theme="dark")
    page.get_by_role("tab", name="Type or paste").click()
    page.get_by_label("One question a line").fill("Who denied the request?")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible(timeout=PATIENCE)
    nothing_wider_than(page)
    page.get_by_role("button", name="All lists").click()
    expect(page.get_by_text("Not started")).to_be_visible()
    nothing_wider_than(page)
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("Your lists")).to_have_count(0)
