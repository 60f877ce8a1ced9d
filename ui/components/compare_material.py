"""A comparison made ready for the page: looked up by id, worded and searchable; made once, not at every rerun."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from factcheck.comparing.records import ComparedFile, CompareRecord, Drift, Origin, Saying, Voice
from factcheck.presentation.compare_words import describe_saying, index_citations, list_sections
from factcheck.types import Citation
from ui.components.plain import show_line


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance as a row.

    Attributes:
        saying: How it is reported.
        citation: Where it stands.
        voice: Place of its speaker among the voices.
        speaker: The name shown.
        words: What is said, without its attribution.
        searched: All of the row that a search looks at, folded.
    """

    saying: Saying
    citation: Citation
    voice: int
    speaker: str
    words: str
    searched: str


@dataclass(frozen=True, slots=True)
class Told:
    """One difference, with what a search looks at."""

    id: str
    drift: Drift
    searched: str


@dataclass(frozen=True, slots=True)
class Material:
    """Everything the page shows of a comparison.

    Attributes:
        record: As the library made it.
        citations: By id.
        articles: Compared files by name.
        origins: Number of each file's origin, the biggest is 1.
        searched: What a search for an article looks at, by file, folded.
        said: Utterances, by speaker.
        quotes: Utterances that are told differently, what matters first.
        facts: Facts and names that are told differently.
        drawn: Views of differences made before; alignment takes a millisecond for each row.
    """

    record: CompareRecord
    citations: Mapping[int, Citation]
    articles: Mapping[str, ComparedFile]
    origins: Mapping[str, int]
    searched: Mapping[str, str]
    said: tuple[Said, ...]
    quotes: tuple[Told, ...]
    facts: tuple[Told, ...]
    drawn: dict[str, Any] = field(default_factory=dict)

    @property
    def voices(self) -> tuple[Voice, ...]:
        """Who speaks."""
        return self.record.people

    def origin(self, number: int) -> Origin:
        """Return an origin by its number."""
        return self.record.origins[number - 1]

    def name_article(self, file: str) -> str:
        """Return an article's title, or its file's name."""
        article = self.articles.get(file)
        return show_line((article and article.title) or PurePosixPath(file).name)


def arrange(record: CompareRecord) -> Material:
    """Return a comparison ready for the page."""
    citations = index_citations(record)
    articles = {file.file: file for file in record.files}
    sections = {id_: drifts for id_, _, drifts in list_sections(record)}
    worded = [drift for drift in record.drift if not drift.material]
    quotes, facts = [*sections["quotes"], *worded], [*sections["facts"], *sections["names"]]
    return Material(
        record=record,
        citations=citations,
        articles=articles,
        origins={file: number for number, origin in enumerate(record.origins, 1) for file in origin.files},
        searched={file: fold(_describe_file(file, articles)) for file in articles},
        said=tuple(_arrange_said(record, citations, articles)),
        quotes=tuple(_arrange_drift(f"quote-{n}", drift, citations, articles) for n, drift in enumerate(quotes)),
        facts=tuple(_arrange_drift(f"fact-{n}", drift, citations, articles) for n, drift in enumerate(facts)),
    )


def fold(text: str) -> str:
    """Return text as a search compares it."""
    return " ".join(text.casefold().split())


def _arrange_said(
    record: CompareRecord, citations: Mapping[int, Citation], articles: Mapping[str, ComparedFile]
) -> list[Said]:
    rows = []
    for place, voice in enumerate(record.people):
        for saying in voice.sayings:
            cited = citations[saying.citation]
            speaker = show_line(voice.name or cited.speaker or "")
            searched = fold(f"{speaker} {cited.speaker or ''} {cited.quote} {_describe_file(cited.file, articles)}")
            rows.append(Said(saying, cited, place, speaker, describe_saying(saying, cited), searched))
    return rows


def _arrange_drift(
    id: str, drift: Drift, citations: Mapping[int, Citation], articles: Mapping[str, ComparedFile]
) -> Told:
    cited = [citations[id_] for side in drift.sides for id_ in side.citations]
    parts = [drift.difference, drift.about]
    parts += [f"{each.speaker or ''} {each.quote} {_describe_file(each.file, articles)}" for each in cited]
    return Told(id, drift, fold(" ".join(parts)))


def _describe_file(file: str, articles: Mapping[str, ComparedFile]) -> str:
    article = articles[file]
    return f"{file} {article.title or ''} {article.outlet or ''} {article.date or ''}"
