"""Suggested questions come from the articles and from nothing else."""

from __future__ import annotations

import pytest
from scripted_corpus import ScriptedCorpus, seed_texts

from factcheck.suggestions import suggest_claims, suggest_questions

HARBOUR = """Mayor Inês Duarte said the harbour would reopen in May.
"We are ready," Duarte said.
The port authority rejected the plan on Tuesday.
The storm, killing at least 12 people, ended on Friday.
Harbour Director Tom A. Okafor told reporters that repairs had begun.
"""


def suggest(*texts: str, limit: int = 4) -> list[str]:
    corpus = ScriptedCorpus({f"{at}.txt": text for at, text in enumerate(texts)})
    return suggest_questions(corpus, limit=limit)


def test_questions_of_each_kind_come_from_the_text() -> None:
    assert suggest(HARBOUR) == [
        "Who rejected the plan?",
        "What did Inês Duarte say?",
        "How many people were killed?",
        "Who is Inês Duarte?",
    ]


def test_what_more_articles_bear_on_comes_first() -> None:
    other = "Board Chairman Ravi Menon said nothing. Governor Ana Lima said so."
    again = "Governor Ana Lima said it again."
    assert suggest(other, again, limit=1) == ["What did Ana Lima say?"]


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Prime Minister Ana Lima said so.", "Ana Lima"),
        ("National Security Adviser Ana Lima said so.", "Ana Lima"),
        ("CIA Director William J. Burns said so.", "William J. Burns"),
        ("So it is, said Ursula von der Leyen.", "Ursula von der Leyen"),
    ],
)
def test_titles_are_no_part_of_a_name(sentence: str, name: str) -> None:
    assert f"What did {name} say?" in suggest(sentence)


@pytest.mark.parametrize("sentence", ["The White House said so.", "On Monday the Supreme Court said so."])
def test_institutions_are_not_taken_for_people(sentence: str) -> None:
    assert suggest(sentence) == []


@pytest.mark.parametrize("text", ["", "\n\n", "Всё тихо.", "{{<script></script> said \x00 rejected the"])
def test_nothing_is_suggested_where_nothing_matches(text: str) -> None:
    assert suggest(text) == []


def test_no_article_gives_no_question() -> None:
    assert suggest() == []


def test_only_some_articles_of_a_large_folder_are_read() -> None:
    corpus = ScriptedCorpus({f"{at:04}.txt": "Mayor Ana Lima said so." for at in range(500)})
    read: list[str] = []
    original = corpus.sentences_of_file
    corpus.sentences_of_file = lambda file: (read.append(file), original(file))[1]  # type: ignore[method-assign]
    assert suggest_questions(corpus) == ["What did Ana Lima say?", "Who is Ana Lima?"]
    assert len(read) == 40


def test_the_seeds_give_four_different_questions() -> None:
    questions = suggest_questions(ScriptedCorpus(seed_texts()))
    assert len(set(questions)) == 4
    assert all(question.endswith("?") for question in questions)


def claims(*texts: str) -> list[str]:
    return suggest_claims(ScriptedCorpus({f"{at}.txt": text for at, text in enumerate(texts)}))


def test_claims_are_sentences_that_stand_alone() -> None:
    alone = "Mayor Ana Lima announced a plan for the harbour on Tuesday."
    leaning = "He said that Ana Lima would visit the harbour on Tuesday."
    quoting = "“We will see the harbour,” said Ana Lima on Tuesday morning."
    assert claims(f"{leaning}\n{quoting}\n{alone}\nAna Lima left.") == [alone]
    assert claims(alone, alone) == [alone]
    assert claims("", "Всё тихо.", "{{<script></script> said \x00 rejected the") == []


def test_at_most_three_claims_are_suggested_each_of_another_article() -> None:
    texts = [
        f"Mayor Ana Lima announced {what} for the old harbour." for what in ("a plan", "the fair", "a vote", "rain")
    ]
    assert claims(*texts) == texts[:3]
    assert len(claims("\n".join(texts))) == 1
