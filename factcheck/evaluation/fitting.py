"""Say what is in a golden set and whether the index holds what it cites, before anything is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from factcheck.evaluation.golden import GoldenSet, Problem, check_quotes


@dataclass(frozen=True, slots=True)
class Fit:
    """A golden set beside an index.

    Attributes:
        name: Of its file.
        questions: Number of its questions.
        claims: Number of its claims.
        tags: Number of cases by tag, the commonest first.
        files: Number of files that it cites.
        missing: Those of them that are not indexed.
        problems: Quotes that are not in their files.
    """

    name: str
    questions: int
    claims: int
    tags: Mapping[str, int]
    files: int
    missing: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def holds(self) -> bool:
        """Whether the index holds all that the set cites."""
        return not self.missing and not self.problems


def measure_fit(golden: GoldenSet, text_of: Callable[[str], str | None], files: Sequence[str] = ()) -> Fit:
    """Hold a golden set against an index.

    Args:
        golden: The set.
        text_of: An article's text, or None where it is not indexed.
        files: All indexed files, to name the nearest to one that is missing.
    """
    cited = dict.fromkeys(gold.file for case in golden.cases for gold in case.citations)
    texts = {file: text_of(file) for file in cited}
    missing = tuple(file for file, text in texts.items() if text is None)
    claims = sum(case.kind == "claim" for case in golden.cases)
    return Fit(
        name=golden.name,
        questions=len(golden.cases) - claims,
        claims=claims,
        tags=dict(Counter(tag for case in golden.cases for tag in case.tags).most_common()),
        files=len(cited),
        missing=missing,
        # Where files are missing their quotes are too, and to say so of each would say nothing.
        problems=() if missing else check_quotes(golden, texts.get, files),
    )
