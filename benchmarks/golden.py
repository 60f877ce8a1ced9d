"""Score the engine on a golden file: correct answers, gold citations, right abstentions.

    python benchmarks/golden.py golden/questions.jsonl seeds
    python benchmarks/golden.py golden/news.jsonl tests/data/news --tag conflict --misses

The folder is indexed into a temporary directory unless --index names one to keep.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from factcheck.index.sync import sync
from factcheck.pipeline import Corpus
from factcheck.settings import Settings
from factcheck.types import Abstention, Answer, AnswerRecord, Citation, Failure, Span

# A citation counts as gold when it covers at least this share of a gold quote.
OVERLAP = 0.5
FORBIDDEN = "not:"


@dataclass(frozen=True, slots=True)
class Gold:
    """A sentence that supports the answer; `required` where citing another one is not enough."""

    file: str
    quote: str
    required: bool


@dataclass(frozen=True, slots=True)
class Case:
    """One golden question; `forbidden` are names that the short answer must not hold."""

    id: str
    question: str
    answers: tuple[tuple[str, ...], ...]
    gold: tuple[Gold, ...]
    answerable: bool
    tags: tuple[str, ...]
    forbidden: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Marks:
    """How good an answer to an answerable question is."""

    short_correct: bool
    text_correct: bool
    gold_cited: bool
    first_gold: bool


@dataclass(frozen=True, slots=True)
class Score:
    """What one case came to; `marks` only where an answerable question was answered."""

    id: str
    question: str
    tags: tuple[str, ...]
    answerable: bool
    outcome: str
    marks: Marks | None
    shown: str
    milliseconds: float

    @property
    def missed(self) -> bool:
        """Whether a person would call this case wrong."""
        if not self.answerable:
            return self.outcome != "abstained"
        return self.marks is None or not (self.marks.text_correct and self.marks.gold_cited)


def read_cases(path: Path) -> list[Case]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [_read_case(row) for row in rows]


def _read_case(row: dict[str, Any]) -> Case:
    return Case(
        id=row["id"],
        question=row["question"],
        answers=tuple(tuple(group) for group in row["answers"]),
        gold=tuple(
            Gold(citation["file"], citation["quote"], bool(citation.get("all") or row.get("all")))
            for citation in row["citations"]
        ),
        answerable=row["answerable"],
        tags=tuple(tag for tag in row["tags"] if not tag.startswith(FORBIDDEN)),
        forbidden=tuple(tag.removeprefix(FORBIDDEN) for tag in row["tags"] if tag.startswith(FORBIDDEN)),
    )


def contains(text: str, alias: str) -> bool:
    """Whether the alias occurs, apart from case, typographic quotes and longer numbers ("14" in "14.2")."""
    text, alias = _fold(text), _fold(alias)
    before = r"(?<!\d)(?<!\d[.,])" if alias[:1].isdigit() else ""
    after = r"(?!\d)(?![.,]\d)" if alias[-1:].isdigit() else ""
    return re.search(before + re.escape(alias) + after, text) is not None


def _fold(text: str) -> str:
    return " ".join(text.replace("’", "'").replace("“", '"').replace("”", '"').casefold().split())


def meets(text: str, answers: Iterable[Iterable[str]]) -> bool:
    """Whether every group is met by one of its aliases."""
    return all(any(contains(text, alias) for alias in group) for group in answers)


def covers(citation: Citation, gold: Gold, text: str) -> bool:
    """Whether the citation covers enough of the gold quote, wherever that stands in the file's text."""
    if citation.file != gold.file:
        return False
    places = (Span(found.start(), found.end()) for found in re.finditer(re.escape(gold.quote), text))
    return any(
        min(citation.end, place.end) - max(citation.start, place.start) >= OVERLAP * len(gold.quote) for place in places
    )


def score(asked: Case, record: AnswerRecord, text_of: Callable[[str], str]) -> Score:
    outcome = record.outcome
    marks = None
    match outcome:
        case Failure():
            name, shown = "failed", f"failed: {outcome.stage}: {outcome.error}"
        case Abstention():
            name, shown = "abstained", f"abstained ({outcome.reason}): {outcome.explanation}"
        case Answer():
            first = outcome.citations[0].quote if outcome.citations else "no citation"
            name, shown = "answered", f"{outcome.short_answer!r} <- {first}"
            marks = _mark(asked, outcome, text_of) if asked.answerable else None
    return Score(
        id=asked.id,
        question=asked.question,
        tags=asked.tags,
        answerable=asked.answerable,
        outcome=name,
        marks=marks,
        shown=shown,
        milliseconds=record.timing.total,
    )


def _mark(case: Case, answer: Answer, text_of: Callable[[str], str]) -> Marks:
    short = answer.short_answer or ""
    allowed = not any(contains(short, name) for name in case.forbidden)
    hits = {gold: [covers(citation, gold, text_of(gold.file)) for citation in answer.citations] for gold in case.gold}
    required = [any(row) for gold, row in hits.items() if gold.required]
    return Marks(
        short_correct=allowed and meets(short, case.answers),
        text_correct=allowed and meets(f"{short}\n{answer.text}", case.answers),
        gold_cited=all(required) if required else any(any(row) for row in hits.values()),
        first_gold=any(row[:1] == [True] for row in hits.values()),
    )


def share(part: int, whole: int) -> str:
    return f"{part}/{whole} ({100 * part / whole:.0f} %)" if whole else "n/a"


def summarise(scores: Sequence[Score]) -> dict[str, tuple[int, int]]:
    """Count each measure over the cases it applies to, as (met, of)."""
    asked = [score for score in scores if score.answerable]
    unasked = [score for score in scores if not score.answerable]
    marks = [score.marks for score in asked if score.marks]
    return {
        "correct in the short answer": (sum(mark.short_correct for mark in marks), len(asked)),
        "correct in the answer": (sum(mark.text_correct for mark in marks), len(asked)),
        "gold sentence cited": (sum(mark.gold_cited for mark in marks), len(asked)),
        "first citation is gold": (sum(mark.first_gold for mark in marks), len(marks)),
        "correct and gold cited": (sum(not score.missed for score in asked), len(asked)),
        "wrong abstention": (sum(score.outcome == "abstained" for score in asked), len(asked)),
        "right abstention": (sum(score.outcome == "abstained" for score in unasked), len(unasked)),
        "answer to unanswerable": (sum(score.outcome == "answered" for score in unasked), len(unasked)),
        "failed": (sum(score.outcome == "failed" for score in scores), len(scores)),
    }


def report(scores: Sequence[Score], *, misses: bool) -> str:
    lines = [f"{name:<28} {share(*counts)}" for name, counts in summarise(scores).items()]
    times = sorted(score.milliseconds for score in scores)
    if times:
        lines.append(f"{'milliseconds (median, max)':<28} {times[len(times) // 2]:.0f}, {times[-1]:.0f}")
    lines += ["", f"{'tag':<20} {'right':>16}   (answerable: correct and gold cited; others: abstained)"]
    for tag in sorted({tag for score in scores for tag in score.tags}):
        tagged = [score for score in scores if tag in score.tags]
        lines.append(f"{tag:<20} {share(sum(not score.missed for score in tagged), len(tagged)):>16}")
    if misses:
        lines += ["", "Misses"]
        lines += [line for score in scores if score.missed for line in _describe_miss(score)]
    return "\n".join(lines)


def _describe_miss(score: Score) -> tuple[str, str]:
    shown = " ".join(score.shown.split())
    problem = "should abstain" if not score.answerable else _name_problem(score)
    return (
        f"{score.id} {score.question}  [{problem}]",
        f"     {shown[:200]}{'…' if len(shown) > 200 else ''}",
    )


def _name_problem(score: Score) -> str:
    if score.marks is None:
        return "answerable"
    wrong = () if score.marks.text_correct else ("wrong answer",)
    uncited = () if score.marks.gold_cited else ("no gold citation",)
    return ", ".join(wrong + uncited)


def run(cases: Sequence[Case], folder: Path, index: Path) -> list[Score]:
    settings = Settings.load(index=str(index))
    began = time.perf_counter()
    indexed = sync([folder], settings=settings)
    print(
        f"indexed {indexed.articles} articles, {indexed.sentences} sentences in {time.perf_counter() - began:.1f} s",
        file=sys.stderr,
    )
    corpus = Corpus.open(index, settings=settings)
    try:
        return [score(case, corpus.ask(case.question, id=case.id), corpus.text) for case in cases]
    finally:
        corpus.close()


def choose(cases: Sequence[Case], *, tags: set[str], without: set[str], limit: int | None) -> list[Case]:
    chosen = [case for case in cases if (not tags or tags & set(case.tags)) and not without & set(case.tags)]
    return chosen[:limit]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("golden", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--tag", action="append", default=[], help="only cases with this tag; repeatable")
    parser.add_argument("--without", action="append", default=[], help="no cases with this tag; repeatable")
    parser.add_argument("--misses", action="store_true", help="list what went wrong")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the scores as JSON")
    parser.add_argument("--index", type=Path, help="keep the index here")
    arguments = parser.parse_args()
    cases = choose(
        read_cases(arguments.golden),
        tags=set(arguments.tag),
        without=set(arguments.without),
        limit=arguments.limit,
    )
    with tempfile.TemporaryDirectory() as scratch:
        scores = run(cases, arguments.folder, arguments.index or Path(scratch) / "index")
    print(report(scores, misses=arguments.misses))
    if arguments.json:
        summary = {name: list(counts) for name, counts in summarise(scores).items()}
        rows = [{**asdict(score), "missed": score.missed} for score in scores]
        arguments.json.write_text(
            json.dumps({"summary": summary, "scores": rows}, ensure_ascii=False, indent=1), encoding="utf-8"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
