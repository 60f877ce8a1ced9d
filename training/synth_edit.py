"""Edits of parsed sentences: what can be left out, and what can be exchanged so that the fact changes."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from words import SYMMETRIC, inflect, opposite, synonym

__all__ = ["Change", "Names", "apply", "changes_of", "droppable", "negate", "render", "rephrase", "swap_roles"]

KINDS = {"PERSON": "PERSON", "ORG": "ORG", "GPE": "GPE", "LOC": "GPE", "NORP": "NORP", "FAC": "ORG"}
NUMERIC = frozenset({"CARDINAL", "MONEY", "PERCENT", "QUANTITY", "ORDINAL"})
MONTHS = "January February March April May June July August September October November December".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
COUNTS = "two three four five six seven eight nine ten eleven twelve twenty thirty fifty hundred".split()
ORDINALS = "first second third fourth fifth sixth seventh".split()
DROPPED = frozenset({"advcl", "relcl", "acl", "appos", "npadvmod", "parataxis", "prep", "advmod"})
BLOCKING = re.compile(
    r"\b(if|unless|whether|only|never|no|not|n't|nor|neither|without|would|could|might|may|hardly)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Change:
    """An exchange of one piece of text for another that makes the statement another one."""

    old: str
    new: str
    kind: str


class Names:
    """The names of the parsed texts by type, of each document and of all."""

    def __init__(self) -> None:
        self.everywhere: dict[str, list[str]] = defaultdict(list)
        self.inside: dict[tuple[str, str], list[str]] = defaultdict(list)

    def add(self, doc: Any, origin: str) -> None:
        """Adds the names of a sentence."""
        for entity in doc.ents:
            kind = KINDS.get(entity.label_)
            text = clean(entity.text)
            if kind and 2 < len(text) < 40 and text[0].isupper():
                self.everywhere[kind].append(text)
                self.inside[origin, kind].append(text)

    def other(self, name: str, kind: str, origin: str, draw: random.Random) -> str | None:
        """Returns another name of the kind, more often than not from the same document."""
        near = self.inside.get((origin, kind), [])
        for _ in range(6):
            pool = near if near and draw.random() < 0.6 else self.everywhere[kind]
            found = draw.choice(pool) if pool else ""
            if found and not set(found.casefold().split()) & set(name.casefold().split()):
                return found
        return None


def clean(text: str) -> str:
    """Returns a name without its article and its genitive."""
    return re.sub(r"^(?:the|The|a|an) |'s?$", "", text).strip()


def render(tokens: Iterable[Any]) -> str:
    """Returns tokens as a sentence: a capital first, no doubled or dangling commas, a full stop."""
    text = "".join(token.text_with_ws if token.whitespace_ else token.text for token in tokens)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s+([,.;:])", r"\1", text)
    text = re.sub(r"[,;:\-]\s*(?=[,.;:!?])", "", text)
    text = re.sub(r"\(\s*\)", "", text)
    text = text.strip(" ,;:-")
    if text.count('"') % 2:
        text = text.replace('"', "")
    if not text:
        return ""
    return text[0].upper() + text[1:].rstrip(" ,;:-") + ("" if text[-1] in ".!?\"'" else ".")


def droppable(doc: Any) -> list[frozenset[int]]:
    """Returns the parts of a sentence that can be left out without changing what the rest says."""
    found = []
    if BLOCKING.search(doc.text):
        return []
    for token in doc:
        if token.dep_ not in DROPPED or (token.dep_ == "advmod" and token.head.pos_ not in {"VERB", "AUX"}):
            continue
        if token.dep_ == "prep" and (token.head.pos_ not in {"VERB"} or not has_object(token.head)):
            continue
        span = frozenset(child.i for child in token.subtree)
        if 1 <= len(span) < 0.7 * len(doc):
            found.append(span)
    return found


def has_object(verb: Any) -> bool:
    """Tells whether a verb stands without its prepositional phrases."""
    return any(child.dep_ in {"dobj", "nsubjpass", "attr"} for child in verb.children)


def changes_of(doc: Any, names: Names, origin: str, draw: random.Random) -> list[Change]:
    """Returns the exchanges that make a sentence false, of every kind that fits."""
    found: list[Change] = []
    for entity in doc.ents:
        kind = KINDS.get(entity.label_)
        if kind:
            name = clean(entity.text)
            other = names.other(name, kind, origin, draw)
            if other and len(name) > 2:
                found.append(Change(name, other, "name" if kind in {"PERSON", "ORG"} else "place"))
        elif entity.label_ in NUMERIC:
            found += shift_number(entity.text, draw)
        elif entity.label_ in {"DATE", "TIME"}:
            found += shift_date(entity.text, draw)
    for token in doc:
        verb = token.pos_ == "VERB"
        for other in opposite(token.lemma_, token.text, verb=verb):
            new = inflect(other, token.tag_) if verb else match_case(other, token.text)
            found.append(Change(token.text, new, "antonym"))
    return found


def match_case(word: str, like: str) -> str:
    """Returns a word with a capital if its model has one."""
    return word[0].upper() + word[1:] if like[:1].isupper() else word


def shift_number(text: str, draw: random.Random) -> list[Change]:
    """Returns exchanges of a number for another of like size."""
    found = re.search(r"\d[\d,]*(?:\.\d+)?", text)
    if found:
        digits = found.group().rstrip(",")
        value = float(digits.replace(",", ""))
        picks = [value * draw.choice((2, 3, 10, 0.5)), value + draw.choice((1, 2, 5, 10, -1)), swap_digits(digits)]
        new = draw.choice(picks)
        if new <= 0 or new == value:
            new = value * 2 + 1
        shown = f"{new:,.1f}" if "." in digits else f"{round(new):,}"
        shown = shown if "," in digits or value < 1000 else shown.replace(",", "")
        return [Change(digits, shown, "number")] if shown != digits else []
    for series in (COUNTS, ORDINALS):
        for word in text.casefold().split():
            if word in series:
                return [Change(word, draw.choice([other for other in series if other != word]), "number")]
    return []


def swap_digits(digits: str) -> float:
    """Returns a number with two digits exchanged (312, 321)."""
    plain = digits.replace(",", "")
    whole = plain.split(".")[0]
    if len(whole) > 1:
        plain = plain[: len(whole) - 2] + whole[-1] + whole[-2] + plain[len(whole) :]
    return float(plain)


def shift_date(text: str, draw: random.Random) -> list[Change]:
    """Returns exchanges of a year, month or weekday."""
    found = []
    for year in re.findall(r"\b(?:1[5-9]|20)\d\d\b", text):
        found.append(Change(year, str(int(year) + draw.choice((-30, -11, -4, -2, -1, 1, 2, 3, 10, 20))), "date"))
    for series in (MONTHS, DAYS):
        for word in series:
            if re.search(rf"\b{word}\b", text):
                found.append(Change(word, draw.choice([other for other in series if other != word]), "date"))
    return found or ([] if re.search(r"\d{4}", text) else shift_number(text, draw))


def apply(text: str, change: Change) -> str | None:
    """Returns a text with the exchange made everywhere, or None if it does not occur as a word."""
    if change.new in text:
        return None
    new, count = re.subn(rf"(?<!\w){re.escape(change.old)}(?!\w)", lambda _: change.new, text)
    return new if count else None


def negate(doc: Any) -> Change | None:
    """Returns the exchange that adds "not" to the main verb or takes it away."""
    root = next((token for token in doc if token.dep_ == "ROOT"), None)
    if root is None or any(token.dep_ == "neg" for token in doc):
        return taken_away(doc)
    helper = next((child for child in root.children if child.dep_ in {"aux", "auxpass"} and child.tag_ != "TO"), None)
    if helper is not None and helper.i < root.i and helper.text.isalpha():
        return Change(
            f"{helper.text} {doc[helper.i + 1].text}", f"{helper.text} not {doc[helper.i + 1].text}", "negation"
        )
    if root.lemma_ == "be" and root.i + 1 < len(doc) and root.text in {"is", "was", "are", "were"}:
        return Change(f"{root.text} {doc[root.i + 1].text}", f"{root.text} not {doc[root.i + 1].text}", "negation")
    does = {"VBD": "did not", "VBZ": "does not", "VBP": "do not"}.get(root.tag_)
    if root.pos_ == "VERB" and does and root.lemma_.isalpha():
        return Change(root.text, f"{does} {root.lemma_}", "negation")
    return None


def taken_away(doc: Any) -> Change | None:
    """Returns the exchange that removes a negation after a helping verb."""
    for token in doc:
        if token.dep_ == "neg" and token.text in {"not", "n't"} and token.i:
            helper = doc[token.i - 1]
            if helper.text in {"is", "was", "are", "were", "has", "have", "had", "would", "could", "should", "will"}:
                gap = " " if helper.whitespace_ else ""
                after = doc[token.i + 1].text if token.i + 1 < len(doc) else ""
                return Change(f"{helper.text}{gap}{token.text} {after}", f"{helper.text} {after}", "negation")
    return None


def swap_roles(doc: Any) -> str | None:
    """Returns the sentence with its subject and object exchanged, if both are names."""
    for verb in doc:
        subject = next((child for child in verb.children if child.dep_ == "nsubj"), None)
        target = next((child for child in verb.children if child.dep_ == "dobj"), None)
        if target is None:
            by = next((child for child in verb.children if child.dep_ == "agent"), None)
            subject = next((child for child in verb.children if child.dep_ == "nsubjpass"), None)
            target = next(iter(by.children), None) if by is not None else None
        if subject is None or target is None or verb.lemma_ in SYMMETRIC:
            continue
        if not (subject.pos_ == "PROPN" and target.pos_ == "PROPN"):
            continue
        first, second = noun(subject), noun(target)
        if first and second and first != second and doc.text.count(first) == 1 and doc.text.count(second) == 1:
            return str(doc.text.replace(first, "\0").replace(second, first).replace("\0", second))
    return None


def noun(head: Any) -> str:
    """Returns a name with the words that belong to it, no relative clause or apposition."""
    kept = [head, *(c for c in head.children if c.dep_ in {"compound", "det", "nummod", "amod"})]
    kept.sort(key=lambda token: token.i)
    return "" if kept[-1].i - kept[0].i + 1 != len(kept) else head.doc[kept[0].i : kept[-1].i + 1].text


def rephrase(doc: Any, draw: random.Random) -> list[Change]:
    """Returns exchanges that keep the fact: near synonyms, words for digits, short names."""
    found = []
    for token in doc:
        verb = token.pos_ == "VERB"
        for other in synonym(token.lemma_, token.text, verb=verb):
            new = inflect(other, token.tag_) if verb else match_case(other, token.text)
            found.append(Change(token.text, new, "synonym"))
        if token.text.isdigit() and 2 <= int(token.text) <= 12:
            found.append(Change(token.text, COUNTS[int(token.text) - 2], "digits"))
        elif token.text in COUNTS[:11]:
            found.append(Change(token.text, str(COUNTS.index(token.text) + 2), "digits"))
        elif token.text == "percent":
            found.append(Change(" percent", "%", "digits"))
    for entity in doc.ents:
        parts = clean(entity.text).split()
        if entity.label_ == "PERSON" and len(parts) in {2, 3}:
            found.append(Change(clean(entity.text), parts[-1], "short"))
    draw.shuffle(found)
    return found
