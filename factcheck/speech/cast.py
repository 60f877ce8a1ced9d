"""The people of one article: full names, what they are, where they are named.

    text → runs of capitalised words → titles before, appositions behind → members

No parser: it reads the odd names of real articles better than a small model does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from factcheck.naming import clean_name
from factcheck.speech.words import HONORIFICS, MEN, ORGANISATIONS, PERSONS, WOMEN

# A capitalised word, an initial, or a small word inside a name.
_WORD = (
    r"(?:(?:Dr|Prof|Mr|Mrs|Ms|Rev|Gen|Col|Sen|Gov|Lt|Capt|St|Jr|Sr|"
    r"[^\W\d_a-zß-öø-ÿ](?:\.[A-Z])*)\.|[^\W\d_a-zß-öø-ÿ][\w’'-]*)"
)
_INNER = r"(?:(?:de|da|di|del|della|van|von|der|den|al|bin|ibn|la|le|ter|ten)[ \t])"
_RUN = re.compile(rf"{_WORD}(?:[ \t]{_INNER}*{_WORD})*")
_ROLE_BEFORE = re.compile(r"((?:[\w.’'-]+[ \t]){0,6})$")
_ROLE_BEHIND = re.compile(r",[ \t]+(?:\d{1,3},[ \t]+)?([\w’'-]+[^,.;:“”\"()\n]{1,80})")
_TITLE_OF = re.compile(
    r"\b(?:Director|Secretary|Minister|Chief|Head|Chair|Commissioner|President|Dean|Chancellor) (?:of|for) $"
)
_DETERMINER = re.compile(r"(?:\b(?:the|its|his|her|their|an?)|['’]s?)[ \t]", re.IGNORECASE)
_SMALL = frozenset(
    "the a an in on at by for from of to and but or as if when while after before since until although though "
    "that this these those he she it they we i you his her its their our my what who which where why how not "
    "no yes so then there here now meanwhile however according with without under over both all one two some "
    "many most other another later earlier usually yesterday today tonight still even also only last next "
    "asked senior former monday tuesday wednesday thursday friday saturday sunday january february march april "
    "may june july august september october november december mr mrs ms dr prof".split()
)
_CUT = frozenset("who which whose where when that told said says".split())
LONGEST_ROLE = 12


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who is named in full.

    Attributes:
        name: The name without title.
        start: Where it is named.
        role: What the text beside the name says that he is, or None.
        woman: True or False where the text tells, else None.
    """

    name: str
    start: int
    role: str | None
    woman: bool | None


class Cast:
    """The people that an article names.

    Args:
        text: The article's text.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._members: dict[str, list[Member]] = {}
        self._all = list(_find_members(text))
        for member in self._all:
            for word in {*member.name.split()[:1], *member.name.split()[-1:]}:
                self._members.setdefault(word.casefold(), []).append(member)

    def at(self, place: int) -> Member | None:
        """Return whose name stands at a place."""
        return next((m for m in self._all if m.start <= place < m.start + len(m.name)), None)

    def members(self) -> tuple[Member, ...]:
        """Return whoever is named, in order."""
        return tuple(self._all)

    def between(self, start: int, end: int) -> list[Member]:
        """Return who is named in a range, in order."""
        return [member for member in self._all if start <= member.start < end]

    def full(self, name: str, place: int) -> str:
        """Complete a lone surname by the fuller name, the latest before a place or else the first."""
        member = self._find(name, place)
        return member.name if member is not None and _within(name, member.name) else name

    def role(self, name: str, place: int) -> str | None:
        """Return what somebody is, as the article says it first."""
        members = [m for m in self._members.get(_last_word(name), ()) if _within(name, m.name) and m.role]
        before = [member for member in members if member.start <= place]
        return (before or members)[0].role if members else None

    def holder(self, role: str, place: int) -> Member | None:
        """Return the person of a role ("the spokesman") who is named last before a place, or is the only one."""
        head = _last_word(role)
        words = {word.casefold() for word in role.split()}
        held = []
        for member in self._all:
            own = [_plain(word) for word in (member.role or "").split()]
            if head in own and words <= {*own, head, "former"} | _nationality(words, own):
                held.append(member)
        before = [member for member in held if member.start <= place]
        if before:
            return before[-1]
        return held[0] if len({member.name for member in held}) == 1 else None

    def woman(self, name: str) -> bool | None:
        """Return whether somebody is a woman, where the text tells."""
        told = [m.woman for m in self._members.get(_last_word(name), ()) if m.woman is not None]
        return told[0] if told else None

    def _find(self, name: str, place: int) -> Member | None:
        members = [m for m in self._members.get(name.casefold(), ()) if m.name.casefold() != name.casefold()]
        before = [member for member in members if member.start <= place]
        return before[-1] if before else members[0] if members else None


def _nationality(words: set[str], own: list[str]) -> set[str]:
    """Adjectives that a role may be called by beside its own words: "the Russian minister"."""
    return {word for word in words if word not in PERSONS and any(word[:4] == other[:4] for other in own)}


def _plain(word: str) -> str:
    """Return a word without possessive ending and marks, in lower case."""
    return re.sub(r"[’']s?$", "", word.casefold().strip(".,"))


def _within(name: str, full: str) -> bool:
    return set(name.casefold().split()) <= set(full.casefold().split())


def _find_members(text: str) -> Iterator[Member]:
    for match in _RUN.finditer(text):
        words = match.group().split(" ")
        start, title = _cut_titles(words)
        if start == 0 and _opens_sentence(text, match.start()) and _is_common(text, words[0]):
            start = 1  # "Later Peskov said", "Nobody Smith knew"
        if len(words) - start > 2 and _TITLE_OF.search(text[max(0, match.start() - 40) : match.start()]):
            start = len(words) - 2  # "Director of National Intelligence Avril Haines"
        name = " ".join(words[start:]).rstrip(".'’")
        name = clean_name(name)
        count = len(name.split())
        honoured = any(word.casefold().strip(".") in HONORIFICS for word in words[:start])
        if not name or count > 4 or (count < 2 and not honoured):
            continue
        place = match.start() + len(" ".join(words[:start])) + (1 if start else 0)
        before, behind = _before(text, match.start(), title), _behind(text, place + len(" ".join(words[start:])))
        role = before if before is not None else behind
        sexed = {w.casefold().strip(".,") for w in [*words[:start], *(role or "").split()]}
        woman = True if sexed & WOMEN else False if sexed & MEN else None
        if _last_word(name) in ORGANISATIONS:
            continue
        yield Member(name, place, role, woman)


def _opens_sentence(text: str, start: int) -> bool:
    return text[:start].rstrip(" “\"‘'(")[-1:] in {"", ".", "!", "?", "\n", ":", "”"}


def _is_common(text: str, word: str) -> bool:
    """Whether an article uses a capitalised word as a common one elsewhere."""
    return word.isalpha() and re.search(rf"\b{word.lower()}\b", text) is not None


def _cut_titles(words: list[str]) -> tuple[int, str]:
    """Return where the name begins in a run, and the title before it."""
    start = 0
    for place, word in enumerate(words[:-1]):
        plain = word.casefold().strip(".,")
        body = plain in ORGANISATIONS and place < len(words) - 2
        if plain in PERSONS or plain in HONORIFICS or body or (place == start and plain in _SMALL):
            start = place + 1
    kept = [w for w in words[:start] if w.casefold().strip(".") not in HONORIFICS | _SMALL]
    return start, " ".join(kept)


def _before(text: str, start: int, title: str) -> str | None:
    """Return the role that ends where a name begins: "Chinese Foreign Ministry spokesman"."""
    line = text[max(0, start - 80) : start]
    match = _ROLE_BEFORE.search(line.split("\n")[-1])
    words = (match.group(1) if match else "").split()
    own = [*words, *title.split()]
    if not own or own[-1].casefold().strip(".,") not in PERSONS:
        return _apposed(line) or _of_a_body(line.split("\n")[-1], title)
    kept = [own[-1]]
    for word in reversed(own[:-1]):
        plain = word.casefold().strip(".,")
        if plain in _SMALL - {"of"} or plain in HONORIFICS or word.endswith((",", "’s", "'s")) or plain in _CUT:
            break
        ended = word.endswith(".") and not re.fullmatch(r"(?:[A-Z]\.)+", word)
        stray = word.islower() and plain not in PERSONS and not _modifies(plain, capital=kept[0][:1].isupper())
        if ended or stray:
            break
        kept.insert(0, word)
    return " ".join(kept)


def _apposed(line: str) -> str | None:
    """Return the role before a comma and a name: "its managing director, Piers Lockyer"."""
    if re.search(r"[\w’']{2,},[ \t]$", line) is None:
        return None
    for match in reversed(list(_DETERMINER.finditer(line))):
        words = line[match.end() :].rstrip(", \t").split()
        if len(words) > LONGEST_ROLE or any(word.endswith((",", ".", ";", ":")) or word in _VERBS for word in words):
            return None
        if any(_plain(word) in PERSONS for word in words):
            return " ".join(words)
    return None


def _of_a_body(line: str, title: str) -> str | None:
    """Return the role before the body that a name follows: "member of the Politburo of the Communist Party"."""
    if not title or _plain(title.split()[-1]) not in ORGANISATIONS:
        return None
    words = [*re.split(r"[,.;:“”\"()]", line)[-1].split(), *title.split()]
    places = [place for place, word in enumerate(words[:-1]) if _plain(word) in PERSONS and words[place + 1] == "of"]
    return " ".join(words[places[-1] :]) if places and len(words) - places[-1] <= LONGEST_ROLE else None


def _modifies(word: str, *, capital: bool) -> bool:
    """Whether a lower-case word may belong to a title: "fire chief", "former Prime Minister"."""
    if capital:
        return word in {"former", "acting", "then", "top", "senior", "outgoing", "incoming", "longtime", "late"}
    return not word.endswith(("ed", "ing", "ly")) and len(word) > 2 and word not in _VERBS


_VERBS = frozenset("said says told tell adds added was were had has have did does called wrote meet met".split())


def _behind(text: str, end: int) -> str | None:
    """Return the role in apposition behind a name: "Liu Pengyu, a spokesperson at the embassy"."""
    match = _ROLE_BEHIND.match(text, end)
    if match is None:
        return None
    words = match.group(1).split()
    cut = next((place for place, word in enumerate(words) if word.casefold() in _CUT), len(words))
    words = words[:cut]
    heads = [place for place, word in enumerate(words) if _plain(word) in PERSONS]
    if not heads or heads[0] > 4 or len(words) > LONGEST_ROLE:
        return None
    if any(word.casefold() in _VERBS for word in words[: heads[0]]):
        return None
    while words and words[0].casefold() in {"the", "a", "an", "its", "his", "her", "their", "who", "is"}:
        words = words[1:]
    return " ".join(words)


def _last_word(name: str) -> str:
    """Return the last word of a name, folded; "" where nothing is left of it, as of a lone mark."""
    return next(iter(name.split()[-1:]), "").casefold()
