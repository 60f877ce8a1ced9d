"""Whole drafts against a real index: planted errors are found, and what is right is left alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from factcheck.checking.record import Checked, CheckRecord
from factcheck.drafts.marking import DraftRun
from factcheck.drafts.reading import read_draft
from factcheck.errors import UnreadableDraft
from factcheck.types import EngineInfo, Failure, Timing, Usage

if TYPE_CHECKING:
    from factcheck.drafts.record import CheckedSentence, DraftRecord
    from factcheck.pipeline import Corpus

DATA = Path(__file__).parent / "data"
DRAFTS = DATA / "drafts"
# What was planted: words of the sentence, and the kinds of findings that tell it for what it is.
PLANTED = {
    "seeds.md": {
        "pure disinformation": {"altered_quotation"},
        "350 people": {"number"},
        "specified what kind": {"negation"},
        "Xi Jinping said": {"other_speaker"},
        "asked Turkey": {"not_found", "refuted", "name", "swapped"},
        "will stand by": {"altered_quotation"},
    },
    "news.txt": {
        "beaten by a bill": {"altered_quotation"},
        "pleaded guilty to all": {"negation", "refuted", "conflicting"},
        "£570,000": {"number"},
        "Fowler said": {"other_speaker"},
        "letter of apology": {"not_found", "refuted"},
    },
}


@pytest.fixture(scope="module")
def seeds(seed_corpus: Corpus) -> DraftRecord:
    return seed_corpus.check_draft((DRAFTS / "seeds.md").read_bytes(), "seeds.md")


@pytest.fixture(scope="module")
def news_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from factcheck.index.sync import sync
    from factcheck.settings import Settings

    told = ("averley", "renck", "tarn", "lindholm")
    folder = tmp_path_factory.mktemp("told") / "news"
    folder.mkdir()
    for path in sorted((DATA / "news").iterdir()):
        if path.name.startswith(told):
            (folder / path.name).write_bytes(path.read_bytes())
    index = folder.parent / "index"
    sync([folder], settings=Settings(index=str(index)))
    return index


@pytest.fixture(scope="module")
def news_corpus_of_files(news_index: Path) -> Iterator[Corpus]:
    from factcheck.pipeline import Corpus
    from factcheck.settings import Settings

    with Corpus.open(settings=Settings(index=str(news_index))) as corpus:
        yield corpus


@pytest.fixture(scope="module")
def news(news_corpus_of_files: Corpus) -> DraftRecord:
    return news_corpus_of_files.check_draft((DRAFTS / "news.txt").read_text("utf-8"), "news.txt")


@pytest.fixture(params=["seeds", pytest.param("news", marks=pytest.mark.slow)])
def record(request: pytest.FixtureRequest) -> DraftRecord:
    found: DraftRecord = request.getfixturevalue(request.param)
    return found


def test_no_planted_error_gets_through(record: DraftRecord) -> None:
    for words, kinds in PLANTED[record.name].items():
        (sentence,) = [each for each in record.sentences if words in each.text]
        raised = {finding.kind for finding in sentence.findings if finding.severity != "note"}
        assert raised & kinds, f"{words}: {sentence.findings}"


def test_what_is_right_is_left_alone(record: DraftRecord) -> None:
    for sentence in record.sentences:
        if not any(words in sentence.text for words in PLANTED[record.name]):
            raised = [finding for finding in sentence.findings if finding.severity != "note"]
            assert not raised, f"{sentence.text}: {raised}"
            assert sentence.mark in {"good", "unchecked"}


def test_everything_points_to_exact_words(seeds: DraftRecord, seed_corpus: Corpus) -> None:
    source = (DRAFTS / "seeds.md").read_bytes().decode()
    assert seeds.source == source
    for sentence in seeds.sentences:
        for finding in sentence.findings:
            assert sentence.start <= finding.start < finding.end <= sentence.end
        cited = [quotation.source for quotation in sentence.quotations if quotation.source]
        if sentence.check is not None and isinstance(sentence.check.outcome, Checked):
            cited += [each.citation for each in sentence.check.outcome.evidence]
        for citation in cited:
            assert seed_corpus.text(citation.file)[citation.start : citation.end] == citation.quote


def test_sentences_without_a_claim_are_named_and_not_checked(seeds: DraftRecord) -> None:
    kinds = {sentence.text: sentence.kind for sentence in seeds.sentences if sentence.check is None}
    assert kinds == {
        "Moscow turns to Beijing": "heading",
        "Will China answer?": "question",
        "This is a shameful affair.": "opinion",
    }


def test_a_number_is_marked_where_it_stands(seeds: DraftRecord) -> None:
    (finding,) = [each for each in seeds.findings if each.kind == "number"]
    assert "350" in seeds.source[finding.start : finding.end]
    assert len(seeds.source[finding.start : finding.end]) < 20


def test_a_draft_that_says_nothing(seed_corpus: Corpus) -> None:
    record = seed_corpus.check_draft("# Notes\n\nWhat now? Who knows?\n", "notes.md")
    assert (record.outcome, record.findings, record.failed) == ("nothing_to_check", (), 0)


def test_a_run_goes_on_where_another_stopped_and_does_again_what_failed(seed_corpus: Corpus) -> None:
    draft = read_draft("What now? Who knows? Why not?", "notes.txt")
    told: list[CheckedSentence] = []
    record = seed_corpus.mark_draft(draft, run=DraftRun(tell=told.append))
    assert tuple(told) == record.sentences
    first, second, _ = told
    failed = CheckRecord("s2", second.text, Failure("judge", "it broke", True, ""), EngineInfo("e", "m"), Timing(),
                         Usage(), record.provenance)  # fmt: skip
    steps: list[tuple[int, int]] = []
    known = (first, replace(second, claim=second.text, check=failed), replace(told[2], text="Other words?"))
    again = seed_corpus.mark_draft(
        draft, run=DraftRun(known=known), advance=lambda done, total: steps.append((done, total))
    )
    assert again.sentences == record.sentences and again.sentences[0] is first
    assert steps == [(1, 3), (2, 3), (3, 3)]


def test_a_draft_that_cannot_be_read(seed_corpus: Corpus) -> None:
    with pytest.raises(UnreadableDraft):
        seed_corpus.check_draft(b"PK\x03\x04", "draft.docx")


def test_the_command_writes_every_form(seed_index: Path, tmp_path: Path) -> None:
    from factcheck.cli import main

    draft = tmp_path / "draft.md"
    draft.write_text("**China** never called the request *misinformation*.\n\nWhy?\n", "utf-8")
    outputs = [("--markdown", "out.md"), ("--html", "out.html"), ("--claimreview", "out.json")]
    flags = [word for flag, name in outputs for word in (flag, str(tmp_path / name))]
    run = CliRunner().invoke(main, ["check", "--file", str(draft), "--index", str(seed_index), "--json", *flags])
    assert run.exit_code == 0, run.output
    assert json.loads(run.stdout)["schema"] == "factcheck/draft/1"
    assert (tmp_path / "out.md").read_text("utf-8").startswith("**China**")
    assert (tmp_path / "out.html").read_text("utf-8").startswith("<!doctype html>")
    assert json.loads((tmp_path / "out.json").read_text("utf-8"))["@context"] == "https://schema.org"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--file", "missing.md"], "there is no file"),
        (["--file", "draft.odt"], "not a format"),
        (["--file", "draft.md", "--html", "draft.md"], "the draft itself"),
        (["--file", "draft.md", "--html", "none/out.html"], "no folder"),
        (["--file", "draft.md", "A claim."], "both"),
        (["--html", "out.html", "A claim."], "--file"),
        ([], "nothing to check"),
    ],
)
def test_wrong_use_is_told_before_any_work(arguments: list[str], said: str) -> None:
    from factcheck.cli import main

    Path("draft.md").write_text("The port is shut.", "utf-8")
    run = CliRunner().invoke(main, ["check", *arguments])
    shown = f"{run.output}{getattr(run.exception, 'message', '')}{getattr(run.exception, 'hint', '')}"
    assert run.exit_code != 0
    assert said in shown
    assert Path("draft.md").read_text("utf-8") == "The port is shut."
