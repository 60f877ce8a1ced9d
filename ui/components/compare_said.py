"""Who said what: the utterances that a filter leaves, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from factcheck.presentation.compare_words import UNNAMED, describe_voice
from factcheck.presentation.text import plural
from ui.components.answer import describe_outlet
from ui.components.compare_drifts import name_origin
from ui.components.compare_material import Material, Said
from ui.components.plain import show_line

KINDS = {"direct": "Quoted", "indirect": "Reported", "mixed": "Partly quoted"}
MOST_VARIANTS = 6
MOST_ROLES = 4


@dataclass(frozen=True, slots=True)
class SaidFilter:
    """Which utterances are shown.

    Attributes:
        voice: Place of the speaker among the voices, or None for anybody.
        also: Places of speakers whose names are likely spellings of his, chosen by the visitor.
        file: Only in this file, or None.
        kind: "direct", "indirect", "mixed" or None.
        words: Folded words that must all be there.
    """

    voice: int | None = None
    also: frozenset[int] = frozenset()
    file: str | None = None
    kind: str | None = None
    words: str = ""


def find_said(material: Material, chosen: SaidFilter) -> list[Said]:
    """Return the utterances that a filter leaves."""
    voices = None if chosen.voice is None else {chosen.voice, *chosen.also}
    wanted = chosen.words.split()
    return [
        each
        for each in material.said
        if (voices is None or each.voice in voices)
        and (chosen.file is None or each.citation.file == chosen.file)
        and (chosen.kind is None or each.saying.kind == chosen.kind)
        and all(word in each.searched for word in wanted)
    ]


def view_said(found: Sequence[Said], material: Material) -> list[dict[str, Any]]:
    """Return a page of utterances for the browser."""
    return [
        {
            "speaker": each.speaker or UNNAMED,
            "named": bool(each.speaker),
            "as": _written(each),
            "via": show_line(", ".join(each.saying.chain) or each.citation.via or ""),
            "kind": KINDS[each.saying.kind],
            "verb": show_line(each.saying.cue or ""),
            "words": each.words,
            "title": material.name_article(each.citation.file),
            "source": describe_outlet(material.articles.get(each.citation.file)),
            "origin": name_origin(each.citation.file, material),
        }
        for each in found
    ]


def view_voice(place: int, also: frozenset[int], material: Material) -> dict[str, Any]:
    """Return a chosen speaker with what he is called and the spellings that may mean him."""
    voice = material.voices[place]
    by_name = {each.name: other for other, each in enumerate(material.voices)}
    return {
        "name": describe_voice(voice),
        "roles": show_line("; ".join(voice.roles[:MOST_ROLES])),
        "count": f"{plural(len(voice.sayings), 'utterance')} in {plural(len(voice.files), 'article')}",
        "variants": [
            {
                "voice": by_name[variant.name],
                "name": show_line(variant.name),
                "reason": show_line(variant.reason),
                "files": plural(len(variant.files), "article"),
                "shown": by_name[variant.name] in also,
            }
            for variant in voice.variants[:MOST_VARIANTS]
            if variant.name in by_name
        ],
    }


def list_variants(place: int, material: Material) -> frozenset[int]:
    """Return the places of the speakers whose names are likely spellings of one's."""
    names = {variant.name for variant in material.voices[place].variants}
    return frozenset(other for other, voice in enumerate(material.voices) if voice.name in names)


def _written(said: Said) -> str:
    """Return how the article itself names the speaker, where that is not the name shown."""
    name = show_line(said.citation.speaker or "")
    return name if name and name != said.speaker else ""
