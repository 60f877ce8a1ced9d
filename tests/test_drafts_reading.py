"""Drafts of three formats, read into prose that knows its place in the source."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.drafts.reading import MAX_BYTES, MAX_CHARACTERS, Draft, read_draft, read_draft_file
from factcheck.errors import UnreadableDraft


def words(source: str, name: str = "draft.md") -> str:
    return read_draft(source, name).prose.text


def check_places(draft: Draft) -> None:
    """Every character that is not white space stands in the source where the prose says."""
    for position, letter in enumerate(draft.prose.text):
        if not letter.isspace():
            place = draft.prose.locate(position, position + 1)
            assert draft.source[place.start : place.end] == letter


@pytest.mark.parametrize(
    ("source", "prose"),
    [
        ("**China**'s answer is *no*.", "China's answer is no."),
        ("See [the story](https://a.example/b_(c)) now.", "See the story now."),
        ("See [the\nlong story][1] now.\n\n[1]: https://a.example", "See the long story now."),
        ("![a map](map.png) The map.", " The map."),
        ("Told.[^1] More.\n\n[^1]: A note.", "Told. More.\n\nA note."),
        ("A <b>bold</b> claim <https://a.example>.", "A bold claim ."),
        ("It costs 3 \\* 4, `x_y` too; file_name_here.", "It costs 3 * 4, x_y too; file_name_here."),
        ("Before <!-- not\nthis --> after.", "Before   after."),
        ("```\ncode here\n```\nProse.", "Prose."),
        ("~~Old~~ new.", "Old new."),
        ("> quoted\n> goes on", "quoted goes on"),
        ("- one\n  more\n- two", "one   more\n\ntwo"),
        ("1. one\n2) two", "one\n\ntwo"),
        ("- [x] done", "done"),
        ("---\ntitle: Draft\ntags: [a]\n---\nProse.", "Prose."),
        ("---\nProse right below a rule, and no settings.\n---\n", "Prose right below a rule, and no settings."),
        ("\ufeffProse.", "Prose."),
        ("He said “[we] will go” […] and left.", "He said “[we] will go” […] and left."),
        ("One.\r\nTwo.\r\n\r\nThree.", "One. Two.\n\nThree."),
    ],
)
def test_markup_is_no_text(source: str, prose: str) -> None:
    draft = read_draft(source, "draft.md")
    assert draft.prose.text == prose
    check_places(draft)


def test_headings_and_tables_are_known() -> None:
    draft = read_draft("# Head *line*\n\nText.\n\nSub\n---\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", "draft.md")
    text = draft.prose.text
    assert [span.of(text) for span in draft.prose.headings] == ["Head line", "Sub"]
    assert [span.of(text) for span in draft.prose.asides] == ["| a | b |", "| 1 | 2 |"]
    check_places(draft)


def test_a_rule_below_a_paragraph_makes_no_heading_of_it() -> None:
    long = "The ministry said on Monday that it had received the request of the port. " * 3
    draft = read_draft(f"{long}\n---\nMore.", "draft.md")
    assert draft.prose.headings == ()


def test_a_span_covers_the_markup_inside_it() -> None:
    draft = read_draft("Zhao called it “*pure* fiction”.", "draft.md")
    start = draft.prose.text.index("pure")
    place = draft.prose.locate(start, start + len("pure fiction"))
    assert draft.source[place.start : place.end] == "pure* fiction"


def test_wrapped_text_is_one_line_and_keeps_its_offsets() -> None:
    source = (
        "The harbour master said on Monday that the new pier would not be opened\n"
        "before the winter, because the contractor had found cracks in three of its\n"
        "pillars and had asked for more time to mend them, as the city knew.\n\nThe end.\n"
    )
    draft = read_draft(source, "draft.txt")
    assert "opened before the winter" in draft.prose.text
    assert draft.prose.text.count("\n") == 3
    assert len(draft.prose.text) == len(source)
    check_places(draft)


def test_a_word_file_is_read() -> None:
    document = docx.Document()
    document.add_paragraph("The mayor resigned.")
    document.add_paragraph("He said “no”.")
    stored = io.BytesIO()
    document.save(stored)
    draft = read_draft(stored.getvalue(), "Draft.DOCX")
    assert (draft.format, draft.prose.text) == ("docx", "The mayor resigned.\n\nHe said “no”.")


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"PK\x03\x04 broken", "draft.docx", "broken"),
        (b"", "draft.docx", "broken"),
        (b"", "draft.md", "empty"),
        (b" \n ", "draft.txt", "no words"),
        ("…", "draft.md", "no words"),
        (b"\xff\xfea\x00", "draft.txt", "UTF-16"),
        (b"%PDF-1.4", "draft.txt", "PDF"),
        (b"x", "draft.odt", "not a format"),
        (b"word " * (10_000_000 // 5), "draft.txt", "10.0 MB"),
        ("word " * (MAX_CHARACTERS // 5 + 1), "draft.md", "characters"),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(content: str | bytes, name: str, reason: str) -> None:
    with pytest.raises(UnreadableDraft, match=reason) as error:
        read_draft(content, name)
    assert error.value.message.startswith(name)
    assert error.value.hint


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    large = tmp_path / "large.txt"
    large.write_bytes(b"word " * (MAX_BYTES // 5 + 1))
    for path, reason in (
        (tmp_path / "missing.md", "there is no file"),
        (tmp_path, "not a format|folder"),
        (large, "5.0 MB"),
    ):
        with pytest.raises(UnreadableDraft, match=reason) as error:
            read_draft_file(path)
        assert "max_file_mb" not in error.value.hint


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab *_`[]()<>!#-|\\\n\r~=^“”\"'.:x1", max_size=200))
def test_any_markdown_is_read_and_keeps_its_places(source: str) -> None:
    if not any(letter.isalnum() for letter in source):
        return
    check_places(read_draft(source, "draft.md"))


@pytest.mark.parametrize(
    "bomb", ["[", "*_", "![a](", "`", "(", "[a](", "- ", "> ", "<!--", "|--", "x\n---", "[[a](b)", "<a "]
)
def test_hostile_markdown_costs_no_more_than_its_length(bomb: str) -> None:
    # Quadratic work on this length would take hours, so that finishing at all is the test.
    source = bomb * ((MAX_CHARACTERS - 10) // len(bomb)) + " word"
    assert "word" in words(source) or bomb in {"`", "<!--"}  # a fence or a comment without an end
