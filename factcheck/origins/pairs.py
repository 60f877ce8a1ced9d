"""Compare two articles: on which grounds, and how surely, do both rest on one origin?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from math import prod

from factcheck.origins.alignment import Alignment, align
from factcheck.origins.credits import same_outlet
from factcheck.origins.profiles import Profile
from factcheck.origins.records import Comparison, Link, Reason, SpanPairs
from factcheck.origins.sayings import SharedSayings, find_shared

# Strength from which two files share an origin, and from which a reason is worth naming.
JOINS = 0.5
NAMED = 0.15
# Share of the shorter article's telling words that two files about one story have in common at least.
RELATED = 0.15
# Coverage below which shared facts are those of the event, and above which one retells the other.
EVENT, RETOLD = 0.25, 0.6
# Fewer sentences than these any two reports of one event may share.
SEVERAL = 5
# Agreement of names and numbers below which sentences are alike by a template only, and above which all is well.
AGREE = (0.3, 0.6)
# How much quotations of its own take from the suspicion that an article is a re-telling.
OWN_VOICES = 0.8
# One shared sentence leaves this much doubt, two its square; less where one outlet alone heard it.
DOUBT = 0.5
DOUBT_OF_TOLD = 0.4
# Share of an article's quotations from which it lives on those of the other.
MOST_QUOTED = 0.6
CREDITED = 0.7
# Coverage from which a credit counts at all, and in full: an agency's next report on a matter is another one.
AGREES = (0.1, 0.5)
MOST_EVIDENCE = 20


def compare(one: Profile, other: Profile, *, copied: float = 0.0) -> Comparison:
    """Compare two articles.

    Args:
        one: An article.
        other: Another.
        copied: Share of word runs that make the one a near copy of the other; 0 where it is none.
    """
    first, second = sorted((one, other), key=lambda side: side.file)
    outside = _without_frame(first, second)
    if not is_related(*(chain.from_iterable(side.keys) for side in outside)):
        return Comparison(first.file, second.file, 0.0, related=False)
    alignment = align(first.keys, second.keys)
    shared = find_shared(first, second)
    links = [
        _link(first, second, "near_copy", copied, _sentences(first, second, alignment)),
        _link(first, second, "shared_utterances", _weigh_sayings(shared), shared.pairs),
        _link(first, second, "reworded", 0.0 if copied else _weigh_wording(alignment, shared, (first, second)),
              _sentences(first, second, alignment)),
        _weigh_credits(first, second, alignment),
    ]  # fmt: skip
    strength = 1 - prod(1 - link.strength for link in links)
    named = [link for link in links if link.strength >= NAMED]
    # What copies share besides follows from their being copies.
    named.sort(key=lambda link: (link.reason != "near_copy", -link.strength))
    return Comparison(first.file, second.file, round(strength, 3), related=True, links=tuple(named))


def is_related(first: chain[str], second: chain[str]) -> bool:
    """Return whether two stories have enough telling words in common to be about one thing."""
    one, other = frozenset(first), frozenset(second)
    return len(one & other) >= RELATED * max(1, min(len(one), len(other)))


def _without_frame(first: Profile, second: Profile) -> tuple[Profile, Profile]:
    """Return the articles without the sentences that are equal in both, where enough is left of both.

    A site's frame that was not recognised as boilerplate must not make two stories one. Of a copy
    hardly anything is left.
    """
    equal = set(first.plain) & set(second.plain)
    rest = [
        replace(side, keys=tuple(keys for keys, plain in zip(side.keys, side.plain, strict=True) if plain not in equal))
        for side in (first, second)
    ]
    sizes = [len(frozenset(chain.from_iterable(side.keys))) for side in rest]
    return (rest[0], rest[1]) if min(sizes) >= 20 else (first, second)


def _weigh_sayings(shared: SharedSayings) -> float:
    """Return what the shared quotations prove.

    Reporters at one event hear the same sentence; they do not choose the same ones throughout. What was
    said to one outlet, and is so credited, only that outlet heard.
    """
    heard = float(1 - DOUBT**shared.amount) * min(1.0, shared.share / MOST_QUOTED) ** 2
    return max(heard, 1.0 - float(DOUBT_OF_TOLD**shared.exclusive))


def _weigh_wording(alignment: Alignment, shared: SharedSayings, sides: Sequence[Profile]) -> float:
    """Return what the aligned sentences prove: much of an article, in order, with few voices of its own."""
    retold = [
        _between(coverage, EVENT, RETOLD) * (1 - OWN_VOICES * (1 - quoted) * bool(side.said))
        for side, coverage, quoted in zip(sides, alignment.coverages, shared.shares, strict=True)
    ]
    amount = min(1.0, len(alignment.pairs) / SEVERAL)
    return amount * _between(alignment.agreement, *AGREE) * max(retold)


def _weigh_credits(first: Profile, second: Profile, alignment: Alignment) -> Link:
    """Return the link by the outlet that one article, or both, got the story from."""
    agrees = _between(alignment.agreement, *AGREE) * _between(max(alignment.coverages), *AGREES)
    found: dict[str, float] = {}
    for side, source in ((first, second), (second, first)):
        for credit in side.credits:
            if source.outlet and same_outlet(credit.name, source.outlet):
                found[source.outlet] = max(found.get(source.outlet, 0.0), credit.weight)
    for one in first.credits:
        for other in second.credits:
            if (one.sure or other.sure) and same_outlet(one.name, other.name):
                name = max(one.name, other.name, key=len)
                found[name] = max(found.get(name, 0.0), min(one.weight, other.weight))
    weight = max(found.values(), default=0.0)
    names = tuple(sorted(name for name in found if found[name] == weight))
    return Link(first.file, second.file, "credited_outlet", round(CREDITED * weight * agrees, 3), names=names)


def _between(value: float, low: float, high: float) -> float:
    """Return where a value lies between two bounds, 0..1."""
    return min(1.0, max(0.0, (value - low) / (high - low)))


def _link(first: Profile, second: Profile, reason: Reason, strength: float, evidence: SpanPairs) -> Link:
    return Link(first.file, second.file, reason, round(min(1.0, strength), 3), evidence[:MOST_EVIDENCE])


def _sentences(first: Profile, second: Profile, alignment: Alignment) -> SpanPairs:
    return tuple((first.spans[row], second.spans[column]) for row, column in alignment.pairs)
