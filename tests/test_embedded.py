"""Questions end to end with the embedded engine: on the seeds and on news it was not made for."""

from __future__ import annotations

import pytest

from factcheck.answering.abstention import WITH_READER
from factcheck.answering.inputs import restore_capitals
from factcheck.pipeline import Corpus
from factcheck.types import Abstention, Answer, Hit, Retrieved, Searched, SourceSentence


def ask(corpus: Corpus, question: str) -> Answer:
    outcome = corpus.ask(question).outcome
    assert isinstance(outcome, Answer), outcome
    return outcome


def values(answer: Answer) -> list[set[str]]:
    return [{side.value for side in conflict.sides} for conflict in answer.conflicts]


def quotes(answer: Answer) -> str:
    return "\n".join(citation.quote for citation in answer.citations)


def test_who_denied_the_request_names_both_and_nobody_who_did_not(seed_corpus: Corpus) -> None:
    answer = ask(seed_corpus, "Who denied the request?")
    assert answer.short_answer is not None
    assert "Zhao Lijian" in answer.short_answer
    assert "Dmitry Peskov" in answer.short_answer
    assert "Liu" not in answer.short_answer + answer.text
    assert answer.origins.files >= 2
    assert {citation.speaker for citation in answer.citations} >= {"Zhao Lijian", "Dmitry Peskov"}


def test_will_the_us_stand_by_shows_the_lost_not(seed_corpus: Corpus) -> None:
    answer = ask(seed_corpus, "Will the US stand by?")
    sides = [side.value for conflict in answer.conflicts for side in conflict.sides]
    assert any("not stand by" in side or "n’t stand by" in side for side in sides)
    assert any("will stand idly by" in side for side in sides)
    assert answer.short_answer is None


def test_what_kind_of_equipment_shows_silence_against_drones(seed_corpus: Corpus) -> None:
    answer = ask(seed_corpus, "What kind of equipment did Russia ask for?")
    (sides,) = [found for found in values(answer) if "did not specify" in found]
    assert any("drone" in side for side in sides)


def test_the_engine_says_how_sure_it_is(seed_corpus: Corpus) -> None:
    certain = ask(seed_corpus, "When did Nixon visit China?").confidence
    unsure = seed_corpus.ask("How many drones did Russia request?").outcome
    unread = seed_corpus.ask("What did Zelensky say?").outcome
    assert isinstance(unsure, Abstention) and isinstance(unread, Abstention)
    assert certain is not None and certain >= WITH_READER.answers
    assert unsure.confidence is not None and 0 <= unsure.confidence <= 1
    assert unread.confidence is None  # a name that is nowhere; no sentence was judged


def test_how_many_drones_is_not_said(seed_corpus: Corpus) -> None:
    outcome = seed_corpus.ask("How many drones did Russia request?").outcome
    assert isinstance(outcome, Abstention)
    assert outcome.reason == "insufficient_evidence"
    assert "drone" in outcome.explanation
    assert any("drone" in citation.quote for citation in outcome.closest)
    assert outcome.searched.files == 5


def test_what_zelensky_said_is_nowhere(seed_corpus: Corpus) -> None:
    outcome = seed_corpus.ask("What did Zelensky say?").outcome
    assert isinstance(outcome, Abstention)
    assert outcome.reason == "no_evidence"
    assert outcome.explanation.startswith("No sentence mentions Zelensky")


# Short answers on the articles of newsroom.py.
SHORT = [
    ("Who will sentence Hollis?", "Miriam Okafor"),
    ("When will Hollis be sentenced?", "June 12"),
    ("How old is Hollis?", "58"),
    ("How much did Hollis steal?", "$412,000"),
    ("Who bought the boat?", "Quentin Marsh"),
    ("Who won the Carrow Cup?", "Northgate Rovers"),
    ("How many spectators watched the match?", "48,200"),
    ("Who is Ingrid Bauer?", "Eastvale goalkeeper"),
    ("Which bridge did the flood destroy?", "Alder Bridge"),
    ("How long will rebuilding take?", "two years"),
    ("How much will the repairs of the Alder Bridge cost?", "6.5 million euros"),
    ("Who owns Tessaro?", "Arven"),
    ("When was Tessaro founded?", "1957"),
    ("Who condemned the decision?", "Carla Voss"),
    ("Who is Carla Voss?", "Union leader"),
    ("who condemned the decision", "Carla Voss"),
    ("Who condemed the decision?", "Carla Voss"),
]


@pytest.mark.parametrize(("question", "short"), SHORT)
def test_unseen_news_is_answered_by_its_words(question: str, short: str, news_corpus: Corpus) -> None:
    answer = ask(news_corpus, question)
    assert short in (answer.short_answer or "").split("; ")
    assert short in answer.citations[0].quote


def test_sentences_answer_where_no_span_would(news_corpus: Corpus) -> None:
    why = ask(news_corpus, "Why will Tessaro close its plant?")
    assert why.short_answer == "demand for diesel engines has collapsed"
    assert "because demand for diesel engines has collapsed" in why.text
    said = ask(news_corpus, "What did Lena Whitfield say?")
    assert "betrayed every fisherman" in said.text
    assert said.citations[0].speaker == "Lena Whitfield"
    appeal = ask(news_corpus, "Will Hollis appeal?")
    assert "will not appeal" in appeal.text
    assert appeal.citations[0].speaker == "Tomas Brandt"


CONFLICTS = [
    ("How much did Hollis steal?", {"$412,000", "$421,000"}),
    ("How many people died in the flood?", {"At least 14", "17"}),
    ("Will the company cut pensions?", {"will not cut", "will cut"}),
    ("Was the dam safe?", {"was safe", "was not safe"}),
]


@pytest.mark.parametrize(("question", "sides"), CONFLICTS)
def test_files_that_disagree_are_set_side_by_side(question: str, sides: set[str], news_corpus: Corpus) -> None:
    answer = ask(news_corpus, question)
    assert sides in values(answer)
    for conflict in answer.conflicts:
        for side in conflict.sides:
            cited = [citation for citation in answer.citations if citation.id in side.citations]
            assert any(side.value in citation.quote for citation in cited)


def test_copies_are_one_statement_that_cites_every_file(news_corpus: Corpus) -> None:
    answer = ask(news_corpus, "Why will Tessaro close its plant?")
    (statement,) = answer.statements
    files = {citation.file for citation in answer.citations if citation.id in statement.citations}
    assert files == {"company/tessaro.md", "company/tessaro-copy.txt"}


AGREED = ["Who owns Tessaro?", "When was Tessaro founded?", "Who won the Carrow Cup?", "How old is Hollis?"]


@pytest.mark.parametrize("question", AGREED)
def test_files_that_agree_show_no_conflict(question: str, news_corpus: Corpus) -> None:
    assert ask(news_corpus, question).conflicts == ()


ABSTAINED = [
    ("What did Boris Johnson say?", "no_evidence"),
    ("Who won the election?", None),
    ("Who was arrested for the theft of the painting?", None),
    ("How many drones did Tessaro sell?", None),
    ("What did Garrett Hollis say about Tessaro?", None),
    ("Who married Sofia Renaldi?", None),
]


@pytest.mark.parametrize(("question", "reason"), ABSTAINED)
def test_what_is_not_said_is_not_answered(question: str, reason: str | None, news_corpus: Corpus) -> None:
    outcome = news_corpus.ask(question).outcome
    assert isinstance(outcome, Abstention)
    assert reason in {None, outcome.reason}
    assert outcome.explanation.endswith(".")
    assert outcome.searched.files == 7


def make_retrieved(*texts: str) -> Retrieved:
    hits = [
        Hit(SourceSentence(n, "a.txt", "h", n, 1, 0, len(text), 1, text), 0.0, n + 1) for n, text in enumerate(texts)
    ]
    return Retrieved("", tuple(hits), Searched(1, len(texts)))


@pytest.mark.parametrize(
    ("text", "restored"),
    [
        ("who is kadyrov?", "who is Kadyrov?"),
        ("Who is Kadyrov?", "Who is Kadyrov?"),
        ("who sent fighters?", "who sent fighters?"),
        ("who is the president?", "who is the president?"),
        ("who is novak?", "who is novak?"),
        ("which leader is kadyrov?", "which leader is Kadyrov?"),
        ("which bridge fell?", "which bridge fell?"),
        ("how many bridge tolls are paid?", "how many bridge tolls are paid?"),
        ("has the alder bridge a toll?", "has the Alder Bridge a toll?"),
    ],
)
def test_names_get_their_capitals_back(text: str, restored: str) -> None:
    retrieved = make_retrieved(
        "The leader Ramzan Kadyrov sent fighters.", "The President met the president of Chad.", "The Alder Bridge fell."
    )
    assert restore_capitals(text, retrieved) == restored
