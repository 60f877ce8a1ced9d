"""Where one of two sentences denies what the other says, or says the opposite."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from factcheck.claims.acts import actors, find_acts, is_denied, targets, with_joined
from factcheck.claims.alignment import ActMatch
from factcheck.claims.names import same_word
from factcheck.claims.polarity import tell_act
from factcheck.claims.roles import is_converse
from factcheck.claims.vocabulary import DENYING, LIGHT, NOTHING, alike
from factcheck.comparing.findings import Difference
from factcheck.comparing.sides import Laid, Side
from factcheck.comparing.spellings import is_variant
from factcheck.lexicon import CUES, UNSPECIFIED_VERBS
from factcheck.types import Span

# Share of an act's arguments from which both sentences speak of one act.
SAME_ACT = 0.5
# Opposites are only told where the sentences have more in common: "opened", and of another door "closed".
SAME_FOR_OPPOSITES = 0.6
# Sentences that have most in common may also differ in a name and a number at the act.
SOME_OF_IT = 0.2
# Share of the shorter sentence's words, and their number, from which two sentences are one with a word lost.
VERBATIM, LEAST_VERBATIM = 0.8, 3
LONGEST_CHANGE = 3
NOT = "not"
DENIALS = frozenset({"not", "never"})
_WHOLE = {"n't": "not", "n’t": "not", "ca": "can", "wo": "will", "cannot": "not"}

_ASKING = frozenset("what which who whom whose when where why how whether if".split())


def find_denials(laid: Laid) -> Iterator[Difference]:
    """Yield acts that one side denies and the other does not, or that one tells as their opposite."""
    dropped = _find_dropped(laid)
    if dropped is not None:
        yield dropped
        return
    told: set[str] = set()
    for match in laid.acts():
        denied, other = _denies(match.act), _denies(match.other)
        opposite = match.opposite and not is_converse(match)
        lemma = match.act.lemma_.lower()
        if not denied ^ other ^ opposite or lemma in told or not _counts(laid, match, opposite):
            continue
        if _both_ways(laid.a, lemma) and _both_ways(laid.b, lemma):
            continue  # "you did not sell wood, you sold trust" holds the act twice
        told.add(lemma)
        a, b = _place(laid.a, match.act, denied), _place(laid.b, match.other, other)
        mine, theirs = a.of(laid.a.text), b.of(laid.b.text)
        if mine.lower() == theirs.lower():
            continue
        keys = [match.act.lemma_.lower(), match.other.lemma_.lower()] if opposite else [_key(denied), _key(other)]
        said = f"one says “{mine}”, the other “{theirs}”"
        yield Difference("negation", True, a, b, said, match.shared, lemma, *keys)


def _find_dropped(laid: Laid) -> Difference | None:
    """Return the "not" that one of two otherwise nearly equal sentences lost, or None."""
    sides = [
        [token for token in side.doc if not token.is_punct and not token.is_space and token.idx >= side.begins]
        for side in (laid.a, laid.b)
    ]
    words = [[_WHOLE.get(token.lower_, token.lower_) for token in tokens] for tokens in sides]
    shorter = min(map(len, words))
    if not shorter or DENIALS.isdisjoint([*words[0], *words[1]]):
        return None
    changes, same = [], 0
    for edit, a, a_end, b, b_end in SequenceMatcher(None, words[0], words[1], autojunk=False).get_opcodes():
        if edit == "equal":
            same += a_end - a
        elif any(word in DENIALS for word in (*words[0][a:a_end], *words[1][b:b_end])):
            changes.append((a, a_end, b, b_end))
    if len(changes) != 1 or same < VERBATIM * shorter or same < LEAST_VERBATIM:
        return None
    a, a_end, b, b_end = changes[0]
    if max(a_end - a, b_end - b) > LONGEST_CHANGE:
        return None
    denied = [sum(word in DENIALS for word in part) for part in (words[0][a:a_end], words[1][b:b_end])]
    if sum(denied) != 1:
        return None
    first, second = _widen(laid.a, sides[0], a, a_end), _widen(laid.b, sides[1], b, b_end)
    mine, theirs = first.of(laid.a.text), second.of(laid.b.text)
    keys = [_key(bool(count)) for count in denied]
    return Difference("negation", True, first, second, f"one says “{mine}”, the other “{theirs}”", 1.0, NOT, *keys)


def _widen(side: Side, tokens: list[Any], start: int, end: int) -> Span:
    """Return the span of some words with the one before and behind, so that there is something to read."""
    first, last = tokens[max(0, start - 1)], tokens[min(len(tokens), end + 1) - 1]
    return Span(int(first.idx), int(last.idx + len(last.text)))


def _counts(laid: Laid, match: ActMatch, opposite: bool) -> bool:
    """Whether both sides speak of one act, and state it rather than name it."""
    lemma = match.act.lemma_.lower()
    if lemma in LIGHT or (lemma in CUES and not opposite and match.shared < 1.0):
        return False
    if _is_reported_so(match.act) or _is_reported_so(match.other) or not _have_one_doer(match):
        return False
    if opposite:
        return match.shared >= SAME_FOR_OPPOSITES and laid.least >= SAME_FOR_OPPOSITES
    return match.shared >= (SAME_ACT if laid.least < SAME_FOR_OPPOSITES else SOME_OF_IT)


def _key(denied: bool) -> str:
    return "denied" if denied else "asserted"


def _is_reported_so(act: Any) -> bool:
    """Whether what denies an act is somebody's saying: "denied that he asked", "did not specify what he asked".

    Who denies it and who says it are two voices, and not one utterance that was changed.
    """
    above = list(act.ancestors)
    if any(token.lemma_.lower() in CUES & DENYING for token in above):
        return True
    return any(token.lemma_.lower() in UNSPECIFIED_VERBS for token in above) and any(
        child.lower_ in _ASKING for child in act.subtree
    )


def _have_one_doer(match: ActMatch) -> bool:
    """Whether nothing shows that two people or bodies do it: "Russia sells", "China does not sell to Russia"."""
    one = [token for token in with_joined(actors(match.act)) if token.pos_ != "PRON"]
    two = [token for token in with_joined(actors(match.other)) if token.pos_ != "PRON"]
    if not one or not two or any({a.pos_, b.pos_} == {"NOUN", "PROPN"} for a in one for b in two):
        return True  # a role may stand for a name
    return _are_in(one, match.other, two) or _are_in(two, match.act, one)


def _are_in(doers: list[Any], act: Any, others: list[Any]) -> bool:
    """Whether somebody who does it stands in the other sentence, and not as the one it is done to."""
    reached = {token.i for target in targets(act) for token in target.subtree}
    near = [token for token in act.doc if token.i not in reached] + others
    return any(
        alike(a.lemma_.lower(), b.lemma_.lower()) > 0
        or same_word(a.lower_, b.lower_)
        or is_variant([a.lower_], [b.lower_])
        for a in doers
        for b in near
    )


def _both_ways(side: Side, lemma: str) -> bool:
    ways = Counter(is_denied(act) for act in find_acts(side.doc) if act.lemma_.lower() == lemma)
    return len(ways) > 1


def _denies(act: Any) -> bool:
    """Whether an act is denied, also by the subject of its clause: "will allow no country to"."""
    inner = [who for child in act.children if child.dep_ in {"ccomp", "xcomp"} for who in child.children]
    none = any(
        who.dep_ in {"nsubj", "nsubjpass"}
        and (who.lower_ in NOTHING or any(each.lower_ in {"no", "none", "neither"} for each in who.children))
        for who in inner
    )
    return is_denied(act) ^ none


def _place(side: Side, act: Any, denied: bool) -> Span:
    """Return where an act stands with the words that deny it."""
    told = tell_act(act, denied)
    start = side.text.rfind(told, 0, int(act.idx) + len(told))
    start = start if start >= 0 else int(act.idx)
    end = max(start + len(told), int(act.idx + len(act.text))) if told in side.text else int(act.idx + len(act.text))
    if denied and not any(word.lower() in NOTHING for word in re.findall(r"n[’']t|\w+", side.text[start:end])):
        # "no depots would be closed", "nobody was hurt": the denial stands at what is done or who does it.
        near = [token for token in act.subtree if token.lower_ in NOTHING and abs(token.i - act.i) <= 8]
        start = min([start, *(int(token.idx) for token in near)])
        end = max([end, *(int(token.idx + len(token.text)) for token in near)])
    return Span(start, end)
