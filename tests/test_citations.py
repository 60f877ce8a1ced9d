"""Citations and how quotations relate to what is cited."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.answering.citations import (
    Match,
    cite,
    count_origins,
    match_quotation,
    normalise,
    quotations_of,
)
from factcheck.speech.attributing import Attribution
from factcheck.types import Citation, SourceSentence

TEXT = "“We won’t stand by – and let any country recompense Russia for the losses it’s suffered,” Sullivan explained."

MATCHES: list[tuple[str, Match]] = [
    ("let any country recompense Russia", "exact"),
    ("let any country recompense Russia.", "exact"),
    ("  let any country ", "exact"),
    ("We won't stand by - and let", "typography"),
    ("we won’t stand by", "typography"),
    ("LET ANY COUNTRY", "typography"),
    ("let any\u00a0country", "typography"),
    ("We won’t stand by … let any country", "elision"),
    ("We won't stand by ... let any country", "elision"),
    ("We won't stand by [...] let any country", "elision"),
    ("let any country … We won’t stand by", "absent"),
    ("We will stand by – and let any country recompense Russia", "altered"),
    ("and let every country recompense Russia for the losses", "altered"),
    ("It rained all day in the valley", "absent"),
    ("a country of 60 million people", "absent"),
]


@pytest.mark.parametrize(("quotation", "match"), MATCHES)
def test_quotations_are_matched(quotation: str, match: Match) -> None:
    assert match_quotation(quotation, ["Another sentence.", TEXT]).match == match


def test_an_altered_quotation_shows_what_the_text_has() -> None:
    found = match_quotation("and let every country recompense Russia for the losses", [TEXT])
    assert "any country recompense Russia" in found.nearest


def test_nothing_is_found_in_no_text() -> None:
    assert match_quotation("anything", []).match == "absent"


@given(st.text(min_size=1, max_size=60), st.text(max_size=20), st.text(max_size=20))
def test_a_stretch_of_the_text_is_never_called_altered(words: str, before: str, after: str) -> None:
    assert match_quotation(words, [before + words + after]).match in {"exact", "typography"}


@given(st.text(max_size=200))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_quotations_of_a_statement() -> None:
    assert quotations_of("He called it “false” and 'wrong', and \"no\".") == ["false", "no"]
    assert quotations_of("Nothing quoted.") == []


def make_sentence(file: str = "a.txt", origin: str | None = "o1") -> SourceSentence:
    return SourceSentence(7, file, "hash", 3, 1, 10, 15, 2, "Words", origin=origin)


def test_a_citation_is_the_whole_sentence() -> None:
    said = Attribution("Ann Low", "say", "direct", "CNN")
    assert cite(make_sentence(), said, id=4) == Citation(4, "a.txt", 10, 15, 2, "Words", "hash", "Ann Low", "CNN", "o1")
    assert cite(make_sentence(), None).speaker is None


def test_copies_count_as_one_origin() -> None:
    cited = [cite(make_sentence(file, origin), None) for file, origin in
             [("a.txt", "o1"), ("b.txt", "o1"), ("c.txt", "o2"), ("c.txt", "o2"), ("d.txt", None)]]  # fmt: skip
    found = count_origins(cited)
    assert (found.files, found.independent) == (4, 3)
    assert count_origins([]).files == 0
