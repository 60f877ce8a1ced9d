"""An evaluation on the terminal: figures under headings, what got better or worse, where rows were lost."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from factcheck.evaluation.records import Comparison, Difference, Evaluation, MetricResult, Requirement
from factcheck.evaluation.wording import (
    describe_comparison,
    describe_counts,
    describe_engine,
    describe_requirement,
    describe_uncompared,
    explain_stage,
    group,
    list_worst_tags,
    name_stage,
    show_change,
    show_interval,
    show_p,
    show_rows,
    show_value,
)
from factcheck.presentation.display import displayable

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

PLAIN_WIDTH = 100
MOST_FLIPS = 10
ARROWS = {"better": "▲", "worse": "▼", "same": "=", "unknown": "?"}
STYLES = {"better": "green", "worse": "red", "same": "dim", "unknown": "dim"}


def to_terminal(
    evaluation: Evaluation,
    comparison: Comparison | None = None,
    requirements: Sequence[Requirement] = (),
    *,
    width: int | None = None,
    color: bool = False,
) -> str:
    """Return the report as text for people.

    Args:
        evaluation: The run.
        comparison: With its baseline, or None.
        requirements: What the run had to reach.
        width: Columns of the terminal; None where there is none.
        color: Whether to use terminal colours.
    """
    from rich.console import Console  # rich costs 0.1 s

    stream = io.StringIO()
    console = Console(
        file=stream,
        width=width or PLAIN_WIDTH,
        force_terminal=color,
        color_system="standard" if color else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    for part in _list_parts(evaluation, comparison, requirements):
        console.print(part)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())


def _list_parts(
    evaluation: Evaluation, comparison: Comparison | None, requirements: Sequence[Requirement]
) -> Iterator[RenderableType]:
    from rich.text import Text

    engine = describe_engine(evaluation.provenance)
    yield Text(displayable(evaluation.name) + (f", {engine} engine" if engine else ""), style="bold")
    yield Text(describe_counts(evaluation))
    if comparison is not None:
        yield Text(describe_comparison(comparison), style=STYLES[_judge(comparison)])
        if comparison.changed:
            yield Text("What else differs: " + displayable("; ".join(comparison.changed)), style="dim")
        if uncompared := describe_uncompared(comparison):
            yield Text(uncompared, style="dim")
    yield Text()
    yield _make_metric_table(evaluation, comparison)
    yield from _name_unavailable(evaluation)
    yield from _list_misses(evaluation)
    yield from _list_tags(evaluation)
    if comparison is not None:
        yield from _list_flips(comparison)
    yield from _list_requirements(evaluation, requirements)


def _judge(comparison: Comparison) -> str:
    return next((each.verdict for each in comparison.differences if each.name == "right"), "unknown")


def _make_table(*columns: tuple[str, str]) -> Table:
    """Return an empty table; each column has a heading and is set "left" or "right"."""
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_edge=False, header_style="dim")
    for heading, side in columns:
        table.add_column(heading, justify="right" if side == "right" else "left", overflow="fold")
    return table


def _make_metric_table(evaluation: Evaluation, comparison: Comparison | None) -> Table:
    from rich.text import Text

    columns = [("", "left"), ("value", "right"), ("95 % interval", "left"), ("rows*", "right")]
    columns += [("change", "left"), ("p", "left")] if comparison else []
    changes = {each.name: each for each in comparison.differences} if comparison else {}
    table = _make_table(*columns)
    table.padding = (0, 1, 0, 0)  # it just fits 80 columns
    for title, results in group([result for result in evaluation.results if result.value is not None]).items():
        table.add_row(Text(title, style="bold"))
        for result in results:
            table.add_row(*_list_cells(result), *(_list_change(changes.get(result.name)) if comparison else ()))
    table.caption = "* rows with a value / without / failed"
    table.caption_justify = "left"
    return table


def _list_cells(result: MetricResult) -> tuple[str, ...]:
    """Return name, value, interval and rows, as short as 80 columns with a comparison need them."""
    rows = show_rows(result).replace(" ", "").replace(",", "")
    return result.name, show_value(result.name, result.value), _without_unit(show_interval(result)), rows


def _without_unit(shown: str) -> str:
    """Return a figure whose unit stands beside it already."""
    return shown.removesuffix(" ms").replace("$", "")


def _list_change(difference: Difference | None) -> tuple[RenderableType, ...]:
    from rich.text import Text

    if difference is None or difference.change is None:
        return (Text(""), Text(""))
    shown = f"{ARROWS[difference.verdict]} {_without_unit(show_change(difference.name, difference.change))}"
    style = STYLES[difference.verdict]
    return Text(shown, style=style), Text(show_p(difference.p).replace("0.", ".").replace(" ", ""), style=style)


def _name_unavailable(evaluation: Evaluation) -> Iterator[RenderableType]:
    from rich.text import Text

    names = [result.name for result in evaluation.results if result.value is None]
    if names:
        yield Text(f"Without a value, no row has one: {', '.join(names)}", style="dim")


def _list_misses(evaluation: Evaluation) -> Iterator[RenderableType]:
    from rich.text import Text

    found = [(stage, count) for stage, count in evaluation.misses.items() if count]
    if not found:
        return
    yield Text("\nWhere rows were lost", style="bold")
    table = _make_table(("", "right"), ("", "left"), ("", "left"))
    table.show_header = False
    for stage, count in found:
        table.add_row(f"{count:,}", name_stage(stage), Text(explain_stage(stage), style="dim"))
    yield table


def _list_tags(evaluation: Evaluation) -> Iterator[RenderableType]:
    from rich.text import Text

    found = list_worst_tags(evaluation)
    if not found:
        return
    yield Text("\nWorst tags", style="bold")
    table = _make_table(("", "left"), ("right", "right"), ("95 % interval", "left"), ("rows*", "right"))
    for tag, result in found:
        table.add_row(displayable(tag), *_list_cells(result)[1:])
    yield table


def _list_flips(comparison: Comparison) -> Iterator[RenderableType]:
    from rich.text import Text

    if not comparison.flips:
        return
    yield Text("\nRows that changed", style="bold")
    for flip in comparison.flips[:MOST_FLIPS]:
        verdict = "better" if flip.after else "worse"
        line = f"{ARROWS[verdict]} {displayable(flip.id)}: {displayable(flip.explanation)}"
        yield Text(line, style=STYLES[verdict])
    if len(comparison.flips) > MOST_FLIPS:
        yield Text(f"and {len(comparison.flips) - MOST_FLIPS:,} more, in the page", style="dim")


def _list_requirements(evaluation: Evaluation, requirements: Sequence[Requirement]) -> Iterator[RenderableType]:
    from rich.text import Text

    if not requirements:
        return
    directions = {result.name: result.direction for result in evaluation.results}
    yield Text("\nRequired", style="bold")
    for each in requirements:
        words = f"{'met' if each.met else 'missed':<6} {describe_requirement(each, directions)}"
        yield Text(words, style="green" if each.met else "bold red")
