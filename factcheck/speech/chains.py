"""Through whom words came: "told CNN", "according to Reuters", "in an interview", "the paper quotes him"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from factcheck.naming import clean_name, describe
from factcheck.speech.reports import Report
from factcheck.speech.words import AUDIENCES, CHANNELS, DOCUMENTS, LISTENING, OUTLETS, PERSONS

_THROUGH = frozenset("in at during on to with via through by from".split())
_NO_OUTLETS = frozenset({"PERSON", "GPE", "NORP", "LOC", "DATE", "TIME", "FAC", "EVENT", "CARDINAL", "ORDINAL"})
# Words of which outlets make their names.
_OUTLET_NAME = re.compile(
    r"\b(?:[A-Z][\w.’'-]+ ){0,4}(?:Gazette|Times|Post|Herald|Journal|News|Tribune|Standard|Mercury|Chronicle|Courier|"
    r"Observer|Guardian|Telegraph|Mail|Mirror|Star|Sun|Press|Radio|Television|TV|Globe|Examiner|Dispatch|Echo|Review|"
    r"Monitor|Register|Bulletin|Magazine|Agency|Wire|Today)\b"
)


def find_chain(report: Report, reports: Sequence[Report], outside: Any, earlier: str) -> tuple[str, ...]:
    """Return through whom the words of a report came, the one nearest to the reader first.

    Args:
        report: The report.
        reports: All reports of its sentence.
        outside: Places of the tokens outside quotation marks.
        earlier: The article's text before the sentence, in which "the paper" was named.
    """
    if report.according:
        return ()
    passed = _outlet_name(report.through, earlier) if report.through is not None else _passed_on(report, earlier)
    links = [passed, *_credited(report, reports)]
    heard, channel = _heard(report, outside)
    links += [heard, channel]
    own = clean_name(str(report.subject.text))
    return tuple(dict.fromkeys(link for link in links if link and link != own))


def is_outlet(token: Any) -> bool:
    """Whether a noun may name an outlet: a proper name that is no person, place or assembly."""
    proper = token.pos_ == "PROPN" or (token.is_upper and len(token.text) > 1)
    if not proper or token.ent_type_ in _NO_OUTLETS - {"PERSON"}:
        return token.lemma_.lower() in OUTLETS and token.pos_ == "NOUN" and token.tag_ == "NN"
    words = {t.lower_ for t in token.subtree if t.dep_ in {"compound", "nmod"} or t == token}
    if words & AUDIENCES or words & PERSONS:
        return False
    named = bool(words & OUTLETS) or any(c.lower_ == "the" for c in token.children)
    return token.ent_type_ != "PERSON" or named


def _passed_on(report: Report, earlier: str) -> str | None:
    """Return who quotes: "the paper quotes her as saying", "she was quoted as saying by Reuters"."""
    quoting = report.quoting
    if quoting is None:
        return None
    agents = [c for by in quoting.subtree if by.lower_ == "by" for c in by.children if c.dep_ == "pobj"]
    subject = next((child for child in quoting.children if child.dep_ == "nsubj"), None)
    outlet = agents[0] if agents else subject
    return _outlet_name(outlet, earlier) if outlet is not None else None


def _credited(report: Report, reports: Sequence[Report]) -> list[str]:
    """Return the sources of "according to" beside another report, and outlets that report the report."""
    found = []
    for other in reports:
        if other is report:
            continue
        word = other.subject.lemma_.lower()
        if other.according and (is_outlet(other.subject) or word in OUTLETS or word in DOCUMENTS):
            found.append(_outlet_name(other.subject, ""))
        elif not other.according and other.clause is not None and is_outlet(other.subject):
            if report.verb.is_ancestor(other.verb) or not _holds(other, report):
                continue
            found.append(_outlet_name(other.subject, ""))
    return [name for name in found if name]


def _holds(outer: Report, inner: Report) -> bool:
    """Whether a report is what another one reports."""
    clause = outer.clause
    return clause is not None and (clause == inner.verb or clause.is_ancestor(inner.verb))


def _outlet_name(token: Any, earlier: str) -> str | None:
    if token.pos_ == "PROPN" or token.is_upper:
        entity = next((e for e in token.doc.ents if e.start <= token.i < e.end and e.label_ == "ORG"), None)
        name = clean_name(str(entity.text)) if entity is not None else _run(token)
        tail = re.search(r"\b[A-Z]{2,6}\b", name)
        return tail.group() if tail is not None and "agency" in token.sent.text and " " in name else _own_name(name)
    if token.lower_ in OUTLETS:
        proper = [t for t in token.subtree if t.pos_ == "PROPN" and t.dep_ in {"appos", "compound", "poss", "nmod"}]
        names = [t for t in proper if t.ent_type_ == "ORG" or t.is_upper]
        if names:
            return clean_name(str(names[0].text))
        named = list(_OUTLET_NAME.finditer(earlier[-4000:]))
        return named[-1].group() if named else clean_name(describe(token))
    return clean_name(describe(token))


def _own_name(name: str) -> str:
    """Cut what an outlet is from its name: "broadcaster VTV"."""
    words = name.split()
    while len(words) > 1 and words[0].islower():
        words = words[1:]
    return re.sub(r"[’']s$", "", " ".join(words))


def _run(token: Any) -> str:
    doc, first, last = token.doc, token.i, token.i
    while first > 0 and doc[first - 1].pos_ == "PROPN":
        first -= 1
    while last + 1 < len(doc) and doc[last + 1].pos_ == "PROPN":
        last += 1
    return clean_name(str(doc[first : last + 1].text))


def _heard(report: Report, outside: Any) -> tuple[str | None, str | None]:
    """Return the outlet and the channel that heard the words."""
    verb = report.verb
    outlet: str | None = None
    channel: str | None = None
    for child in verb.children:
        if child.i not in outside:
            continue
        if child.dep_ in {"dobj", "dative"} and child != report.subject and verb.lemma_.lower() in LISTENING:
            outlet, channel = _listener(child, outlet, channel)
        elif child.dep_ in {"prep", "dative"} and child.lower_ in _THROUGH:
            for noun in child.children:
                if noun.dep_ == "pobj" and noun.i in outside:
                    outlet, channel = _through(child, noun, outlet, channel)
        elif child.dep_ == "advcl" and child.lemma_.lower() in {"speak", "talk"}:
            for to in (c for c in child.children if c.lower_ in {"to", "with", "on"}):
                for noun in (n for n in to.children if n.dep_ == "pobj"):
                    outlet, channel = _listener(noun, outlet, channel)
    return outlet, channel


def _listener(noun: Any, outlet: str | None, channel: str | None) -> tuple[str | None, str | None]:
    if noun.lemma_.lower() in CHANNELS and noun.pos_ == "NOUN":
        return outlet, channel or _channel(noun)
    named = noun.pos_ == "PROPN" or noun.is_upper or any(child.pos_ == "PROPN" for child in noun.children)
    return outlet or (_outlet_name(noun, "") if named and is_outlet(noun) else None), channel


def _through(prep: Any, noun: Any, outlet: str | None, channel: str | None) -> tuple[str | None, str | None]:
    if noun.lemma_.lower() in CHANNELS and noun.pos_ in {"NOUN", "PROPN"} and prep.lower_ not in {"by", "from"}:
        channel = channel or _channel(noun)
        for token in noun.subtree:
            inner = token.dep_ in {"pobj", "poss"} and token.pos_ == "PROPN" and token.ent_type_ != "PERSON"
            by = token.dep_ == "poss" or token.head.lower_ in {"to", "with", "by", "on"}
            if inner and by and is_outlet(token):
                outlet = outlet or _outlet_name(token, "")
    elif prep.lower_ in {"to", "on", "with"} and noun.ent_type_ == "ORG" and is_outlet(noun):
        outlet = outlet or _outlet_name(noun, "")
    return outlet, channel


def _channel(noun: Any) -> str:
    """Return a channel with the words that tell it apart: "conference call", "televised appearance"."""
    own = [child for child in noun.children if child.dep_ in {"compound", "amod"} and child.i < noun.i]
    return " ".join(str(token.text) for token in [*own, noun])
