"""Texts in the manner of many sites, each beside a list of the lines that are not its story."""

from itertools import pairwise
from pathlib import Path

import pytest

from factcheck.articles.boilerplate import find_boilerplate
from factcheck.articles.lines import read_lines
from factcheck.types import Span

DATA = Path(__file__).parent / "data" / "boilerplate"
SITES = sorted(path for path in DATA.iterdir() if path.suffix in (".txt", ".md"))
STORY = "The port of Averley will close for a week, the mayor said on Tuesday."


def marked_lines(text):
    spans = find_boilerplate(text)
    lines = [line for line in read_lines(text) if line.text]
    return [line.text for line in lines if any(s.start <= line.start and line.end <= s.end for s in spans)]


@pytest.mark.parametrize("site", SITES, ids=lambda path: path.stem)
def test_marks_the_lines_of_the_sidecar_and_no_others(site):
    text = site.read_bytes().decode("utf-8")
    rows = site.with_suffix(".boilerplate").read_text("utf-8").splitlines()
    wanted = {int(row.split("\t")[0]): row.split("\t")[1] for row in rows}
    spans = find_boilerplate(text)
    found = {
        number: line.text
        for number, line in enumerate(read_lines(text), start=1)
        if line.text and any(s.start <= line.start and line.end <= s.end for s in spans)
    }
    assert found == wanted


def test_there_are_many_kinds_of_sites():
    assert len(SITES) >= 14


@pytest.mark.parametrize(
    "line",
    """
    Home » today » World » Port closes for a week
    Home > News > Local
    News | Sport | Weather | Obituaries
    Skip to main content
    Facebook Twitter LinkedIn WhatsApp Email
    Share this article
    Share on Facebook
    Tweet
    Leave a Reply
    Leave a Comment
    Post a comment
    12 Comments
    0 views0 comments
    top of page
    Back to top button
    Send this to a friend
    Facebook Comments
    Related Articles
    READ MORE: Ferry lane to reopen in May
    Read more: Ferry lane to reopen in May
    Read also: Ferry lane to reopen in May
    Sign up for our newsletter
    Sign up here to get our morning briefing in your inbox.
    Subscribe now
    Advertisement
    ADVERTISEMENT - CONTINUE READING BELOW
    Article continues below
    This site uses Akismet to reduce spam. Learn how your comment data is processed.
    We use cookies to give you the best experience. Learn more.
    This website uses cookies to improve your experience.
    Please consider supporting us by disabling your ad blocker
    Adblock Detected
    © 2024 The Averley Courier. All rights reserved.
    Copyright 2024 Averley Media Group
    Photo: Ana Ruiz/Reuters
    (AP Photo/Ana Ruiz)
    Image credit: Getty Images
    Tags: ports, Averley, shipping
    #ports #Averley
    Filed under: Local news
    5 min read
    Already a subscriber? Log in
    You have 2 free articles left this month.
    Follow us on Twitter and Facebook
    Download our app
    Thank you for reading!
    Your email address will not be published. Required fields are marked *
    The post Port closes for a week appeared first on Averley Courier.
    Our Standards: The Thomson Reuters Trust Principles.
    Loading...
    * * *
    LATEST UPDATES
    Do you have a video?
    Send us your pictures at newsdesk@averley.example
    Got a photo? Email it to newsdesk@averley.example or text us.
    Averley Courier may earn a commission if you buy through links on our site.
    If you click on these links, we may receive a small fee.
    We may earn money from links in this article. Sign up for our free daily newsletter.
    *If you enjoyed this, [buy me a coffee](https://averley.example/tip). Follow us on Telegram.*
    Get the Averley Courier in your inbox every Friday. [Unsubscribe any time](#).
    """.strip().splitlines(),
)
def test_a_known_line_is_boilerplate_wherever_it_stands(line):
    line = line.strip()
    text = f"Port closes for a week\n\n{STORY}\n\n{line}\n\n{STORY}"
    assert marked_lines(text) == [line]


@pytest.mark.parametrize(
    "line",
    """
    Home is where the war is.
    Home secretary resigns over visas
    Share prices fell by 9% on Tuesday.
    Share of renewables rises to half
    Comments by the minister angered Poland
    He refused to leave a comment.
    The reply came two days later.
    More than 40 people were hurt
    Top officials deny the report
    Subscribers of the paper were told on Monday.
    Advertisement spending fell by a third last year
    The site uses cookies to track its readers, the regulator said.
    “We use cookies,” the chief executive said.
    Copyright law changes in March
    Photo of the minister: his aide smiles and looks away
    Tagged whales return to the bay
    Category 4 storm makes landfall
    Search for survivors ends
    Follow-up talks are planned for May
    Sign language is taught at the school.
    Print workers vote on Tuesday
    Read my lips: no new taxes. That is what he said. Nobody believed him.
    Watch sales rise in Geneva
    Latest talks end without a deal
    - the interior minister, Ana Sousa
    Sousa 5,210
    Brokers may earn a commission of nine per cent on every berth, the audit found.
    Do you have a permit? He had none.
    Send them home, the mayor told the crews.
    Unsubscribe, the regulator told all 4,000 customers of the port.
    Live updates on the tides were cut off at noon.
    Who pays for the new lock?
    """.strip().splitlines(),
)
@pytest.mark.parametrize("place", ["above", "between", "below", "before the comment box"])
def test_a_line_of_the_story_is_kept(line, place):
    line = line.strip()
    text = {
        "above": f"{line}\n\n{STORY}\n\n{STORY}",
        "between": f"Port closes\n\n{STORY}\n\n{line}\n\n{STORY}",
        "below": f"Port closes\n\n{STORY}\n\n{line}\n",
        "before the comment box": f"Port closes\n\n{STORY}\n\n{line}\n\n{STORY}\n\nLeave a Reply\n",
    }[place]
    assert line not in marked_lines(text)


def test_the_last_line_above_a_paragraph_may_be_its_heading_and_stays():
    text = f"{STORY}\n\nRelated stories\n\nFerry lane to reopen in May\n\nWhat the mayor said\n\n{STORY}"
    assert marked_lines(text) == ["Related stories", "Ferry lane to reopen in May"]


@pytest.mark.parametrize("head", ["More from Europe", "Read next", "You may also like", "Latest", "Most read"])
def test_headlines_under_a_head_run_to_the_footer(head):
    links = ["Marstead floods: who is to blame?", "Nine hurt in ferry fire", "Opinion: A port is no toy", "Gold!"]
    footer = "© The Averley Courier 2024. About us | Contact"
    text = "\n".join([STORY, "", head, *links, "", footer])
    assert marked_lines(text) == [head, *links, footer]


def test_a_question_above_a_paragraph_may_be_its_heading_and_stays():
    text = f"{STORY}\n\nRead next\n\nFerry lane to reopen in May\n\nWho will pay for it?\n\n{STORY}"
    assert marked_lines(text) == ["Read next", "Ferry lane to reopen in May"]


def test_the_title_below_a_menu_stays():
    text = f"Menu\nHome\nNews\nSport\nNewsletter\nPort closes for a week\nBy Ana Ruiz\n4 May 2021\n{STORY}"
    assert marked_lines(text) == ["Menu", "Home", "News", "Sport", "Newsletter"]


def test_lines_that_belong_together_are_one_span():
    text = f"{STORY}\n\nLeave a Reply\n\nName *\n\n"
    assert [span.of(text) for span in find_boilerplate(text)] == ["Leave a Reply\n\nName *"]


def test_windows_line_ends_and_a_byte_order_mark():
    text = f"\ufeffHome » News » Ports\r\nPort closes for a week\r\n\r\n{STORY}\r\n"
    assert [span.of(text) for span in find_boilerplate(text)] == ["\ufeffHome » News » Ports"]
    assert find_boilerplate("\ufeffPort closes for a week") == (Span(0, 1),)


def test_front_matter_and_heading_marks_are_boilerplate():
    text = f"---\ntitle: Port closes\n---\n\n# Port closes\n\n{STORY}"
    assert [span.of(text).strip() for span in find_boilerplate(text)] == ["---\ntitle: Port closes\n---\n\n#"]


def test_a_rule_at_the_top_is_not_front_matter():
    text = f"---\n{STORY}\nThe mayor said: a week.\n---\n{STORY}"
    assert marked_lines(text) == ["---", "---"]


@pytest.mark.parametrize("text", ["", " \n\t ", "a", "\ufeff", "---", "Home", "#"])
def test_tiny_texts(text):
    spans = find_boilerplate(text)
    assert all(left.end <= right.start for left, right in pairwise(spans))
    assert all(0 <= span.start < span.end <= len(text) for span in spans)


def test_nothing_is_marked_in_plain_prose():
    assert find_boilerplate(f"Port closes for a week\n\n{STORY}\n\n{STORY}") == ()
