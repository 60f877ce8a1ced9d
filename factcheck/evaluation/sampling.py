"""Choose the cases of a run, and check that the index holds what they cite."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from factcheck.errors import UsageError
from factcheck.evaluation.golden import GoldenError, GoldenSet, check_quotes
from factcheck.evaluation.records import GoldenCase
from factcheck.evaluation.scoring import Articles
from factcheck.presentation.text import plural

MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """Which cases of a golden set are asked.

    Attributes:
        only: Tags of which a case must have one; () takes all.
        without: Tags of which it may have none.
        limit: Most cases, drawn at random, or None for all.
        seed: Of the draw, and of all resampling.
    """

    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    limit: int | None = None
    seed: int = 0


def choose_cases(cases: Sequence[GoldenCase], sample: Sample) -> tuple[GoldenCase, ...]:
    """Return the cases of a sample, in the order of the golden set.

    Raises:
        UsageError: There is none.
    """
    only, without = set(sample.only), set(sample.without)
    known = {tag for case in cases for tag in case.tags}
    hint = f"Tags: {', '.join(sorted(known)) or 'none'}."
    if unknown := sorted((only | without) - known):
        raise UsageError(f"no case has the tag {' or '.join(unknown)}", hint=hint)
    tagged = [case for case in cases if (not only or only & set(case.tags)) and not without & set(case.tags)]
    if not tagged:
        raise UsageError("--only and --without leave no case", hint=hint)
    if sample.limit is None or sample.limit >= len(tagged):
        return tuple(tagged)
    drawn = random.Random(sample.seed).sample(range(len(tagged)), sample.limit)
    return tuple(tagged[place] for place in sorted(drawn))


def check_fit(golden: GoldenSet, articles: Articles, index: str) -> None:
    """Check that the index holds what the golden set cites.

    Raises:
        UsageError: Files are not indexed, or quotes are not in their articles; all quotes are named.
    """
    cited = dict.fromkeys(gold.file for case in golden.cases for gold in case.citations)
    missing = [file for file in cited if articles.text(file) is None]
    if missing:
        names = ", ".join(missing[:MOST_NAMED]) + (", …" if len(missing) > MOST_NAMED else "")
        raise UsageError(
            f"{golden.name} cites {plural(len(missing), 'file')} that the index {index} does not hold: {names}",
            hint="Index the folder first: factcheck index FOLDER; with --index DIR, give the same to eval.",
        )
    problems = check_quotes(golden, articles.text)
    if problems:
        raise GoldenError(golden.name, problems)
