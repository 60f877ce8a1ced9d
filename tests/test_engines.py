"""Engines without their reader: they go on, every record says so, and `doctor` names what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from factcheck.doctor import examine
from factcheck.models import reader
from factcheck.pipeline import Corpus
from factcheck.settings import Settings
from factcheck.types import Answer


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_loaded", {})
    monkeypatch.setattr(reader, "CARD_SHA256", "0" * 64)


@pytest.mark.usefixtures("broken")
def test_an_altered_reader_is_left_out_and_said(seed_index: Path) -> None:
    settings = Settings(index=str(seed_index), engine="embedded")
    with Corpus.open(settings=settings) as corpus:
        record = corpus.ask("Who denied the request?")
    assert isinstance(record.outcome, Answer)
    assert [finding.check for finding in record.findings] == ["reader"]
    assert "reader.json is not the one" in record.findings[0].message
    assert "reader" not in record.engine.model


@pytest.mark.usefixtures("broken")
def test_doctor_names_an_altered_reader(seed_index: Path) -> None:
    found = {diagnosis.part: diagnosis for diagnosis in examine(Settings(index=str(seed_index)))}
    assert not found["reader"].ok
    assert found["reader"].fix
    assert found["language model"].ok


def test_the_reader_is_named_where_it_answers(seed_index: Path) -> None:
    with Corpus.open(settings=Settings(index=str(seed_index), engine="embedded")) as corpus:
        record = corpus.ask("Who denied the request?")
    assert record.findings == ()
    assert "reader " in record.engine.model
