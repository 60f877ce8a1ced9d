"""Floors under the quality of the embedded engine on the golden questions, so that it cannot fall unseen."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from types import ModuleType

import pytest
from places import ROOT

from factcheck.pipeline import Corpus

# Measured 2026-11-22 on the seeds; the floors are a little below.
FLOORS = {
    "correct and gold cited": 0.76,
    "gold sentence cited": 0.76,
    "first citation is gold": 0.88,
    "right abstention": 0.85,
}


@pytest.fixture(scope="module")
def scorer() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("golden_scorer", ROOT / "benchmarks" / "golden.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["golden_scorer"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["golden_scorer"]


@pytest.mark.slow
def test_quality_on_the_seeds_does_not_fall(scorer: ModuleType, seed_corpus: Corpus) -> None:
    cases = scorer.read_cases(ROOT / "golden" / "questions.jsonl")
    scores = [scorer.score(case, seed_corpus.ask(case.question, id=case.id), seed_corpus.text) for case in cases]
    found = scorer.summarise(scores)
    print(scorer.report(scores, misses=True))
    assert found["failed"][0] == 0
    for name, floor in FLOORS.items():
        met, of = found[name]
        assert of > 0
        assert met / of >= floor, f"{name}: {met} of {of}"


def test_the_scorer_sees_a_wrong_answer(scorer: ModuleType, seed_corpus: Corpus) -> None:
    cases = {case.id: case for case in scorer.read_cases(ROOT / "golden" / "questions.jsonl")}
    answerable = next(case for case in cases.values() if case.answerable)
    other = seed_corpus.ask("How many volunteers are ready to join?")
    assert scorer.score(answerable, other, seed_corpus.text).missed
    unanswerable = next(case for case in cases.values() if not case.answerable)
    assert scorer.score(unanswerable, other, seed_corpus.text).missed
