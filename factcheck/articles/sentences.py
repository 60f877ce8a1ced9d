"""Sentences with exact offsets.

A rule-based splitter: one pass over the places where a sentence may end. Every character that is
neither white space nor boilerplate belongs to exactly one sentence, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from factcheck.articles.abbreviations import (
    AFTER_TIMES,
    ALWAYS,
    BEFORE_NUMBER,
    MOSTLY,
    NAME_TAILS,
    SITE_ENDINGS,
    SPEECH,
    STARTERS,
    TIMES,
)
from factcheck.articles.lines import continues, find_wrap_width, read_lines
from factcheck.articles.passages import group_passages
from factcheck.types import Sentence, Span

__all__ = ["MAX_SENTENCE", "SPLITTER", "group_passages", "split_sentences"]

SPLITTER = "rules-3"
"""Version of the splitter and the boilerplate rules; part of the index fingerprint.

Raise it with every change after which an unchanged file gives other sentences.
"""

MAX_SENTENCE = 2000
"""Longest sentence in characters; a longer one is cut at a safe point."""

_QUOTES = "\"'”’»›“„"
_END = re.compile(
    r"(?P<stop>[.!?…‼⁇⁈⁉]+|[。！？｡]+)"
    r"(?P<close>(?:[\"'”’»›)\]}」』）】*_]|\[\d{1,3}\]){0,8}(?:[ \t][”»]+(?=\s))?)"
)
_NEXT = re.compile(
    r"(?P<space>[\s\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]*)"
    r"(?P<open>[\"'“‘«‹„(\[{*_¿¡「『（【]*)"
    r"(?P<word>[^\W\d_]{1,30}(?:['’][^\W\d_]{1,10})?|\d{1,30})?"
)
_TOKEN = re.compile(r"[^\s\"'“”‘«»(\[{/—–,;:!?…。]{1,24}$")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]|[A-Z]{1,3}(?:\.[A-Z]{1,3})+")
_ROMAN = re.compile(r"[IVXLC]{2,6}")
_SPACED_DOTS = re.compile(r"(?P<before>\S?)(?P<dots>[.…\s]*)$")
_PARTING = re.compile(r"[-–—|/·•:]+\s")
_TAIL = re.compile(r"\s*(?:[^\W\d_][\w'’.-]{0,20}\s+){1,4}?(?P<verb>[a-z]{3,10})\b(?P<stop>\s*[.,])?")
_SAFE = tuple(re.compile(mark) for mark in (r"[;\n\r]\s*", r"[,:–—]\s+", r"\s+"))


def split_sentences(text: str, boilerplate: Sequence[Span] = ()) -> tuple[Sentence, ...]:
    """Split a text into sentences, headlines and list lines.

    Args:
        text: The article's text.
        boilerplate: Sorted, disjoint spans that hold no sentences.

    Returns:
        Sorted, disjoint sentences without white space around them, which cover every other
        character outside the boilerplate.
    """
    sentences: list[Sentence] = []
    width = find_wrap_width(read_lines(text))
    position = 0
    for span in (*boilerplate, Span(len(text), len(text))):
        for start, end in _find_blocks(text, position, span.start, width):
            sentences.extend(_split_block(text, start, end))
        position = max(position, span.end)
    return tuple(sentences)


def _find_blocks(text: str, start: int, end: int, width: int) -> Iterator[tuple[int, int]]:
    """Yield the ranges in which only punctuation ends a sentence: wrapped lines are joined."""
    first: int | None = None
    above = None
    for line in read_lines(text, start, end):
        if above is not None and above.text and first is not None:
            if line.text and continues(above.text, line.text, width):
                above = line
                continue
            yield first, above.end
            first = None
        if line.text:
            first = line.start
        above = line
    if first is not None and above is not None and above.text:
        yield first, above.end


def _split_block(text: str, start: int, end: int) -> Iterator[Sentence]:
    position = start
    quotes, counted = 0, start
    for match in _END.finditer(text, start, end):
        if match.end() >= end:
            break
        quotes += text.count('"', counted, match.end("stop"))
        counted = match.end("stop")
        cut = _find_end(text, start, end, match, inside=quotes % 2 == 1)
        if cut > position:
            yield from _trim(text, position, cut)
            position = cut
    yield from _trim(text, position, end)


def _trim(text: str, start: int, end: int) -> Iterator[Sentence]:
    """Yield the sentence without white space around it, cut where it is too long."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > MAX_SENTENCE:
        cut = _find_safe_cut(text, start)
        stop = cut
        while stop > start and text[stop - 1].isspace():
            stop -= 1
        if stop > start:
            yield Sentence(start, stop)
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if end > start:
        yield Sentence(start, end)


def _find_safe_cut(text: str, start: int) -> int:
    low, high = start + MAX_SENTENCE // 2, start + MAX_SENTENCE
    for mark in _SAFE:
        cuts = [match.end() for match in mark.finditer(text, low, high)]
        if cuts:
            return cuts[-1]
    return high


def _find_end(text: str, start: int, end: int, match: re.Match[str], *, inside: bool) -> int:
    """Return where the sentence ends, or 0 where it goes on.

    Args:
        text: The article's text.
        start: Start of the block.
        end: End of the block.
        match: A run of stops and the quotes and brackets that close behind it.
        inside: Whether a straight double quote is open before the stops.
    """
    stop, close, cut = match["stop"], match["close"], match.end()
    if stop[0] in "。！？｡":
        return cut
    following = _NEXT.match(text, cut, end)
    assert following is not None  # every part of the pattern is optional
    if close.startswith('"') and not following["space"] and not inside:
        cut = match.end("stop")  # the quote opens the next sentence: ended."The
        following = _NEXT.match(text, cut, end)
        assert following is not None
        close = ""
    word = following["word"] or ""
    if not following["space"]:
        return cut if _is_missing_space(text, start, end, match, following) else 0
    if not word and text[following.end() : following.end() + 1] in (".", "…"):
        return 0
    if word[:1].islower() and not any(letter.isupper() for letter in word):
        return 0
    if word in NAME_TAILS or (not word and _is_abbreviation_in_line(text, start, match, following)):
        return 0
    if set(close) & set(_QUOTES) and _is_attribution(text, following, stop):
        return 0
    return cut if _ends_before(text, start, match, following) else 0


def _is_abbreviation_in_line(text: str, start: int, match: re.Match[str], following: re.Match[str]) -> bool:
    """Return whether an abbreviation is parted from what follows by a mark ("7:45 p.m. - The fire")."""
    token = _TOKEN.search(text[max(start, match.start("stop") - 24) : match.start("stop")])
    known = token is not None and (token.group() in TIMES or token.group() in MOSTLY)
    return known and _PARTING.match(text, following.end("space")) is not None


def _ends_before(text: str, start: int, match: re.Match[str], following: re.Match[str]) -> bool:
    """Return whether a stop with white space and no lower-case word behind it ends its sentence."""
    stop, word = match["stop"], following["word"] or ""
    dots = match.start("stop")
    before = text[max(start, dots - 24) : dots]
    if stop[0] in "!?‼⁇⁈⁉" or stop[-1] in "!?":
        return True
    if len(stop) > 1 or stop == "…" or before[-1:].isspace() or not before:
        return _ends_after_ellipsis(before, word, quoted=bool(following["open"]))
    token_match = _TOKEN.search(before)
    token = token_match.group() if token_match else ""
    starts = word.replace("’", "'").split("'")[0] in STARTERS or bool(set(following["open"]) & set('"“«„'))  # "There's"
    if token.isdigit() and len(token) <= 3 and word and _is_at_line_start(text, start, dots - len(token)):
        return False
    if match["close"] and not match["close"].startswith("["):
        return True
    if len(token) == 1 and token.isupper():
        initial = len(word) == 1 and text[following.end() : following.end() + 1] == "."
        return not initial and (starts or (token == "I" and _is_number_one(before)))
    return _ends_after_token(token, word, starts)


def _ends_after_token(token: str, word: str, starts: bool) -> bool:
    """Return whether the full stop behind a token ends a sentence before a capital or a number."""
    last = token.rsplit("-", 1)[-1]
    if token in ALWAYS or last in ALWAYS:
        return False
    if token in TIMES:
        return word not in AFTER_TIMES
    number = word.isdigit() or _ROMAN.fullmatch(word) is not None
    if token in BEFORE_NUMBER and (number or token not in MOSTLY):
        return not number
    return starts if token in MOSTLY or _INITIALS.fullmatch(token) else True


def _is_number_one(before: str) -> bool:
    """Return whether "I" is a number ("World War I.") and not an initial ("by I. King")."""
    words = before.split()
    return len(words) > 1 and words[-2][0].isupper()


def _ends_after_ellipsis(before: str, word: str, *, quoted: bool) -> bool:
    """Return whether dots end a sentence: they do where they touch its last word."""
    match = _SPACED_DOTS.search(before)
    dots = match["dots"] if match else ""
    attached = not dots or not dots[0].isspace()
    return attached and (quoted or word != "I")


def _is_at_line_start(text: str, start: int, position: int) -> bool:
    while position > start and text[position - 1] in " \t([*-•":
        position -= 1
    return position == start or text[position - 1] in "\n\r"


def _is_missing_space(text: str, start: int, end: int, match: re.Match[str], following: re.Match[str]) -> bool:
    """Return whether a capital right behind a stop starts a sentence ("ended.The next")."""
    word = following["word"] or ""
    if not word or not word[0].isupper() or len(match["stop"]) > 3:
        return False
    after = text[following.end() : following.end() + 1] if following.end() < end else " "
    if len(word) == 1 and not (word in "AI" and after.isspace()):
        return False
    if any(letter.isupper() for letter in word[1:2]) or word.lower() in SITE_ENDINGS:
        return False
    before = text[max(start, match.start() - 24) : match.start()]
    if match["close"] or following["open"]:
        return bool(before) and (before[-1].isalnum())
    words = before.split()
    token = words[-1] if words and not before[-1].isspace() else ""
    if len(token) < 2 or any(mark in token for mark in "/@:_\\.") or after in "/@_.\\(=":
        return False
    return token[-1].isdigit() or (token[-2:].isalpha() and token[-2:].islower())


def _is_attribution(text: str, following: re.Match[str], stop: str) -> bool:
    """Return whether "Sullivan said" behind a closed quotation belongs to it."""
    if following["open"]:
        return False
    tail = _TAIL.match(text, following.end("space"), following.end("space") + 100)
    if tail is None or tail["verb"] not in SPEECH:
        return False
    return tail["stop"] is not None or stop[-1] in "!?"
