"""Lines with a byline, an outlet or a date are read and not indexed; lines of the story stay."""

import pytest

from factcheck.articles.read import read_article
from factcheck.articles.sentences import split_sentences
from factcheck.articles.signatures import find_signatures

STORY = "The port of Averley will close for a week, the mayor said on Tuesday."
TITLE = "Port closes for a week"


def marked_lines(text, outlet=None):
    return [span.of(text) for span in find_signatures(text, (), title=TITLE, outlet=outlet)]


@pytest.mark.parametrize(
    "line",
    [
        "By Ana Ruiz",
        "By ANA EL-RUIZ in Marstead",
        "By Ana Ruiz and Bo Li, Science Correspondent",
        "By Ana Ruiz | 14 Mar 2022 | PortLine",
        "**The Harbour Monitor** | Ana Ruiz | 14 March 2022",
        "*Updated Friday 14 March 2022, 18:30*",
        "Mar. 14, 2022 | 11:02 p.m.",
        "SeaWire, 14 March 2022",
        "Averley Courier",
        "Averley Courier | Published 14 March 2022 21:40 | Updated 22:05",
        "11:02 p.m.",
        "Updated 22:05 GMT",
        "(Reporting by Ana Ruiz; additional reporting by Bo Li)",
        "Reporting by Ana Ruiz in Oslo; Editing by Bo Li",
    ],
)
@pytest.mark.parametrize("place", ["above", "below"])
def test_a_signature_is_marked(line, place):
    text = f"{TITLE}\n{line}\n\n{STORY}\n" if place == "above" else f"{TITLE}\n\n{STORY}\n{STORY}\n\n{line}\n"
    if place == "below" and line.startswith("By "):
        text = f"{TITLE}\n\n{STORY}\n\n{line}\n"
    assert marked_lines(text, "Averley Courier") == [line]


@pytest.mark.parametrize(
    "line",
    [
        "By Tuesday Morning Everything Was Gone",
        "By the end of the week it will be over",
        "By Ana Ruiz's account, nobody was asked",
        "Born: 14 March 1962",
        "Election Day: 5 November 2024",
        "Great Storm Hits Averley, 14 March 2022",
        "- 14 March 2022",
        "12.50",
        "Nine hurt in ferry fire",
        "Averley Courier wins prize",
        "Ruiz 5,210",
    ],
)
@pytest.mark.parametrize("place", ["above", "between", "below"])
def test_a_line_of_the_story_stays(line, place):
    text = {
        "above": f"{TITLE}\n\n{line}\n\n{STORY}",
        "between": f"{TITLE}\n\n{STORY}\n\n{line}\n\n{STORY}",
        "below": f"{TITLE}\n\n{STORY}\n\n{line}",
    }[place]
    assert marked_lines(text, "Averley Courier") == []


def test_the_dates_of_a_timeline_stay():
    text = f"{TITLE}\n\n{STORY}\n\n14 March 2022\n\n{STORY}\n\n15 March 2022\n\n{STORY}"
    assert marked_lines(text) == []


def test_a_list_of_dates_is_not_a_signature():
    dates = "12 May 2025 – Hamburg\n14 May 2025 – Cologne\n16 May 2025 – Munich"
    assert marked_lines(f"{TITLE}\n\n{STORY}\n\n{dates}\n") == []


def test_a_byline_below_a_summary_is_marked_with_what_follows_it():
    text = f"{TITLE}\n\n{STORY}\n\nBy Ana Ruiz\n14 March 2022\n\n{STORY}\n\n{STORY}"
    assert marked_lines(text) == ["By Ana Ruiz", "14 March 2022"]


def test_the_title_stays_even_where_it_looks_like_a_signature():
    text = f"By Royal Appointment\n\n{STORY}"
    assert find_signatures(text, (), title="By Royal Appointment", outlet=None) == ()


def test_an_article_keeps_metadata_and_text_but_no_sentence(tmp_path):
    path = tmp_path / "a.md"
    path.write_text(f"# {TITLE}\n\n**The Harbour Monitor** | Ana Ruiz | 14 March 2022\n\n{STORY}\n")
    article = read_article(path, "a.md", max_bytes=10_000)
    assert (article.outlet, article.byline, article.date) == ("The Harbour Monitor", "Ana Ruiz", "2022-03-14")
    assert "Ana Ruiz" in article.text
    sentences = split_sentences(article.text, article.boilerplate)
    assert [article.text[s.start : s.end] for s in sentences] == [TITLE, STORY]
