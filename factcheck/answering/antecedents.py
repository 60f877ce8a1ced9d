"""What an earlier question and its answer are about: the people, groups, places and things a pronoun may mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from factcheck.answering.inputs import clean_text
from factcheck.types import Exchange

Parse = Callable[[str], Any]

LONGEST_QUESTION = 400  # characters of an earlier question; a longer one is not read
LONGEST_ANSWER = 1200  # characters of an earlier answer that are read
LONGEST_NAME = 80
PLACES = frozenset({"GPE", "LOC", "FAC"})
GROUPS = frozenset({"ORG", "NORP", "GPE"})
_NAME = re.compile(r"[A-Z][\w.'’-]*(?: (?:[A-Z][\w.'’-]*|al|bin|da|de|del|der|di|du|la|van|von|den))*")
WHO = frozenset({"who", "whom", "whose"})
_CORE = frozenset({"dobj", "nsubj", "nsubjpass", "attr"})


@dataclass(frozen=True, slots=True)
class Named:
    """A name in a question.

    Attributes:
        start: Offset into the question.
        end: Offset behind it, the possessive left out.
        text: As written.
        kind: "person", "place", "group", "date" or "name" where it is not known what it is.
    """

    start: int
    end: int
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Scene:
    """One exchange as a follow-up question may point into it.

    Attributes:
        doc: Parse of the earlier question.
        names: Names in it, in order.
        values: The answer's shortest form, value by value.
        people: Values that are people.
        nouns: Values that name something and say nothing.
        speakers: Who says what the answer cites.
        told: People that the answer's text names; they are known to be people, no more.
    """

    doc: Any
    names: tuple[Named, ...]
    values: tuple[str, ...]
    people: tuple[str, ...]
    nouns: tuple[str, ...]
    speakers: tuple[str, ...]
    told: tuple[str, ...]

    @property
    def asks_who(self) -> bool:
        """Whether the earlier question asks for people."""
        return any(token.lower_ in WHO for token in self.doc[:3])


class Unclear(Exception):
    """What a word means does not follow from the conversation; says why."""


def read_scene(exchange: Exchange, parse: Parse) -> Scene | None:
    """Read an exchange; None where there is nothing to point to."""
    question = clean_text(exchange.question)
    if not question or len(question) > LONGEST_QUESTION:
        return None
    answer = clean_text(exchange.answer[:LONGEST_ANSWER])
    told = _people(parse(re.sub(r"\s?\[\d+\]", "", answer))) if answer else ()
    values = tuple(_short(value) for value in (exchange.short_answer or "").split("; ") if _short(value))
    speakers = tuple(dict.fromkeys(_short(name) for name in exchange.speakers if _short(name)))
    known = {_last(name) for name in (*told, *speakers)}
    doc = parse(question)
    people = tuple(value for value in values if _last(value) in known or _people(parse(f"{value} said so.")))
    nouns = tuple(value for value in values if not any(each.pos_ in {"VERB", "AUX"} for each in parse(value)))
    return Scene(doc, tuple(_names(doc, known)), values, people, nouns, speakers, told)


def find_person(scene: Scene, word: str) -> str | None:
    """Return who "he" or "she" is; None where the exchange names nobody.

    Raises:
        Unclear: More than one may be meant.
    """
    asked = [each.text for each in scene.names if each.kind == "person"]
    # "Who governed the city?", "Okafor": the pronoun itself says that this is a person.
    answered = [value for value in scene.values if _NAME.fullmatch(value)] if scene.asks_who else []
    others = ((), ()) if scene.asks_who else (scene.people, scene.speakers)
    for names in ((*asked, *answered), *others):
        if found := distinct(names):
            return _only(found, word)
    return None


def find_group(scene: Scene, word: str) -> str | None:
    """Return who "they" are; None where the exchange names nobody and nothing in the plural.

    Raises:
        Unclear: More than one may be meant.
    """
    if scene.asks_who and len(scene.values) > 1:
        if len(scene.values) > 3:
            raise Unclear(f"“{word}” could be many")
        return f"{', '.join(scene.values[:-1])} and {scene.values[-1]}"
    groups = [each.text for each in scene.names if each.kind in {"group", "place"}]
    plural = [(text, dep) for text, many, dep in _things(scene) if many]
    acting = [text for text, dep in plural if dep == "nsubj"]
    things = [text for text, _ in plural]
    if acting or (things and groups):  # "When did burglars break into the Tarn Museum?"
        return _only(distinct(acting or [*groups, *things]), word)
    people = [each.text for each in scene.names if each.kind == "person"]
    answered = scene.values if scene.asks_who else ()
    for names in ((*groups, *answered), things, people, scene.speakers):
        if found := distinct(names):
            return _only(found, word)
    return None


def find_thing(scene: Scene, word: str) -> str | None:
    """Return what "it" is; None where the exchange names nothing.

    Raises:
        Unclear: More than one may be meant.
    """
    things = [thing for thing in _things(scene) if not thing[1]]
    groups = [each.text for each in scene.names if each.kind in {"group", "place", "name"}]
    if word.lower() == "its" and groups:
        return _only(distinct(groups), word)
    core = [text for text, _, dep in things if dep in _CORE]
    # "What did they steal?", "gold collar": the answer may be meant as well.
    bare = scene.doc[0].lower_ == "what" and len(scene.doc) > 1 and scene.doc[1].pos_ == "AUX"
    answered = [value for value in scene.nouns if not value[0].isdigit()] if bare and len(scene.values) == 1 else []
    meant = [value if value[0].isupper() or value.startswith("the ") else f"the {value}" for value in answered]
    for names in ((*core, *meant), [text for text, _, _ in things], groups):
        if found := distinct(names):
            return _only(found, word)
    return None


def find_place(scene: Scene, word: str) -> str | None:
    """Return where "there" is; None where the exchange names no place.

    Raises:
        Unclear: More than one may be meant.
    """
    places = [each.text for each in scene.names if each.kind == "place"]
    answered = scene.values if any(token.lower_ == "where" for token in scene.doc[:2]) else ()
    found = distinct((*places, *answered))
    return _only(found, word) if found else None


def distinct(names: Iterable[str]) -> list[str]:
    """Return the names of different bearers, the longer form of each."""
    kept: list[str] = []
    for name in names:
        twin = next((at for at, other in enumerate(kept) if _last(other) == _last(name)), None)
        if twin is None:
            kept.append(name)
        elif len(name) > len(kept[twin]):
            kept[twin] = name
    return kept


def _only(names: Sequence[str], word: str) -> str:
    if len(names) > 1:
        shown = ", ".join(names[:3]) if len(names) > 3 else f"{', '.join(names[:-1])} or {names[-1]}"
        raise Unclear(f"“{word}” could be {shown}")
    return names[0]


def _things(scene: Scene) -> list[tuple[str, bool, str]]:
    """Return the things that a question names: text, whether plural, part in the clause."""
    found = []
    people = [each for each in scene.names if each.kind in {"person", "place", "group", "date"}]
    for chunk in scene.doc.noun_chunks:
        root = chunk.root
        named = any(each.start < chunk.end_char and chunk.start_char < each.end for each in people)
        asked = any(token.tag_ in {"WP", "WDT", "WP$", "WRB"} for token in chunk)
        if root.pos_ not in {"NOUN", "PROPN"} or asked or named or len(chunk.text) > LONGEST_NAME:
            continue
        text = re.sub(r"^(?:an?|some|any)\s+", "the ", chunk.text, flags=re.IGNORECASE)
        text = text[:1].lower() + text[1:] if text.lower().startswith("the ") else text
        found.append((text, root.tag_ in {"NNS", "NNPS"}, root.dep_))
    return found


def _names(doc: Any, known: set[str]) -> Iterable[Named]:
    """Yield the names of a question and what each is."""
    start = None
    for token in [*doc, None]:
        proper = (
            token is not None
            and token.pos_ == "PROPN"
            and (token.text[:1].isupper() or bool(token.text.isdigit() and start is not None))
            and (start is None or token.whitespace_ is not None)
        )
        if proper and start is None:
            start = token.i
        if not proper and start is not None:
            end = token.i if token is not None else len(doc)
            span = doc[start:end]
            labels = {each.ent_type_ for each in span if each.ent_type_}
            # "the Lindholm marathon", "in Lindholm": a parser takes strange places for people.
            placed = span.root.dep_ == "compound" or span.root.head.lower_ in {"in", "at", "near"}
            kind = _kind(span.text, labels, known)
            yield Named(span.start_char, span.end_char, span.text, "name" if placed and kind == "person" else kind)
            start = None
    for entity in doc.ents:
        if entity.label_ in {"DATE", "TIME"} and not any(token.pos_ == "PROPN" for token in entity[:1]):
            yield Named(entity.start_char, entity.end_char, entity.text, "date")
        elif entity.label_ == "NORP" and entity.root.pos_ == "ADJ":
            yield Named(entity.start_char, entity.end_char, entity.text, "adjective")


def _kind(text: str, labels: set[str], known: set[str]) -> str:
    if _last(text) in known or labels == {"PERSON"}:
        return "person"
    if labels & {"DATE", "TIME"}:
        return "date"
    if labels & PLACES:
        return "place"
    return "group" if labels & GROUPS else "name"


def _people(doc: Any) -> tuple[str, ...]:
    found = (_short(re.sub(r"['’]s$", "", each.text)) for each in doc.ents if each.label_ == "PERSON")
    return tuple(distinct(name for name in found if name))


def _last(name: str) -> str:
    words = re.findall(r"\w[\w'’-]*", name)
    return re.sub(r"['’]s$", "", words[-1]).casefold() if words else ""


def _short(text: str) -> str:
    """Return a name that fits into a question, or "": no quotation marks, no page of text."""
    cleaned = re.sub(r"\s*\([^)]*\)$", "", clean_text(text)).strip(" .,;:")
    return cleaned if 0 < len(cleaned) <= LONGEST_NAME and not re.search(r"[“”\"?!\[\]]", cleaned) else ""
