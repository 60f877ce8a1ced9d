"""What a question asks for: kind, focus, act, names and speaker."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from factcheck.answering.question_kinds import TYPED
from factcheck.answering.questions import Question, analyse_question
from factcheck.models.parser import Parser


@pytest.fixture(scope="module")
def analyse(parser: Parser) -> Callable[[str], Question]:
    return lambda text: analyse_question(text, parser.parse(text))


# Question, kind, focus, act, names, speaker.
READ: list[tuple[str, str, str | None, str | None, tuple[str, ...], str | None]] = [
    ("Who denied the request?", "who", None, "deny", (), None),
    ("Who convicted Garrett Hollis?", "who", None, "convict", ("Garrett Hollis",), None),
    ("Who scored twice in the final?", "who", None, "score", (), None),
    ("Who owns Tessaro Motors?", "who", None, "own", ("Tessaro Motors",), None),
    ("Who won the Carrow Cup?", "who", None, "win", ("Carrow Cup",), None),
    ("Who beat Eastvale United?", "who", None, "beat", ("Eastvale United",), None),
    ("Who accused the government of lying?", "who", None, "accuse", (), None),
    ("Who did not sign the treaty?", "who", None, "sign", (), None),
    ("Who was arrested in Kalten?", "who", None, "arrest", ("Kalten",), None),
    ("Whose boat sank?", "who", None, "sink", (), None),
    ("Who is the mayor of Verrin?", "who", "mayor", None, ("Verrin",), None),
    ("Who is the chief executive of Tessaro Motors?", "who", "executive", None, ("Tessaro Motors",), None),
    ("What is the name of the judge?", "who", "judge", None, (), None),
    ("What are the names of the senators?", "who", "senator", None, (), None),
    ("Who is Miriam Okafor?", "identity", None, None, ("Miriam Okafor",), None),
    ("Who was Ingrid Bauer?", "identity", None, None, ("Ingrid Bauer",), None),
    ("What is Tessaro Motors?", "identity", None, None, ("Tessaro Motors",), None),
    ("Whom did Sullivan meet in Rome?", "whom", None, "meet", ("Sullivan", "Rome"), None),
    ("Who did the jury convict?", "whom", None, "convict", (), None),
    ("With whom did Jake Sullivan meet?", "whom", None, "meet", ("Jake Sullivan",), None),
    ("When did the River Ostra flood Verrin?", "when", None, "flood", ("River Ostra", "Verrin"), None),
    ("When was Tessaro founded?", "when", None, "found", ("Tessaro",), None),
    ("When did the meeting end?", "when", None, "end", (), None),
    ("When will the bridge open?", "when", None, "open", (), None),
    ("In which year was the bridge built?", "when", "year", None, (), None),
    ("What day did the match take place?", "when", "day", None, (), None),
    ("date of the sentencing", "when", "date", "sentencing", (), None),
    ("Where was the final played?", "where", None, "play", (), None),
    ("Where did Biden travel?", "where", None, "travel", ("Biden",), None),
    ("Which country invaded Ukraine?", "which", "country", "invade", ("Ukraine",), None),
    ("Which company owns Tessaro?", "which", "company", "own", ("Tessaro",), None),
    ("Which bridge was destroyed?", "which", "bridge", "destroy", (), None),
    ("What language do they speak in Holm?", "which", "language", "speak", ("Holm",), None),
    ("How many people died in the flood?", "how_many", "people", "die", (), None),
    ("How many drones did Russia request?", "how_many", "drone", "request", ("Russia",), None),
    ("How many spectators watched the match?", "how_many", "spectator", "watch", (), None),
    ("How many residents were evacuated?", "how_many", "resident", "evacuate", (), None),
    ("What was the death toll of the flood?", "how_many", "toll", "kill", (), None),
    ("death toll of the flood", "how_many", "toll", "kill", (), None),
    ("What is the population of Holm?", "how_many", "population", None, ("Holm",), None),
    ("How much did Hollis steal?", "how_much", None, "steal", ("Hollis",), None),
    ("How much money did the repairs cost?", "how_much", "money", "cost", (), None),
    ("How much will the bridge cost?", "how_much", None, "cost", (), None),
    ("What is the cost of the bridge?", "how_much", "cost", "bridge", (), None),
    ("What percentage of voters supported the plan?", "how_much", "percentage", "support", (), None),
    ("How tall is the tower?", "how_much", None, "tower", (), None),
    ("How far is Verrin from Kalten?", "how_much", None, None, ("Verrin", "Kalten"), None),
    ("How old is Garrett Hollis?", "how_old", None, None, ("Garrett Hollis",), None),
    ("How long will the rebuilding take?", "how_long", None, "rebuilding", (), None),
    ("How long did the strike last?", "how_long", None, "last", (), None),
    ("How often are the drains cleaned?", "how_long", None, None, (), None),
    ("What did Lindqvist say about the drains?", "say", None, "say", ("Lindqvist",), "Lindqvist"),
    ("What did the Kremlin say?", "say", None, "say", ("Kremlin",), "Kremlin"),
    ("What did Carla Voss say?", "say", None, "say", ("Carla Voss",), "Carla Voss"),
    ("How did Peskov describe the operation?", "say", None, "describe", ("Peskov",), "Peskov"),
    ("What did Russia announce about volunteers?", "say", None, "announce", ("Russia",), "Russia"),
    ("What does the jury think?", "say", None, "think", (), "jury"),
    ("Why did the flood happen?", "why", None, "flood", (), None),
    ("Why will Tessaro close its plant?", "why", None, "close", (), None),
    ("What is the reason for the delay?", "why", "reason", None, (), None),
    ("How did the engineer fix the dam?", "how", None, "fix", (), None),
    ("Will the US stand by?", "yes_no", None, "stand", ("US",), None),
    ("Did Hollis appeal?", "yes_no", None, "appeal", ("Hollis",), None),
    ("Is the dam safe?", "yes_no", None, None, (), None),
    ("Has the company cut pensions?", "yes_no", None, "cut", (), None),
    ("What kind of equipment did Russia ask for?", "what", "equipment", "ask", ("Russia",), None),
    ("What type of engine does Tessaro make?", "what", "engine", None, ("Tessaro",), None),
    ("What did Russia ask for?", "what", None, "ask", ("Russia",), None),
    ("What caused the flood?", "what", None, "cause", (), None),
    ("What did the flood destroy?", "what", None, "destroy", (), None),
]
# These have no verb that says much: the act, if any, is a guess at a noun, and what counts is the kind.
GUESSED = {
    "In which year was the bridge built?",
    "What day did the match take place?",
    "How often are the drains cleaned?",
    "When did the River Ostra flood Verrin?",
    "date of the sentencing",
    "What is the cost of the bridge?",
    "How tall is the tower?",
    "How long will the rebuilding take?",
}


@pytest.mark.parametrize(("text", "kind", "focus", "action", "names", "speaker"), READ)
def test_questions_are_understood(
    text: str,
    kind: str,
    focus: str | None,
    action: str | None,
    names: tuple[str, ...],
    speaker: str | None,
    analyse: Callable[[str], Question],
) -> None:
    found = analyse(text)
    assert (found.kind, found.focus, found.names, found.speaker) == (kind, focus, names, speaker)
    if text not in GUESSED:
        assert found.action == action


ROLES = [
    ("Who denied the request?", "subject"),
    ("Who was arrested?", "object"),
    ("Whom did Sullivan meet?", "object"),
    ("What did the flood destroy?", "object"),
    ("What caused the flood?", "subject"),
    ("When was it founded?", "adjunct"),
]


@pytest.mark.parametrize(("text", "role"), ROLES)
def test_the_asked_role_is_found(text: str, role: str, analyse: Callable[[str], Question]) -> None:
    assert analyse(text).role == role


def test_a_stranded_preposition_is_kept(analyse: Callable[[str], Question]) -> None:
    assert analyse("What did Russia ask for?").preposition == "for"
    assert analyse("In which city is the plant?").preposition == "in"
    assert analyse("What did Russia request?").preposition is None


def test_lists_denials_and_doers_are_noticed(analyse: Callable[[str], Question]) -> None:
    assert analyse("Who denied the request?").plural
    assert analyse("Which companies sold the boats?").plural
    assert not analyse("Which company sold the boats?").plural
    assert analyse("Who did not sign the treaty?").negated
    assert not analyse("Who signed the treaty?").negated
    assert analyse("When did Peskov meet the reporters?").subject == "Peskov"
    assert analyse("When was Peskov arrested?").subject is None


def test_terms_are_content_words_at_their_places(analyse: Callable[[str], Question]) -> None:
    text = "How many people did the River Ostra flood kill?"
    found = analyse(text)
    assert {term.text for term in found.terms} >= {"people", "river", "ostra", "flood", "kill"}
    assert not {term.text for term in found.terms} & {"how", "many", "did", "the"}
    for term in found.terms:
        assert text[term.start : term.end].lower() == term.text
    assert {term.text for term in found.terms if term.name} >= {"river", "ostra"}


@pytest.mark.parametrize(
    "text", ["?", "...", "the", "12", "who", "Who?", "¿Qué?", "谁否认了", "SELECT * FROM t", "of of of"]
)
def test_anything_is_read_without_an_error(text: str, analyse: Callable[[str], Question]) -> None:
    found = analyse(text)
    assert found.text == text
    assert (found.kind in TYPED) <= bool(found.expects)
