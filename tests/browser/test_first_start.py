"""From nothing to a cited sentence, with the real index, the real engine and a hostile article."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser.journeys import OpenPage, ask, highlighted, marked_text
from browser.servers import ROOT, running

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HOSTILE = """Mayor <b>denies</b> harbour plan $$\\frac{1}{0}$$ [click](javascript:alert(1))

<script>alert("article")</script><img src="http://198.51.100.7/pixel.png" onerror="alert('image')">
Mayor Inês Duarte rejected the harbour plan on Tuesday, calling it **absurd** and $x^2$ [a link](http://198.51.100.7/).
The tower is \u202edesolc\u202c until further notice, :material/home: Duarte said. <iframe src="http://198.51.100.7/"></iframe>
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of articles, one of them hostile down to its name, and no index yet."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(ROOT / "seeds", home / "articles")
    (home / "articles" / "<img src=x onerror=alert(1)>.txt").write_text(HOSTILE, "utf-8")
    return home


@pytest.fixture(scope="module")
def app(home: Path) -> Iterator[str]:
    with running(["-m", "factcheck", "ui"], cwd=home, log=home / "log") as address:
        yield address


def test_first_start_to_the_highlighted_sentence(home: Path, app: str, open_page: OpenPage) -> None:
    page = open_page(app)
    expect(page.get_by_role("heading", name="No articles yet")).to_be_visible()
    expect(page.get_by_role("link", name="Add articles")).to_be_visible()
    expect(page.get_by_text("factcheck index FOLDER")).to_be_visible()
    command = [sys.executable, "-m", "factcheck", "index", "articles"]
    subprocess.run(command, cwd=home, check=True, capture_output=True, env=dict(os.environ))
    page.get_by_role("button", name="Look again").click()
    expect(page.get_by_text("6 articles")).to_be_visible()
    turn = ask(page, "Who denied the request?")
    expect(turn.locator(".engine")).to_have_text("Embedded engine · offline")
    turn.locator(".statements .chip").first.click()
    highlighted(page)
    file = page.locator("aside.pane .scroller header .source").inner_text().split(" · ")[-1]
    text = (home / "articles" / file).read_bytes().decode("utf-8", "replace")
    assert marked_text(page) in " ".join(text.split())


def test_a_hostile_article_is_only_text(app: str, open_page: OpenPage) -> None:
    page = open_page(app)
    turn = ask(page, "Who rejected the harbour plan?")
    turn.locator(".statements .chip").first.click()
    highlighted(page)
    pane = page.locator("aside.pane")
    for text in (
        '<script>alert("article")</script>',
        "$$\\frac{1}{0}$$",
        "[a link](http://198.51.100.7/)",
        ":material/home:",
    ):
        expect(pane).to_contain_text(text)
    expect(pane).to_contain_text("‹U+202E›desolc‹U+202C›")
    for markup in ("a[href]", "img", "iframe", "script", "b", "svg:not(.icon)", ".katex"):
        assert page.locator("div.desk").locator(markup).count() == 0


def test_the_engine_abstains_where_the_articles_do_not_say(app: str, open_page: OpenPage) -> None:
    page = open_page(app)
    turn = ask(page, "How many drones did Russia request?")
    expect(turn.locator(".searched")).to_contain_text("in 6 files")
    expect(turn.locator(".statements")).to_have_count(0)


def test_a_second_index_run_shows_at_the_next_question(home: Path, app: str, open_page: OpenPage) -> None:
    page = open_page(app)
    expect(page.get_by_text("6 articles")).to_be_visible()
    (home / "articles" / "new.txt").write_text("Judge Edda Quist opened the bridge at Norrhamn.\n", "utf-8")
    command = [sys.executable, "-m", "factcheck", "index", "articles"]
    subprocess.run(command, cwd=home, check=True, capture_output=True, env=dict(os.environ))
    turn = ask(page, "Who opened the bridge at Norrhamn?")
    expect(turn).to_contain_text("Edda Quist")
    expect(page.get_by_text("7 articles")).to_be_visible()
