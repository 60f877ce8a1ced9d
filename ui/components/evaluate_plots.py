"""The plots of an evaluation in the colours of the page, each with its figures as a table."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ui.components.plain import show_line

if TYPE_CHECKING:
    from factcheck.evaluation.records import Evaluation, MetricResult

MOST_POINTS = 12


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot and what it says.

    Attributes:
        title: Above it.
        meaning: One sentence on how to read it.
        spec: The chart in Vega-Lite's form, in the colours of the page.
        columns: Of the table that says the same.
        rows: Of that table.
    """

    title: str
    meaning: str
    spec: Mapping[str, Any]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def list_plots(evaluation: Evaluation, *, dark: bool) -> list[Plot]:
    """Return the plots that there is something to show in.

    Args:
        evaluation: The run.
        dark: Whether the page is.
    """
    return [
        Plot(title, meaning, _color(chart.to_dict(), dark=dark), columns, tuple(rows))
        for title, meaning, chart, columns, rows in _draw(evaluation)
        if chart is not None
    ]


def draw_table(plot: Plot) -> str:
    """Return the figures of a plot as an HTML table."""
    head = "".join(
        f'<th scope="col" class="{"num" if at else ""}">{html.escape(each)}</th>'
        for at, each in enumerate(plot.columns)
    )
    body = "".join(
        f'<tr><th scope="row">{html.escape(name)}</th>'
        + "".join(f'<td class="num">{html.escape(cell)}</td>' for cell in cells)
        + "</tr>"
        for name, *cells in plot.rows
    )
    return (
        f'<table class="fc-figures"><caption>{html.escape(plot.title)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _draw(evaluation: Evaluation) -> Iterator[tuple[str, str, Any, tuple[str, ...], list[tuple[str, ...]]]]:
    from factcheck.evaluation import charts

    risk, latency = (evaluation.curves.get(name, ()) for name in ("risk_coverage", "latency_ms"))
    yield (
        "Right by tag",
        "How many rows of each kind are right; the line is the 95 % interval.",
        charts.plot_tags(evaluation.by_tag),
        ("Tag", "Right", "Rows"),
        _list_tags(evaluation.by_tag),
    )
    yield (
        "Is it unsure where it is wrong?",
        "The surest answers are on the left. Where the line stays low and rises late, what is sure is right.",
        charts.plot_risk_coverage(risk),
        ("Share answered", "Share of these wrong"),
        [(f"{100 * x:.0f} %", f"{100 * y:.1f} %") for x, y in _thin(risk)],
    )
    for name, table in evaluation.confusion.items():
        given = list(dict.fromkeys([*table, *(each for row in table.values() for each in row)]))
        yield (
            "Verdicts: expected and given" if name == "verdict" else "Questions: expected and given",
            "Rows are what was expected, columns what was given; what is off the diagonal went wrong.",
            charts.plot_confusion(table),
            ("Expected", *(_words(each) for each in given)),
            [(_words(row), *(f"{counts.get(each, 0):,}" for each in given)) for row, counts in table.items()],
        )
    yield (
        "How long rows took",
        "The share of rows that were done within a time; the dashed lines are one half and 95 of 100.",
        charts.plot_latency(latency),
        ("Share of rows", "Milliseconds at most"),
        [(f"{100 * share:.0f} %", f"{ms:,.0f}") for share, ms in _thin(latency)],
    )


def _list_tags(by_tag: Mapping[str, Sequence[MetricResult]]) -> list[tuple[str, ...]]:
    found = [(tag, each) for tag, results in by_tag.items() for each in results if each.name == "right"]
    return [
        (show_line(tag), f"{100 * each.value:.0f} %", f"{each.scored:,}")
        for tag, each in sorted(found, key=lambda pair: pair[1].value or 0.0)
        if each.value is not None
    ]


def _color(spec: Mapping[str, Any], *, dark: bool) -> dict[str, Any]:
    """Return a chart in the colours of the page, which gives it its width and its margins."""
    from factcheck.evaluation.charts import PALETTE

    written = json.dumps({name: value for name, value in spec.items() if name not in {"width", "autosize", "padding"}})
    for light, night in PALETTE.values() if dark else ():
        written = written.replace(f'"{light}"', f'"{night}"')
    found: dict[str, Any] = json.loads(written)
    return found


def _thin(points: Sequence[tuple[float, float]]) -> Sequence[tuple[float, float]]:
    step = max(1, -(-len(points) // MOST_POINTS))
    return [*points[:-1:step], *points[-1:]] if points else ()


def _words(name: str) -> str:
    return show_line(name.replace("_", " "))
