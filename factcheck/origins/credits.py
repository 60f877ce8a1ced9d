"""Which outlets an article says that it got its story, or a detail of it, from."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from factcheck.articles.lines import read_lines
from factcheck.articles.outlets import find_outlet
from factcheck.origins.records import Story
from factcheck.types import Span

_PART = r"[A-Z][\w&.'’-]{0,30}"
_NAME = rf"(?P<name>{_PART}(?:[ ](?:{_PART}|of|the)){{0,5}})"
_KIND = r"(?:(?:[a-z]+-)?(?:[a-z]+ )?(?:news )?(?:agency|newspaper|paper|broadcaster|network|channel|station|site))"
_BEFORE = re.compile(
    r"\b(?P<cue>told|interviews? with|according to|reported by|citing|quoted by|seen by|obtained by|published (?:by|in)"
    r"|reports? (?:by|in|from)|learned from|e-?mails? to|statement to|spoke to|speaking to)"
    rf" (?:the |a )?(?:(?P<kind>{_KIND}) )?{_NAME}(?: (?P<after>{_KIND}))?"
)
_AFTER = re.compile(
    rf"\b(?:(?P<kind>{_KIND}) )?{_NAME}(?: (?P<after>{_KIND}))?,? (?:has |had |also |first )?"
    r"(?:reported|reports|reporting|writes|wrote|learned|learnt|quotes|quoted|seen|revealed|reveals|said|says)\b"
)
_DATELINE = re.compile(r"[A-Z][^\n()]{0,60}\((?P<name>[A-Za-z][\w /&-]{1,40})\)\s*(?:--|[-–—:])\s")
_BYLINE = re.compile(
    r"(?:by|from|source|via|with|originally (?:published|appeared) (?:in|on|by)):? (?P<names>.+)", re.I
)
_BETWEEN = re.compile(r"\s*(?:,|/|\||;|\(|\)|\band\b|\bwith\b|\bfor\b)\s*")
_ACRONYM = re.compile(r"[A-Z]{2,6}")
_HEAD_CHARACTERS = 3000
_HEAD_LINES = 14
_TAIL_LINES = 6
_LONGEST_BYLINE = 120
_FIRST_SENTENCES = 4
# What one mention in the running text counts for, and what one near the top adds.
_MENTION = 0.35
_EARLY = 0.3


@dataclass(frozen=True, slots=True)
class Credit:
    """An outlet that an article names as a source.

    Attributes:
        name: As the article, or the list of outlets, writes it.
        weight: How much of the article rests on it: 1 where it is in the byline or dateline, little where it is
            named for one detail.
        places: Where it is named in the running text.
        sure: Whether the words alone say that it is an outlet; otherwise another file's name has to.
    """

    name: str
    weight: float
    places: tuple[Span, ...]
    sure: bool


@dataclass(frozen=True, slots=True)
class _Mention:
    name: str
    span: Span
    head: bool
    sure: bool


def find_credits(story: Story) -> tuple[Credit, ...]:
    """Return the outlets that an article credits, in the order in which it names them; not its own."""
    early = story.sentences[min(_FIRST_SENTENCES, len(story.sentences)) - 1].end if story.sentences else 0
    gathered: dict[str, list[_Mention]] = defaultdict(list)
    for mention in (*_read_head(story.text), *_read_sentences(story)):
        if not (story.outlet and same_outlet(mention.name, story.outlet)):
            known = next((name for name in gathered if same_outlet(name, mention.name)), mention.name)
            gathered[known].append(mention)
    credits = []
    for name, mentions in gathered.items():
        running = [mention.span for mention in mentions if not mention.head]
        weight = _MENTION * len(running) + _EARLY * any(span.start < early for span in running)
        head = any(mention.head for mention in mentions)
        sure = any(mention.sure for mention in mentions)
        credits.append(Credit(name, 1.0 if head else min(1.0, weight), tuple(running), sure))
    return tuple(credits)


def same_outlet(first: str, second: str) -> bool:
    """Return whether two names can be one outlet's: equal, or the end of the other ("the Gazette")."""
    one, other = sorted((_plain(first), _plain(second)), key=len)
    return bool(one) and other[-len(one) :] == one


def _plain(name: str) -> list[str]:
    words = (find_outlet(name) or name).casefold().split()
    words = words[1:] if words[:1] == ["the"] else words
    return words[:-1] if words[1:] and words[-1] == "news" else words  # "Coast Radio News"


def _read_head(text: str) -> Iterator[_Mention]:
    """Yield the agencies of dateline, byline and source line."""
    head = [line for line in read_lines(text[:_HEAD_CHARACTERS]) if line.text][:_HEAD_LINES]
    tail = [line for line in read_lines(text[-_HEAD_CHARACTERS:]) if line.text][-_TAIL_LINES:]
    for line in head:
        if dateline := _DATELINE.match(line.text):
            yield _Mention(dateline["name"], Span(line.start, line.end), head=True, sure=True)
    for text_of_line in dict.fromkeys(line.text for line in (*head, *tail)):
        byline = _BYLINE.match(text_of_line.strip("*_()[] ")) if len(text_of_line) <= _LONGEST_BYLINE else None
        for part in _BETWEEN.split(byline["names"]) if byline else ():
            name = part.strip(" .*_")
            if find_outlet(name) or (_ACRONYM.fullmatch(name) and not text_of_line.isupper()):
                yield _Mention(find_outlet(name) or name, Span(0, 0), head=True, sure=True)


def _read_sentences(story: Story) -> Iterator[_Mention]:
    for sentence in story.sentences:
        text = story.text[sentence.start : sentence.end]
        for pattern in (_BEFORE, _AFTER):
            for match in pattern.finditer(text):
                name, sure = _read_name(match["name"], bool(match["kind"] or match["after"]))
                if name:
                    yield _Mention(name, Span(sentence.start, sentence.end), head=False, sure=sure)


def _read_name(words: str, is_outlet: bool) -> tuple[str, bool]:
    """Return the longest run of the words that is an outlet's name, and whether that is sure."""
    parts = words.rstrip(".'’").split()
    for length in range(len(parts), 0, -1):
        for start in range(len(parts) - length + 1):
            name = " ".join(parts[start : start + length])
            if found := find_outlet(name, unknown=True):
                return found, True
    acronym = next((part for part in parts if _ACRONYM.fullmatch(part)), "")
    if acronym:
        return acronym, is_outlet
    return (words.rstrip(".'’"), is_outlet) if is_outlet else (_without_article(parts), False)


def _without_article(parts: Sequence[str]) -> str:
    return " ".join(parts[1:] if parts[:1] == ["The"] else parts)
