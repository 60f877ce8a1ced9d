"""Writes claims that a sentence supports: shorter, in another voice, with other words, from questions.

Every claim comes with its parse where it is needed again, and with the sentence's own words as far as
possible, so that the same exchange can be made in both.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any

from synth_edit import apply, droppable, render, rephrase
from words import SPEECH, inflect

__all__ = ["declare", "shorten", "speech_of", "supported", "turn_voice"]

WH = re.compile(r"^(who|what|which \w+|how many \w+|how much \w+|what \w+)\b", re.IGNORECASE)
FINITE = {"VBD", "VBZ", "VBP", "MD"}


def supported(doc: Any, draw: random.Random) -> Iterator[tuple[str, str]]:
    """Yields claims that the sentence supports, each with the way it was made."""
    short = shorten(doc, draw)
    if short and len(short) > 25:
        yield short, "shorter"
    voice = turn_voice(doc)
    if voice:
        yield voice, "voice"
    said = speech_of(doc)
    if said:
        speaker, verb, content = said
        inside = content[0].lower() + content[1:] if is_common(doc, content) else content
        yield content, "said"
        yield (
            draw.choice(
                (
                    f"According to {lower_article(speaker)}, {inside}",
                    f"{speaker} {verb} that {inside}",
                    f"{content.rstrip('.')}, according to {lower_article(speaker)}.",
                )
            ),
            "attributed",
        )
    if len(doc) < 22:
        yield doc.text, "same"


def is_common(doc: Any, content: str) -> bool:
    """Tells whether a clause starts with a word that is not a name."""
    first = content.split()[0]
    return all(token.pos_ != "PROPN" for token in doc if token.text.casefold() == first.casefold()) and first != "I"


def lower_article(name: str) -> str:
    """Returns a noun phrase as it stands inside a sentence."""
    return re.sub(r"^(The|A|An|His|Her|Its|Their|Some|Many|Police|Officials)\b", lambda m: m.group().lower(), name)


def shorten(doc: Any, draw: random.Random) -> str:
    """Returns the sentence without some of what can be left out."""
    parts = droppable(doc)
    if not parts:
        return ""
    gone: set[int] = set()
    for part in draw.sample(parts, draw.randint(1, min(3, len(parts)))):
        if len(gone | part) < 0.75 * len(doc):
            gone |= part
    return render(token for token in doc if token.i not in gone) if gone else ""


def turn_voice(doc: Any) -> str:
    """Returns the main clause's fact in the other voice, or nothing if it does not fit."""
    for verb in doc:
        if verb.pos_ != "VERB" or any(child.dep_ in {"neg", "aux", "prt", "conj", "dative"} for child in verb.children):
            continue
        subject = next((child for child in verb.children if child.dep_ == "nsubj"), None)
        target = next((child for child in verb.children if child.dep_ == "dobj"), None)
        if subject is not None and target is not None and verb.tag_ == "VBD":
            if subject.pos_ == "PRON" or target.pos_ == "PRON" or target.i < verb.i:
                continue
            was = "were" if target.tag_ in {"NNS", "NNPS"} else "was"
            return capital(f"{phrase(target)} {was} {inflect(verb.lemma_, 'VBN')} by {lower_article(phrase(subject))}.")
        passive = next((child for child in verb.children if child.dep_ == "nsubjpass"), None)
        by = next((child for child in verb.children if child.dep_ == "agent"), None)
        actor = next(iter(by.children), None) if by is not None else None
        helper = next((child for child in verb.children if child.dep_ == "auxpass"), None)
        if passive is not None and actor is not None and helper is not None and helper.text in {"was", "were"}:
            if passive.pos_ != "PRON" and passive.tag_ not in {"WDT", "WP"} and actor.pos_ in {"PROPN", "NOUN"}:
                return capital(f"{phrase(actor)} {inflect(verb.lemma_, 'VBD')} {lower_article(phrase(passive))}.")
    return ""


def phrase(head: Any) -> str:
    """Returns a noun phrase without its clauses and appositions."""
    gone = {
        token.i
        for child in head.children
        if child.dep_ in {"relcl", "acl", "appos", "punct", "cc", "conj"}
        for token in child.subtree
    }
    kept = [token for token in head.subtree if token.i not in gone]
    return re.sub(r"\s+", " ", "".join(token.text_with_ws for token in kept)).strip(" ,")


def capital(text: str) -> str:
    """Returns a text that starts with a capital."""
    return text[:1].upper() + text[1:]


def speech_of(doc: Any) -> tuple[str, str, str] | None:
    """Returns who says it, the verb and what is said, for "X said (that) S" in any order."""
    for verb in doc:
        if verb.lemma_ not in SPEECH or verb.tag_ not in {"VBD", "VBZ", "VBP"}:
            continue
        speaker = next((child for child in verb.children if child.dep_ == "nsubj"), None)
        content = next((child for child in verb.children if child.dep_ == "ccomp"), None)
        if speaker is None or content is None or content.tag_ not in FINITE | {"VBN", "VBG", "VB"}:
            continue
        if not any(child.dep_ in {"nsubj", "nsubjpass", "expl"} for child in content.children):
            continue
        inside = [t for t in content.subtree if t.i != verb.i and not (t.dep_ == "mark" and t.head == content)]
        inside = [token for token in inside if token not in set(speaker.subtree)]
        text = render(inside)
        if (
            20 < len(text) < 260
            and speaker.pos_ != "PRON"
            and text.split()[0].casefold() not in {"i", "we", "but", "and"}
        ):
            return capital(phrase(speaker)), verb.text, text
    return None


def reword(claim: str, doc: Any, draw: random.Random) -> str:
    """Returns a claim with up to three near synonyms or other ways of writing."""
    for change in rephrase(doc, draw)[: draw.randint(1, 3)]:
        claim = apply(claim, change) or claim
    return claim


def declare(question: Any, answer: str) -> str:
    """Returns a question and its answer as a statement, or nothing if its form does not fit."""
    text = question.text.rstrip("? ").strip()
    found = WH.match(text)
    if not found or len(question) < 4:
        return ""
    answer = answer.strip(" ,.;")
    rest = [token for token in question if token.idx >= found.end() and token.text != "?"]
    if not rest or not answer:
        return ""
    head = rest[0]
    body = re.sub(r"\s+", " ", "".join(token.text_with_ws for token in rest)).strip()
    if head.tag_ in {"VBD", "VBZ", "VBP"} and head.lemma_ not in {"do"} and head.dep_ not in {"aux", "auxpass"}:
        return "" if head.lemma_ == "be" and inverted(rest) else capital(f"{answer} {body}.")
    if head.lemma_ == "do" and head.dep_ == "aux":
        return with_object(rest, answer)
    if head.lemma_ in {"be", "have"} and head.dep_ in {"aux", "auxpass"} and not inverted(rest):
        return capital(f"{answer} {body}.")
    return ""


def inverted(rest: list[Any]) -> bool:
    """Tells whether the subject stands behind the helping verb ("what was the law called")."""
    return len(rest) < 3 or any(token.dep_ in {"nsubj", "nsubjpass"} for token in rest[1:])


def with_object(rest: list[Any], answer: str) -> str:
    """Returns "did X leave" with its answer as "X left ANSWER"."""
    helper = rest[0]
    verb = helper.head
    before = [token for token in rest[1:] if token.i < verb.i]
    after = [token for token in rest if token.i > verb.i]
    if verb.tag_ != "VB" or not before or not any(token.dep_ == "nsubj" for token in before):
        return ""
    tag = {"did": "VBD", "does": "VBZ"}.get(helper.text.casefold(), "VB")
    if any(token.dep_ in {"dobj"} for token in after):
        return ""
    left = "".join(token.text_with_ws for token in before).strip()
    right = "".join(token.text_with_ws for token in after).strip()
    if right and after[-1].tag_ == "IN":
        return capital(f"{left} {inflect(verb.lemma_, tag)} {right} {answer}.")
    return capital(f"{left} {inflect(verb.lemma_, tag)} {answer}{' ' + right if right else ''}.")
