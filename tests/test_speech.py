"""Who says a sentence."""

from __future__ import annotations

import pytest

from factcheck.articles.sentences import split_sentences
from factcheck.models.parser import Parser
from factcheck.speech.attributing import Attribution, SpeechReader
from factcheck.types import SourceSentence


def read_speech(text: str, parser: Parser) -> list[Attribution | None]:
    """Attribute every sentence of a text."""
    sentences = [
        SourceSentence(
            id=number, file="a.txt", sha256="h", ordinal=number, passage=1, start=found.start, end=found.end,
            line=text.count("\n", 0, found.start) + 1, text=text[found.start : found.end],
        )
        for number, found in enumerate(split_sentences(text))
    ]  # fmt: skip
    reader = SpeechReader(text, sentences, parser.parse)
    return [reader.attribute(sentence.ordinal) for sentence in sentences]


# A text, and who says each of its sentences; None where the article itself speaks.
SPEAKERS: list[tuple[str, list[str | None]]] = [
    # The speaker before, behind and between the words.
    ("Mayor Edda Lindqvist said the drains were blocked.", ["Edda Lindqvist"]),
    ("“The drains were blocked,” said Mayor Edda Lindqvist.", ["Edda Lindqvist"]),
    ("Edda Lindqvist said: “The drains were blocked.”", ["Edda Lindqvist"]),
    ("“The drains,” Edda Lindqvist said, “were blocked for years.”", ["Edda Lindqvist"]),
    ('"The road is closed," police officer Jan Kolar told Radio Kalten.', ["Jan Kolar"]),
    # Sentences inside a quotation, its attribution at the end, at the start and in the middle.
    ("“We are ready. We trained for months. Nothing can stop us,” said coach Peter Adeyemi.", ["Peter Adeyemi"] * 3),
    ("“The drains were blocked,” Edda Lindqvist said. “They were old. Nobody cared.”", ["Edda Lindqvist"] * 3),
    ("“This is a scandal,” Carla Voss said.\n“This is the end of the town. We will fight.”", ["Carla Voss"] * 3),
    # "He added": by the speaker before.
    ("“The drains were blocked,” Edda Lindqvist said. “Nobody cared,” she added.", ["Edda Lindqvist"] * 2),
    ("Union leader Carla Voss condemned it. “They have lied to us,” she said.", ["Carla Voss"] * 2),
    ("Edda Lindqvist met reporters on Monday. She said the drains were blocked.", [None, "Edda Lindqvist"]),
    ("Coach Peter Adeyemi was proud.\n“We are ready,” he said.", [None, "Peter Adeyemi"]),
    # According to.
    ("According to Tomas Brandt, Hollis will not appeal.", ["Tomas Brandt"]),
    ("Hollis will not appeal, according to Tomas Brandt.", ["Tomas Brandt"]),
    # Appositions and inverted subjects.
    ("“It is wrong,” lamented its managing director, Neil Garrity.", ["Neil Garrity"]),
    ("The agency’s head, Olga Petrenko, said that the reactor was stable.", ["Olga Petrenko"]),
    ("Ada Brook, the prime minister, insisted that “nobody will be left behind”.", ["Ada Brook"]),
    # Surnames are completed by the fuller name.
    ("Zhao Lijian gave a briefing. “It is untrue,” Zhao said.", [None, "Zhao Lijian"]),
    ("Dmitry Peskov spoke on Monday. Later Peskov said it was going to plan.", [None, "Dmitry Peskov"]),
    ("“This is a scandal,” Voss said.", ["Voss"]),
    # Institutions and descriptions.
    ("The Kremlin denied the reports.", ["Kremlin"]),
    ("The company rejected the accusation.", ["company"]),
    ("“No comment,” the ministry replied.", ["ministry"]),
    ("A US official, speaking on condition of anonymity, said the request is not new.", ["US official"]),
    ("The judge told the jury that the evidence was clear.", ["judge"]),
    ("The minister announced that taxes would fall.", ["minister"]),
    # Machine translation doubles subjects.
    ("However, China he denied this Monday that Russia had asked for help.", ["China"]),
    ("However, China He denied this Monday that Russia had asked for help.", ["China"]),
    ("Hollis, who was the treasurer, said he was innocent.", ["Hollis"]),
    # Nobody says these.
    ("It rained all day in the valley.", [None]),
    ("The River Ostra burst its banks near Verrin.", [None]),
    ("Sofia Renaldi scored twice and the “miracle of Dunmore” was complete.", [None]),
    # What was not said is no speech.
    ("He declined to say when.", [None]),
    ("Tomas Brandt declined to comment.", [None]),
    ("The official did not specify what kind of equipment was requested.", [None]),
    ("The ministry refused to say how many had died.", [None]),
]


@pytest.mark.parametrize(("text", "speakers"), SPEAKERS)
def test_sentences_get_their_speakers(text: str, speakers: list[str | None], parser: Parser) -> None:
    found = [said.speaker if said is not None else None for said in read_speech(text, parser)]
    assert found == speakers


# A text of one sentence and its whole attribution: speaker, cue, kind, through whom.
WHOLE: list[tuple[str, tuple[str, str, str, str | None]]] = [
    ("Jake Sullivan told CNN that Washington will not allow it.", ("Jake Sullivan", "tell", "indirect", "CNN")),
    (
        "According to Reuters, Finance Minister Anton Siluanov said the reserves were in yuan.",
        ("Anton Siluanov", "say", "indirect", "Reuters"),
    ),
    (
        "In an interview with CNN, Jake Sullivan warned Beijing of consequences.",
        ("Jake Sullivan", "warn", "indirect", "CNN"),
    ),
    (
        "Jake Sullivan said in an interview with CNN that Washington was watching.",
        ("Jake Sullivan", "say", "indirect", "CNN"),
    ),
    ("Edda Lindqvist said the drains were blocked.", ("Edda Lindqvist", "say", "indirect", None)),
    ("Edda Lindqvist said: “The drains were blocked.”", ("Edda Lindqvist", "say", "direct", None)),
    (
        "Ada Brook, the prime minister, insisted that “nobody will be left behind”.",
        ("Ada Brook", "insist", "direct", None),
    ),
    (
        "Ada Brook, the prime minister, insisted that nobody “will be left behind”.",
        ("Ada Brook", "insist", "mixed", None),
    ),
    (
        "According to Tomas Brandt, Hollis will not appeal.",
        ("Tomas Brandt", "according", "indirect", None),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), WHOLE)
def test_an_attribution_says_how_it_is_reported(
    text: str, expected: tuple[str, str, str, str | None], parser: Parser
) -> None:
    (said,) = read_speech(text, parser)
    assert said is not None
    assert (said.speaker, said.cue, said.kind, said.via) == expected


def test_a_speaker_of_another_paragraph_does_not_take_a_quotation(parser: Parser) -> None:
    text = "Carla Voss said the town was angry.\nThe plant opened in 1957.\n“Plant of dreams” was its name."
    assert read_speech(text, parser)[1] is None
    assert read_speech(text, parser)[2] is None
