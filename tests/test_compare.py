"""`compare` over a real index: the record, its text, its page, and the command."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from places import SEEDS

from factcheck.answering.verification import Source, verify_record
from factcheck.cli import main
from factcheck.comparing.citing import CitationList
from factcheck.comparing.conflicts import Told, find_conflicts
from factcheck.comparing.findings import Difference
from factcheck.comparing.joining import Found, join
from factcheck.comparing.records import COMPARE_SCHEMA, CompareRecord, Drift
from factcheck.errors import CorruptIndex, UsageError
from factcheck.index.sync import sync
from factcheck.models.parser import Parser
from factcheck.pipeline import Corpus
from factcheck.presentation import compare_page, compare_text
from factcheck.settings import Settings
from factcheck.types import SourceSentence, Span

HOSTILE = {
    "one.txt": """Dam at Kalten holds

“The dam at <b>Kalten</b> will not break before spring,” engineer <img src=x onerror=alert(1)> Ida Rask said.

At least 312 people were killed in Marstead when the Tolva burst its banks.
""",
    "two</script><script>alert(2)</script>.txt": """Dam at Kalten holds

“The dam at <b>Kalten</b> will break before spring,” engineer Ida Rask said \x1b[31m.

At least 321 people were killed in Marstead when the Tolva burst its banks.
""",
}


@pytest.fixture(scope="module")
def seeds(seed_corpus: Corpus) -> CompareRecord:
    return seed_corpus.compare()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    root = tmp_path_factory.mktemp("hostile")
    folder = root / "articles"
    folder.mkdir()
    for file, text in HOSTILE.items():
        (folder / file.replace("/", "_")).write_text(text, "utf-8")
    settings = Settings(index=str(root / "index"))
    sync([folder], settings=settings)
    with Corpus.open(settings=settings) as corpus:
        yield corpus


def material(record: CompareRecord) -> list[Drift]:
    return [drift for drift in record.drift if drift.material]


def values(drift: Drift) -> set[str]:
    return {side.value for side in drift.sides}


def test_the_seeds_show_their_three_differences_and_nothing_false(seeds: CompareRecord) -> None:
    by_kind = {drift.kind: drift for drift in material(seeds)}
    assert len(material(seeds)) == len(by_kind) == 3
    assert values(by_kind["negation"]) == {"will stand", "will not stand by"}
    assert values(by_kind["name"]) == {"Chang Yiechi", "Yang Jiechi"}
    assert "included drones" in by_kind["hedging"].difference
    files = {citation.id: citation.file[:3] for citation in seeds.citations}
    told = [{files[id_] for id_ in side.citations} for side in by_kind["hedging"].sides]
    assert sorted(map(sorted, told)) == [["000", "001", "002"], ["003", "004"]]


def test_every_citation_and_mark_is_text_of_its_file(seeds: CompareRecord, seed_corpus: Corpus) -> None:
    for citation in seeds.citations:
        assert seed_corpus.text(citation.file)[citation.start : citation.end] == citation.quote
        raw = (SEEDS / citation.file).read_bytes().decode("utf-8", "replace")
        assert raw[citation.start : citation.end] == citation.quote
    cited = {citation.id: citation for citation in seeds.citations}
    assert list(cited) == list(range(1, len(cited) + 1))
    for drift in seeds.drift:
        for side in drift.sides:
            assert {mark.citation for mark in side.marks} == set(side.citations)
            for mark in side.marks:
                assert cited[mark.citation].start <= mark.start < mark.end <= cited[mark.citation].end


def test_utterances_are_gathered_by_person_with_their_content(seeds: CompareRecord, seed_corpus: Corpus) -> None:
    cited = {citation.id: citation for citation in seeds.citations}
    sullivan = next(voice for voice in seeds.people if voice.name == "Jake Sullivan")
    assert len(sullivan.files) >= 3
    said = [
        seed_corpus.text(cited[saying.citation].file)[start:end]
        for saying in sullivan.sayings
        for start, end in saying.content
    ]
    assert any("will stand idly by" in words for words in said)
    for saying in sullivan.sayings:
        citation = cited[saying.citation]
        assert all(citation.start <= start < end <= citation.end for start, end in saying.content)


def test_origins_hold_every_file_once(seeds: CompareRecord) -> None:
    files = [file for origin in seeds.origins for file in origin.files]
    assert sorted(files) == [file.file for file in seeds.files]
    for origin in seeds.origins:
        assert all({reason.a, reason.b} <= set(origin.files) for reason in origin.reasons)
        assert len(origin.files) == 1 or origin.reasons


def test_the_wire_form_is_json_that_verify_holds_to_the_files(seeds: CompareRecord, seed_corpus: Corpus) -> None:
    record = json.loads(json.dumps(seeds.to_dict()))
    assert next(iter(record)) == "schema"
    assert record["schema"] == COMPARE_SCHEMA
    assert {"files", "origins", "people", "drift", "conflicts", "citations", "compared", "provenance"} <= set(record)
    ids = {citation["id"] for citation in record["citations"]}
    for conflict in record["conflicts"]:
        assert set(conflict) == {"about", "kind", "sides"}
        assert all(side["value"] and set(side["citations"]) <= ids for side in conflict["sides"])
    hashes = {row.file: row.sha256 for row in seed_corpus.articles()}
    read = {file: Source(seed_corpus.text(file), hashes[file]) for file in hashes}
    assert verify_record(record, read.__getitem__) == []
    record["citations"][0]["start"] += 1
    assert len(verify_record(record, read.__getitem__)) == 1


def test_only_the_files_that_match_are_compared(seed_corpus: Corpus) -> None:
    record = seed_corpus.compare("00[03]*")
    assert [file.file[:3] for file in record.files] == ["000", "003"]
    assert {drift.kind for drift in material(record)} == {"negation", "hedging"}
    with pytest.raises(UsageError, match="no indexed file matches"):
        seed_corpus.compare("2022/*")


def test_one_file_alone_differs_from_nothing(seed_corpus: Corpus) -> None:
    record = seed_corpus.compare("001*")
    assert not record.drift and not record.conflicts
    assert record.compared.pairs == 0
    assert "No two files tell the same differently." in compare_text.render(record)


def test_progress_is_told(seed_corpus: Corpus) -> None:
    steps: list[tuple[str, int, int]] = []
    seed_corpus.compare("00[03]*", advance=lambda *step: steps.append(step))
    assert steps and steps[-1][1] == steps[-1][2]


def test_text_fits_eighty_columns_and_names_what_differs(seeds: CompareRecord) -> None:
    text = compare_text.render(seeds, width=80)
    assert max(map(len, text.splitlines())) <= 80
    headline = "Jake Sullivan: one says “will stand”, the other “will not stand by”"
    assert headline in re.sub(r"\n\s*", " ", text)
    for title in ("Quotes that changed", "Facts that differ", "Names that are spelt", "Origins", "Who says what"):
        assert title in text
    assert "\x1b[" in compare_text.render(seeds, width=80, color=True)


class Tags(HTMLParser):
    """Collects what could reach out or run."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_the_page_holds_nothing_of_an_article_but_text(hostile: Corpus) -> None:
    record = hostile.compare()
    assert {drift.kind for drift in material(record)} == {"negation", "number"}
    page = compare_page.render(record)
    tags = Tags()
    tags.feed(page)
    assert not tags.names & {"script", "img", "link", "iframe", "b "}
    assert not {name for name in tags.attributes if name.startswith("on") or name in {"src", "style"}}
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "\x1b" not in page
    assert "default-src &#39;none&#39;" in page
    assert not re.search(r"(?:src|href)=\"(?!#)", page)
    assert page.count("<mark>") >= 4
    assert "\x1b[31m" not in compare_text.render(record)


def test_a_conflict_beyond_quotes_has_its_sides(hostile: Corpus) -> None:
    conflict = next(each for each in hostile.compare().conflicts if each.kind == "number")
    assert [side.value for side in conflict.sides] == ["312", "321"]


# Joining, citing, and conflicts at the time of a question


def sentence(number: int, text: str, file: str = "") -> SourceSentence:
    return SourceSentence(number, file or f"f{number}.txt", "h", 0, number, 0, len(text), 1, text)


def differ(a: SourceSentence, b: SourceSentence, kind: Any, one: str, two: str, *keys: str) -> Found:
    first, second = (
        Span(text.index(words), text.index(words) + len(words)) for text, words in ((a.text, one), (b.text, two))
    )
    return Found(a, b, Difference(kind, True, first, second, "x", 1.0, "", *keys))


def test_many_sentences_of_one_fact_are_one_entry() -> None:
    six, five = sentence(1, "Six died."), sentence(2, "Five died.")
    also, seven = sentence(3, "Six dead."), sentence(4, "Seven died.")
    found = [
        differ(six, five, "number", "Six", "Five", "6", "5"),
        differ(also, five, "number", "Six", "Five", "6", "5"),
        differ(seven, five, "number", "Seven", "Five", "7", "5"),
    ]
    (joined,) = join(found)
    assert [(form.value, len(form.places)) for form in joined.forms] == [("Six", 2), ("Five", 1), ("Seven", 1)]


def test_a_misspelt_name_is_one_entry_however_often_it_stands() -> None:
    found = [
        differ(
            sentence(1, "Anton Reyle left."), sentence(2, "Anton Reile left."), "name", "Anton Reyle", "Anton Reile"
        ),
        differ(sentence(3, "Reyle’s lawyer."), sentence(4, "Reile appealed."), "name", "Reyle’s", "Reile"),
        differ(sentence(5, "Tariq Bell."), sentence(6, "Tarik Bell."), "name", "Tariq Bell", "Tarik Bell"),
    ]
    assert [{form.value for form in joined.forms} for joined in join(found)] == [
        {"Anton Reyle", "Anton Reile"},
        {"Tariq Bell", "Tarik Bell"},
    ]


def test_a_quote_that_is_not_the_text_is_refused() -> None:
    citations = CitationList(lambda file: "Another text.", lambda each: (None, None))
    with pytest.raises(CorruptIndex, match="not the text at its place"):
        citations.cite(sentence(1, "Six died."))


def test_sentences_of_one_question_are_held_against_each_other(parser: Parser) -> None:
    texts = (
        "At least 312 people were killed in Marstead when the Tolva burst its banks.",
        "The dam at Kalten was inspected in May.",
        "At least 321 people were killed in Marstead when the Tolva burst its banks.",
    )
    told = [Told(sentence(number, text), parser.parse(text)) for number, text in enumerate(texts, start=1)]
    (joined,) = find_conflicts(told)
    assert {form.value: form.places[0][0].id for form in joined.forms} == {"312": 1, "321": 3}
    assert find_conflicts(told[:2]) == []
    one_file = [Told(sentence(n, t, "same.txt"), parser.parse(t)) for n, t in enumerate(texts, start=1)]
    assert find_conflicts(one_file) == []


# The command


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_the_command_prints_one_line_of_json(seed_index: Path) -> None:
    result = run("compare", "--json", "--file", "00[03]*", "--index", str(seed_index))
    assert result.exit_code == 0
    record = json.loads(result.stdout)
    assert record["schema"] == COMPARE_SCHEMA
    assert record["compared"]["files"] == 2


def test_the_command_writes_a_page(seed_index: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    result = run("compare", "--html", str(page), "--file", "00[03]*", "--index", str(seed_index))
    assert (result.exit_code, result.stdout) == (0, "")
    assert "will not stand by" in page.read_text("utf-8")
    assert sorted(path.name for path in tmp_path.glob("*.html*")) == ["page.html"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--file", "nothing*"), 2, "no indexed file matches"),
        (("--json", "--html", "-"), 2, "both print"),
        (("--html", "."), 2, "is a folder"),
        (("--file", "001*", "--html", "missing/page.html"), 1, "cannot be written"),
    ],
)
def test_wrong_use_says_what_to_do(seed_index: Path, arguments: tuple[str, ...], code: int, message: str) -> None:
    result = run("compare", *arguments, "--index", str(seed_index))
    assert result.exit_code == code
    assert message in result.stderr
    assert "hint:" in result.stderr
    assert "Traceback" not in result.stderr
