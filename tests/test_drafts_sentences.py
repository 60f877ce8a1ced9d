"""What sort of sentence each of a draft's is, what it quotes and from whom."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from factcheck.drafts.reading import read_draft
from factcheck.drafts.sentences import DraftSentence, cut_sentences

if TYPE_CHECKING:
    from factcheck.models.parser import Parser


def cut(parser: Parser, text: str, name: str = "draft.md") -> tuple[DraftSentence, ...]:
    return cut_sentences(read_draft(text, name), parser.parse)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("# The port shuts\n\nThe port shut on Monday.", ["heading", "checkable"]),
        ("The port shuts\n==============\n\nThe port shut on Monday.", ["heading", "checkable"]),
        ("| port | shut |\n|------|------|\n| A | yes |", ["aside", "aside"]),
        ("Will the port open?", ["question"]),
        ("The minister asked whether the port would open.", ["checkable"]),
        ("The closure is a disgrace.", ["opinion"]),
        ("Kaya said the closure was a disgrace.", ["checkable"]),
        ("The ferry will sail on Monday.", ["prediction"]),
        ("Das ist der Hafen und die Stadt ist klein.", ["foreign"]),
        ("- The port shut on Monday.\n- The ferry sank.", ["checkable", "checkable"]),
        ("```\nThe port shut on Monday.\n```\n", []),
    ],
)
def test_kinds(parser: Parser, text: str, kinds: list[str]) -> None:
    if not kinds:
        text += "Yes."
        kinds = ["nothing"]
    assert [sentence.kind for sentence in cut(parser, text)] == kinds


def test_a_short_line_without_a_stop_is_a_heading_of_plain_text(parser: Parser) -> None:
    sentences = cut(parser, "The port shuts\n\nThe port shut on Monday\n", "draft.txt")
    assert [sentence.kind for sentence in sentences] == ["heading", "checkable"]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("“We shall go,” Mara Kaya said.", [("We shall go,", "Mara Kaya")]),
        ("Mara Kaya said: ‘We shall not go there.’", [("We shall not go there.", "Mara Kaya")]),
        ("“We shall go,” Mara Kaya said. “Now.”", [("We shall go,", "Mara Kaya"), ("Now.", "Mara Kaya")]),
        ("“We *shall* go,” [Mara Kaya](https://a.example) said.", [("We shall go,", "Mara Kaya")]),
        ("A sign at the door of the house reads “No”.", [("No", None)]),
    ],
)
def test_quotations_and_their_speakers(parser: Parser, text: str, quoted: list[tuple[str, str | None]]) -> None:
    draft = read_draft(text, "draft.md")
    found = [each for sentence in cut_sentences(draft, parser.parse) for each in sentence.quoted]
    assert [(each.span.of(draft.prose.text), each.speaker) for each in found] == quoted


def test_a_quotation_over_several_sentences_stays_one_with_its_speaker(parser: Parser) -> None:
    (first, second) = cut(parser, "“It is so. It was so. It will be,” Mara Kaya said. The port shut on Monday.")
    assert first.text == "“It is so. It was so. It will be,” Mara Kaya said."
    assert first.quoted[0].speaker == "Mara Kaya"
    assert first.share > 0.5 and first.speaker == "Mara Kaya"
    assert second.quoted == () and second.share == 0


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("Mara Kaya runs the port. She resigned on Monday.", "Mara Kaya resigned on Monday."),
        ("The port shut on Monday. It reopened on Friday.", "It reopened on Friday."),
        ("He resigned on Monday.", "He resigned on Monday."),
        ("Mara Kaya runs the port.\n\n## News\n\nShe resigned on Monday.", "Mara Kaya resigned on Monday."),
    ],
)
def test_a_leading_pronoun_is_replaced_where_the_draft_names_somebody(parser: Parser, text: str, claim: str) -> None:
    assert cut(parser, text)[-1].claim == claim


def test_sentences_cover_the_prose_in_order(parser: Parser) -> None:
    draft = read_draft("# A head\n\nOne is so. “Two is. So is three,” Kaya said.\n\n- Four is.\n", "draft.md")
    sentences = cut_sentences(draft, parser.parse)
    ends = [(sentence.span.start, sentence.span.end) for sentence in sentences]
    assert ends == sorted(ends) and all(a[1] <= b[0] for a, b in itertools.pairwise(ends))
    joined = "".join(sentence.span.of(draft.prose.text) for sentence in sentences)
    assert "".join(joined.split()) == "".join(draft.prose.text.split())
