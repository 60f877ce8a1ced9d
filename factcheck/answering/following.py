"""Read a follow-up question in the light of the conversation, without a language model.

    "And what did he say about sanctions?" → who "he" is, from the exchange before → a question that stands alone

Careful: where more than one person or thing may be meant, the question is read as it stands, and the record says so.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from factcheck.answering.antecedents import (
    Parse,
    Scene,
    Unclear,
    find_group,
    find_person,
    find_place,
    find_thing,
    read_scene,
)
from factcheck.answering.asking_again import ask_about, ask_when
from factcheck.types import Exchange, Finding

if TYPE_CHECKING:
    from factcheck.answering.chain import Asked
    from factcheck.models.parser import Parser

EXCHANGES = 3  # of the conversation that are looked through, the latest first
MOST_PRONOUNS = 3
LONGEST = 300  # characters of a follow-up; a longer question explains itself
_OPENING = re.compile(r"^\W*(?:(?:and|but|so|ok|okay|well|then|also|now)\b[\s,]+)+", re.IGNORECASE)
_AGAIN = re.compile(
    r"^(?P<word>when|where|why|how)(?:\s+(?:exactly|precisely))?"
    r"(?:\s+(?:was|is|did|does|has)\s+(?:that|this|it|he|she|they)(?:\s+(?:happen|happened|be|occur|so|do\s+(?:that|this|it|so)))?)?$",
    re.IGNORECASE,
)
_BARE_PERSON = re.compile(r"\b(?:he|she|they)$", re.IGNORECASE)
_ABOUT = re.compile(r"^(?:what|how)\s+about\s+(?P<topic>.+)$", re.IGNORECASE)
_PERSONS = frozenset("he him his she her hers himself herself".split())
_GROUPS = frozenset("they them their theirs themselves".split())
_THINGS = frozenset("it its itself this that these those".split())
_POSSESSIVE = frozenset("his her its their hers theirs".split())
_SAYS = frozenset("say tell mean claim think know believe write".split())


@dataclass(frozen=True, slots=True)
class Followed:
    """A question as it is read, and why it is read alone where it seems to lean on the conversation."""

    question: str
    unclear: str | None = None


def follow(question: str, history: Sequence[Exchange], parse: Parse) -> Followed:
    """Return a question that can be understood without the conversation before it, where that is clear.

    Args:
        question: As asked, cleaned.
        history: Earlier questions, as they were read, and their answers, oldest first.
        parse: spaCy `Doc` of a text.
    """
    if not history or len(question) > LONGEST:
        return Followed(question)
    bare = _strip(question)
    scenes = [scene for each in history[: -EXCHANGES - 1 : -1] if (scene := read_scene(each, parse)) is not None]
    if not bare or not scenes:
        return Followed(question)
    try:
        return Followed(_read(question, bare, scenes, parse))
    except Unclear as why:
        return Followed(question, str(why))


def following_step(history: Sequence[Exchange], parser: Parser) -> Callable[[Asked], Asked]:
    """Return the chain's step that reads a follow-up question; it costs milliseconds and no model call."""

    def step(asked: Asked) -> Asked:
        start = time.perf_counter()
        found = follow(asked.question, history, parser.parse)
        spent = (time.perf_counter() - start) * 1000
        timing = replace(asked.timing, answer=asked.timing.answer + spent)
        said = f"read alone, without the conversation before it: {found.unclear}"
        findings = (Finding("history", said),) if found.unclear else ()
        return replace(asked, question=found.question, findings=(*asked.findings, *findings), timing=timing)

    return step


def _read(question: str, bare: str, scenes: Sequence[Scene], parse: Parse) -> str:
    if (again := _AGAIN.match(bare)) and not (_BARE_PERSON.search(bare) and "do" not in bare.lower().split()):
        return ask_when(again["word"].lower(), scenes[0])
    if bare.lower() in {"why not", "who", "which", "which one", "how many", "how much", "by whom", "what"}:
        raise Unclear("what it asks for is not clear")
    doc = parse(f"{bare[:1].upper()}{bare[1:]}?")
    asks = any(token.tag_ in {"WP", "WDT", "WP$", "WRB"} for token in doc)
    if asks and len(doc) <= 5 and not _ABOUT.match(bare) and not any(each.pos_ in {"VERB", "AUX"} for each in doc):
        raise Unclear("what it asks for is not clear")
    about = _ABOUT.match(bare)
    topic = about["topic"] if about else bare if _is_fragment(doc) else ""
    if topic:
        resolved = _resolve(parse(topic), scenes)
        return ask_about(resolved, scenes[0], parse)
    resolved = _resolve(doc, scenes)
    unchanged = resolved == doc.text and bare == question.rstrip(" ?.")
    return question if unchanged else resolved


def _strip(question: str) -> str:
    """Return the question without the words that only tie it to what was before."""
    text = _OPENING.sub("", question.strip())
    text = re.sub(r"\b(who|what|where|when|how|why)\s+else\b", r"\1", text, flags=re.IGNORECASE)
    return re.sub(r"[\s,]*\b(?:then|too|as well|instead|also|again)?[\s?.!]*$", "", text)


def _is_fragment(doc: Any) -> bool:
    """Whether the words ask nothing by themselves: "Lavrov", "in Eastgate"."""
    asks = any(token.tag_ in {"WP", "WDT", "WP$", "WRB"} or token.pos_ in {"VERB", "AUX"} for token in doc)
    return not asks and len(doc) <= 8


def _resolve(doc: Any, scenes: Sequence[Scene]) -> str:
    """Return a text with its pronouns replaced by what they mean.

    Raises:
        Unclear: One may mean more than one thing, or nothing in the conversation.
    """
    parts: list[str] = []
    end = 0
    for token in doc:
        find = _meaning(token, doc)
        if find is None:
            continue
        if len(parts) >= 2 * MOST_PRONOUNS:
            raise Unclear("it points back too often")
        meant = _seek(find, token.text, scenes)
        owned = token.lower_ in _POSSESSIVE and (token.tag_ == "PRP$" or token.dep_ == "poss")
        parts += [doc.text[end : token.idx], _own(meant) if owned else meant]
        end = token.idx + len(token.text)
    text: str = "".join(parts) + doc.text[end:]
    return text[:1].upper() + text[1:] if parts and text.endswith("?") else text


def _meaning(token: Any, doc: Any) -> Callable[[Scene, str], str | None] | None:
    """Return what looks for the meaning of a pronoun; None where the word is none, or the question explains it."""
    word = token.lower_
    before = doc[: token.i]
    if word in _PERSONS:
        return None if any(each.ent_type_ == "PERSON" or _named(each) for each in before) else find_person
    if word in _GROUPS:
        plural = any(each.tag_ in {"NNS", "NNPS"} or each.ent_type_ in {"ORG", "NORP"} for each in before)
        return None if plural else find_group
    if word in _THINGS and token.pos_ in {"PRON", "DET"} and token.dep_ not in {"det", "mark", "expl"}:
        if token.tag_ in {"WDT", "IN"} or any(each.pos_ in {"NOUN", "PROPN"} for each in before):
            return None
        if word in {"it", "that", "this"} and token.head.lemma_.lower() in _SAYS and token.dep_ != "nsubj":
            return _unknown
        if word == "it" and re.match(r"(?i)(?:is|was|isn['’]t) it (?:true|possible|likely|known|clear)\b", doc.text):
            return None
        return find_thing
    if word == "there" and token.dep_ == "advmod" and token.tag_ == "RB":
        return find_place
    return None


def _seek(find: Callable[[Scene, str], str | None], word: str, scenes: Sequence[Scene]) -> str:
    for scene in scenes:
        if (meant := find(scene, word)) is not None:
            return meant
    raise Unclear(f"what “{word}” means is not clear")


def _unknown(scene: Scene, word: str) -> str | None:
    raise Unclear(f"what “{word}” means is not clear")


def _named(token: Any) -> bool:
    return bool(token.pos_ == "PROPN" and token.i > 0)


def _own(name: str) -> str:
    return f"{name}'" if name.endswith("s") else f"{name}'s"
