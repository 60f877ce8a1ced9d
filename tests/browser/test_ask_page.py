"""Journeys on the Ask page, over scripted outcomes."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from browser.journeys import OpenPage, ask, closed, highlighted, marked_text, newest, nothing_wider_than

pytestmark = pytest.mark.browser

DENIED = "Who denied the request?"
STAND_BY = "Will the US stand by?"
DRONES = "How many drones did Russia request?"
KREMLIN = "The Kremlin has also denied the reports, insisting Russia has all the resources it needs."
SIZES = pytest.mark.parametrize(("width", "height"), [(1400, 900), (380, 780)])


@SIZES
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_citation_opens_its_article_at_the_sentence(
    scripted_app: str, open_page: OpenPage, width: int, height: int, theme: str
) -> None:
    page = open_page(scripted_app, width=width, height=height, theme=theme)
    turn = ask(page, DENIED)
    nothing_wider_than(page)
    turn.locator(".statements").get_by_role("button", name="Citation 4").click()
    highlighted(page)
    assert marked_text(page) == KREMLIN
    expect(page.get_by_text("Citation 4 of 5")).to_be_visible()
    expect(page.locator("aside.pane p.block").first).to_be_attached()
    nothing_wider_than(page)


def test_an_example_is_asked_with_one_click(scripted_app: str, open_page: OpenPage) -> None:
    page = open_page(scripted_app)
    example = page.locator("button.example").first
    question = example.inner_text()
    example.click()
    newest(page, question)
    expect(page.get_by_label("Your question")).to_have_value(question)
    expect(page.locator("button.example")).to_have_count(0)


def test_hovering_shows_the_quote_with_its_speaker_and_place(scripted_app: str, open_page: OpenPage) -> None:
    page = open_page(scripted_app)
    chip = ask(page, DENIED).locator(".statements").get_by_role("button", name="Citation 3")
    chip.hover()
    card = page.get_by_role("tooltip")
    expect(card).to_contain_text("the charges on the topic circulated by the US are erroneous information")
    expect(card).to_contain_text("Zhao Lijian, via TASS")
    expect(card).to_contain_text("004_6f23aad3c8ffcd27.txt, line 7")
    page.mouse.move(5, 5)
    expect(card).to_be_hidden()


def test_next_and_previous_walk_over_files_and_close_gives_the_focus_back(
    scripted_app: str, open_page: OpenPage
) -> None:
    page = open_page(scripted_app)
    turn = ask(page, DENIED)
    chip = turn.locator(".statements").get_by_role("button", name="Citation 1")
    chip.click()
    highlighted(page)
    expect(page.get_by_role("button", name="Previous citation")).to_be_disabled()
    for position in range(2, 6):
        page.get_by_role("button", name="Next citation").click()
        expect(page.get_by_text(f"Citation {position} of 5")).to_be_visible()
        highlighted(page)
    expect(page.get_by_role("button", name="Next citation")).to_be_disabled()
    page.get_by_role("button", name="Previous citation").click()
    expect(page.get_by_text("Citation 4 of 5")).to_be_visible()
    page.get_by_role("button", name="Close the article").click()
    closed(page)
    expect(chip).to_be_focused()


def test_the_other_citations_of_a_file_are_marked_and_lead_there(scripted_app: str, open_page: OpenPage) -> None:
    page = open_page(scripted_app)
    ask(page, DENIED).locator(".statements").get_by_role("button", name="Citation 4").click()
    highlighted(page)
    expect(page.locator("mark.also")).to_have_count(1)
    page.locator("aside.pane").get_by_role("button", name="Citation 1").click()
    expect(page.get_by_text("Citation 1 of 5")).to_be_visible()
    assert highlighted(page).inner_text().startswith("Chinese Foreign Ministry spokesman")


def test_everything_works_by_keyboard(scripted_app: str, open_page: OpenPage) -> None:
    page = open_page(scripted_app)
    box = page.get_by_label("Your question")
    box.focus()
    page.keyboard.type(DENIED)
    page.keyboard.press("Enter")
    newest(page, DENIED)
    page.get_by_role("button", name="Ask", exact=True).focus()
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


def test_differing_articles_stand_side_by_side(scripted_app: str, open_page: OpenPage) -> None:
    page = open_page(scripted_app)
    turn = ask(page, STAND_BY)
    sides = turn.get_by_role("region", name="The articles differ").locator(".side")
    boxes = [sides.nth(at).bounding_box() for at in range(2)]
    assert boxes[0]["y"] == boxes[1]["y"] and boxes[0]["x"] < boxes[1]["x"]
    expect(turn.locator(".unsupported")).to_contain_text("Not supported by what it cites")
    expect(turn.locator(".engine")).to_have_text("gpt-4o-mini · api.example.com")


def test_an_abstention_is_calm_and_its_passages_open(scripted_app: str, open_page: OpenPage) -> None:
    page = open_page(scripted_app)
    turn = ask(page, DRONES)
    expect(turn.locator(".verdict")).to_have_text("The articles do not say")
    expect(turn).to_contain_text("Searched 168 sentences in 5 files.")
    expect(turn.locator(".statements")).to_have_count(0)
    expect(turn.get_by_role("button", name="Try again")).to_have_count(0)
    turn.get_by_role("button", name="Citation 1").click()
    highlighted(page)
    assert marked_text(page).endswith("it included drones.")


def test_a_failure_is_no_answer_and_can_be_tried_again(scripted_app: str, open_page: OpenPage) -> None:
    page = open_page(scripted_app)
    turn = ask(page, "What failed in this test?")
    expect(turn.locator(".verdict")).to_have_text("This is not an answer: something failed")
    expect(turn).to_contain_text("Check that the server runs")
    turn.get_by_role("button", name="Try again").click()
    expect(page.locator("article.abstained")).to_be_visible()
    expect(page.locator(".failed")).to_have_count(0)


def test_earlier_questions_fold_and_open(scripted_app: str, open_page: OpenPage) -> None:
    page = open_page(scripted_app)
    ask(page, DENIED)
    ask(page, DRONES)
    earlier = page.locator("details.turn")
    expect(earlier.locator(".gist")).to_have_text("Zhao Lijian; Dmitry Peskov")
    earlier.locator("summary").click()
    earlier.locator(".statements").get_by_role("button", name="Citation 4").click()
    highlighted(page)
    assert marked_text(page) == KREMLIN
    expect(earlier).to_have_attribute("open", "")


def test_two_visitors_at_once_see_their_own_questions(scripted_app: str, open_page: OpenPage) -> None:
    first, second = open_page(scripted_app), open_page(scripted_app)
    ask(first, DENIED)
    ask(second, DRONES)
    expect(first.locator(".turn")).to_have_count(1)
    expect(second.locator(".turn")).to_have_count(1)
