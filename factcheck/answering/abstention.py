"""When the articles do not say: unknown names, and evidence too weak to answer from.

The weights are a logistic regression fitted by `training/fit_abstention.py` on questions whose paragraph
was in, or taken out of, the index.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from factcheck.lexicon import same_stem

# Names that news writes in several ways.
ALIASES: tuple[frozenset[str], ...] = tuple(
    frozenset(names.split("|"))
    for names in (
        "us|u.s|usa|america|american|americans|united states|washington|white house",
        "uk|u.k|britain|british|united kingdom|london",
        "eu|e.u|european union|brussels",
        "un|u.n|united nations",
        "russia|russian|russians|moscow|kremlin",
        "china|chinese|beijing|peking",
        "france|french|paris",
        "germany|german|germans|berlin",
        "japan|japanese|tokyo",
        "ukraine|ukrainian|ukrainians|kyiv|kiev",
        "israel|israeli|israelis|jerusalem",
        "iran|iranian|iranians|tehran",
        "turkey|turkish|ankara|türkiye",
        "india|indian|new delhi",
        "spain|spanish|madrid",
        "italy|italian|rome",
        "poland|polish|warsaw",
    )
)
ALIAS_GROUPS = {name: number for number, group in enumerate(ALIASES) for name in group}
TYPO = 0.82
TITLES = frozenset(
    "mr mrs ms dr sir president minister prime secretary general mayor governor senator spokesman spokeswoman "
    "chief director officer king queen prince pope judge professor captain sergeant the of and".split()
)


# What may stand against a reading, beside `IMPOSSIBLE`: no answer of this kind can be in it.
MISFITS = (
    "no_act",
    "opposite_act",
    "denied_act",
    "other_doer",
    "other_object",
    "weak_span",
    "no_description",
    "far_names",
    "reader_alone",
)
IMPOSSIBLE = "impossible"


@dataclass(frozen=True, slots=True)
class Features:
    """What speaks for and against a sentence answering a question, each in 0..1.

    Attributes:
        maxsim: Weighted match of all question words, neighbouring sentences counted.
        coverage: Weighted share of content words that the sentence itself addresses.
        names: How near the question's names are (1: all in the sentence).
        act: How surely the sentence names the question's act.
        strength: How sure the grammar is of the answering span; 0 for kinds without one.
        typed: Whether the kind asks for a span.
        subject: 1 where the asked name does the act in the sentence, 0 where another one does, else 0.5.
        rank: 1 / (1 + rank of the search by words and meaning).
        reader: What the reader gives, as log odds of -6..6 put into 0..1; None where it did not read.
    """

    maxsim: float
    coverage: float
    names: float
    act: float
    strength: float
    typed: float
    subject: float
    rank: float
    reader: float | None = None

    def vector(self) -> tuple[float, ...]:
        """Return the features in the order of the weights; what the reader gives comes last."""
        return tuple(value for value in dataclasses.astuple(self) if value is not None)


@dataclass(frozen=True, slots=True)
class Weights:
    """A fitted logistic regression.

    Attributes:
        bias: Log odds where nothing speaks.
        values: In the order of `Features`.
        misfits: In the order of `MISFITS`.
        answers: Probability from which a sentence answers.
    """

    bias: float
    values: tuple[float, ...]
    misfits: tuple[float, ...]
    answers: float


ALONE = Weights(
    -12.68,
    (9.80, 4.10, 0.65, 0.71, 2.26, -0.96, 1.58, 0.0),
    (-0.8, -2.2, -2.2, -2.2, -1.4, -0.8, -1.5, -2.2, 0.0),
    0.15,
)
WITH_READER = Weights(
    -8.56,
    (3.91, 0.0, 0.35, 0.08, 2.99, -1.88, 0.61, 5.02, 5.81),
    (-0.42, -1.27, -1.16, -1.67, -0.35, -1.51, -1.62, -1.73, -0.8),
    0.3,
)
# Probability from which a sentence is worth showing as close.
CLOSE = 0.1


def probability(found: Features, misfits: Collection[str] = ()) -> float:
    """Return the probability that a sentence answers its question.

    Args:
        found: What speaks for it.
        misfits: What stands against it, by name.
    """
    if IMPOSSIBLE in misfits:
        return 0.0
    weights = ALONE if found.reader is None else WITH_READER
    total = weights.bias + sum(weight * value for weight, value in zip(weights.values, found.vector(), strict=True))
    total += sum(weight for name, weight in zip(MISFITS, weights.misfits, strict=True) if name in misfits)
    return 1 / (1 + math.exp(-total))


def unknown_names(names: Sequence[str], frequencies: Mapping[str, int], seen: Sequence[str]) -> list[str]:
    """Return the names of a question that no indexed sentence mentions.

    Args:
        names: Proper names as written in the question.
        frequencies: Number of passages that hold each word of them.
        seen: Words of the retrieved sentences in their order, for spelling variants and acronyms.

    Returns:
        Names with at least one word that is nowhere, not even misspelt or under an alias.
    """
    return [name for name in names if any(not _known(word, frequencies, seen) for word in name_words(name))]


def name_words(name: str) -> list[str]:
    """Return the words of a name that identify it."""
    words = [word for word in re.findall(r"\w[\w.'’-]*\w|\w", name) if word.lower() not in TITLES]
    return [re.sub(r"['’]s$", "", word) for word in words]


def _known(word: str, frequencies: Mapping[str, int], seen: Sequence[str]) -> bool:
    if frequencies.get(word, 0) > 0 or len(word) < 2:
        return True
    if word.isupper() and _spelled_out(word, seen):
        return True
    lower = word.lower().rstrip(".")
    if any(lower in group for group in ALIASES):
        group = next(group for group in ALIASES if lower in group)
        return any(other.lower().rstrip(".") in group for other in seen)
    return any(same_name(word, other) for other in seen)


def _spelled_out(acronym: str, seen: Sequence[str]) -> bool:
    """Whether words in a row begin with an acronym's letters: ESA, European Space Agency."""
    initials = "".join(word[0] if word[:1].isupper() else " " for word in seen)
    return len(acronym) >= 3 and acronym in initials


@lru_cache(maxsize=65536)
def same_name(first: str, second: str) -> bool:
    """Whether two words are one name: inflected, misspelt or under an alias."""
    one, two = first.lower().rstrip("."), second.lower().rstrip(".")
    group = ALIAS_GROUPS.get(one)
    if one == two or (group is not None and group == ALIAS_GROUPS.get(two)):
        return True
    if one.isdigit() or two.isdigit() or min(len(one), len(two)) < 4:
        return False
    return same_stem(one, two) or (one[0] == two[0] and SequenceMatcher(None, one, two).ratio() >= TYPO)
