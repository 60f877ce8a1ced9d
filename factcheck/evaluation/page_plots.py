"""The plots of the page, drawn as SVG when it is made, so that it needs no script of others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from factcheck.evaluation import charts
from factcheck.evaluation.records import Comparison, Evaluation
from factcheck.evaluation.wording import MetricWords, group, show_value
from factcheck.presentation.display import displayable

if TYPE_CHECKING:
    from altair import LayerChart


@dataclass(frozen=True, slots=True)
class Plot:
    """A chart drawn as SVG, its title and what it shows in words."""

    title: str
    caption: str
    svg: str


def draw(evaluation: Evaluation, comparison: Comparison | None, metrics: Mapping[str, MetricWords]) -> Iterator[Plot]:
    """Yield every plot that the run has points for.

    Args:
        evaluation: The run.
        comparison: With its baseline, or None.
        metrics: Titles by name.
    """
    titles = {name: words.title for name, words in metrics.items()}
    in_order = [result for results in group(evaluation.results).values() for result in results]
    diamond = " The diamond is the baseline." if comparison else ""
    curves, figures = evaluation.curves, {result.name: result for result in evaluation.results}
    aurc = show_value("aurc", figures["aurc"].value) if "aurc" in figures else ""
    area = f" The area below, {aurc}, is small where the engine knows when it is wrong." if aurc else ""
    drawn: list[tuple[str, str, LayerChart | None]] = [
        (
            "All shares",
            f"Each with its 95 % interval.{diamond}",
            charts.plot_intervals(in_order, comparison, titles),
        ),
        ("Misses by stage", "How many rows each stage lost.", charts.plot_misses(evaluation.misses)),
        (
            "Risk and coverage",
            f"If only the surest answers were given: how many of these would be wrong.{area}",
            charts.plot_risk_coverage(curves.get("risk_coverage", ())),
        ),
        *(
            (
                f"Expected and given: {displayable(name).replace('_', ' ')}",
                "Number of rows.",
                charts.plot_confusion(table),
            )
            for name, table in evaluation.confusion.items()
        ),
        (
            "Right, by tag",
            "With its 95 % interval and number of rows, worst first.",
            charts.plot_tags(evaluation.by_tag),
        ),
        (
            "Time",
            "Share of the rows that took at most so long; the dashed lines are half of them and 95 %.",
            charts.plot_latency(curves.get("latency_ms", ())),
        ),
    ]
    for number, (title, caption, chart) in enumerate(drawn):
        if chart is not None:
            yield Plot(title, caption, charts.to_svg(chart, f"plot{number}"))
