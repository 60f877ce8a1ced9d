"""Names that two sentences spell differently, and other people in the same place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from factcheck.claims.alignment import ActMatch
from factcheck.claims.names import name_words, same_word, spelled
from factcheck.claims.roles import find_name_mismatches, find_namesakes, find_swaps
from factcheck.claims.vocabulary import LIGHT, PLACES
from factcheck.comparing.findings import Difference
from factcheck.comparing.sides import Laid, Side
from factcheck.lexicon import CUES
from factcheck.types import Span

# Words this alike, and not the same, may be one name spelt twice.
VARIANT = 0.6
# The same where only one word is there to compare.
ALONE = 0.75
SHORTEST = 3
# Share of an act's arguments from which both sentences tell of one act.
SAME_ACT = 0.5
NAMESAKE = "namesake"
_ENDING = re.compile(r"^(?:s|es|['’]s?|an|ans|ian|ians|ese|ish|i|is|ic|n|ns|er|ers)$")
# British and American spellings, and titles cut short, name nobody else.
_SPELLINGS = (
    (re.compile(r"our\b"), "or"),
    (re.compile(r"(?<=[a-z])tre\b"), "ter"),
    (re.compile(r"is(?=e|at|ing)"), "iz"),
    (re.compile(r"ence\b"), "ense"),
)
_PARTICLE = "(?:van|von|de|der|den|del|di|da|du|la|le|al|el|bin|ben|ibn|ter|ten)"
_RUN = re.compile(rf"[A-Z][\w’'-]*\w(?: (?:{_PARTICLE} ){{0,2}}[A-Z][\w’'-]*\w)*")


@dataclass(frozen=True, slots=True)
class Written:
    """A name as a sentence writes it.

    Attributes:
        span: Where it stands.
        words: Its words in lower case without titles and endings.
        person: Whether the parser takes it for a person's.
    """

    span: Span
    words: tuple[str, ...]
    person: bool


def find_name_differences(laid: Laid) -> Iterator[Difference]:
    """Yield names of people that the sides spell differently."""
    mine, theirs = _left_over(laid.a, laid.b), _left_over(laid.b, laid.a)
    taken: set[int] = set()
    for one in mine:
        rivals = [
            (_score(one.words, two.words), place)
            for place, two in enumerate(theirs)
            if place not in taken and (one.person or two.person) and is_variant(one.words, two.words)
        ]
        if rivals:
            score, place = max(rivals)
            taken.add(place)
            count = min(len(one.words), len(theirs[place].words))
            a, b = _last_words(laid.a, one, count), _last_words(laid.b, theirs[place], count)
            yield Difference("name", True, a, b, f"one writes {a.of(laid.a.text)}, the other {b.of(laid.b.text)}",
                             score, "name")  # fmt: skip


def find_actor_differences(laid: Laid) -> Iterator[Difference]:
    """Yield people in the same place of both sentences who are not the same."""
    yield from _find_namesakes(laid)
    backward = {(each.told, each.claimed) for each in find_name_mismatches(laid.backward)}
    told: set[str] = set()
    for each in (*find_swaps(laid.forward), *find_name_mismatches(laid.forward)):
        if each.kind == "swapped" and each.strength >= 1.0:
            a, b = _find(laid.a, each.claimed), _find(laid.b, each.told)
            if a is not None and b is not None:
                yield Difference("actor", True, a, b, f"who does it and whom are exchanged at “{each.told}”", 0.9, "")
        if each.kind != "name" or (each.claimed, each.told) not in backward or each.told in told:
            continue
        one, two = name_words(each.claimed), name_words(each.told)
        if not one or not two or is_variant(one, two) or not any(_same_deed(match) for match in laid.acts()):
            continue
        a, b = _find(laid.a, each.claimed), _find(laid.b, each.told)
        if a is not None and b is not None and each.claimed[:1].isupper():
            told.add(each.told)
            yield Difference("actor", True, a, b, f"one names {each.claimed}, the other {each.told}",
                             each.strength, "who")  # fmt: skip


def _find_namesakes(laid: Laid) -> Iterator[Difference]:
    """Yield people who share only the surname, where each sentence has one of them."""
    backward = {(each.told, each.claimed) for each in find_namesakes(laid.backward)}
    for each in find_namesakes(laid.forward):
        one, two = name_words(each.claimed), name_words(each.told)
        a, b = _find(laid.a, each.claimed), _find(laid.b, each.told)
        if (each.claimed, each.told) in backward and not is_variant(one, two) and a is not None and b is not None:
            yield Difference("actor", True, a, b, f"one names {each.claimed}, the other {each.told}", 0.9, NAMESAKE)


def _same_deed(match: ActMatch) -> bool:
    lemma = match.act.lemma_.lower()
    return match.shared >= SAME_ACT and not match.opposite and lemma not in LIGHT and lemma not in CUES


def _left_over(side: Side, other: Side) -> list[Written]:
    """Return the names of a side that the other, and what stands around it, does not write so."""
    known = {fold(word) for word in (*spelled(other.text), *spelled(other.evidence.around))}
    return [name for name in find_written(side) if not all(fold(word) in known for word in name.words)]


def find_written(side: Side) -> list[Written]:
    """Return the runs of capitalised words of a sentence; a first word only where it is a name."""
    found, every = [], list(side.doc)
    for match in _RUN.finditer(side.text, side.begins):
        tokens = [token for token in every if match.start() <= token.idx < match.end()]
        if tokens and tokens[0].pos_ not in {"PROPN", "NOUN"} and not tokens[0].ent_type_:
            tokens = tokens[1:]
        tokens = [token for token in tokens if token.pos_ != "PUNCT"]
        if not tokens:
            continue
        span = Span(int(tokens[0].idx), match.end())
        words = name_words(span.of(side.text))
        if words:
            found.append(Written(span, words, any(token.ent_type_ == "PERSON" for token in tokens)))
    return found


def _last_words(side: Side, name: Written, count: int) -> Span:
    """Return the span of a name without what stands before it: "Judge", "Communist Party"."""
    words = [match for match in re.finditer(r"\S+", name.span.of(side.text)) if match.group()[:1].isupper()]
    return Span(name.span.start + words[-count].start(), name.span.end) if len(words) > count else name.span


def is_variant(one: Sequence[str], two: Sequence[str]) -> bool:
    """Whether two names, word by word, look like one that was spelt or heard differently.

    Every word must look alike and at least one differ; inflections, demonyms and accents are the same word.
    """
    count = min(len(one), len(two))
    if not count or (count == 1 and max(len(one), len(two)) > 3):
        return False
    pairs = [(fold(a), fold(b)) for a, b in zip(one[-count:], two[-count:], strict=True)]
    if all(a == b or _inflected(a, b, count) for a, b in pairs):
        return False
    return all(a == b or _alike(a, b, VARIANT if count > 1 else ALONE) for a, b in pairs)


def _score(one: Sequence[str], two: Sequence[str]) -> float:
    return SequenceMatcher(None, fold(" ".join(one)), fold(" ".join(two))).ratio()


def _alike(one: str, two: str, least: float) -> bool:
    if min(len(one), len(two)) < SHORTEST or any(one in group or two in group for group in PLACES):
        return False
    return max(len(one), len(two)) - min(len(one), len(two)) <= 2 and SequenceMatcher(None, one, two).ratio() >= least


def _inflected(one: str, two: str, words: int) -> bool:
    """Whether one word is the other with an ending: of a place or people where it is the whole name."""
    short, long = sorted((one, two), key=len)
    ending = long[len(short) :] if long.startswith(short) else ""
    if words > 1:
        return ending in {"s", "'s", "’s"}
    if ending:
        return _ENDING.match(ending) is not None
    return same_word(one, two) and one[:4] == two[:4] and len(one) != len(two)


@lru_cache(maxsize=16384)
def fold(word: str) -> str:
    """Return a word in lower case without accents, and in American spelling."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(char))
    for pattern, spelling in _SPELLINGS:
        plain = pattern.sub(spelling, plain)
    return plain.rstrip(".")


def _find(side: Side, words: str) -> Span | None:
    start = side.text.find(words, side.begins)
    return Span(start, start + len(words)) if start >= 0 and words else None
