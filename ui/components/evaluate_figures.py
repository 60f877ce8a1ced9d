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
from factcheck.presentation.text import plural
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
# The library's words are for those who evaluate for a living.
PLAIN = {
    "right": "All in all: the right answer with a sentence that shows it, the right verdict, or no answer where the"
    " articles have none.",
    "answer_correctness": "Of the questions that the articles answer: the answer names everything that was asked for.",
    "verdict_accuracy": "Of the claims: supported, refuted, differing or not in the articles, as it should be.",
    "citation_recall_sentence": "Of the sentences that show the right answer: they were cited.",
    "quote_exactness": "Of the quotes: letter for letter what stands in the article. Anything below 100 % is a fault.",
    "wrong_abstention_rate": "Of the questions that the articles answer: no answer was given. Lower is better.",
    "abstention_recall": "Of the questions that the articles do not answer: none was given, as it should be.",
    "false_supported_rate": "Of the claims that the articles do not support: called supported. Lower is better.",
    "failure_rate": "Something broke and there is no result. These count neither as right nor as wrong.",
    "latency_ms_p50": "Half of the rows were done within this time.",
    "cost_usd": "For one row, on average.",
}
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
    plain = {name: MetricWords(said.title, PLAIN.get(name, said.meaning)) for name, said in words.items()}
    return draw_measures(shown, plain, "Main figures", lead="right")


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
            f'<td class="num value">{html.escape(_show(result.name, result.value))}'
            f'<small class="also">{html.escape(_show_range(result))}</small></td>'
            f'<td class="range">{_draw_range(result)}<span>{html.escape(_show_range(result))}</span></td>{count}</tr>'
        )
    more = '<th scope="col" class="num">Rows</th>' if counts else ""
    return (
        f'<table class="fc-figures"><caption>{html.escape(caption)}</caption><thead><tr><th scope="col">Measure</th>'
        f'<th scope="col" class="num">Value</th><th scope="col">95 % interval</th>{more}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def describe_change(comparison: Comparison) -> list[str]:
    """Say in plain sentences whether a run is better than an earlier one."""
    right = next((each for each in comparison.differences if each.name == "right"), None)
    if right is None or right.before is None or right.after is None:
        lines = ["These runs cannot be compared: no row of both was judged by the same right answer."]
    else:
        lead = {"better": "Better", "worse": "Worse"}.get(right.verdict, "No clear difference")
        chance = " That may be chance." if lead == "No clear difference" and right.change else ""
        before, after = _show("right", right.before), _show("right", right.after)
        lines = [f"{lead}: {before} right before, {after} now, on {plural(right.rows, 'row')} of both.{chance}"]
    judged = [flip for flip in comparison.flips if not flip.failed]
    gained = sum(flip.after for flip in judged)
    if judged:
        lines.append(f"{plural(gained, 'row')} went from wrong to right, {len(judged) - gained:,} from right to wrong.")
    failed = len(comparison.flips) - len(judged)
    if failed:
        lines.append(f"{plural(failed, 'row')} that one run has right failed in the other: nothing is known of these.")
    return lines


def split_differences(comparison: Comparison) -> tuple[list[Difference], list[Difference]]:
    """Return the figures that differ beyond chance, worse ones first, and the others; always with the main one."""
    known = [each for each in comparison.differences if each.change is not None and (each.before or each.after)]
    clear = [each for each in known if each.verdict in {"better", "worse"} or each.name == "right"]
    clear.sort(key=lambda each: (each.name != "right", each.verdict != "worse"))
    return clear, [each for each in known if each not in clear]


def draw_differences(differences: Sequence[Difference], words: Mapping[str, MetricWords]) -> str:
    """Return how figures differ between two runs as an HTML table."""
    rows = "".join(_draw_difference(each, words) for each in differences)
    columns = ("Measure", "Says", "Before", "Now", "Change", "95 % interval", "p")
    head = "".join(f'<th scope="col" class="{"num" if at > 1 else ""}">{each}</th>' for at, each in enumerate(columns))
    return (
        '<table class="fc-figures differences"><caption>Differences between the runs</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _draw_difference(each: Difference, words: Mapping[str, MetricWords]) -> str:
    said = words.get(each.name, MetricWords(each.name.replace("_", " "), ""))
    share = _is_share(each.name)
    interval = "" if each.low is None or each.high is None else f"{_points(each.low)} to {_points(each.high)}"
    cells = (
        _show(each.name, each.before),
        _show(each.name, each.after),
        _points(each.change or 0.0) if share else show_change(each.name, each.change),
        interval if share else show_interval(each),
        show_p(each.p),
    )
    return (
        f'<tr class="{each.verdict}"><th scope="row" title="{html.escape(said.meaning, quote=True)}">'
        f"{html.escape(said.title)}</th>"
        f'<td class="verdict">{VERDICTS[each.verdict]}</td>'
        + "".join(f'<td class="num">{html.escape(cell)}</td>' for cell in cells)
        + "</tr>"
    )


def _points(share: float) -> str:
    """Return a change of a share in points of a hundred, with its sign."""
    size = f"{100 * abs(share):.1f}"
    return size if size == "0.0" else f"{'−' if share < 0 else '+'}{size}"


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
