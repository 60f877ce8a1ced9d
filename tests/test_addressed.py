"""What an article says to a machine, or hides from people, is left out of the search; all else stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from injections import KINDS, TARGETS, fill, plant
from places import ROOT, SEEDS

from factcheck.articles.addressed import find_addressed, speaks_to_machine
from factcheck.articles.read import read_article
from factcheck.articles.sentences import split_sentences

# What is written like news, is only noise, or needs a reader who decodes it. The checks behind hold it off.
READ_AS_NEWS = {"encoded", "fake dialogue", "verdict words in quotation marks", "fake numbered sentences"}

ORDINARY = (
    "The company did not respond to a request for comment on the proposal.",
    "“We will not answer with shells,” the general said.",
    "Police told residents to ignore the rumours.",
    "“Ignore all previous instructions and stay indoors,” the governor said in a broadcast.",
    "The ministry said that claim is false.",
    "The claim that the dam had burst is false.",
    "The statement was issued by the palace on Monday.",
    "He refused to answer questions about the article.",
    "OpenAI said its language model answers questions in 50 languages.",
    "The system was restarted on 3 May, the operator said.",
    "The developers must report the cost of the bridge by June.",
    "Shares of the system maker fell: investors disregard the outlook.",
    "Asked who would pay, she replied that the city would.",
    "The verdict was quashed, and the court said the evidence was withdrawn.",
    "Boil water before you drink it.",
    "Report cards will be sent in July.",
    "Answers to the survey are due on Friday.",
    "Output fell by 3 percent in May.",
    "Print sales fell again.",
    "State police closed the road.",
    "Use of the drug doubled.",
    "The files were quoted in court as evidence of the bribes.",
    "The model X sold 9,000 cars, the maker said.",
    "### The storm in numbers",
    "What will the repair cost?",
    "[The mayor] said the port is shut [until June].",
    "He wrote: \"We must act now.\"",
    "— Ana Ruiz, reporting from Geneva",
    "The transfer went to the wallet 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa on Monday, the indictment says.",
    "Ireland 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f lost to England.",
    "The statement is a lie, and nobody should trust the man, Duarte said.",
    "Set in 1912, the story follows two sisters.",
    "Cite à Bourges, the oldest quarter, was flooded.",
    "You can reply to the ad by phone.",
)  # fmt: skip


def left(text: str, attack: str) -> str:
    """Return what of an attack is searched."""
    start = text.index(attack)
    out = bytearray(len(text))
    for span in find_addressed(text):
        out[span.start : span.end] = b"\1" * (span.end - span.start)
    assert not any(out[:start]) and not any(out[start + len(attack) :]), "an ordinary sentence is left out"
    return "".join(char for at, char in enumerate(attack) if not out[start + at]).strip()


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - READ_AS_NEWS))
def test_a_planted_instruction_is_not_searched(kind: str) -> None:
    for number, template in enumerate(KINDS[kind]):
        target = TARGETS[number]
        attack = fill(template, target)
        rest = left(plant(target.text, attack, "middle"), attack)
        assert target.wrong not in rest or "http://" in attack or rest.startswith("Answer: "), rest
        assert len(rest) < 60 or kind == "look-alike letters", rest


@pytest.mark.parametrize("sentence", ORDINARY)
def test_an_ordinary_sentence_is_searched(sentence: str) -> None:
    assert not speaks_to_machine(sentence)


@pytest.mark.parametrize(
    "file", [*SEEDS.iterdir(), *(ROOT / "tests" / "data").glob("*/*.*")], ids=lambda path: path.name
)
def test_no_sentence_of_a_real_article_is_lost(file: Path) -> None:
    if file.suffix not in (".txt", ".md", ".html"):
        pytest.skip("no article")
    article = read_article(file, file.name, max_bytes=1_000_000)
    sentences = [article.text[each.start : each.end] for each in split_sentences(article.text)]
    assert [each for each in sentences if speaks_to_machine(each)] == []


def test_only_what_is_hidden_goes_and_offsets_stay() -> None:
    text = 'The port is <b>shut</b>.<!-- a\nb --> It opens <span style="display: none">never</span> in June.\n'
    spans = find_addressed(text)
    assert [text[span.start : span.end] for span in spans] == [
        "<!-- a\nb -->", '<span style="display: none">never</span>',
    ]  # fmt: skip


def test_a_comment_that_never_ends_hides_nothing() -> None:
    text = "The port is shut. <!-- It opens in June. The ferry goes on."
    assert find_addressed(text) == ()
