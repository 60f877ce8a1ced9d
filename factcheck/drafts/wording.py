"""Set the words of a quotation against a stretch of an article, word by word and letter by letter.

The whole quotation is laid over the part of the article that costs least: equal words cost nothing, other,
added and dropped words cost by how much they say. Where the quotation marks an omission, words of the
article may be left out for nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Literal

from factcheck.answering.citations import TYPOGRAPHY
from factcheck.lexicon import NEGATIONS, same_stem

Edit = Literal["same", "changed", "added", "dropped", "omitted"]

_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|\d+(?:[.,]\d+)*|[^\W_]+(?:['’ʼ][^\W_]+)*")
# An omission, or words in square brackets that stand for others: "[the minister]".
_OMISSION = re.compile(r"\[[^\[\]]{0,200}\]|\(?(?:\.[ \u00a0]?){3,}\)?|\(?…\)?")
_LIGHT = frozenset(
    "a an the and or but that this these those of to in on at by for with from as it its is are was were be been has "
    "have had do does did i we you he she they them us our your his her their so very also just then".split()
)
DENIALS = NEGATIONS | frozenset(
    "don't doesn't didn't won't wouldn't can't couldn't isn't aren't wasn't weren't".split()
)
_SPELT = 0.75


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: its offsets, the word as compared, and whether an omission stands before it."""

    start: int
    end: int
    key: str
    gap: bool = False

    @property
    def weight(self) -> float:
        """How much it says, 0.4 to 1."""
        return 0.4 if self.key in _LIGHT else 1.0

    @property
    def denies(self) -> bool:
        """Whether it negates."""
        return self.key in DENIALS or self.key.endswith("n't")


@dataclass(frozen=True, slots=True)
class Piece:
    """A word of the quotation beside that of the article.

    Attributes:
        edit: How they relate; "omitted" words are left out where the quotation says so.
        quoted: The quotation's word, or None.
        told: The article's word, or None.
    """

    edit: Edit
    quoted: Word | None
    told: Word | None


@dataclass(frozen=True, slots=True)
class Laid:
    """A quotation laid over a stretch of a text.

    Attributes:
        pieces: Word by word, in order.
        likeness: 1 where all words are there in order, 0 where nothing is.
    """

    pieces: tuple[Piece, ...]
    likeness: float

    @property
    def first(self) -> int:
        """Offset of the article's first word."""
        return min(piece.told.start for piece in self.pieces if piece.told is not None)

    @property
    def last(self) -> int:
        """Offset behind the article's last word."""
        return max(piece.told.end for piece in self.pieces if piece.told is not None)

    @property
    def shared(self) -> int:
        """How many telling words both have."""
        return sum(
            piece.edit == "same" and piece.quoted is not None and piece.quoted.weight == 1 for piece in self.pieces
        )


def find_words(text: str, start: int = 0, end: int | None = None, *, omissions: bool = False) -> list[Word]:
    """Return the words of a part of a text.

    Args:
        text: The text.
        start: Where the part begins.
        end: Where it ends.
        omissions: Whether "…", "..." and words in square brackets stand for other words.
    """
    end = len(text) if end is None else end
    marks = [match.span() for match in _OMISSION.finditer(text, start, end)] if omissions else []
    words: list[Word] = []
    gap = False
    for match in _WORD.finditer(text, start, end):
        while marks and marks[0][1] <= match.start():
            gap = True
            marks.pop(0)
        if marks and marks[0][0] <= match.start():
            continue
        words.append(Word(match.start(), match.end(), normalise_word(match.group()), gap and bool(words)))
        gap = False
    return words


def omits(text: str) -> bool:
    """Whether a quotation marks an omission, or words put in for others."""
    return _OMISSION.search(text) is not None


@lru_cache(maxsize=16384)
def normalise_word(word: str) -> str:
    """Return a word without case, accents of typography, and stops of abbreviations."""
    plain = unicodedata.normalize("NFKC", word).translate(TYPOGRAPHY).replace("ʼ", "'").casefold()
    return plain.replace(".", "") if plain[:1].isalpha() else plain.replace(",", "")


def find_run(quoted: Sequence[Word], told: Sequence[Word]) -> int:
    """Return where all the words stand one behind the other, or -1."""
    line = " " + " ".join(word.key for word in told) + " "
    place = line.find(" " + " ".join(word.key for word in quoted) + " ")
    return -1 if place < 0 else line.count(" ", 0, place)


def lay(quoted: Sequence[Word], told: Sequence[Word]) -> Laid:
    """Lay a quotation over the stretch of a text that it comes nearest to."""
    total = sum(word.weight for word in quoted)
    if not quoted or not told:
        return Laid(tuple(Piece("added", word, None) for word in quoted), 0.0)
    place = find_run(quoted, told)
    if place >= 0:
        pairs = zip(quoted, told[place : place + len(quoted)], strict=True)
        return Laid(tuple(Piece("same", one, other) for one, other in pairs), 1.0)
    costs, moves = _measure(quoted, told)
    pieces = _trace(quoted, told, costs[-1], moves)
    return Laid(pieces, max(0.0, 1 - min(costs[-1]) / total))


def _measure(quoted: Sequence[Word], told: Sequence[Word]) -> tuple[list[list[float]], list[bytearray]]:
    """Return the cost of every prefix of the quotation up to every word of the text, and the moves.

    Moves: 0 both words, 1 a word of the quotation alone, 2 a word of the text alone.
    """
    width = len(told) + 1
    keys = [word.key for word in told]
    skips = [0.5 * word.weight if not word.denies else 1.0 for word in told]
    row = [0.0] * width  # the quotation may begin anywhere
    rows, moves = [row], [bytearray(width)]
    for number, word in enumerate(quoted):
        gap_behind = number + 1 < len(quoted) and quoted[number + 1].gap
        last = number + 1 == len(quoted)
        weight = word.weight
        known = _price(word.key, tuple(dict.fromkeys(keys)))
        above = row
        row = [above[0] + weight] * width
        move = bytearray(width)
        move[0] = 1
        for column in range(1, width):
            best, how = above[column - 1] + known[keys[column - 1]] * weight, 0
            alone = above[column] + weight
            if alone < best:
                best, how = alone, 1
            skip = row[column - 1] + (0.0 if gap_behind else skips[column - 1])
            if not last and skip < best:
                best, how = skip, 2
            row[column], move[column] = best, how
        rows.append(row)
        moves.append(move)
    return rows, moves


@lru_cache(maxsize=4096)
def _price(key: str, others: tuple[str, ...]) -> dict[str, float]:
    """Return what it costs to take a word for each of the others."""
    return {other: _differ(key, other) for other in others}


@lru_cache(maxsize=65536)
def _differ(one: str, other: str) -> float:
    if one == other:
        return 0.0
    if one in DENIALS or other in DENIALS or one[:1].isdigit() != other[:1].isdigit():
        return 1.4
    if same_stem(one, other):
        return 0.4
    if alike(one, other):
        return 0.5
    return 0.95 if (one in _LIGHT) == (other in _LIGHT) else 1.4


def alike(one: str, other: str) -> bool:
    """Whether two words differ in a few letters only: "disinformation" and "misinformation"."""
    if min(len(one), len(other)) < 4 or abs(len(one) - len(other)) > 4:
        return False
    if one[:1] != other[:1] and one[-3:] != other[-3:]:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _SPELT


def _trace(
    quoted: Sequence[Word], told: Sequence[Word], last: Sequence[float], moves: Sequence[bytearray]
) -> tuple[Piece, ...]:
    column = min(range(len(last)), key=lambda place: (last[place], place))
    row = len(quoted)
    pieces: list[Piece] = []
    while row:
        how = moves[row][column]
        one, other = quoted[row - 1], told[column - 1] if column else None
        if how == 0 and other is not None:
            pieces.append(Piece("same" if one.key == other.key else "changed", one, other))
            row, column = row - 1, column - 1
        elif how == 1 or other is None:
            pieces.append(Piece("added", one, None))
            row -= 1
        else:
            behind = quoted[row].gap if row < len(quoted) else False
            pieces.append(Piece("omitted" if behind else "dropped", None, other))
            column -= 1
    return tuple(reversed(pieces))


def spell(one: str, other: str) -> Iterator[tuple[Edit, str, str]]:
    """Yield how one word becomes another, letter by letter: edit, its letters, the other's letters."""
    names: dict[str, Edit] = {"equal": "same", "replace": "changed", "delete": "added", "insert": "dropped"}
    for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        yield names[tag], one[a:b], other[c:d]
