"""The sections of a comparison with their controls: quotes and facts that differ, who said what, origins."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import streamlit as st

from factcheck.presentation.compare_words import KINDS
from factcheck.presentation.text import plural
from factcheck.types import Citation
from ui.components.compare_drifts import find_told, view_drifts
from ui.components.compare_material import Material, Told, fold
from ui.components.compare_origins import find_origins, view_alone, view_origin
from ui.components.compare_said import KINDS as WAYS
from ui.components.compare_said import SaidFilter, find_said, list_variants, view_said, view_voice
from ui.components.plain import show_line
from ui.sessions.compare import CompareSession

PER_PAGE = {"quotes": 12, "facts": 15, "said": 50, "origins": 10}
# A list to choose from is sent to the browser at every run; whoever is not in it is found by typing.
MOST_LISTED = 1_000
LONGEST_SEARCH = 200
# What a list begins with; None would be shown as a choice that can be cleared.
ANY, ANYBODY = "", -1
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of a section.

    Attributes:
        data: What the browser draws; None where there is nothing to draw.
        groups: The citations that can be opened, by the id of their group.
        empty: Says why there is nothing, title and explanation.
        pages: How many pages the section has.
        key: Of the widget that turns them; another filter begins at the first page.
    """

    data: Mapping[str, Any] | None = None
    groups: Mapping[str, Sequence[Citation]] = field(default_factory=dict)
    empty: tuple[str, str] = ("", "")
    pages: int = 1
    key: str = ""


def show_quotes(material: Material, _: CompareSession) -> Shown:
    """Draw the controls of the quotes and return those that are shown."""
    return _show_told("quotes", material.quotes, material)


def show_facts(material: Material, _: CompareSession) -> Shown:
    """Draw the controls of the facts and return those that are shown."""
    return _show_told("facts", material.facts, material)


def show_said(material: Material, session: CompareSession) -> Shown:
    """Draw the filters of the utterances and return a page of those that they leave."""
    if not material.said:
        return Shown(empty=("Nobody is quoted", "No article of this comparison reports what somebody says."))
    chosen = _filter_said(material, session)
    found = find_said(material, chosen)
    voice = None if chosen.voice is None else view_voice(chosen.voice, chosen.also, material)
    page, pages, key = cut_page("said", found, repr(chosen))
    # The group's name changes with what is in it: an open article is not taken for that of another row.
    group = f"said-{_digest([each.citation.id for each in page])}"
    if not found and voice is None:
        return Shown(empty=("No utterance fits", "Take a filter away, or search for other words."))
    return Shown(
        {
            "group": group,
            "voice": voice,
            "rows": view_said(page, material),
            "summary": _count(len(found), len(material.said), "utterance"),
        },
        {group: [each.citation for each in page]},
        pages=pages,
        key=key,
    )


def show_origins(material: Material, _: CompareSession) -> Shown:
    """Draw the search of the origins and return a page of them."""
    words = ""
    if len(material.articles) > 1:
        words = _search("Find an article, an outlet or a date", "origins")
    shared, alone = find_origins(material, words)
    if not shared and not alone:
        return Shown(empty=("No article fits", "Search for other words of its title, outlet, date or file name."))
    numbers, pages, key = cut_page("origins", shared, words)
    drawn = [view_origin(number, words, material) for number in numbers]
    last = st.session_state.get(key, 1) >= pages
    return Shown(
        {
            "origins": [view for view, _ in drawn],
            "alone": view_alone(alone, words, material) if alone and last else None,
            "summary": f"{plural(len(shared), 'origin')} of several articles, {plural(len(alone), 'article')} alone",
        },
        {view["id"]: cited for view, cited in drawn},
        pages=pages,
        key=key,
    )


def cut_page(section: str, found: Sequence[T], filters: str) -> tuple[Sequence[T], int, str]:
    """Return the page that is open, the number of pages, and the key of what turns them."""
    size = PER_PAGE[section]
    pages = max(1, -(-len(found) // size))
    key = f"compare-page-{section}-{_digest(filters)}"
    page = min(pages, int(st.session_state.get(key, 1)))
    return found[(page - 1) * size : page * size], pages, key


def explain_nothing(material: Material) -> tuple[str, str]:
    """Say that nothing differs, and what was compared, so that nobody takes it for nothing done."""
    extent = material.record.compared
    if extent.files == 1:
        return ("One article has nothing to differ from", "Add or choose another; what people say in it is shown.")
    what = f"{plural(extent.files, 'article')} with {plural(extent.sentences, 'sentence')}"
    if not extent.pairs:
        return ("Nothing differs", f"{what} were compared: no two articles tell the same.")
    pairs = plural(extent.pairs, "pair")
    return ("Nothing differs", f"{what} were compared, {pairs} of sentences that tell the same word by word.")


def explain_worded(count: int) -> str:
    """Say how many utterances differ in nothing but words, and how to see them; "" where there are none."""
    if not count:
        return ""
    one = "utterance is" if count == 1 else "utterances are"
    return f"{count:,} {one} told in other words only: choose “{KINDS['wording_only']}” to see them."


def _show_told(section: str, told: Sequence[Told], material: Material) -> Shown:
    if not told:
        return Shown(empty=explain_nothing(material))
    counts: Counter[str] = Counter(each.drift.kind for each in told)
    worded = counts["wording_only"]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "What differs",
            [ANY, *(kind for kind in KINDS if counts[kind])],
            format_func=lambda kind: (
                f"All that matters · {len(told) - worded}" if kind == ANY else f"{KINDS[kind]} · {counts[kind]}"
            ),
            key=f"compare-{section}-kind",
        )
        words = _search("Find a name or words", section)
    kind = None if chosen == ANY else chosen
    found = find_told(told, words, kind)
    if not found and not words:
        title, explanation = explain_nothing(material)
        return Shown(empty=(title, f"{explanation} {explain_worded(worded)}"))
    if not found:
        return Shown(empty=("No difference fits", "Take a filter away, or search for other words."))
    page, pages, key = cut_page(section, found, f"{kind} {words}")
    drifts, groups = view_drifts(page, material)
    summary = _count(len(found), len(told) if kind else len(told) - worded, "difference")
    data = {"drifts": drifts, "summary": summary, "worded": explain_worded(worded) if kind is None else ""}
    return Shown(data, groups, pages=pages, key=key)


def _filter_said(material: Material, session: CompareSession) -> SaidFilter:
    speakers = [place for place, voice in enumerate(material.voices) if voice.name][:MOST_LISTED]
    files = [file.file for file in material.record.files][:MOST_LISTED]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        voice = st.selectbox(
            "Speaker",
            [ANYBODY, *speakers],
            format_func=lambda place: "Anybody" if place == ANYBODY else _name_voice(place, material),
            key="compare-said-voice",
        )
        file = st.selectbox(
            "Article",
            [ANY, *files],
            format_func=lambda file: "Any article" if file == ANY else material.name_article(file),
            key="compare-said-file",
        )
        kind = st.selectbox(
            "How",
            [ANY, *WAYS],
            format_func=lambda kind: "Quoted or reported" if kind == ANY else WAYS[kind],
            key="compare-said-kind",
        )
        words = _search("Find words", "said")
    chosen = None if voice == ANYBODY else int(voice)
    session.choose(chosen)
    also = session.also & list_variants(chosen, material) if chosen is not None else frozenset()
    return SaidFilter(chosen, also, None if file == ANY else file, None if kind == ANY else kind, words)


def _name_voice(place: int, material: Material) -> str:
    voice = material.voices[place]
    return f"{show_line(voice.name or '')} · {len(voice.sayings)}"


def _search(label: str, section: str) -> str:
    return fold(st.text_input(label, key=f"compare-{section}-words", max_chars=LONGEST_SEARCH, autocomplete="off"))


def _count(found: int, all_: int, what: str) -> str:
    return plural(found, what) if found == all_ else f"{found:,} of {plural(all_, what)}"


def _digest(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:12]
