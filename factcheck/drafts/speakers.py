"""Who says a quotation in an article, and whether that is whom the draft names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from factcheck.answering.library import Library
from factcheck.claims.names import name_words, same_word
from factcheck.drafts.records import Naming
from factcheck.types import SourceSentence, Span

# How near a description stands to the name it describes: "Kremlin spokesman Dmitry Peskov".
NEAR = 80
# Descriptions that fit anybody of their sort, and so contradict no name.
_VAGUE = frozenset(
    "official source spokesman spokeswoman spokesperson officials sources spokespeople person people man woman "
    "witness resident minister adviser advisor president director professor expert analyst author representative "
    "leader chief mayor he she they authority authorities statement ministry government".split()
)


@dataclass(frozen=True, slots=True)
class Teller:
    """Who says a stretch of an article: name, what the article says that he is, and through whom it came."""

    name: str | None = None
    role: str | None = None
    via: str | None = None


def find_speaker(library: Library, file: str, span: Span, sentences: Sequence[SourceSentence]) -> Teller:
    """Return who says a stretch of an article.

    Args:
        library: The indexed articles.
        file: The article.
        span: The stretch.
        sentences: Its sentences that the stretch touches.
    """
    best, most = None, 0
    for stored in library.store.utterances([file]):
        told = sum(max(0, min(span.end, part.end) - max(span.start, part.start)) for part in stored.utterance.content)
        if told > most and stored.utterance.speaker:
            best, most = stored.utterance, told
    if best is not None:
        return Teller(best.speaker, best.role, best.via)
    for sentence in sorted(sentences, key=lambda each: max(span.start, each.start) - min(span.end, each.end)):
        said = library.attribute(sentence)
        if said is not None:
            return Teller(said.speaker, None, said.via)
    return Teller()


def compare_speakers(drafted: str | None, told: Teller, article: str) -> Naming:
    """Say whether the draft's speaker is the article's.

    A surname is enough, and so is a description that the article gives the speaker: "the Kremlin" for
    "Kremlin spokesman Dmitry Peskov".

    Args:
        drafted: Whom the draft names, or None.
        told: Whom the article names.
        article: The article's text.
    """
    if not drafted:
        return "unnamed"
    if not told.name:
        return "unknown"
    ours, theirs = name_words(drafted), name_words(told.name)
    if not ours or not theirs:
        return "unknown"
    role = tuple(re.findall(r"\w+", (told.role or "").lower()))
    if _is_one(ours, theirs) or (role and all(any(same_word(word, other) for other in role) for word in ours)):
        return "agrees"
    if _stands_by(article, told.name, ours) or _stands_by(article, drafted, theirs):
        return "agrees"
    vague = all(word in _VAGUE for word in ours)
    return "unknown" if vague or drafted[:1].islower() else "differs"


def _is_one(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether two names share the word that counts: the last one, or all of the shorter."""
    if same_word(ours[-1], theirs[-1]) and ours[-1] not in _VAGUE:
        return True
    shorter, longer = sorted((ours, theirs), key=len)
    return all(any(same_word(word, other) for other in longer) for word in shorter)


def _stands_by(article: str, name: str, words: Sequence[str]) -> bool:
    """Whether an article describes a name by these words, right before or behind it."""
    last = name.split()[-1]
    for match in re.finditer(rf"\b{re.escape(last)}\b", article):
        before = _phrase_before(article[max(0, match.start() - NEAR) : match.start()])
        behind = _phrase_behind(article[match.end() : match.end() + NEAR])
        around = name_words(before) + name_words(behind) + tuple(name.lower().split())
        titles = tuple(re.findall(r"\w+", f"{before} {behind}".lower()))
        if all(any(same_word(word, other) for other in (*around, *titles)) for word in words):
            return True
    return False


def _phrase_before(text: str) -> str:
    """Return the words before a name that belong to its phrase: up to the last verb-like break."""
    return re.split(r"[.;:!?“”\"\n]|\b(?:said|told|and|that|which|but|while|with)\b", text)[-1]


def _phrase_behind(text: str) -> str:
    """Return an apposition behind a name: ", a spokesman for the embassy,"."""
    if not text.startswith((",", " of", " from", " for", "’s", "'s", " (")):
        return ""
    return re.split(r"[.;:!?“”\"\n]|\b(?:said|told|and|that|who|which|but|while)\b", text)[0]
