"""Journeys on the Ask page, over scripted outcomes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser.journeys import OpenPage, ask, closed, highlighted, marked_text, newest, nothing_wider_than

pytestmark = pytest.mark.browser

DENIED = "Who denied the request?"
STAND_BY = "Will the US stand by?"
DRONES = "How many drones did Russia request?"
SLOW = "What takes long?"
KREMLIN = "The Kremlin has also denied the reports, insisting Russia has all the resources it needs."


@pytest.mark.parametrize(("width", "height", "theme"), [(1400, 900, "light"), (380, 780, "dark")])
def test_a_citation_is_read_in_its_article(
    scripted_app: str, open_page: OpenPage, width: int, height: int, theme: str
) -> None:
    page = open_page(scripted_app, width=width, height=height, theme=theme)
    turn = ask(page, DENIED)
    nothing_wider_than(page)
    chip = turn.locator(".statements").get_by_role("button", name="Citation 3")
    if width > 400:
        chip.hover()
        card = page.get_by_role("tooltip")
        expect(card).to_contain_text("the charges on the topic circulated by the US are erroneous information")
        expect(card).to_contain_text("Zhao Lijian, via TASS")
        expect(card).to_contain_text("004_6f23aad3c8ffcd27.txt, line 7")
        page.mouse.move(5, 5)
        expect(card).to_be_hidden()
    chip.click()
    highlighted(page)
    expect(page.get_by_text("Citation 3 of 5")).to_be_visible()
    page.get_by_role("button", name="Next citation").click()
    expect(page.get_by_text("Citation 4 of 5")).to_be_visible()
    highlighted(page)
    assert marked_text(page) == KREMLIN
    expect(page.locator("mark.also")).to_have_count(1)
    page.locator("aside.pane").get_by_role("button", name="Citation 1", exact=False).first.click()
    expect(page.get_by_text("Citation 1 of 5")).to_be_visible()
    expect(page.get_by_role("button", name="Previous citation")).to_be_disabled()
    assert highlighted(page).inner_text().startswith("Chinese Foreign Ministry spokesman")
    nothing_wider_than(page)
    page.get_by_role("button", name="Close the article").click()
    closed(page)
    expect(chip).to_be_focused()


def test_everything_works_by_keyboard(scripted_app: str, open_page: OpenPage) -> None:
    page = open_page(scripted_app)
    box = page.get_by_label("Your question")
    box.focus()
    page.keyboard.type(DENIED)
    page.keyboard.press("Enter")
    newest(page, DENIED)
    page.get_by_role("button", name="New conversation").focus()
    page.keyboard.press("Tab")
    first = page.locator(".statements .chip").first
    expect(first).to_be_focused()
    expect(page.get_by_role("tooltip")).to_be_visible()
    page.keyboard.press("Enter")
    highlighted(page)
    expect(page.locator(".scroller")).to_be_focused()
    page.keyboard.press("Escape")
    closed(page)
    expect(first).to_be_focused()
    save = page.locator(".take .menu summary")
    save.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Markdown")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Markdown")).to_be_hidden()
    expect(save).to_be_focused()


def test_answers_abstentions_and_failures_look_different(scripted_app: str, open_page: OpenPage) -> None:
    page = open_page(scripted_app)
    example = page.locator("button.example").first
    question = example.inner_text()
    example.click()
    failed = newest(page, question)
    expect(page.get_by_label("Your question")).to_have_value(question)
    expect(failed.locator(".verdict")).to_have_text("This is not an answer: something failed")
    expect(failed).to_contain_text("Check that the server runs")
    failed.get_by_role("button", name="Try again").click()
    expect(page.locator("article.abstained")).to_be_visible()
    expect(page.locator(".failed")).to_have_count(0)
    turn = ask(page, DRONES)
    expect(turn.locator(".verdict")).to_have_text("The articles do not say")
    expect(turn).to_contain_text("Searched 168 sentences in 5 files.")
    turn.get_by_role("button", name="Citation 1").click()
    highlighted(page)
    assert marked_text(page).endswith("it included drones.")
    page.keyboard.press("Escape")
    turn = ask(page, STAND_BY)
    sides = turn.get_by_role("region", name="The articles differ").locator(".side")
    boxes = [sides.nth(at).bounding_box() for at in range(2)]
    assert boxes[0]["y"] == boxes[1]["y"] and boxes[0]["x"] < boxes[1]["x"]
    expect(turn.locator(".unsupported")).to_contain_text("Not supported by what it cites")
    expect(turn.locator(".engine")).to_have_text("gpt-4o-mini · api.example.com")
    earlier = page.locator("details.turn").filter(has_text=DRONES)
    earlier.locator("summary").first.click()
    earlier.get_by_role("button", name="Citation 1").click()
    highlighted(page)
    expect(earlier).to_have_attribute("open", "")


def test_a_question_in_progress_outlives_a_click_and_can_be_stopped(scripted_app: str, open_page: OpenPage) -> None:
    page = open_page(scripted_app)
    ask(page, DENIED)
    page.get_by_label("Your question").fill(SLOW)
    page.get_by_role("button", name="Ask", exact=True).click()
    waiting = page.locator("article.asking")
    expect(waiting.locator(".statement")).to_contain_text("Chinese Foreign Ministry spokesman")
    page.locator("article.answered .statements").get_by_role("button", name="Citation 4").click()
    highlighted(page)
    page.keyboard.press("Escape")
    expect(waiting.locator(".statement")).to_have_count(1)
    page.get_by_role("button", name="Filters").click()
    page.get_by_label("Find articles").fill("Seeking")
    page.get_by_label("Find articles").press("Enter")
    expect(waiting).to_have_count(1)
    page.keyboard.press("Escape")
    waiting.get_by_role("button", name="Stop").click()
    expect(waiting).to_have_count(0)
    expect(page.get_by_label("Your question")).to_have_value(SLOW)
    expect(page.locator("article.turn")).to_contain_text("Dmitry Peskov")


def test_a_link_opens_the_same_answer_elsewhere_and_files_take_it_along(
    scripted_app: str, open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page(scripted_app)
    ask(page, DENIED)
    page.wait_for_url("**/?answer=*")
    other, stranger = open_page(page.url), open_page(scripted_app)
    turn = newest(other, DENIED)
    expect(turn.locator(".asked")).to_contain_text("Asked on")
    turn.locator(".statements").get_by_role("button", name="Citation 4").click()
    highlighted(other)
    assert marked_text(other) == KREMLIN
    expect(stranger.locator("button.example").first).to_be_visible()
    expect(stranger.locator(".turn")).to_have_count(0)
    stranger.goto(f"{scripted_app}/?answer={'0' * 32}")
    expect(stranger.locator(".notice").first).to_contain_text("There is no answer under this link.")
    ask(page, DRONES)
    page.get_by_text("Save all").click()
    with page.expect_download() as waiting:
        page.locator(".whole").get_by_role("button", name="JSON").click()
    waiting.value.save_as(tmp_path / "saved.json")
    saved = json.loads((tmp_path / "saved.json").read_text("utf-8"))
    assert [record["question"] for record in saved] == [DENIED, DRONES]
    assert waiting.value.suggested_filename.startswith("conversation-")
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator("button.example").first).to_be_visible()
    assert "answer" not in page.url
