from pathlib import Path

import pytest

from factcheck.articles.boilerplate import find_boilerplate
from factcheck.articles.dates import read_date
from factcheck.articles.metadata import Metadata, read_metadata
from factcheck.articles.outlets import find_outlet

SEEDS = Path(__file__).parent.parent / "seeds"
STORY = "The port of Averley will close for a week, the mayor said on Tuesday."


def read(text):
    return read_metadata(text, find_boilerplate(text))


@pytest.mark.parametrize(
    ("file", "metadata"),
    [
        (
            "000_4d4c2d312526015d.txt",
            ("Russia asks China for weapons to support its invasion of Ukraine", None),
        ),
        (
            "001_d26e30d51aa5f213.txt",
            ("Russia sought China military aid for Ukraine war, says US", "Bloomberg"),
        ),
        (
            "002_6d78614b7348ec9e.txt",
            ("Russia seeks military equipment and aid from China, U.S. officials say", "The Washington Post"),
        ),
        (
            "003_c220df55aa98c563.txt",
            (
                "US says Russia requested assistance from China, which has – up till now – maintained a low profile",
                "All Israel News",
            ),
        ),
        ("004_6f23aad3c8ffcd27.txt", ("Russia Is Reportedly Seeking Military Aid from China", None)),
    ],
)
def test_the_seeds(file, metadata):
    title, outlet = metadata
    text = (SEEDS / file).read_bytes().decode("utf-8")
    assert read(text) == Metadata(title=title, outlet=outlet, byline=None, date=None)


@pytest.mark.parametrize(
    ("head", "byline", "outlet", "date"),
    [
        ("By Ana Ruiz", "Ana Ruiz", None, None),
        ("By ANA RUIZ and BO LI", "Ana Ruiz and Bo Li", None, None),
        ("By Ana Ruiz, Bo Li and J. K. Marsh", "Ana Ruiz, Bo Li and J. K. Marsh", None, None),
        ("By Ana Ruiz, Associated Press", "Ana Ruiz", "Associated Press", None),
        ("By Ana Ruiz | AFP", "Ana Ruiz", "Agence France-Presse", None),
        ("By Ana Ruiz, Science Correspondent", "Ana Ruiz", None, None),
        ("By Ana Ruiz | March 14, 2022 | 5 min read", "Ana Ruiz", None, "2022-03-14"),
        ("By the end of the week it will be over", None, None, None),
        ("By Ludwig van Beethoven", "Ludwig van Beethoven", None, None),
        ("Posted on 14 February 2025 by editor", None, None, "2025-02-14"),
        ("Bloomberg", None, "Bloomberg", None),
        ("The Elmford Gazette", None, "The Elmford Gazette", None),
        ("The Gazette | May 14, 2025", None, "The Gazette", "2025-05-14"),
        ("Published: Mar. 3, 2023 at 6:12 AM CST", None, None, "2023-03-03"),
        ("Updated 4 May 2021\nPublished 3 May 2021", None, None, "2021-05-03"),
        ("Last updated: 4 May 2021", None, None, "2021-05-04"),
        ("2022-03-14T10:20:00Z", None, None, "2022-03-14"),
        ("Tue 4 Jun 2024 17.12 BST", None, None, "2024-06-04"),
        ("14/03/2022", None, None, "2022-03-14"),
        ("03/04/2022", None, None, None),
        ("March 14", None, None, None),
        ("Tuesday", None, None, None),
        ("By ANA EL-RUIZ in Marstead", "Ana El-Ruiz", None, None),
        ("**The Harbour Monitor** | Ana Ruiz | 14 March 2022", "Ana Ruiz", "The Harbour Monitor", "2022-03-14"),
        ("By Ana Ruiz | 14 Mar 2022 | PortLine", "Ana Ruiz", "PortLine", "2022-03-14"),
        ("Ana Ruiz — Mar 14, 2022 — 9:14 am EST 204 comments", "Ana Ruiz", None, "2022-03-14"),
        ("SeaWire, 14 March 2022", None, "SeaWire", "2022-03-14"),
        ("Mar. 14, 2022 | 11:02 p.m.", None, None, "2022-03-14"),
        ("New York | 14 March 2022", None, None, "2022-03-14"),
        ("Ana Ruiz, 14 March 2022", None, None, "2022-03-14"),
        ("By Tuesday Morning Everything Was Gone", None, None, None),
    ],
)
def test_lines_below_the_title(head, byline, outlet, date):
    text = f"Port closes for a week\n\n{head}\n\n{STORY}\n"
    assert read(text) == Metadata("Port closes for a week", outlet, byline, date)


@pytest.mark.parametrize(
    ("line", "outlet", "date"),
    [
        ("AVERLEY, March 14 (Reuters) - The port will close.", "Reuters", None),
        ("AVERLEY, March 14, 2022 (Reuters) - The port will close.", "Reuters", "2022-03-14"),
        ("AVERLEY (AP) — The port will close.", "Associated Press", None),
        ("(Reuters) - The port will close.", "Reuters", None),
        ("Washington Post | The port will close, its owner said.", "The Washington Post", None),
        ("Wahsington Post | The port will close, its owner said.", "The Washington Post", None),
        ("AVERLEY (SeaWire) - The port will close.", "SeaWire", None),
        ("AVERLEY, Nov. 27 (Northern Newswire) -- The port will close.", "Northern Newswire", None),
        ("AVERLEY/NEW MARSTEAD, 14 March 2022. The port will close.", None, "2022-03-14"),
        ("AVERLEY, Marstead, March 14, 2022 — The port will close.", None, "2022-03-14"),
        ("NATO was founded on 4 April 1949. The port will close.", None, None),
        ("PORT WORKERS, 14 March 2022 or later, will be paid.", None, None),
        ("The owner told the Washington Post that the port will close.", None, None),
        ("The port closed on March 14, 2022, its owner told Reuters.", None, None),
        ("According to Bloomberg, the port will close.", None, None),
    ],
)
def test_the_first_sentence(line, outlet, date):
    metadata = read(f"Port closes for a week\n\n{line}\n\n{STORY}\n")
    assert (metadata.outlet, metadata.date) == (outlet, date)


@pytest.mark.parametrize(
    ("line", "outlet"),
    [
        ("© 2022 The Guardian. All rights reserved.", "The Guardian"),
        ("Copyright 2023 Fox News Network, LLC", "Fox News"),
        ("© 2024 Averley Herald", "Averley Herald"),
        ("Ana Ruiz is a staff writer for the Averley Courier.", "Averley Courier"),
        ("Copyright 2024 PortLine LLC", "PortLine"),
        ("© 2024", None),
        ("Ana Ruiz is a reporter in Rome.", None),
    ],
)
def test_the_last_lines(line, outlet):
    assert read(f"Port closes for a week\n\n{STORY}\n\n{line}\n").outlet == outlet


def test_a_date_below_the_story_counts_last():
    assert read(f"Port closes\n\n{STORY}\n\nPosted Aug. 18, 2023").date == "2023-08-18"
    assert read(f"Port closes\n\n17 August 2023\n\n{STORY}\n\nPosted Aug. 18, 2023").date == "2023-08-17"


def test_front_matter_wins():
    fields = "title: 'Port closes'\ndate: 2020-11-02\nauthor: Ana Ruiz\npublisher: Courier"
    text = f"---\n{fields}\n---\n# Other\n\n{STORY}"
    assert read(text) == Metadata("Port closes", "Courier", "Ana Ruiz", "2020-11-02")


def test_a_text_without_a_headline_has_no_title():
    assert read(f"{STORY}\n\n{STORY}").title is None


def test_a_menu_is_not_the_title():
    assert read(f"Home » News\nSkip to content\nPort closes for a week?\n{STORY}").title == "Port closes for a week?"


@pytest.mark.parametrize("text", ["", "\n\n", "—", "Home", "a"])
def test_tiny_texts(text):
    assert read(text) == Metadata()


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("March 14, 2022", "2022-03-14"),
        ("14th of March 2022", "2022-03-14"),
        ("14 Sept. 2022", "2022-09-14"),
        ("Monday, March 14th, 2022", "2022-03-14"),
        ("2022/03/14", "2022-03-14"),
        ("14.03.2022", "2022-03-14"),
        ("3/14/2022", "2022-03-14"),
        ("4/4/2022", "2022-04-04"),
        ("31 February 2022", None),
        ("99 March 2022", None),
        ("March 2022", None),
        ("1 May 2020 and 2 May 2020", None),
        ("May the 4th", None),
        ("version 1.2.2022.5", None),
    ],
)
def test_dates(text, date):
    assert read_date(text) == date


@pytest.mark.parametrize(
    ("name", "outlet"),
    [
        ("bloomberg", "Bloomberg"),
        ("time", None),
        ("TIME", "Time"),
        ("AP", "Associated Press"),
        ("Ana Ruiz", None),
    ],
)
def test_outlets(name, outlet):
    assert find_outlet(name) == outlet
