"""Rules for what is denied, opposite, only planned, or said by somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from factcheck.claims.acts import certainty, find_acts, is_denied
from factcheck.claims.alignment import Alignment, share_arguments
from factcheck.claims.findings import Kind, Mismatch
from factcheck.claims.names import find_names, is_named, name_words, same_word, spelled
from factcheck.claims.roles import is_converse
from factcheck.claims.vocabulary import NOTHING, PLANNING, alike, contrary
from factcheck.lexicon import NOUN_ENTITIES

# Words that a speaker's description shares with many others.
_WEAK = frozenset("the a an of for and in at its his her their who which us u.s".split())
_QUALITIES = frozenset({"ADJ", "ADV", "NOUN", "ADP"})


def find_polarity_mismatches(found: Alignment) -> Iterator[Mismatch]:
    """Yield acts that one side denies, or tells as their opposite."""
    for match in found.acts:
        denied, told = is_denied(match.act), is_denied(match.other)
        opposite = match.opposite and not is_converse(match)
        if denied ^ told ^ opposite:
            sure = 0.4 + 0.6 * match.shared
            kind: Kind = "antonym" if opposite else "negation"
            mine, theirs = tell_act(match.act, denied), tell_act(match.other, told)
            yield Mismatch(kind, mine, theirs, sure, f"the article says “{theirs}”, the claim “{mine}”")
        elif _sides(match.act) != _sides(match.other):
            mine, theirs = "".join(_sides(match.act)), "".join(_sides(match.other))
            if mine and theirs:
                yield Mismatch("antonym", mine, theirs, 0.9, f"the article says “{theirs}”, the claim “{mine}”")
    yield from _opposite_qualities(found)
    yield from _denied_otherwise(found)


def _sides(act: Any) -> set[str]:
    """Return which side an act takes: "voted for", "voted against"."""
    return {child.lower_ for child in act.children if child.dep_ == "prep" and child.lower_ in {"for", "against"}}


def _denied_otherwise(found: Alignment) -> Iterator[Mismatch]:
    """Yield a denial in other words: "was not involved" where the claim says "was part of it"."""
    if any(match.act.pos_ == "VERB" for match in found.acts) or any(
        is_denied(act) for act in find_acts(found.claim.doc)
    ):
        return
    said = {act.i for act in find_acts(found.claim.doc)}
    claim = [
        token
        for token in found.claim.doc
        if token.pos_ in {"NOUN", "PROPN"} and token.dep_ != "compound" and token.i not in said
    ]
    for act in find_acts(found.evidence.doc):
        shared = share_arguments(claim, act, found.evidence)
        if is_denied(act) and shared >= 0.5:
            told = tell_act(act, True)
            main = find_acts(found.claim.doc)
            claimed = main[0].text if main else found.claim.text
            yield Mismatch("negation", claimed, told, 0.6 * shared, f"the article says “{told}”")
            return


def tell_act(act: Any, denied: bool) -> str:
    """Return an act with the words that deny it, as written."""
    near = [
        child for child in act.children if child.lower_ in NOTHING or child.dep_ in {"neg", "aux", "auxpass", "prt"}
    ]
    near = [token for token in near if abs(token.i - act.i) <= 4]
    above = act.head
    if denied and act.dep_ in {"xcomp", "ccomp", "acomp", "attr"} and 0 < act.i - above.i <= 4:
        near += [above, *(child for child in above.children if child.dep_ == "neg")]
    first, last = min([act.i, *(t.i for t in near)]), max([act.i, *(t.i for t in near)])
    return str(act.doc[first : last + 1].text)


def _opposite_qualities(found: Alignment) -> Iterator[Mismatch]:
    """Yield adjectives, adverbs and nouns whose opposite stands at the same word: "higher", "the lowest"."""
    acts = {match.act.i for match in found.acts}
    for word in found.words:
        token = word.token
        if word.where == "sentence" or token.pos_ not in _QUALITIES or token.i in acts:
            continue
        for other in found.evidence.doc:
            if other.pos_ in _QUALITIES and contrary(token.lemma_.lower(), other.lemma_.lower()):
                if is_denied(token) ^ is_denied(other):
                    continue
                sure = 0.9 if alike(token.head.lemma_.lower(), other.head.lemma_.lower()) else 0.6
                yield Mismatch("antonym", token.text, other.text, sure,
                               f"the article says “{other.text}”, the claim “{token.text}”")  # fmt: skip
                break


def find_undone(found: Alignment) -> Iterator[Mismatch]:
    """Yield acts that the claim tells as done and the article as planned, possible or alleged."""
    for match in found.acts:
        told = certainty(match.other)
        if match.other.pos_ == "NOUN" and match.other.dep_ == "dobj" and match.other.head.lemma_.lower() in PLANNING:
            told = "planned"  # "demanded an apology"
        if certainty(match.act) == "done" and told != "done" and not is_denied(match.other):
            yield Mismatch("not_done", match.act.text, match.other.text, 1.0,
                           f"the article tells “{match.other.text}” only as {told}")  # fmt: skip
            return


def find_speaker_mismatches(found: Alignment) -> Iterator[Mismatch]:
    """Yield a claim's speaker where the article has somebody else say it."""
    speech, told = found.claim.speech, found.evidence.speaker
    if speech is None or told is None:
        return
    said = [act for act in find_acts(found.claim.doc, said=False) if act.lemma_.lower() != speech.cue]
    if said and not any(match.act in said for match in found.acts):
        return  # something else was said
    mine = [word for word in spelled(speech.speaker) if word.rstrip(".") not in _WEAK]
    known = [word for word in spelled(told) if word.rstrip(".") not in _WEAK]
    if (
        not mine
        or not known
        or any(same_word(word, other) or alike(_one(word), _one(other)) for word in mine for other in known)
    ):
        return
    near = [*_speakers_words(found), *known]
    if any(same_word(word, other) for word in mine for other in near):
        return
    named = bool(set(name_words(speech.speaker))) and speech.speaker[:1].isupper() and told[:1].isupper()
    person = mine[-1] in NOUN_ENTITIES or known[-1] in NOUN_ENTITIES
    yield Mismatch("speaker", speech.speaker, told, 0.9 if named and not person else 0.6,
                   f"the article has {told} say it, the claim {speech.speaker}")  # fmt: skip


def _one(word: str) -> str:
    """Return a noun without its plural ending."""
    return f"{word[:-3]}y" if word.endswith("ies") else word.removesuffix("s")


def _speakers_words(found: Alignment) -> list[str]:
    """Return what the sentence says of its speaker: "Kremlin spokesman Dmitry Peskov"."""
    told = found.evidence.speaker or ""
    words: list[str] = []
    for name in find_names(found.evidence.doc):
        if is_named(name, spelled(told)):
            words += [token.lower_ for token in name.root.subtree]
            words += [child.lower_ for child in name.root.head.children] if name.root.dep_ == "appos" else []
            words.append(name.root.head.lower_)
    return words


def find_missing_details(found: Alignment) -> Iterator[Mismatch]:
    """Yield content words of the claim that the article has nothing for."""
    for word in found.missing:
        if word.token.pos_ in {"NOUN", "VERB", "ADJ"}:
            yield Mismatch("missing_detail", word.token.text, "", min(1.0, word.weight),
                           f"nothing in the sentence says “{word.token.text}”")  # fmt: skip
