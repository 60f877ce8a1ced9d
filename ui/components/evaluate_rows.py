"""The rows of an evaluation as a table: built once for a run, filtered at every click."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from factcheck.evaluation.wording import judge_row
from ui.components.plain import show_line

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

    from factcheck.evaluation.records import Flip, GoldenCase, RowScore

SHOWN = ("Result", "Question or claim", "Right answer", "Given", "Lost at", "Tags", "Time (ms)")
LONGEST = 160
RESULTS = ("All", "Right", "Wrong", "Abstained", "Failed")
VERDICTS = {
    "supported": "Supported",
    "refuted": "Refuted",
    "conflicting": "The articles differ",
    "not_enough_evidence": "Not in the articles",
}
# Where an answer was lost, and what that means, for people who do not evaluate for a living.
STAGES = {
    "not_indexed": ("Not in the index", "No sentence of the index holds the right answer."),
    "not_retrieved": ("Not found", "The right sentence is in the index, and the search did not find it."),
    "ranked_low": ("Found too far down", "The search found the right sentence, too far down to be read closely."),
    "read_wrong": ("Misread", "The right sentence was read, and something else was answered."),
    "cited_wrong": ("Wrong sentence cited", "The answer is right, and rests on another sentence."),
    "abstained_wrong": ("Held back", "The right sentence was read, and no answer was given."),
    "answered_wrong": ("Answered all the same", "The articles do not say, and an answer was given."),
    "judged_wrong": ("Wrong verdict", "The evidence was found, and the verdict is another."),
    "failed": ("Failed", "Something broke; this says nothing about the answer."),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """Which rows are shown; empty ones let everything through.

    Attributes:
        result: One of `RESULTS`.
        tag: Of the case.
        stage: Where the answer was lost.
        words: Found in question, right answer or what was given.
    """

    result: str = "All"
    tag: str = ""
    stage: str = ""
    words: str = ""


def build_table(rows: Sequence[RowScore], cases: Mapping[str, GoldenCase], given: Iterable[str]) -> pd.DataFrame:
    """Return the rows with what is shown of them, and with what they are filtered by in columns that begin with "_".

    Args:
        rows: Of the run.
        cases: What is right, by id.
        given: What was answered, in one line each, in the order of the rows.
    """
    import pandas as pd

    columns: dict[str, list[Any]] = {name: [] for name in (*SHOWN, "_id", "_kind", "_stage", "_tags", "_words")}
    for row, answer in zip(rows, given, strict=True):
        stage = row.miss.stage if row.miss else ""
        asked, answer, right = show_line(row.asked), show_line(answer), describe_right(cases.get(row.id))
        shown = (name_result(row), _cut(asked), _cut(right), _cut(answer), name_stage(stage))
        for name, value in zip(SHOWN, (*shown, ", ".join(map(show_line, row.tags)), _read_time(row)), strict=True):
            columns[name].append(value)
        columns["_id"].append(row.id)
        columns["_kind"].append(_name_kinds(row))
        columns["_stage"].append(stage)
        columns["_tags"].append("\n".join(["", *row.tags, ""]))
        columns["_words"].append(f"{asked}\n{right}\n{answer}\n{row.id}".casefold())
    return pd.DataFrame(columns)


def filter_table(table: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    """Return the rows that pass all filters."""
    found = table
    if filters.result != "All":
        found = found[found["_kind"].str.contains(f"|{filters.result}|", regex=False)]
    if filters.stage:
        found = found[found["_stage"] == filters.stage]
    if filters.tag:
        found = found[found["_tags"].str.contains(f"\n{filters.tag}\n", regex=False)]
    for word in filters.words.casefold().split():
        found = found[found["_words"].str.contains(word, regex=False)]
    return found


def build_flips(table: pd.DataFrame, flips: Sequence[Flip], given_before: Mapping[str, str]) -> pd.DataFrame:
    """Return the rows that two runs differ in, those that got worse first.

    Args:
        table: Of the later run.
        flips: In their order.
        given_before: What the earlier run answered, by id.
    """
    import pandas as pd

    by_id = table.set_index("_id", drop=False)
    known = [flip for flip in flips if flip.id in by_id.index]
    return pd.DataFrame(
        {
            "Change": ["Failed in one" if flip.failed else "Better" if flip.after else "Worse" for flip in known],
            "Question or claim": [by_id.loc[flip.id, "Question or claim"] for flip in known],
            "Right answer": [by_id.loc[flip.id, "Right answer"] for flip in known],
            "Before": [given_before.get(flip.id, "") for flip in known],
            "Now": [by_id.loc[flip.id, "Given"] for flip in known],
            "Why": [show_line(flip.explanation) for flip in known],
            "_id": [flip.id for flip in known],
        }
    )


def name_stage(stage: str) -> str:
    """Return where an answer was lost in words, "" where it was not."""
    return STAGES[stage][0] if stage in STAGES else show_line(stage.replace("_", " "))


def explain_stage(stage: str) -> str:
    """Return what it means to be lost there, in a sentence."""
    return STAGES[stage][1] if stage in STAGES else ""


def describe_right(case: GoldenCase | None) -> str:
    """Return in one line what is right."""
    if case is None:
        return ""
    if case.kind == "claim":
        return VERDICTS.get(case.verdict or "", show_line(case.verdict or ""))
    if not case.answerable:
        return "The articles do not say"
    return show_line("; ".join(group[0] for group in case.answers))


def name_result(row: RowScore) -> str:
    """Return what a row came to; right, wrong and failed never look alike, and an abstention says so."""
    judged = judge_row(row)
    if judged == "failed":
        return "Failed"
    word = {"right": "Right", "wrong": "Wrong", "unscored": "Not judged"}[judged]
    return f"{word}, no answer" if row.outcome == "abstained" else word


def count_results(table: pd.DataFrame) -> dict[str, int]:
    """Return how many rows each filter of results shows."""
    counts = {name: int(table["_kind"].str.contains(f"|{name}|", regex=False).sum()) for name in RESULTS[1:]}
    return {"All": len(table), **counts}


def _name_kinds(row: RowScore) -> str:
    kinds = [judge_row(row).capitalize()] + (["Abstained"] if row.outcome == "abstained" else [])
    return f"|{'|'.join(kinds)}|"


def _read_time(row: RowScore) -> float | None:
    value = row.values.get("latency_ms_p50")
    return None if value is None else round(value)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
