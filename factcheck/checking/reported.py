"""Tell whether an article says something itself, or only reports that somebody said it.

    hit's words that match the claim + what is said in the sentence (speech at index time) → reported or not

A claim may rest on the part of a sentence that is the article's own: "Liu, a spokesman of the embassy, said …".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from factcheck.claims.names import same_word, spelled
from factcheck.speech.attributing import Attribution
from factcheck.speech.utterances import Utterance
from factcheck.types import SourceSentence, Span

# Share of the claim's words that must be the speaker's for the whole to be his.
SHARE = 0.5
# Verbs with which an article takes over what is said, or which make it so: "announced", "the court ruled".
_FACTIVE = frozenset(
    "acknowledge admit announce concede confirm decide disclose discover establish find prove reveal rule show".split()
)
# What writes figures down is a source, not a speaker with a view: "according to the annual report".
_PAPERS = re.compile(
    r"(?i)\b(?:reports?|figures|data|statistics|documents?|records?|study|survey|census|register|minutes|ruling|"
    r"statute|contract|police|fire service|fire brigade|coroner|court)\b"
)


def is_reported(
    sentence: SourceSentence,
    matched: Sequence[Span],
    attribution: Attribution | None,
    utterances: Sequence[Utterance],
    subject: str,
) -> bool:
    """Whether what a sentence has of a claim is only reported as said.

    Args:
        sentence: The sentence.
        matched: Places in it of what matches the claim's content words.
        attribution: Who says the sentence, or None.
        utterances: Of the sentence's article.
        subject: Whom the claim is about; what he says of himself is his own act, not hearsay.
    """
    inside = [one for one in utterances if one.start < sentence.end and sentence.start < one.end]
    if attribution is None and not inside:
        return False
    named = next((one.speaker for one in inside if one.speaker), None)
    speaker = attribution.speaker if attribution is not None else named
    cue = attribution.cue if attribution is not None else next((one.verb for one in inside if one.verb), None)
    if cue in _FACTIVE:
        return False
    if speaker is not None and (_is_paper(speaker) or _is_same(speaker, subject)):
        return False
    if not inside:
        return True
    said = [span for one in inside for span in one.content]
    heard = sum(
        any(span.start <= sentence.start + word.start and sentence.start + word.end <= span.end for span in said)
        for word in matched
    )
    return heard >= SHARE * len(matched)


def _is_paper(speaker: str) -> bool:
    return _PAPERS.search(speaker) is not None and not any(word[:1].isupper() for word in speaker.split()[1:])


def _is_same(speaker: str, subject: str) -> bool:
    mine, theirs = spelled(subject), spelled(speaker)
    return bool(mine) and bool(theirs) and same_word(mine[-1], theirs[-1])
