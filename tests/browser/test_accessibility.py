"""axe-core over every page, in both themes and two widths; and every page by keyboard alone."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from browser.journeys import ask
from browser.servers import ROOT, running

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
PAGES = ("Ask", "Check", "Compare", "Articles", "Batch", "Evaluate", "Status")
SERIOUS = {"serious", "critical"}
SIZES = ((1400, 900), (380, 780))
# The cells of a table are drawn on a canvas; Streamlit keeps a hidden table beside it for screen readers,
# and axe takes its scroll layer for content. The button that stops a script stands there while one runs.
NOT_OURS = ([".stDataFrameGlideDataEditor"], ["[data-testid=stBaseButton-header]"])
MOST_STOPS = 120
# What can be used: of a group of radio buttons one, and not what is hidden, disabled or a table's own inside.
FIND_CONTROLS = """() => {
  const all = [];
  const walk = root => {
    for (const each of root.querySelectorAll('*')) {
      if (each.shadowRoot) walk(each.shadowRoot);
      if (each.matches('button, a[href], input, textarea, select, summary, [tabindex="0"]')) all.push(each);
    }
  };
  walk(document);
  const groups = new Set();
  window.controls = all.filter(each => {
    const style = getComputedStyle(each);
    if (each.disabled || each.tabIndex < 0 || !each.checkVisibility() || style.visibility === 'hidden') return false;
    if (each.closest('[inert], [aria-hidden="true"], .stDataFrameGlideDataEditor')) return false;
    const group = each.closest('[role="radiogroup"]');
    if (group && groups.has(group)) return false;
    groups.add(group);
    return true;
  });
  window.reached = new Set();
  window.steps = [];
  return window.controls.filter(each => each.tabIndex > 0).length;
}"""
# Tells whether what had the focus before now looks another way, and notes what has it.
STEP = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  const look = node => {
    const parts = [];
    for (let up = 0; node instanceof Element && up < 5; node = node.parentElement, up++) {
      for (const pseudo of [null, '::before', '::after']) {
        const style = getComputedStyle(node, pseudo);
        parts.push(style.outline, style.boxShadow, style.borderColor, style.backgroundColor, style.textDecoration,
          style.opacity);
      }
    }
    return parts.join();
  };
  const name = each => `${each.tagName} ${each.getAttribute('aria-label') || each.innerText || each.id}`.slice(0, 60);
  const last = window.last;
  const judged = last && last.at.isConnected && last.at.tagName !== 'CANVAS';
  const faint = judged && look(last.at) === last.look ? name(last.at) : null;
  if (!at || at === document.body) { window.last = null; return { done: true, faint }; }
  // In a table, Tab goes from cell to cell; the ring around a cell is painted.
  const done = window.reached.has(at) && at.tagName !== 'CANVAS';
  window.reached.add(at);
  window.last = { at, look: look(at) };
  return { done, faint };
}"""
MISSED = """() => window.controls.filter(each => each.isConnected && !window.reached.has(each)
    && !(each.closest('[role="radiogroup"]')?.contains([...window.reached].find(at =>
      each.closest('[role="radiogroup"]').contains(at)) ?? null)))
  .map(each => each.outerHTML.slice(0, 140))"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real app over the seeds."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(ROOT / "seeds", home / "articles")
    command = [sys.executable, "-m", "factcheck", "index", "articles"]
    subprocess.run(command, cwd=home, check=True, capture_output=True)
    with running(["-m", "factcheck", "ui"], cwd=home, log=home / "log") as address:
        yield address


def go_to(page: Page, title: str) -> None:
    """Go to a page the way its address does, and wait until it stands still."""
    page.locator(".st-key-menu").get_by_role("link", name=title, exact=True).click()
    settle(page)


def settle(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_be_attached(timeout=30_000)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=30_000)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=30_000)


def find_violations(page: Page) -> list[str]:
    """Return what axe finds that keeps somebody from using the page."""
    options = {
        "resultTypes": ["violations"],
        "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate("([exclude, options]) => axe.run({ exclude }, options)", [NOT_OURS, options])
    return [
        f"{each['id']} ({each['impact']}): {node['html'][:160]} {node['target']}"
        for each in found["violations"]
        if each["impact"] in SERIOUS
        for node in each["nodes"]
    ]


@pytest.fixture(scope="module", params=["light", "dark"])
def context(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    # Animations off: a colour half way is no colour of ours.
    context = browser.new_context(
        viewport={"width": 1400, "height": 900}, color_scheme=request.param, reduced_motion="reduce"
    )
    context.set_default_timeout(120_000)  # the models are loaded for the first question
    yield context
    context.close()


def test_axe_finds_nothing_serious(app: str, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(app)
    found = []
    for title in PAGES:
        page.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})
        go_to(page, title)
        if title == "Ask":
            ask(page, "Who denied the request?").locator(".statements .chip").first.click()
            page.locator("mark.here").first.wait_for()
        elif title == "Check":
            page.get_by_label("A claim, or a whole draft").fill("China has not denied the request.")
            page.get_by_role("main").get_by_role("button", name="Check", exact=True).click()
            page.get_by_role("button", name="New check").wait_for()
            settle(page)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            found += [f"{title} at {width}: {each}" for each in find_violations(page)]
        if title == "Ask":
            page.keyboard.press("Escape")
    page.close()
    assert not found, "\n".join(found)


def test_every_control_is_reached_and_seen_by_keyboard(app: str, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(app)
    troubles = []
    for title in PAGES:
        go_to(page, title)
        page.add_style_tag(content="* { transition: none !important; }")
        assert page.evaluate(FIND_CONTROLS) == 0, "an order of its own"
        page.get_by_test_id("stSkipToContent").focus()
        for _ in range(MOST_STOPS):
            step = page.evaluate(STEP)
            if step["faint"] and "Skip to main content" not in step["faint"]:  # it comes into view with the focus
                troubles.append(f"{title}: no focus to be seen on {step['faint']}")
            if step["done"]:
                break
            page.keyboard.press("Tab")
        troubles += [f"{title}: never reached {each}" for each in page.evaluate(MISSED)]
    page.close()
    assert not troubles, "\n".join(troubles)
