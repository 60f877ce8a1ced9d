"""Figures of an evaluation as small, calm tables: what was measured, in plain words, and how sure it is.

Markup of ours around words of ours and names that are escaped.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from factcheck.evaluation.wording import (
    MetricWords,
    group,
    show_change,
    show_interval,
    show_p,
    show_rows,
    show_value,
)
from ui.components.plain import show_line

if TYPE_CHECKING:
    from factcheck.evaluation.records import Comparison, Difference, MetricResult

HEADLINES = (
    "right",
    "answer_correctness",
    "verdict_accuracy",
    "citation_recall_sentence",
    "quote_exactness",
    "wrong_abstention_rate",
    "abstention_recall",
    "false_supported_rate",
    "failure_rate",
    "latency_ms_p50",
    "cost_usd",
)
VERDICTS = {
    "better": "Better",
    "worse": "Worse",
    "same": "No clear difference",
    "unknown": "Cannot be compared",
}
INTERVAL = (
    "The interval says how far the figure may be off by chance: with other questions of the same kind,"
    " it would lie in there 19 times of 20."
)


def draw_headlines(results: Sequence[MetricResult], words: Mapping[str, MetricWords]) -> str:
    """Return the few figures to look at first, each with its meaning, as HTML."""
    by_name = {result.name: result for result in results}
    shown = [by_name[name] for name in HEADLINES if name in by_name and by_name[name].value is not None]
    # Nothing was spent and nothing failed: two lines that say nothing.
    shown = [each for each in shown if each.value or each.name not in {"cost_usd", "failure_rate"}]
    return draw_measures(shown, words, "Main figures", lead="right")


def draw_all(results: Sequence[MetricResult], words: Mapping[str, MetricWords]) -> str:
    """Return every figure under its heading, as HTML."""
    known = group([result for result in results if result.value is not None])
    return "".join(
        f'<h3 class="fc-group">{html.escape(title)}</h3>{draw_measures(found, words, title, counts=True)}'
        for title, found in known.items()
    )


def draw_measures(
    results: Sequence[MetricResult],
    words: Mapping[str, MetricWords],
    caption: str,
    *,
    lead: str = "",
    counts: bool = False,
) -> str:
    """Return figures as an HTML table.

    Args:
        results: The figures.
        words: What they mean, by name.
        caption: Of the table, for screen readers.
        lead: Name of the figure to set larger, or "".
        counts: Whether to say how many rows each rests on.
    """
    rows = []
    for result in results:
        said = words.get(result.name, MetricWords(result.name.replace("_", " "), ""))
        count = f'<td class="num soft">{html.escape(show_rows(result))}</td>' if counts else ""
        rows.append(
            f'<tr class="{"lead" if result.name == lead else ""}"><th scope="row">{html.escape(said.title)}'
            f"<small>{html.escape(said.meaning)}</small></th>"
            f'<td class="num value">{html.escape(_show(result.name, result.value))}</td>'
            f'<td class="range">{_draw_range(result)}<span>{html.escape(_show_range(result))}</span></td>{count}</tr>'
        )
    more = '<th scope="col" class="num">Rows</th>' if counts else ""
    return (
        f'<table class="fc-figures"><caption>{html.escape(caption)}</caption><thead><tr><th scope="col">Measure</th>'
        f'<th scope="col" class="num">Value</th><th scope="col">95 % interval</th>{more}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def draw_differences(comparison: Comparison, words: Mapping[str, MetricWords]) -> str:
    """Return how each figure differs between two runs, what changed first, as an HTML table."""
    order = list(VERDICTS)
    known = [each for each in comparison.differences if each.change is not None]
    ranked = sorted(known, key=lambda each: {"worse": 0, "better": 1}.get(each.verdict, order.index(each.verdict)))
    rows = "".join(_draw_difference(each, words) for each in ranked)
    columns = ("Measure", "Before", "Now", "Change", "95 % interval", "p", "Says")
    head = "".join(
        f'<th scope="col" class="{"num" if 0 < at < 6 else ""}">{each}</th>' for at, each in enumerate(columns)
    )
    return (
        '<table class="fc-figures differences"><caption>Differences between the runs</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _draw_difference(each: Difference, words: Mapping[str, MetricWords]) -> str:
    said = words.get(each.name, MetricWords(each.name.replace("_", " "), ""))
    cells = (
        show_value(each.name, each.before),
        show_value(each.name, each.after),
        show_change(each.name, each.change),
        show_interval(each),
        show_p(each.p),
    )
    return (
        f'<tr class="{each.verdict}"><th scope="row" title="{html.escape(said.meaning, quote=True)}">'
        f"{html.escape(said.title)}</th>"
        + "".join(f'<td class="num">{html.escape(cell)}</td>' for cell in cells)
        + f'<td class="verdict">{VERDICTS[each.verdict]}</td></tr>'
    )


def draw_list(lines: Sequence[str]) -> str:
    """Return lines of foreign words as an HTML list."""
    return f'<ul class="fc-lines">{"".join(f"<li>{html.escape(show_line(line))}</li>" for line in lines)}</ul>'


def _is_share(name: str) -> bool:
    return not name.startswith(("latency", "tokens", "cost"))


def _show(name: str, value: float | None) -> str:
    """Return a share in per cent, as people say it, and anything else with its unit."""
    if value is None or not _is_share(name) or not 0 <= value <= 1:
        return show_value(name, value)
    return f"{100 * value:.0f} %" if value in (0, 1) else f"{100 * value:.1f} %"


def _show_range(result: MetricResult) -> str:
    if result.low is None or result.high is None:
        return ""
    if not _is_share(result.name):
        return show_interval(result)
    return f"{100 * result.low:.0f} to {100 * result.high:.0f} %"


def _draw_range(result: MetricResult) -> str:
    """Return a line from the lower to the upper end with a dot at the value; decoration, the words stand beside."""
    ends = (result.low, result.value, result.high)
    if not _is_share(result.name) or any(each is None or not 0 <= each <= 1 for each in ends):
        return ""
    low, value, high = (100 * (each or 0.0) for each in ends)
    return (
        f'<i class="track" aria-hidden="true"><i class="line" style="left:{low:.1f}%;width:{high - low:.1f}%"></i>'
        f'<i class="dot" style="left:{value:.1f}%"></i></i>'
    )
