"""Everything that is said in an article."""

from __future__ import annotations

import time

import pytest

from factcheck.articles.sentences import split_sentences
from factcheck.models.parser import Parser
from factcheck.speech.utterances import Utterance, find_candidates, find_utterances
from factcheck.types import SourceSentence


def read(text: str, parser: Parser) -> tuple[Utterance, ...]:
    return find_utterances(text, number(text), parser.parse)


def number(text: str) -> list[SourceSentence]:
    return [
        SourceSentence(
            id=0, file="a.txt", sha256="h", ordinal=place, passage=0, start=found.start, end=found.end,
            line=text.count("\n", 0, found.start) + 1, text=text[found.start : found.end],
        )
        for place, found in enumerate(split_sentences(text))
    ]  # fmt: skip


def tell(text: str, item: Utterance) -> tuple[str | None, str, list[str]]:
    return item.speaker, item.kind, [span.of(text) for span in item.content]


# A text, and its utterances: speaker, kind, pieces of content.
TEXTS: list[tuple[str, list[tuple[str | None, str, list[str]]]]] = [
    # The speaker after, before and between.
    ("“We are ready,” said coach Peter Adeyemi.", [("Peter Adeyemi", "direct", ["We are ready"])]),
    ("Coach Peter Adeyemi said: “We are ready.”", [("Peter Adeyemi", "direct", ["We are ready."])]),
    (
        "“The drains,” Mayor Edda Lindqvist said, “were blocked for years.”",
        [("Edda Lindqvist", "direct", ["The drains", "were blocked for years."])],
    ),
    (
        "“The drains were old,” said Mayor Edda Lindqvist. “Nobody cared. We paid.”",
        [("Edda Lindqvist", "direct", ["The drains were old", "Nobody cared. We paid."])],
    ),
    ("The drains were blocked, she said.\nEdda Lindqvist left.", []),
    # In other words: "that" is left out, and what was not said with it.
    (
        "Mayor Edda Lindqvist said that the drains were blocked, but took no questions.",
        [("Edda Lindqvist", "indirect", ["the drains were blocked"])],
    ),
    (
        "VERRIN, March 3 (NPA) - Six people were hurt when a lorry hit the bridge, the police said on Monday.",
        [("police", "indirect", ["Six people were hurt when a lorry hit the bridge"])],
    ),
    (
        "The drains were blocked, according to Mayor Edda Lindqvist.",
        [("Edda Lindqvist", "indirect", ["The drains were blocked"])],
    ),
    (
        "The union claims to have written to the company twice.",
        [("union", "indirect", ["to have written to the company twice"])],
    ),
    # What is denied, and whom somebody accuses of what.
    (
        "Finance Minister Ada Brook denied that a tax had been planned.",
        [("Ada Brook", "indirect", ["a tax had been planned"])],
    ),
    (
        "Ada Brook accused the press of inventing a tax.",
        [("Ada Brook", "indirect", ["the press of inventing a tax"])],
    ),
    # Words in quotation marks inside a clause; a clause that is all quotation is direct.
    (
        "A Halden spokesman, Curtis Yeo, called the memo “a paper that nobody has approved”.",
        [("Curtis Yeo", "mixed", ["the memo “a paper that nobody has approved”"])],
    ),
    (
        "Ada Brook insisted that nobody “will be left behind”.",
        [("Ada Brook", "mixed", ["nobody “will be left behind”"])],
    ),
    (
        "Ada Brook insisted that “nobody will be left behind”.",
        [("Ada Brook", "direct", ["nobody will be left behind"])],
    ),
    # Over sentences and paragraphs: opened again in each, closed in the last.
    (
        "“We are ready. We trained for months. Nothing can stop us,” said coach Peter Adeyemi.",
        [("Peter Adeyemi", "direct", ["We are ready. We trained for months. Nothing can stop us"])],
    ),
    (
        "“We are ready,” said coach Peter Adeyemi. “We trained for months.\n\n“Nothing can stop us.”\n\nHe left.",
        [("Peter Adeyemi", "direct", ["We are ready", "We trained for months.", "Nothing can stop us."])],
    ),
    # A quotation without a cue belongs to whom has just spoken.
    (
        "An apology was not enough, said Ines Carvalho of the union. “I want to see them in court.”",
        [
            ("Ines Carvalho", "indirect", ["An apology was not enough"]),
            ("Ines Carvalho", "direct", ["I want to see them in court."]),
        ],
    ),
    # A role that stands for a name, a pronoun, an organisation by its kind.
    (
        "Curtis Yeo, a spokesman for Halden, arrived late. “We are sorry,” the spokesman said.",
        [("Curtis Yeo", "direct", ["We are sorry"])],
    ),
    (
        "Edda Lindqvist, the mayor, came at noon. “We are sorry,” she said. “It is a shame,” she added.",
        [("Edda Lindqvist", "direct", ["We are sorry"]), ("Edda Lindqvist", "direct", ["It is a shame"])],
    ),
    (
        "The contractor, Tolberg Bau, rejected the blame. The concrete had been poured as drawn, it said.",
        [
            ("Tolberg Bau", "indirect", ["the blame"]),
            ("Tolberg Bau", "indirect", ["The concrete had been poured as drawn"]),
        ],
    ),
    (
        "The supplier, Alarmtek, denied a fault. “We are sorry. We wrote.” “We advised the city,” the company said.",
        [
            ("Alarmtek", "indirect", ["a fault"]),
            ("Alarmtek", "direct", ["We are sorry. We wrote."]),
            ("Alarmtek", "direct", ["We advised the city"]),
        ],
    ),
    # Two people of one surname: the one who was named.
    (
        "Opposition leader Bram Delacourt left. His sister, Lotte Delacourt, a deputy, stayed. “I am tired,” she said.",
        [("Lotte Delacourt", "direct", ["I am tired"])],
    ),
    # Not speech: titles, words at a distance, what was asked, refused, or has yet to be said.
    ("Sofia Renaldi scored twice and the “miracle of Dunmore” was complete.", []),
    ("Tomas Brandt declined to say how many were hurt.", []),
    ("The minister is expected to announce a tax.", []),
    ("A worker, who asked not to be named, left the hall.", []),
    ("The move suggests that prices will rise.", []),
    ("The concrete was poured according to the drawings.", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_an_article_gives_its_utterances(
    text: str, expected: list[tuple[str | None, str, list[str]]], parser: Parser
) -> None:
    assert [tell(text, item) for item in read(text, parser)] == expected


# A sentence and through whom its words came, the one nearest to the reader first.
CHAINS: list[tuple[str, str, tuple[str, ...]]] = [
    ("A US official told CNN that the request was new.", "US official", ("CNN",)),
    ("A worker told the news agency CPA that the filters were off.", "worker", ("CPA",)),
    ("“It is late,” Ada Brook told the broadcaster VTV on Friday.", "Ada Brook", ("VTV",)),
    (
        "According to Reuters, Finance Minister Anton Siluanov said in a televised appearance that the money was safe.",
        "Anton Siluanov",
        ("Reuters", "televised appearance"),
    ),
    ("Viktor Sand said in a written statement that he was sorry.", "Viktor Sand", ("written statement",)),
    ("“It is safe,” Governor Elena Brandt told a news conference.", "Elena Brandt", ("news conference",)),
    ("“A tunnel that leaks is a well,” the Gazette quotes its boss, Beate Solheim, as saying.",
     "Beate Solheim", ("Gazette",)),
    ("Ada Brook told reporters that it was late.", "Ada Brook", ()),
    ("Ada Brook told parliament that it was late.", "Ada Brook", ()),
]  # fmt: skip


@pytest.mark.parametrize(("text", "speaker", "chain"), CHAINS)
def test_words_came_through_outlets_and_channels(
    text: str, speaker: str, chain: tuple[str, ...], parser: Parser
) -> None:
    (item,) = read(text, parser)
    assert (item.speaker, item.chain, item.via) == (speaker, chain, chain[0] if chain else None)


ROLES: list[tuple[str, str | None, str]] = [
    ("“It is out,” said fire chief Rosalind Achebe.", "fire chief", "said"),
    ("“It is out,” said its managing director, Piers Lockyer.", "managing director", "said"),
    ("Laszlo Temesi, an expert on tree rings, testified that it was old.", "expert on tree rings", "testified"),
    ("A police spokesman said that it was out.", "police spokesman", "said"),
    ("The Kremlin denied the reports.", None, "denied"),
    ("According to Ada Brook, it is out.", None, "According to"),
]


@pytest.mark.parametrize(("text", "role", "cue"), ROLES)
def test_an_utterance_has_role_and_cue_in_the_articles_words(
    text: str, role: str | None, cue: str, parser: Parser
) -> None:
    (item,) = read(text, parser)
    assert (item.role, item.cue) == (role, cue)


def test_an_utterance_spans_the_sentences_of_its_content(parser: Parser) -> None:
    text = "It rained. “We are ready. Nothing can stop us,” said coach Peter Adeyemi. He left."
    (item,) = read(text, parser)
    assert (item.first, item.last) == (1, 2)
    assert text[item.start : item.end] == "“We are ready. Nothing can stop us,” said coach Peter Adeyemi."


def test_only_sentences_that_may_report_speech_are_parsed_beforehand() -> None:
    text = "It rained all day. Ada Brook said it was late. “We wait.” “It is late,” she said."
    assert find_candidates(text, number(text)) == ["Ada Brook said it was late.", "“It is late,” she said."]


HOSTILE = [
    '"' * 3000,
    "“" * 2000 + "he said",
    "he said " * 400,
    "\ufffd\0“" * 500 + " said Ada Brook.",
    "Ada Brook said, " * 120 + "“no”.",
    "A " * 1500 + "Brook said so.",
    "said. " * 800,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_neither_fails_nor_moves_offsets(text: str, parser: Parser) -> None:
    started = time.process_time()
    for item in read(text, parser):
        assert all(0 <= item.start <= span.start < span.end <= item.end <= len(text) for span in item.content)
    assert time.process_time() - started < 60
