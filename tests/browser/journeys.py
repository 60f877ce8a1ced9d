"""What a person does and sees on the Ask page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

OpenPage = Callable[..., Page]
IN_VIEW = """mark => {
  const box = mark.getBoundingClientRect();
  const pane = mark.closest('.scroller').getBoundingClientRect();
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + 4);
  return box.top >= pane.top && box.bottom <= Math.min(pane.bottom, innerHeight)
    && box.left >= 0 && box.right <= innerWidth && top !== null;
}"""


def ask(page: Page, question: str) -> Locator:
    """Ask and wait for the outcome; return the newest turn."""
    page.get_by_label("Your question").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    return newest(page, question)


def newest(page: Page, question: str) -> Locator:
    """Wait for the outcome of a question."""
    turn = page.locator("article.turn:not(.asking)").filter(has=page.get_by_role("heading", name=question))
    turn.wait_for(timeout=120_000)  # the first answer waits for the models
    return turn


def highlighted(page: Page) -> Locator:
    """Return the highlighted sentence, once it has come to rest in view."""
    mark = page.locator("mark.here").first
    mark.wait_for()
    page.wait_for_function(f"() => ({IN_VIEW})(({FIND_MARK})())")
    return mark


FIND_MARK = """() => {
  for (const host of document.querySelectorAll('*')) {
    const mark = host.shadowRoot?.querySelector('mark.here');
    if (mark) return mark;
  }
  return null;
}"""


def marked_text(page: Page) -> str:
    """Return all that is highlighted; what is underlined in it cuts the mark into parts."""
    parts: dict[str, str] = {}
    for mark in page.locator("mark.here").all():
        line, text = mark.evaluate("mark => [mark.closest('.block').dataset.line, mark.innerText]")
        parts[line] = parts.get(line, "") + text
    return " ".join(" ".join(parts.values()).split())


def nothing_wider_than(page: Page) -> None:
    """Expect that the page does not scroll sideways."""
    sizes: dict[str, Any] = page.evaluate(
        "() => ({ page: document.querySelector('[data-testid=stMain]').scrollWidth, window: innerWidth })"
    )
    assert sizes["page"] <= sizes["window"]


def closed(page: Page) -> None:
    """Expect that no article is open."""
    expect(page.locator("aside.pane")).to_be_hidden()
