"""Whether the answer is the right one. Over questions that can be answered; not answering is wrong."""

from __future__ import annotations

import re
import string
from collections import Counter
from functools import partial

from factcheck.evaluation.metrics.matching import contains, fold, meets
from factcheck.evaluation.metrics.metric import Metric
from factcheck.evaluation.records import Judgement

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_MARKERS = re.compile(r"\s*\[\d+\]")
_PUNCTUATION = str.maketrans("", "", string.punctuation + "–—…«»„")


def score_answer(judgement: Judgement) -> float | None:
    """Return 1 where the answer or its short form meets every group and names nothing forbidden."""
    record = judgement.record
    return _meets(judgement, f"{record.get('short_answer') or ''}\n{record.get('answer') or ''}")


def score_short_answer(judgement: Judgement) -> float | None:
    """Return 1 where the short answer alone meets every group."""
    return _meets(judgement, judgement.record.get("short_answer") or "")


def _meets(judgement: Judgement, text: str) -> float | None:
    case, record = judgement.case, judgement.record
    if not case.answerable:
        return None
    if record["outcome"] != "answered":
        return 0.0
    allowed = not any(contains(record.get("short_answer") or "", name) for name in case.forbidden)
    return float(allowed and meets(text, case.answers))


def score_token_f1(judgement: Judgement) -> float | None:
    """Return the F1 of the words that the short answer shares with the gold answer.

    Each group gives the alias that is nearest to what was answered. An answer without a short form is
    taken whole.
    """
    case, record = judgement.case, judgement.record
    if not case.answerable:
        return None
    if record["outcome"] != "answered":
        return 0.0
    given = _words(record.get("short_answer") or _MARKERS.sub("", record.get("answer") or ""))
    gold: Counter[str] = Counter()
    for group in case.answers:
        gold.update(max(map(_words, group), key=partial(_f1, given)))
    return _f1(given, gold)


def _words(text: str) -> Counter[str]:
    """Return the words as the SQuAD script counts them: no case, no punctuation, no articles."""
    return Counter(_ARTICLES.sub(" ", fold(text).translate(_PUNCTUATION)).split())


def _f1(given: Counter[str], gold: Counter[str]) -> float:
    shared = (given & gold).total()
    return 2 * shared / (given.total() + gold.total()) if shared else 0.0


ANSWERS = (
    Metric(
        "answer_correctness",
        "Answer correct",
        "Share of the answerable questions whose answer names everything the golden set asks for.",
        "higher",
        "own; alias groups as in TREC QA answer patterns",
        ("question",),
        score_answer,
    ),
    Metric(
        "short_answer_correctness",
        "Short answer correct",
        "The same, looking at the short answer only.",
        "higher",
        "own; alias groups as in TREC QA answer patterns",
        ("question",),
        score_short_answer,
    ),
    Metric(
        "token_f1",
        "Short answer, words shared",
        "How far the words of the short answer are the words of the gold answer: 1 for the same words, 0 for none.",
        "higher",
        "SQuAD, Rajpurkar et al. 2016 (doi:10.18653/v1/D16-1264)",
        ("question",),
        score_token_f1,
    ),
)
