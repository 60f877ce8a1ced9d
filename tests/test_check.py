"""Checking claims over a real index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from factcheck.answering.verification import Source, verify_record
from factcheck.batch.cells import CHECK_FIELDS
from factcheck.checking.record import Checked, CheckRecord
from factcheck.errors import UsageError
from factcheck.index.sync import sync
from factcheck.pipeline import Corpus
from factcheck.settings import Settings
from factcheck.types import Failure

ARTICLES = {
    "bridge.txt": """Council approves footbridge

The town council of Marl approved the new footbridge on Tuesday.
The bridge will cost 14 million euros.
Mayor Ann Leeds opened the debate with a speech.
"The river is too dangerous for a bridge," engineer Paul Brandt said.
""",
    "harbour.txt": """Harbour workers end strike

The harbour workers of Nordby ended their strike on Friday after 12 days.
The union accepted an offer of three percent.
Harbour master Greta Holm denied the report of a second strike.
""",
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    with opened(tmp_path_factory.mktemp("check"), ARTICLES) as found:
        yield found


def opened(root: Path, articles: dict[str, str]) -> Corpus:
    folder = root / "articles"
    folder.mkdir(parents=True)
    for name, text in articles.items():
        (folder / name).write_text(text, encoding="utf-8")
    settings = Settings(index=str(root / "index"))
    sync([folder], settings=settings)
    return Corpus.open(settings=settings)


def checked(record: CheckRecord) -> Checked:
    assert isinstance(record.outcome, Checked), record.outcome
    return record.outcome


def failure(record: CheckRecord) -> Failure:
    assert isinstance(record.outcome, Failure)
    return record.outcome


@pytest.mark.parametrize(
    ("verdict", "claim"),
    [
        ("supported", "The council of Marl approved the footbridge."),
        ("supported", "The harbour workers ended their strike on Friday."),
        ("refuted", "The bridge will cost 40 million euros."),
        ("refuted", "The council of Marl rejected the footbridge."),
        ("refuted", "Greta Holm confirmed the report of a second strike."),
        ("not_enough_evidence", "The king of Denmark visited Marl."),
    ],
)
def test_plain_claims(corpus: Corpus, verdict: str, claim: str) -> None:
    assert checked(corpus.check(claim)).verdict.label == verdict


def test_a_record_says_what_differs_and_quotes_exactly(corpus: Corpus) -> None:
    record = corpus.check("The bridge will cost 40 million euros.", id="c1")
    wire = record.to_dict()
    assert (wire["schema"], wire["id"], wire["outcome"]) == ("factcheck/check/1", "c1", "checked")
    assert "14 million" in wire["explanation"] and "40 million" in wire["explanation"]
    assert wire["evidence"][0]["stance"] == "refutes"
    assert [each["id"] for each in wire["evidence"]] == list(range(1, len(wire["evidence"]) + 1))
    assert wire["engine"]["name"] == "embedded"
    assert set(wire) <= CHECK_FIELDS
    for each in wire["evidence"]:
        assert corpus.text(each["file"])[each["start"] : each["end"]] == each["quote"]
    hashes = {row.file: row.sha256 for row in corpus.articles()}
    assert verify_record(wire, lambda file: Source(corpus.text(file), hashes[file])) == []
    assert wire["findings"][0]["check"] == "prediction"


def test_a_claim_of_two_parts_says_which_one_fails(corpus: Corpus) -> None:
    record = corpus.check("The council of Marl approved the footbridge and Greta Holm confirmed the report.")
    outcome = checked(record)
    assert outcome.verdict.label == "refuted"
    assert [part.verdict.label for part in outcome.parts] == ["supported", "refuted"]
    assert "1 of 2 parts" in outcome.explanation and "Greta Holm confirmed" in outcome.explanation


def test_what_is_only_said_is_marked(corpus: Corpus) -> None:
    assert checked(corpus.check("The river is too dangerous for a bridge.")).verdict.attributed_only
    assert not checked(corpus.check("The council of Marl approved the footbridge.")).verdict.attributed_only


@pytest.mark.parametrize(
    ("claim", "says"),
    [
        ("", "empty"),
        (" \x00\n… !", "empty"),
        ("x" * 10_240, "10,240 characters"),
        ("Who approved the footbridge?", "question"),
        ("Tell me about the bridge.", "claims nothing"),
        ("The footbridge is beautiful.", "opinion"),
        ("I think that the council lied.", "opinion"),
        ("La mairie a approuvé le pont.", "not written in English"),
        ("Мэр открыла мост.", "not written in English"),
        ("Thank you very much.", "nothing that could be looked up"),
        ("The council met. " * 20, "20 claims"),
    ],
)
def test_what_is_no_claim_is_refused_with_a_hint(corpus: Corpus, claim: str, says: str) -> None:
    record = corpus.check(claim)
    refused = failure(record)
    assert refused.stage == "claim"
    assert says in refused.error
    assert refused.hint and not refused.retryable
    wire = record.to_dict()
    assert (wire["outcome"], wire["verdict"], wire["confidence"], wire["evidence"]) == ("failed", None, None, [])


def test_one_bad_part_is_named(corpus: Corpus) -> None:
    refused = failure(corpus.check("The council approved the footbridge. Who paid for it?"))
    assert "question" in refused.error and "Who paid for it?" in refused.error


def test_filters(corpus: Corpus) -> None:
    outcome = checked(corpus.check("The council of Marl approved the footbridge.", files="harbour*"))
    assert outcome.verdict.label == "not_enough_evidence"
    assert outcome.searched.files == 1
    with pytest.raises(UsageError, match="no indexed article matches"):
        corpus.check("The council approved the footbridge.", files="nothing*")


def test_twenty_copies_and_a_stranger_change_no_verdict(corpus: Corpus, tmp_path: Path) -> None:
    more = {f"copy-{number:02}.txt": ARTICLES["bridge.txt"] for number in range(20)}
    more["stranger.txt"] = "Snow fell on the islands.\n\nThe ferry to Kell stayed in port for two nights.\n"
    claims = [
        "The council of Marl approved the footbridge.",
        "The bridge will cost 40 million euros.",
        "The union accepted an offer of three percent.",
        "The king of Denmark visited Marl.",
    ]
    with opened(tmp_path, {**ARTICLES, **more}) as crowded:
        for claim in claims:
            before, after = checked(corpus.check(claim)), checked(crowded.check(claim))
            assert (after.verdict.label, after.verdict.attributed_only) == (
                before.verdict.label,
                before.verdict.attributed_only,
            )
            assert after.origins.independent == before.origins.independent


def test_a_failing_model_is_a_failure_and_no_verdict(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    from factcheck.checking.evidence import EvidenceFinder
    from factcheck.errors import ModelError

    def broken(*_: object) -> None:
        raise ModelError("the reader failed", hint="Run `factcheck doctor`.")

    monkeypatch.setattr(EvidenceFinder, "judge", broken)
    record = corpus.check("The council of Marl approved the footbridge.")
    assert failure(record).stage == "judge"
    assert record.to_dict()["verdict"] is None
