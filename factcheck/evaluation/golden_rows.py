"""One line of a golden set as it is written: which fields it may have, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from factcheck.evaluation.records import GoldCitation, GoldenCase

# Tags that say what the short answer must not hold.
FORBIDDEN = "not:"

Text = Annotated[str, Field(pattern=r"\S")]
Verdict = Literal["supported", "refuted", "conflicting", "not_enough_evidence"]

_STRICT = ConfigDict(extra="forbid", strict=True, frozen=True)
_WORDS = {
    "missing": "is missing",
    "string_type": "must be text",
    "string_pattern_mismatch": "is empty",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "model_type": "must be an object",
    "int_type": "must be a whole number",
    "too_short": "is empty",
    "greater_than_equal": "must be 1 or more",
}


class CitationRow(BaseModel):
    """A citation of a golden line."""

    model_config = _STRICT

    file: Text
    quote: Text
    all: bool = False
    speaker: Text | None = None


class GoldenRow(BaseModel):
    """A golden line."""

    model_config = _STRICT

    id: Text
    question: Text | None = None
    claim: Text | None = None
    answers: list[Annotated[list[Text], Field(min_length=1)]] = []
    citations: list[CitationRow] = []
    answerable: bool | None = None
    verdict: Verdict | None = None
    attributed_only: bool | None = None
    all: bool = False
    origins: Annotated[int, Field(ge=1)] | None = None
    tags: list[Text] = []

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Yield each field that does not fit the others, and why."""
        if (self.question is None) == (self.claim is None):
            both = self.question is not None
            yield "question", "stands beside a claim; a line has one of them" if both else "or claim is missing"
        elif self.claim is not None:
            yield from self._contradictions_of_claim()
        else:
            yield from self._contradictions_of_question()

    def _contradictions_of_question(self) -> Iterator[tuple[str, str]]:
        for name in ("verdict", "attributed_only"):
            if getattr(self, name) is not None:
                yield name, "belongs to claims"
        if self.answerable is None:
            yield "answerable", "is missing"
        elif self.answerable and not self.answers:
            yield "answers", "is empty, yet the question is answerable"
        elif not self.answerable:
            for name in ("answers", "citations"):
                if getattr(self, name):
                    yield name, "must be empty where the question is not answerable"

    def _contradictions_of_claim(self) -> Iterator[tuple[str, str]]:
        if self.answers:
            yield "answers", "belongs to questions"
        if self.answerable is not None:
            yield "answerable", "belongs to questions"
        if self.verdict is None:
            yield "verdict", "is missing"

    def case(self, line: int) -> GoldenCase:
        """Return the line as a case."""
        return GoldenCase(
            id=self.id,
            line=line,
            question=self.question,
            claim=self.claim,
            answers=tuple(tuple(group) for group in self.answers),
            forbidden=tuple(tag.removeprefix(FORBIDDEN) for tag in self.tags if tag.startswith(FORBIDDEN)),
            citations=tuple(
                GoldCitation(item.file, item.quote, self.all or item.all, item.speaker) for item in self.citations
            ),
            answerable=self.answerable,
            verdict=self.verdict,
            attributed_only=self.attributed_only,
            origins=self.origins,
            tags=tuple(tag for tag in self.tags if not tag.startswith(FORBIDDEN)),
        )


def read_row(value: Mapping[str, Any], line: int) -> tuple[GoldenCase | None, list[tuple[str, str]]]:
    """Return a line as a case, or all that is wrong with it as (field, what)."""
    try:
        row = GoldenRow.model_validate(value)
    except ValidationError as error:
        return None, [_say(found) for found in error.errors(include_url=False, include_input=True)]
    wrong = list(row.contradictions())
    return (None if wrong else row.case(line)), wrong


def _say(error: Any) -> tuple[str, str]:
    """Return the field of an error and what is wrong, in plain words."""
    place = error["loc"]
    field = ".".join(str(part + 1) if isinstance(part, int) else part for part in place)
    kind = error["type"]
    if kind == "extra_forbidden":
        known = (CitationRow if place[0] == "citations" else GoldenRow).model_fields
        near = get_close_matches(str(place[-1]), known, n=1)
        return field, "is no field of a golden set" + (f"; did you mean {near[0]}?" if near else "")
    if kind == "literal_error":
        return field, f"is {error['input']!r}, not one of {', '.join(Verdict.__args__)}"  # type: ignore[attr-defined]
    return field, _WORDS.get(kind, error["msg"])
