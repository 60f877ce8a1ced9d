"""What is offered after an answer: about the cited articles, and not what was asked."""

from __future__ import annotations

from scripted_corpus import ScriptedCorpus

from factcheck.follow_ups import suggest_follow_ups

TEXTS = {
    "a.txt": "Mayor Ana Lima said so.\nThe flood came, killing 12 people.\nThe council approved the plan.",
    "b.txt": "Governor Bo Ekman said no.",
}


def test_questions_are_made_from_the_cited_articles_alone() -> None:
    corpus = ScriptedCorpus(TEXTS)
    assert suggest_follow_ups(corpus, ["a.txt"], []) == ["What did Ana Lima say?", "How many people were killed?"]
    assert suggest_follow_ups(corpus, ["b.txt"], []) == ["What did Bo Ekman say?"]
    assert suggest_follow_ups(corpus, [], []) == []


def test_what_was_asked_in_nearly_these_words_is_not_offered_again() -> None:
    asked = ["And what did mayor Ana Lima say then?"]
    assert suggest_follow_ups(ScriptedCorpus(TEXTS), ["a.txt"], asked) == ["How many people were killed?"]
    assert suggest_follow_ups(ScriptedCorpus(TEXTS), ["a.txt", "b.txt"], [], limit=1) == ["What did Ana Lima say?"]
