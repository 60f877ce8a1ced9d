"""What the page says of a record: pure functions from records to plain data."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scripted_corpus import BOILERPLATE, Row, ScriptedCorpus, denied, record, seed_texts

from factcheck.index.records import StoredUtterance
from factcheck.speech.utterances import Utterance
from factcheck.types import Citation, EngineInfo, Failure, Span, Statement
from ui.components.answer import split_markers, view_engine
from ui.components.article import MOST_CHARACTERS, split_blocks, view_article
from ui.components.plain import show_line, show_piece
from ui.sessions.ask import MOST_TURNS, Session
from ui.sessions.opened import Opened

FAILURE = Failure(stage="answer", error="It broke.", retryable=True, hint="Try again.")


def cite(text: str, quote: str, id: int = 1) -> Citation:
    start = text.index(quote)
    return Citation(id, "a.txt", start, start + len(quote), 1, quote, "")


def view(text: str, *quotes: str, selected: int = 0, boilerplate: tuple[Span, ...] = ()) -> dict[str, object]:
    citations = {at: cite(text, quote) for at, quote in enumerate(quotes)}
    return view_article("a.txt", text, boilerplate=boilerplate, citations=citations, selected=selected, articles={})


def runs(article: dict[str, object]) -> list[dict[str, object]]:
    return [run for block in article["blocks"] for run in block["runs"]]  # type: ignore[attr-defined]


# Articles


@pytest.mark.parametrize("name", seed_texts())
def test_blocks_hold_the_whole_article(name: str) -> None:
    text = seed_texts()[name]
    shown = "".join(text[block.start : block.end] for block in split_blocks(text))
    assert "".join(shown.split()) == "".join(text.split())


@pytest.mark.parametrize("name", seed_texts())
def test_blocks_know_their_line(name: str) -> None:
    text = seed_texts()[name]
    lines = text.split("\n")
    for block in split_blocks(text):
        assert lines[block.line - 1].startswith(text[block.start : block.end].split("\n")[0])


def test_lines_are_paragraphs_unless_the_text_is_hard_wrapped() -> None:
    line = "These words fill the line up to a margin near seventy characters or"
    wrapped = f"{line}\n{line}\n{line}\nend.\n\nNext paragraph.\nAnother line.\n"
    shown = [wrapped[block.start : block.end] for block in split_blocks(wrapped)]
    assert shown == [f"{line}\n{line}\n{line}\nend.", "Next paragraph.", "Another line."]


@pytest.mark.parametrize(("text", "count"), [("", 0), ("\n \n\t\n", 0), ("One", 1), ("a\r\nb\r\n", 2)])
def test_texts_without_paragraphs(text: str, count: int) -> None:
    assert len(split_blocks(text)) == count


def test_citations_are_marked_where_they_are_and_overlap() -> None:
    article = view("Ana left. Bo came late. Cy slept.", "Ana left. Bo came late.", "Bo came late.")
    assert runs(article) == [
        {"text": "Ana left. ", "marks": [0], "ends": []},
        {"text": "Bo came late.", "marks": [0, 1], "ends": [0, 1]},
        {"text": " Cy slept."},
    ]


def test_a_citation_over_two_paragraphs_is_marked_in_both() -> None:
    marked = [
        run["text"] for run in runs(view("One ends\nand goes on. Two.", "One ends\nand goes on.")) if "marks" in run
    ]
    assert marked == ["One ends", "and goes on."]


def test_offsets_count_characters_also_beyond_the_basic_plane() -> None:
    article = view("😀😀 Ana left. 😀 Bo came.", "Bo came.")
    assert [run["text"] for run in runs(article) if "marks" in run] == ["Bo came."]


def test_boilerplate_is_grey_and_says_so() -> None:
    corpus = ScriptedCorpus(seed_texts())
    file = next(name for name in corpus.texts if name.startswith("001"))
    article = view_article(
        file, corpus.text(file), boilerplate=corpus.boilerplate(file), citations={}, selected=0, articles={}
    )
    assert article["greyed"]
    assert {run["text"] for run in runs(article) if run.get("grey")} <= set(BOILERPLATE)


def test_a_changed_file_is_said_to_have_changed() -> None:
    text = "Ana left."
    moved = replace(cite(text, "Ana left."), start=1, end=9)
    article = view_article("a.txt", text, boilerplate=(), citations={0: moved}, selected=0, articles={})
    assert "has changed" in article["notice"]
    assert not [run for run in runs(article) if "marks" in run]


def test_a_huge_file_is_shown_around_its_citation() -> None:
    text = "x" * 1_000_000 + " Ana left. " + "y" * 1_000_000
    article = view(text, "Ana left.")
    assert sum(len(str(run["text"])) for run in runs(article)) <= MOST_CHARACTERS
    assert [run["text"] for run in runs(article) if "marks" in run] == ["Ana left."]
    assert "very long" in str(article["notice"])


def say(text: str, speaker: str | None, *pieces: str, chain: tuple[str, ...] = ()) -> StoredUtterance:
    content = tuple(Span(text.index(piece), text.index(piece) + len(piece)) for piece in pieces)
    said = Utterance(0, 0, 0, len(text), content, speaker, "mayor", "said", "say", "direct", chain=chain)
    return StoredUtterance(1, "a.txt", "", None, said)


def test_what_is_said_is_underlined_piece_by_piece_with_its_speaker() -> None:
    text = "“We left,” Ana said, “and he denied it.”"
    utterances = [say(text, "Ana", "We left", "and he denied it", chain=("TASS",)), say(text, None, "denied it")]
    article = view_article(
        "a.txt", text, boilerplate=(), citations={}, selected=None, articles={}, utterances=utterances
    )
    assert [(run["text"], run["said"], run["begins"]) for run in runs(article) if "said" in run] == [
        ("We left", 0, True),
        ("and he ", 0, False),
        ("denied it", 1, True),
    ]
    assert article["sayings"][0] == {
        "speaker": "Ana", "role": "mayor", "how": "Quoted through TASS", "kind": "direct",
    }  # fmt: skip
    assert article["sayings"][1]["speaker"] == "Speaker not named"
    assert article["notice"] is None


def test_marks_of_every_kind_may_overlap() -> None:
    text = "Share this. Ana said she left."
    cited = cite(text, "Ana said she left.")
    article = view_article(
        "a.txt", text, boilerplate=(Span(0, 11),), citations={0: cited}, selected=0, articles={},
        utterances=[say(text, "Ana", "she left")],
    )  # fmt: skip
    assert runs(article) == [
        {"text": "Share this.", "grey": True},
        {"text": " "},
        {"text": "Ana said ", "marks": [0], "ends": []},
        {"text": "she left", "marks": [0], "ends": [], "said": 0, "begins": True},
        {"text": ".", "marks": [0], "ends": [0]},
    ]


def test_thousands_of_marks_in_one_paragraph_are_cut_in_one_pass() -> None:
    text = "x y " * 10_000
    spans = [Span(at, at + 1) for at in range(0, len(text), 4)]
    article = view_article("a.txt", text, boilerplate=spans, citations={}, selected=None, articles={})
    assert sum(bool(run.get("grey")) for run in runs(article)) == 10_000


def test_the_head_names_the_author_the_copies_and_what_shares_the_origin() -> None:
    rows = [
        Row("a.txt", "A", byline="Ana \u202e", sha256="1", origin="o1", sentences=1),
        Row("b.txt", "A", sha256="1", origin="o1"),
        *(Row(f"c{number}.txt", "A", sha256=str(number), origin="o1") for number in range(2, 10)),
        Row("z.txt", None, sha256="z", origin=""),
    ]
    articles = {row.file: row for row in rows}
    article = view_article("a.txt", "", boilerplate=(), citations={}, selected=None, articles=articles)
    assert article["about"] == [
        "By Ana ‹U+202E› · 1 sentence",
        "The same file as b.txt",
        "Shares its origin with c2.txt, c3.txt, c4.txt, c5.txt, c6.txt, c7.txt and 2 more: they count as one source",
    ]
    assert article["version"] == "1", "another text of the file is another version, and the pane is drawn anew"
    alone = view_article("z.txt", "", boilerplate=(), citations={}, selected=None, articles=articles)
    assert (alone["title"], alone["about"]) == ("z.txt", ["30 sentences"])


# Text from strangers


def test_directions_and_controls_are_spelled_out() -> None:
    assert show_line("a\u202eb\n c\x1b[1m") == "a‹U+202E›b c␛[1m"
    assert show_piece(" a\u2066 ") == " a‹U+2066› "
    assert show_piece("\n") == " "


# Answers


@pytest.mark.parametrize(
    ("text", "citations", "parts"),
    [
        ("Ana left.", (1, 2), ["Ana left.", 0, 1]),
        ("Ana left [1]. Bo [2] came.", (1, 2), ["Ana left", 0, ". Bo", 1, " came."]),
        ("Ana left [1][2].", (1, 2), ["Ana left", 0, 1, "."]),
        ("Ana left [1].", (1, 2), ["Ana left", 0, ".", 1]),
        ("Page [7] of [2].", (1,), ["Page [7] of [2].", 0]),
        ("[1]", (1,), [0]),
        ("Ana left.", (9,), ["Ana left."]),
    ],
)
def test_markers_become_chips_in_place(text: str, citations: tuple[int, ...], parts: list[str | int]) -> None:
    assert split_markers(Statement(text, citations, "entailed"), {1: 0, 2: 1}) == parts


@pytest.mark.parametrize(
    ("engine", "label"),
    [
        (EngineInfo("embedded", "minilm"), "Embedded engine · offline"),
        (EngineInfo("openai", "llama", "http://localhost:8080/v1"), "llama · localhost:8080"),
        (EngineInfo("openai", "gpt", "https://user:key@host.example/v1"), "gpt · host.example"),
        (EngineInfo("openai", "gpt", None), "gpt · openai"),
    ],
)
def test_the_engine_badge_names_the_host_and_nothing_secret(engine: EngineInfo, label: str) -> None:
    assert view_engine(engine)["label"] == label


def test_an_endpoint_for_embeddings_is_not_called_offline() -> None:
    badge = view_engine(EngineInfo("embedded", "openai:small"), offline=False)
    assert badge["label"] == "Embedded engine" and badge["local"] is False


# The session


def test_what_the_browser_sends_is_not_trusted() -> None:
    session = Session()
    session.add("q", FAILURE)
    id = session.turns[0].id
    for turn, position in [
        (id, 0),
        (id, -1),
        (id, "0"),
        (id, None),
        ("no", 0),
        (None, 0),
        (id, True),
        ({}, []),
    ]:
        session.open({"group": turn, "position": position})
        assert session.opened is None


def test_a_citation_opens_and_a_new_question_closes_it() -> None:
    session = Session()
    session.add("q", record("q", denied()))
    session.open({"group": session.turns[0].id, "position": 4})
    assert session.opened == Opened(session.turns[0].id, 4)
    session.submit("Another?")
    assert session.opened is None and session.asking is not None and session.asking.question == "Another?"


def test_trying_again_replaces_the_failed_turn() -> None:
    session = Session()
    session.add("Who?", FAILURE)
    session.retry("unknown")
    assert session.asking is None
    session.retry(session.turns[0].id)
    assert session.turns == [] and session.summoned
    assert session.asking is not None and session.asking.question == "Who?"


def test_only_so_many_turns_are_kept() -> None:
    session = Session()
    for number in range(MOST_TURNS + 5):
        session.add(str(number), FAILURE)
    assert [turn.question for turn in session.turns][:2] == [str(MOST_TURNS + 4), str(MOST_TURNS + 3)]
    assert len(session.turns) == MOST_TURNS
