"""Who said it: the speaker of a reported sentence as the answer to "who said / warned / denied …"."""

from __future__ import annotations

from factcheck.answering.library import Library
from factcheck.answering.questions import Question
from factcheck.answering.readings import Candidate
from factcheck.lexicon import CUES, action_similarity
from factcheck.speech.attributing import Attribution
from factcheck.types import SourceSentence

# Verbs that ask for any way of saying; a denial is asked for by its own verb.
SAYING = frozenset("say tell state remark note explain add report claim speak comment".split())
DENYING = frozenset("deny reject refute dismiss rebut".split())
SAME_CUE = 0.85
STRENGTH = 0.95
BACK = 12  # sentences in which the name of a speaker is sought


def find_speaker(question: Question, attribution: Attribution | None, sentence: str) -> Candidate | None:
    """Return the speaker of a sentence where the question asks who said it.

    Args:
        question: What is asked.
        attribution: Who says the sentence, or None where the article itself speaks.
        sentence: Its text.

    Returns:
        A candidate; its offsets are 0 where the sentence does not name its speaker.
    """
    if attribution is None or question.kind != "who" or question.role != "subject" or question.negated:
        return None
    if not _same_act(question.action, attribution.cue):
        return None
    start = sentence.find(attribution.speaker)
    end = start + len(attribution.speaker)
    return Candidate(max(start, 0), end if start >= 0 else 0, attribution.speaker, STRENGTH)


def _same_act(asked: str | None, cue: str) -> bool:
    if asked in SAYING:
        return cue not in DENYING
    return asked in CUES and action_similarity(asked or "", cue) >= SAME_CUE


def find_naming(name: str, sentence: SourceSentence, library: Library) -> SourceSentence | None:
    """Return the nearest sentence before one that names its speaker, or None where it does so itself."""
    if name in sentence.text:
        return None
    before = library.around(sentence, BACK, 0)
    return next((other for other in reversed(before) if name in other.text), None)
