"""The people who are named over several files: one record each, and spellings that may be another's.

mentions → full names are one person → lone surnames join the only one who bears it in their file
         → likely variants by sound and spelling, shown and never merged
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from factcheck.speech.cast import Cast
from factcheck.speech.words import HONORIFICS

# Of 1.0; below it names are different people.
LIKELY = 0.72
# Names that share a role may be a little further apart.
LIKELY_WITH_ROLE = 0.62
# Of two names that share a part, the others must be nearer.
ONE_PART = 0.76
LONGEST_NAME = 80
# Names are compared with so many that sound alike, so that the work grows with their number.
NEIGHBOURS = 16
_WEAK = frozenset("the a an of for and in at its his her their former new chief head deputy senior".split())
# Letters and groups that transliterations put for one another, by sound.
_SOUNDS = (
    ("tch", "c"), ("sch", "s"), ("tsch", "c"), ("dzh", "j"), ("zh", "j"), ("ch", "c"), ("sh", "s"), ("kh", "h"),
    ("ph", "f"), ("th", "t"), ("ck", "k"), ("qu", "k"), ("x", "ks"), ("q", "c"), ("w", "v"), ("ts", "s"), ("tz", "s"),
    ("z", "s"), ("dj", "j"), ("gh", "g"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("y", "i"), ("j", "i"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mention:
    """A name as one file gives it, with what the file says that its bearer is."""

    file: str
    name: str
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """Another spelling that may mean the same person; likely, never certain.

    Attributes:
        name: The other spelling.
        files: Where it stands.
        reason: Why it may be the same ("the spelling is near").
    """

    name: str
    files: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is named in one or several files.

    Attributes:
        name: The fullest spelling.
        roles: What the files say that he is, the most frequent first.
        mentions: Where and how he is named.
        variants: Other spellings that may mean him.
    """

    name: str
    roles: tuple[str, ...]
    mentions: tuple[Mention, ...]
    variants: tuple[Variant, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """The files that name him, sorted."""
        return tuple(sorted({mention.file for mention in self.mentions}))


def find_mentions(file: str, text: str) -> tuple[Mention, ...]:
    """Return who is named in an article and said to be something: a minister, a witness, a coach."""
    members = Cast(text).members()
    return tuple(dict.fromkeys(Mention(file, member.name, member.role) for member in members if member.role))


def gather_people(mentions: Iterable[Mention]) -> tuple[Person, ...]:
    """Put the mentions of each person together, over files.

    A lone surname joins the bearer of it whom its own file names in full, else the only one in all files;
    where several bear it, it stays by itself. Spellings that are only near are told as variants.

    Args:
        mentions: Names of people; descriptions ("US official") are left out.

    Returns:
        People sorted by name.
    """
    named = sorted({m for m in mentions if _is_name(m.name)}, key=lambda m: (m.file, m.name, m.role or ""))
    groups: dict[str, list[Mention]] = defaultdict(list)
    lone: list[Mention] = []
    for mention in named:
        key = _key(mention.name)
        if " " in key:
            groups[key].append(mention)
        else:
            lone.append(mention)
    for mention in lone:
        groups[_bearer(mention, groups) or _key(mention.name)].append(mention)
    people = [_person(found) for found in groups.values()]
    people.sort(key=lambda person: person.name)
    return tuple(_add_variants(people))


def name_similarity(first: str, second: str) -> float:
    """Return how likely two names are spellings of one, in 0..1, by sound and by letters.

    Every part of the shorter name must find its own part in the longer one.

    Args:
        first: A name.
        second: Another.
    """
    mine, others = sorted((_key(first).split(), _key(second).split()), key=lambda words: (len(words), words))
    if not mine or len(others) - len(mine) > 1:
        return 0.0
    total, weight, left = 0.0, 0, list(others)
    for part in mine:
        best = max(left, key=lambda other: _part_similarity(part, other))
        total += _part_similarity(part, best) * len(part)
        weight += len(part)
        left.remove(best)
    missing = 0.85 if left else 1.0
    return missing * total / weight


def _is_name(name: str) -> bool:
    """Whether it is a person's name and no description: each word but particles begins with a capital."""
    words = name.split()
    large = [word for word in words if word[:1].isupper()]
    return 0 < len(name) <= LONGEST_NAME and 0 < len(words) <= 5 and len(large) >= len(words) - 1 and words[-1] in large


@lru_cache(maxsize=8192)
def _key(name: str) -> str:
    """Return a name in plain lower case without honorifics, accents and initials' points."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", plain)
    return " ".join(word for word in words if word not in HONORIFICS)


def _bearer(mention: Mention, groups: dict[str, list[Mention]]) -> str | None:
    """Return the full name that a lone surname stands for, where only one can be meant."""
    word = _key(mention.name)
    bearers = [key for key in groups if " " in key and word in (key.split()[-1], key.split()[0])]
    near = [key for key in bearers if any(other.file == mention.file for other in groups[key])]
    chosen = near or bearers
    return chosen[0] if len(chosen) == 1 else None


def _person(mentions: Sequence[Mention]) -> Person:
    names = Counter(mention.name for mention in mentions)
    name = max(names, key=lambda item: (len(_key(item).split()), names[item], item))
    roles = Counter(mention.role for mention in mentions if mention.role)
    ordered = tuple(role for role, _ in sorted(roles.items(), key=lambda item: (-item[1], item[0])))
    return Person(name, ordered, tuple(mentions))


def _add_variants(people: Sequence[Person]) -> Iterable[Person]:
    """Yield the people with those whose names are near; only names that sound alike somewhere are compared."""
    blocks: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for place, person in enumerate(people):
        for part in set(_key(person.name).split()):
            sound = _skeleton(part)
            for block in {sound[:2], sound[-2:]}:
                blocks[block].append((sound, place))
    near: dict[int, set[int]] = defaultdict(set)
    for members in blocks.values():
        members.sort()
        for index, (_, place) in enumerate(members):
            near[place].update(other for _, other in members[max(0, index - NEIGHBOURS) : index])
    traits = [_traits(person) for person in people]
    found: dict[int, list[Variant]] = defaultdict(list)
    for place, others in sorted(near.items()):
        for other in sorted(others - {place}):
            reason = _why_likely(traits[place], traits[other])
            if reason is not None:
                found[place].append(Variant(people[other].name, people[other].files, reason))
                found[other].append(Variant(people[place].name, people[place].files, reason))
    for place, person in enumerate(people):
        yield replace(person, variants=tuple(sorted(found[place], key=lambda item: item.name)))


@dataclass(frozen=True, slots=True)
class _Traits:
    """What two people are compared by."""

    parts: tuple[str, ...]
    files: frozenset[str]
    roles: frozenset[str]


def _traits(person: Person) -> _Traits:
    roles = {word for role in person.roles for word in re.findall(r"[a-z]{3,}", role.casefold())} - _WEAK
    return _Traits(tuple(_key(person.name).split()), frozenset(person.files), frozenset(roles))


def _why_likely(first: _Traits, second: _Traits) -> str | None:
    """Return why two people may be one, or None where they are two."""
    if len(first.parts) < 2 or len(second.parts) < 2 or abs(len(first.parts) - len(second.parts)) > 1:
        return None
    if not first.files.isdisjoint(second.files):
        return None  # a file that gives both spellings means two people
    shared = set(first.parts) & set(second.parts)
    rest = [(a, b) for a in first.parts if a not in shared for b in second.parts if b not in shared]
    if rest and max(_part_similarity(a, b) for a, b in rest) < (ONE_PART if shared else LIKELY_WITH_ROLE):
        return None  # one surname, two given names
    likeness = name_similarity(" ".join(first.parts), " ".join(second.parts))
    roles = sorted(first.roles & second.roles)
    if likeness >= LIKELY:
        return f"the names are spelt alike{f' and both are called {roles[0]}' if roles else ''}"
    if roles and likeness >= LIKELY_WITH_ROLE:
        return f"the names sound alike and both are called {roles[0]}"
    return None


@lru_cache(maxsize=65536)
def _part_similarity(first: str, second: str) -> float:
    """Compare two parts of names: by letters, and by sound with vowels counting half."""
    if first == second:
        return 1.0
    spelt = 1 - _distance(first, second) / max(len(first), len(second))
    mine, other = _skeleton(first), _skeleton(second)
    longest = max(len(mine), len(other), 1)
    sound = 1 - _distance(mine, other) / longest
    return max(spelt, 0.45 * spelt + 0.55 * sound)


@lru_cache(maxsize=65536)
def _skeleton(part: str) -> str:
    """Return the consonants of a part of a name, by sound, doubled ones once: "yiechi" and "jiechi" → "ic"."""
    plain = part.replace("'", "").replace("’", "").replace("-", "")
    for letters, sound in _SOUNDS:
        plain = plain.replace(letters, sound)
    first = plain[:1]
    rest = re.sub(r"[aeiouh]", "", plain[1:])
    return re.sub(r"(.)\1+", r"\1", first + rest)


def _distance(first: str, second: str) -> int:
    """Return the edit distance of two short words."""
    row = list(range(len(second) + 1))
    for place, letter in enumerate(first, 1):
        diagonal, row[0] = row[0], place
        for column, other in enumerate(second, 1):
            changed = diagonal + (letter != other)
            diagonal = row[column]
            row[column] = min(row[column] + 1, row[column - 1] + 1, changed)
    return row[-1]
