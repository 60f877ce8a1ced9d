"""Whether two sentences tell one utterance or fact, so that what differs between them means something.

A fact-checker who sees three false alarms stops reading: in doubt the sentences are apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from factcheck.claims.names import same_word, spelled
from factcheck.claims.quantities import PEOPLE, find_quantities, governor
from factcheck.claims.vocabulary import alike
from factcheck.comparing.denials import NOT
from factcheck.comparing.doubts import NOT_GIVEN
from factcheck.comparing.figures import is_garbled_text
from factcheck.comparing.findings import Difference, DifferenceKind
from factcheck.comparing.sides import Laid, Side
from factcheck.comparing.spellings import NAMESAKE, is_variant

# Shares of the words in common: of both sides, or nearly all of the shorter one.
HALF, ENOUGH, NEARLY_ALL, MOST = 0.5, 0.6, 0.8, 0.7
FEW, SOME, MANY = 2, 3, 6
_YEAR = re.compile(r"(?<![\d.,$€£#-])(?:1[5-9]\d\d|20\d\d)(?![\d,.]\d|-\w|\w)")
_FORECASTS = frozenset("expect predict forecast estimate project reckon anticipate foresee guess hope fear".split())
_ONGOING = re.compile(r"(?i)\b(?:still|now|so far|currently|at present|remain(?:s|ing)?)\b")
_PRONOUNS = frozenset("he she they it we i you who that which this these those".split())
_WEAK = frozenset("the a an of for and in at its his her their u.s us spokesman spokeswoman spokesperson".split())


def tells_same(laid: Laid) -> bool:
    """Whether two sentences tell the same with no more than other words."""
    return laid.least >= HALF or (laid.most >= NEARLY_ALL and laid.common() >= SOME)


def counts(laid: Laid, difference: Difference, *, one_story: bool = True) -> bool:
    """Whether a difference is one of a single fact or utterance, and not between two of them.

    Args:
        laid: The two sentences.
        difference: What a rule found between them.
        one_story: Whether their articles tell of one event.
    """
    if difference.kind == "wording_only":
        return tells_same(laid) and not have_other_speakers(laid)
    if difference.kind == "name":
        return one_story or laid.least >= HALF
    if not one_story and laid.least < MOST:
        return False
    return not _are_apart(laid, difference) and _GATES[difference.kind](laid, difference)


def _negation(laid: Laid, difference: Difference) -> bool:
    if difference.about == NOT or (laid.least >= HALF and laid.common() >= FEW):
        return True
    if laid.common() >= MANY and laid.most >= MOST and share_speaker(laid):
        return True
    return laid.most >= NEARLY_ALL and (laid.common() >= SOME or share_speaker(laid))


def _number(laid: Laid, difference: Difference) -> bool:
    if laid.least >= HALF or (laid.most >= MOST and laid.common() >= SOME):
        return difference.strength >= 1.0 or _is_slip(laid, difference) or not _have_other_deeds(laid, difference)
    return _is_slip(laid, difference) or _share_subject(laid, difference)


def _is_slip(laid: Laid, difference: Difference) -> bool:
    """Whether a number looks like the other one copied wrongly, and is too long or too near for chance."""
    one, two = difference.a.of(laid.a.text), difference.b.of(laid.b.text)
    long = sum(char.isdigit() for char in one) > FEW
    return is_garbled_text(one, two) and (long or laid.most >= MOST)


def _date(laid: Laid, difference: Difference) -> bool:
    slip = is_garbled_text(difference.a.of(laid.a.text), difference.b.of(laid.b.text))
    if laid.least >= HALF and laid.common() >= (FEW if slip else SOME):
        return True
    return laid.most >= NEARLY_ALL and laid.common() > SOME


def _hedging(laid: Laid, difference: Difference) -> bool:
    return difference.about == NOT_GIVEN or (laid.least >= HALF and laid.common() >= SOME)


def _actor(laid: Laid, difference: Difference) -> bool:
    return laid.common() >= SOME and (laid.least >= HALF or (difference.about == NAMESAKE and laid.most >= HALF))


_GATES: Mapping[DifferenceKind, Callable[[Laid, Difference], bool]] = {
    "negation": _negation,
    "number": _number,
    "date": _date,
    "hedging": _hedging,
    "actor": _actor,
}


def _are_apart(laid: Laid, difference: Difference) -> bool:
    """Whether time, speaker or forecaster show that these are two events, utterances or forecasts."""
    if have_other_speakers(laid) and difference.strength < 1.0:
        return True
    if difference.kind == "date" or (difference.kind == "number" and _is_slip(laid, difference)):
        return False
    return (
        _have_other_years(laid)
        or _have_other_forecasters(laid)
        or (difference.kind == "number" and _are_later_states(laid))
    )


def have_other_speakers(laid: Laid) -> bool:
    """Whether two different people, each with a full name, say the sentences."""
    one, two = _speaker(laid.a), _speaker(laid.b)
    named = all(side.speaker is not None and side.speaker[:1].isupper() for side in (laid.a, laid.b))
    if len(one) < 2 or len(two) < 2 or not named:
        return False
    if len(one) == len(two) == FEW and one[-1] == two[-1] and not same_word(one[0], two[0]):
        return not is_variant(one, two)  # namesakes
    shared = any(same_word(a, b) or alike(a, b) for a in one for b in two)
    return not (shared or is_variant(one, two))


def share_speaker(laid: Laid) -> bool:
    """Whether one speaker says both sentences, or stands in the other sentence by name."""
    for side, other in ((laid.a, laid.b), (laid.b, laid.a)):
        words = _speaker(side)
        if words and any(same_word(words[-1], word) for word in (*spelled(other.text), *_speaker(other))):
            return True
    return False


def _speaker(side: Side) -> list[str]:
    return [word for word in spelled(side.speaker or "") if word not in _WEAK]


def _have_other_years(laid: Laid) -> bool:
    """Whether one sentence names a year that is neither in the other nor the year of the other's article."""
    one, two = (set(_YEAR.findall(side.text[side.begins :])) for side in (laid.a, laid.b))
    for mine, theirs, other in ((one - two, two, laid.b), (two - one, one, laid.a)):
        if not mine:
            continue
        if theirs and any(is_garbled_text(year, each) for year in mine for each in theirs):
            continue
        if other.date is None and not theirs and tells_same(laid) and laid.least >= MOST:
            continue
        if other.date is None or str(other.date.year) not in mine:
            return True
    return False


def _have_other_forecasters(laid: Laid) -> bool:
    """Whether a forecast is somebody else's: the council's deficit is not the minister's."""
    voices = []
    for side in (laid.a, laid.b):
        verb = next((token for token in side.doc if token.lemma_.lower() in _FORECASTS and token.pos_ == "VERB"), None)
        subject = None
        if verb is not None:
            subject = next((child for child in verb.children if child.dep_ == "nsubj"), None)
        words = [subject.lower_] if subject is not None and subject.lower_ not in _PRONOUNS else _speaker(side)
        voices.append((verb is not None, words))
    (forecast, one), (other_forecast, two) = voices
    if not (forecast or other_forecast) or not one or not two:
        return False
    return not any(same_word(a, b) or alike(a, b) for a in one for b in two)


def _are_later_states(laid: Laid) -> bool:
    """Whether both tell how things stand, on different days: patients in hospital then and now."""
    if laid.a.date == laid.b.date and None not in (laid.a.date, laid.b.date):
        return False
    if any(_ONGOING.search(side.text) for side in (laid.a, laid.b)) and laid.a.date != laid.b.date:
        return True
    present = [
        any(token.tag_ in {"VBP", "VBZ"} and token.dep_ in {"ROOT", "aux", "auxpass"} for token in side.doc)
        and not any(token.lemma_.lower() == "will" for token in side.doc)
        for side in (laid.a, laid.b)
    ]
    return all(present) and laid.a.date is not None and laid.b.date is not None


def _have_other_deeds(laid: Laid, difference: Difference) -> bool:
    """Whether the numbers count those to whom other things happened: nine killed, two missing."""
    deeds, counted = [], []
    for side, span in ((laid.a, difference.a), (laid.b, difference.b)):
        number = next((each for each in find_quantities(side.doc) if span.start <= each.root.idx < span.end), None)
        verb = governor(number.root) if number is not None else None
        if number is None or verb is None:
            return False
        counted.append(number.noun)
        state = next((child for child in verb.children if child.dep_ in {"acomp", "attr"}), None)
        deeds.append((state if verb.lemma_.lower() == "be" and state is not None else verb).lemma_.lower())
    people = all(noun in PEOPLE for noun in counted)
    return (people or laid.least < ENOUGH) and not alike(deeds[0], deeds[1])


def _share_subject(laid: Laid, difference: Difference) -> bool:
    """Whether both numbers stand at verbs that have the same noun for a subject: "Pensions will go up by …"."""
    subjects = []
    for side, span in ((laid.a, difference.a), (laid.b, difference.b)):
        number = next((each for each in find_quantities(side.doc) if span.start <= each.root.idx < span.end), None)
        verb = governor(number.root) if number is not None else None
        subject = next((child for child in verb.children if child.dep_.startswith("nsubj")), None) if verb else None
        if subject is None or subject.lower_ in _PRONOUNS:
            return False
        subjects.append(subject.lemma_.lower())
    return alike(subjects[0], subjects[1]) > 0 or same_word(subjects[0], subjects[1])
