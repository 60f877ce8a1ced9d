"""The real app in a real Chromium: servers on free ports, and pages that report where they reach."""

from __future__ import annotations

import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from browser.journeys import OpenPage
from browser.servers import ROOT, running

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# A busy machine is slow, not wrong.
expect.set_options(timeout=30_000)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


PAGES = pytest.StashKey[list[Page]]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser where there is none, and say so."""
    if CHROMIUM is None:
        reason = "no Chromium found (chromium, chromium-browser or google-chrome); apt-get install chromium"
        for item in items:
            if "browser" in item.keywords:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


def is_trouble(message: ConsoleMessage) -> bool:
    """Whether a message is an error; loaded at a page of its own, Streamlit first looks for its server below it."""
    probed = message.location["url"].endswith(("/_stcore/health", "/_stcore/host-config"))
    return message.type == "error" and not probed


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport]:
    """Add what the pages of a failed test show to its report."""
    report = yield
    pages = item.stash.get(PAGES, [])
    if report.failed and call.when == "call":
        for page in pages:
            report.sections.append((f"page at {page.url}", page.locator("body").inner_text()))
    return report


@pytest.fixture
def open_page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """Open pages; afterwards, none may have reached another host, complained or thrown."""
    contexts, hosts, troubles = [], set(), []

    def open_page(address: str, *, width: int = 1400, height: int = 900, theme: str = "light") -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme)
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        request.node.stash.setdefault(PAGES, []).append(page)
        page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
        page.on("dialog", lambda dialog: troubles.append(f"dialog: {dialog.message}") or dialog.dismiss())
        page.on("pageerror", lambda error: troubles.append(f"thrown: {error}"))
        page.on("console", lambda message: is_trouble(message) and troubles.append(message.text))
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert hosts <= {"127.0.0.1", None, ""}, "a request left the machine"
    assert troubles == []


@pytest.fixture(scope="session")
def scripted_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the scripted app keeps what it makes: beside "index" in here."""
    return tmp_path_factory.mktemp("scripted")


@pytest.fixture(scope="session")
def scripted_app(scripted_home: Path) -> Iterator[str]:
    """Address of the app over a scripted corpus."""
    # Streamlit reads the theme from the folder it is started in.
    command = ["-m", "streamlit", "run", str(ROOT / "tests" / "browser" / "scripted_server.py")]
    index = str(scripted_home / "index")
    with running(command, cwd=ROOT / "ui", log=scripted_home / "log", FACTCHECK_INDEX=index) as address:
        yield address
