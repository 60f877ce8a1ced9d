"""Plots of an evaluation, as Altair charts; the page inlines them as SVG, the app shows them as they are.

Every chart is None where there is nothing to plot. Colours are of one small palette, so that a page can
give each its counterpart on a dark ground; nothing is told by colour alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from factcheck.evaluation.records import Comparison, MetricResult
from factcheck.evaluation.wording import HEADLINE, name_stage, show_in_xml, show_value

if TYPE_CHECKING:
    import altair as alt

Points = Sequence[tuple[float, float]]

# Name → colour on white and on a dark ground. Text colours meet AA on both.
PALETTE: Mapping[str, tuple[str, str]] = {
    "ink": ("#22272b", "#e6e8ea"),
    "soft": ("#5b6167", "#a9b0b5"),
    "rule": ("#dcdfe2", "#343b41"),
    "accent": ("#0b5e6b", "#7fd0da"),
    "baseline": ("#8a4b00", "#f0b35b"),
    "paper": ("#fefefe", "#15191c"),
}
# Labels are given room by the widths of this font; a wider one would run out of the plot.
FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"
# Wide enough to read, narrow enough for a phone.
WIDTH = 380
ROW = 21
MOST_TAGS = 24
LONGEST_LABEL = 32
# Beyond this many, a line of points looks the same.
MOST_POINTS = 400
_ID = re.compile(r'(\bid="|url\(#|href="#)([\w-]+)')


def plot_intervals(
    results: Sequence[MetricResult], comparison: Comparison | None = None, titles: Mapping[str, str] | None = None
) -> alt.LayerChart | None:
    """Return every share with its 95 % interval as a dot on a line, the baseline as a diamond."""
    import altair as alt

    before = {each.name: each.before for each in comparison.differences} if comparison else {}
    rows: list[dict[str, Any]] = [
        {
            "metric": _label((titles or {}).get(result.name, result.name)),
            "value": result.value,
            "low": result.value if result.low is None else result.low,
            "high": result.value if result.high is None else result.high,
            "before": before.get(result.name),
        }
        for result in results
        if result.value is not None and _is_share(result)
    ]
    if not rows:
        return None
    base = alt.Chart(_data(rows)).encode(y=_names("metric", [row["metric"] for row in rows]))
    x: dict[str, Any] = {"scale": alt.Scale(domain=[0, 1]), "axis": _axis(format=".1f")}
    lines = base.mark_rule(color=_color("accent"), strokeWidth=2).encode(x=alt.X("low:Q", title=None, **x), x2="high:Q")
    dots = base.mark_point(filled=True, color=_color("accent"), size=52, opacity=1).encode(x="value:Q")
    diamonds = (
        base.transform_filter("isValid(datum.before)")
        .mark_point(shape="diamond", filled=False, color=_color("baseline"), size=64, strokeWidth=1.8)
        .encode(x="before:Q")
    )
    return _styled(lines + dots + diamonds, height=ROW * len(rows) + 30)


def plot_risk_coverage(points: Points) -> alt.LayerChart | None:
    """Return the share of wrong answers among the surest ones, against how many are answered."""
    import altair as alt

    if not points:
        return None
    rows = [{"coverage": coverage, "risk": risk} for coverage, risk in _thin(points)]
    top = min(1.0, max(0.1, 1.15 * max(row["risk"] for row in rows)))
    base = alt.Chart(_data(rows)).encode(
        x=alt.X("coverage:Q", title="share answered", scale=alt.Scale(domain=[0, 1]), axis=_axis(format=".1f")),
        y=alt.Y("risk:Q", title="share of these wrong", scale=alt.Scale(domain=[0, top]), axis=_axis(format=".2f")),
    )
    area = base.mark_area(color=_color("accent"), opacity=0.16)
    return _styled(area + base.mark_line(color=_color("accent"), strokeWidth=2), height=230)


def plot_confusion(table: Mapping[str, Mapping[str, int]]) -> alt.LayerChart | None:
    """Return how often each expected outcome was given as which, counts in the cells."""
    import altair as alt

    given = list(dict.fromkeys([*table, *(name for row in table.values() for name in row)]))
    most = max((count for row in table.values() for count in row.values()), default=0)
    if not most:
        return None
    cells = [
        {
            "expected": _words(expected),
            "given": _words(name),
            "count": row.get(name, 0),
            "share": row.get(name, 0) / most,
        }
        for expected, row in table.items()
        for name in given
    ]
    base = alt.Chart(_data(cells)).encode(
        x=_names("given", [_words(name) for name in given], axis="x", title="given"),
        y=_names("expected", [_words(name) for name in table], title="expected"),
    )
    # Never so dark that the counts, written in the colour of text, cannot be read.
    opacity = alt.Opacity("share:Q", scale=alt.Scale(domain=[0, 1], range=[0, 0.45]), legend=None)
    grounds = base.mark_rect(color=_color("accent"), stroke=_color("rule"), strokeOpacity=1).encode(fillOpacity=opacity)
    counts = base.mark_text(color=_color("ink"), fontSize=13).encode(text="count:Q")
    return _styled(grounds + counts, height=44 * len(table) + 54)


def plot_tags(by_tag: Mapping[str, Sequence[MetricResult]], metric: str = HEADLINE) -> alt.LayerChart | None:
    """Return a metric for each tag with its interval and its number of rows, the largest tags, worst first."""
    import altair as alt

    found = [
        (tag, result)
        for tag, results in by_tag.items()
        for result in results
        if result.name == metric and result.value is not None
    ]
    largest = sorted(found, key=lambda each: -each[1].scored)[:MOST_TAGS]
    rows: list[dict[str, Any]] = [
        {
            "tag": f"{_label(tag)} (n = {result.scored})",
            "value": result.value,
            "low": result.value if result.low is None else result.low,
            "high": result.value if result.high is None else result.high,
            "shown": show_value(metric, result.value),
        }
        for tag, result in sorted(largest, key=lambda each: (each[1].value or 0.0, each[0]))
    ]
    if not rows:
        return None
    base = alt.Chart(_data(rows)).encode(y=_names("tag", [row["tag"] for row in rows]))
    x: dict[str, Any] = {"scale": alt.Scale(domain=[0, 1]), "axis": _axis(format=".1f")}
    bars = base.mark_bar(color=_color("accent"), opacity=0.35, height=12).encode(x=alt.X("value:Q", title=None, **x))
    lines = base.mark_rule(color=_color("accent"), strokeWidth=1.6).encode(x="low:Q", x2="high:Q")
    return _styled(bars + lines, height=ROW * len(rows) + 30)


def plot_latency(points: Points) -> alt.LayerChart | None:
    """Return which share of the rows took at most how long."""
    import altair as alt

    if not points:
        return None
    # A few slow rows, the first that loads a model, must not flatten the rest: the scale is logarithmic.
    rows = [{"share": share, "ms": max(ms, 1.0)} for share, ms in _thin(points)]
    base = alt.Chart(_data(rows)).encode(
        x=alt.X("ms:Q", title="milliseconds at most", scale=alt.Scale(type="log", nice=True), axis=_axis(format=",d")),
        y=alt.Y("share:Q", title="share of rows", scale=alt.Scale(domain=[0, 1]), axis=_axis(format=".1f")),
    )
    line = base.mark_line(color=_color("accent"), strokeWidth=2, interpolate="step-after")
    marks = alt.Chart(_data([{"share": 0.5}, {"share": 0.95}]))
    rules = marks.mark_rule(color=_color("soft"), strokeDash=[4, 3]).encode(y="share:Q")
    return _styled(rules + line, height=230)


def plot_misses(misses: Mapping[str, int]) -> alt.LayerChart | None:
    """Return how many rows each stage lost, in the order of the stages."""
    import altair as alt

    found = {_label(name_stage(stage)): count for stage, count in misses.items() if count}
    if not found:
        return None
    rows = [{"stage": stage, "count": count} for stage, count in found.items()]
    base = alt.Chart(_data(rows)).encode(y=_names("stage", list(found)))
    most = max(found.values())
    x = alt.X("count:Q", title=None, scale=alt.Scale(domain=[0, most * 1.12]), axis=None)
    bars = base.mark_bar(color=_color("accent"), opacity=0.35, height=13).encode(x=x)
    counts = base.mark_text(color=_color("ink"), align="left", dx=5, fontSize=12).encode(x=x, text="count:Q")
    return _styled(bars + counts, height=ROW * len(found) + 12)


def to_svg(chart: alt.LayerChart, prefix: str) -> str:
    """Return a chart as an SVG element that scales; `prefix` keeps its ids apart from other charts'."""
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(chart.to_dict(), allowed_base_urls=[])
    return _ID.sub(rf"\g<1>{prefix}-\g<2>", drawn)


def _data(rows: Sequence[Mapping[str, Any]]) -> Any:
    import altair as alt

    return alt.InlineData(values=[dict(row) for row in rows])


def _color(name: str) -> str:
    return PALETTE[name][0]


def _is_share(result: MetricResult) -> bool:
    figures = (result.value, result.low, result.high)
    return not result.name.startswith(("latency", "tokens", "cost")) and all(
        figure is None or 0 <= figure <= 1 for figure in figures
    )


def _axis(**options: Any) -> Any:
    import altair as alt

    return alt.Axis(tickCount=5, labelFlush=False, **options)


def _names(field: str, order: Sequence[str], *, axis: str = "y", title: str | None = None) -> Any:
    """Return a channel of names in this order, without lines across the plot."""
    import altair as alt

    channel = alt.X if axis == "x" else alt.Y
    options: dict[str, Any] = {
        "grid": False,
        "ticks": False,
        "domain": False,
        "labelLimit": 230,
        "labelAngle": 0,
        "labelPadding": 6,
    }
    if axis == "x":
        options["labelExpr"] = "split(datum.value, ' ')"  # one word a line
    return channel(f"{field}:N", sort=list(order), title=title, axis=alt.Axis(**options))


def _styled(chart: alt.LayerChart, *, height: int) -> alt.LayerChart:
    import altair as alt

    text: dict[str, Any] = {
        "labelColor": _color("ink"),
        "titleColor": _color("soft"),
        "labelFontSize": 11.5,
        "titleFontSize": 11.5,
    }
    lines: dict[str, Any] = {"gridColor": _color("rule"), "domainColor": _color("rule"), "tickColor": _color("rule")}
    done: alt.LayerChart = (
        chart.properties(
            width=WIDTH, height=height, autosize=alt.AutoSizeParams(type="fit", contains="padding"), padding=2
        )
        .configure(background="transparent", font=FONT)
        .configure_axis(**text, **lines, titleFontWeight="normal", titlePadding=8)
        .configure_view(stroke=None)
    )
    return done


def _thin(points: Points) -> Points:
    """Return the points, or every so many of them and the last where there are too many to see."""
    step = -(-len(points) // MOST_POINTS)
    return points if step <= 1 else [*points[:-1:step], points[-1]]


def _label(text: str) -> str:
    shown = show_in_xml(text)
    return shown if len(shown) <= LONGEST_LABEL else f"{shown[: LONGEST_LABEL - 1]}…"


def _words(name: str) -> str:
    return _label(name.replace("_", " "))
