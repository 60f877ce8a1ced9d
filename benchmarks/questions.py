"""How long a question takes, beside the time spent inside the embedding model in the same run.

    python benchmarks/questions.py --articles 1000
    python benchmarks/questions.py --passages 100000
    python benchmarks/questions.py --index FOLDER      # of an earlier run, kept with --keep FOLDER

The articles are synthetic (corpus.py); no two questions share an article's sentences on purpose, so that
the sentences that are aligned and parsed are mostly seen for the first time. With --passages the vectors
of the index are sums of one random vector per word (word_vectors.py) and nothing is embedded but the questions
and the sentences that they find: what is found means less, what it costs is the same.

Ratios are of the wall clock. Stages are exclusive: the time of an inner one is not part of the outer one's.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import corpus
from word_vectors import WordVectors

from factcheck import pipeline, retrieval
from factcheck.answering import chain, judging, library
from factcheck.index import lexical, sync
from factcheck.index.store import Store
from factcheck.index.vectors import Vectors
from factcheck.models import embedder, late_interaction, parser
from factcheck.settings import Settings

QUESTIONS = 72
TEMPLATES = (
    "Who rejected the claim about {topic}?",
    "Who said that {topic} would cost too much?",
    "What did {person} say about {topic}?",
    "When was a decision on {topic} in {place} expected?",
    "Why did the U.S. investor withdraw in {place}?",
    "How many {unit} were affected in the south of {place}?",
    "Since when have residents of {place} waited for an answer?",
    "Who is {person}?",
    "Did {body} deny the report on {topic}?",
    "What would {topic} cost?",
)


class Clock:
    """Adds up the exclusive time of named stages, in seconds."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self._open: list[str] = []
        self._since = 0.0

    @contextmanager
    def stage(self, name: str):  # type: ignore[no-untyped-def]
        """Measure a stage; the one around it stands still meanwhile."""
        self._switch()
        self._open.append(name)
        self.calls[name] += 1
        try:
            yield
        finally:
            self._switch()
            self._open.pop()

    def _switch(self) -> None:
        now = time.perf_counter()
        if self._open:
            self.seconds[self._open[-1]] += now - self._since  # type: ignore[assignment]
        self._since = now

    def wrap(self, owner: Any, name: str, stage: str) -> None:
        """Measure every call of a function under a stage."""
        inner = getattr(owner, name)

        def measured(*values: Any, **named: Any) -> Any:
            with self.stage(stage):
                return inner(*values, **named)

        setattr(owner, name, measured)


class CountingSession:
    """Stands before the model's session and measures what happens inside it."""

    def __init__(self, session: Any, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def run(self, *values: Any, **named: Any) -> Any:
        """Run the model."""
        with self._clock.stage("model"):
            return self._session.run(*values, **named)


def wrap_stages(clock: Clock, settings: Settings) -> None:
    """Measure the stages of a question, inside and around the model."""
    model = embedder.load_embedder(settings)
    model._session = CountingSession(model._session, clock)  # type: ignore[attr-defined]
    for owner, name, stage in (
        (pipeline.Corpus, "ask", "rest"),
        (retrieval.Retriever, "retrieve", "retrieve"),
        (retrieval, "mend_spelling", "retrieve: spelling"),
        (retrieval.Retriever, "_candidates", "retrieve: candidates"),
        (Vectors, "search", "retrieve: dense"),
        (lexical, "search", "retrieve: lexical"),
        (lexical, "document_frequency", "retrieve: word frequencies"),
        (late_interaction.LateInteraction, "align", "retrieve: align"),
        (parser.Parser, "parse_all", "parse"),
        (judging.Judge, "judge", "judge"),
        (judging, "read_hit", "judge: read"),
        (library.Library, "attribute", "judge: speakers"),
        (chain, "check_answer", "verify"),
    ):
        clock.wrap(owner, name, stage)


def make_questions(facts: list[corpus.Fact], count: int) -> list[str]:
    """Return half questions with an answer in one article, half of all kinds."""
    draw = random.Random(3)
    asked = [fact.question for fact in draw.sample(facts, count // 2)]
    for number in range(count - len(asked)):
        asked.append(
            TEMPLATES[number % len(TEMPLATES)].format(
                topic=draw.choice(corpus.TOPICS),
                place=draw.choice(corpus.PLACES),
                body=draw.choice(corpus.BODIES),
                unit=draw.choice(corpus.UNITS),
                person=f"{draw.choice(corpus.FIRST)} {draw.choice(corpus.LAST)}",
            )
        )
    draw.shuffle(asked)
    return asked


def measure(settings: Settings, questions: list[str]) -> dict[str, object]:
    """Ask every question once and return times and ratios."""
    clock = Clock()
    with pipeline.Corpus.open(settings=settings) as opened:
        opened.ask("What is this about?")  # loads what is loaded once
        wrap_stages(clock, settings)
        totals, models, outcomes = [], [], Counter[str]()
        for question in questions:
            before = clock.seconds["model"]
            started = time.perf_counter()
            record = opened.ask(question)
            totals.append(time.perf_counter() - started)
            models.append(clock.seconds["model"] - before)
            outcomes[type(record.outcome).__name__] += 1
    ratios = [total / model for total, model in zip(totals, models, strict=True)]
    with Store.open(Path(settings.index)) as store:
        searched, passages = store.counts(), store.passage_count()
    return {
        "articles": searched.files,
        "passages": passages,
        "questions": len(questions),
        "outcomes": dict(outcomes),
        "total_over_model_at_the_median": round(statistics.median(totals) / statistics.median(models), 2),
        "median_of_ratios": round(statistics.median(ratios), 2),
        "total_ms_p50": _milliseconds(statistics.median(totals)),
        "total_ms_p95": _milliseconds(statistics.quantiles(totals, n=20)[-1]),
        "model_ms_p50": _milliseconds(statistics.median(models)),
        "stages_ms_per_question": {
            stage: _milliseconds(seconds / len(questions)) for stage, seconds in clock.seconds.most_common()
        },
        "calls_per_question": {stage: round(calls / len(questions), 1) for stage, calls in clock.calls.most_common()},
    }


def _milliseconds(seconds: float) -> float:
    return round(1000 * seconds, 1)


def build(folder: Path, settings: Settings, articles: int, *, seed: int, embed: bool) -> None:
    """Write and index synthetic articles; without `embed` their vectors are made up from their words."""
    corpus.write_corpus(folder / "articles", articles, seed=seed)
    load: Callable[[Settings], Any] = sync.load_embedder
    if not embed:
        sync.load_embedder = lambda settings: WordVectors()  # type: ignore[assignment]
    try:
        sync.sync([folder / "articles"], settings=settings)
    finally:
        sync.load_embedder = load


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--passages", type=int, help="build an index of so many passages without embedding them")
    parser.add_argument("--questions", type=int, default=QUESTIONS)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep articles and index here, or use them again")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        settings = Settings(index=str(folder / "index"))
        # An article of this corpus has 3.4 passages.
        articles = round(options.passages / 3.4) if options.passages else options.articles
        if not (folder / "index").exists():
            build(folder, settings, articles, seed=options.seed, embed=not options.passages)
        with tempfile.TemporaryDirectory() as other:
            facts = corpus.write_corpus(Path(other), articles, seed=options.seed)
        print(json.dumps(measure(settings, make_questions(facts, options.questions)), indent=1))


if __name__ == "__main__":
    main()
