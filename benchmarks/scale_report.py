"""The table, the growth exponents and the pictures of what scale.py has measured; nothing that was not run."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import altair as alt

Row = dict[str, Any]
Points = list[tuple[int, float]]
FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"
INK, COLORS = "#22272b", ["#0b5e6b", "#8a4b00", "#6a3d9a", "#2f7d32", "#b3262e"]
SAID = {
    "words": "word vectors in place of the embedder, and nobody heard while indexing",
    "model": "the packaged models, nothing left out",
}


def report(rows: Sequence[Row], images: Path) -> None:
    """Print what was measured and draw it."""
    vectors = rows[0]["vectors"]
    sizes = sorted({row["size"] for row in rows if row["stage"] == "ask"})
    print(f"Measured with {SAID[vectors]}.\n")
    print("| articles | " + " | ".join(f"{size:,}" for size in sizes) + " |")
    print("|---" * (len(sizes) + 1) + "|")
    for name, read in LINES.items():
        print(f"| {name} | " + " | ".join(_show(read, rows, size) for size in sizes) + " |")
    print()
    curves = find_curves(rows)
    for name, points in curves.items():
        if len(points) > 2:
            shown = ", ".join(f"{size:,}: {value:,.4g}" for size, value in points)
            print(f"{name}: grows as articles^{fit(points):.2f} ({shown})")
    images.mkdir(parents=True, exist_ok=True)
    for file, title, names in PICTURES:
        chosen = {name: curves[name] for name in names if len(curves.get(name, [])) > 1}
        if chosen:
            draw(chosen, title, vectors).save(str(images / f"scale-{file}-{vectors}.svg"), format="svg")
            print(images / f"scale-{file}-{vectors}.svg")


def _find(rows: Sequence[Row], stage: str, size: int) -> Row:
    """Return the quickest run of a stage."""
    found = [row for row in rows if row["stage"] == stage and row["size"] == size]
    return min(found, key=lambda row: row.get("cpu_seconds", 0))


def _run(rows: Sequence[Row], size: int) -> Row:
    """Return the run that made the index as large; of one that went on after a kill, the whole is not known."""
    row = _find(rows, "index", size)
    return row if row["added"] == row["size"] - row["first"] else {}


Read = Callable[[Sequence[Row], int], object]
LINES: Mapping[str, Read] = {
    "sentences": lambda rows, size: _find(rows, "disk", size)["sentences"],
    "passages": lambda rows, size: _find(rows, "disk", size)["passages"],
    "articles indexed per second of CPU, in the last run": lambda rows, size: (
        _run(rows, size)["added"] / _run(rows, size)["cpu_seconds"]
    ),
    "index run, peak memory, MB": lambda rows, size: _run(rows, size)["peak_mb"],
    "articles on disk, MB": lambda rows, size: _find(rows, "disk", size)["articles_mb"],
    "index on disk, MB": lambda rows, size: _find(rows, "disk", size)["index_mb"],
    "of it SQLite, without words": lambda rows, size: _find(rows, "disk", size)["sqlite_mb"],
    "of that the states of word pieces": lambda rows, size: _find(rows, "disk", size)["states_mb"],
    "of it words (FTS5)": lambda rows, size: _find(rows, "disk", size)["fts_mb"],
    "of it Chroma": lambda rows, size: _find(rows, "disk", size)["chroma_mb"],
    "a fresh process to its first answer, s": lambda rows, size: _find(rows, "start", size)["seconds"],
    "its CPU, s": lambda rows, size: _find(rows, "start", size)["cpu_seconds"],
    "question, p50, ms": lambda rows, size: _find(rows, "ask", size)["p50_ms"],
    "question, p95, ms": lambda rows, size: _find(rows, "ask", size)["p95_ms"],
    "question, CPU, ms": lambda rows, size: _find(rows, "ask", size)["cpu_ms"],
    "of it retrieval, p50, ms": lambda rows, size: _find(rows, "ask", size)["retrieve_p50_ms"],
    "asking process, peak memory, MB": lambda rows, size: _find(rows, "ask", size)["peak_mb"],
    "1 % changed, CPU, s": lambda rows, size: _find(rows, "change", size)["cpu_seconds"],
    "nothing changed, CPU, s": lambda rows, size: _find(rows, "change", size)["unchanged_cpu_seconds"],
    "one article removed and proved, CPU, s": lambda rows, size: _find(rows, "remove one", size)["cpu_seconds"],
    "1 % removed and proved, CPU, s": lambda rows, size: _find(rows, "remove 1 %", size)["cpu_seconds"],
    "40 records verified, CPU, s": lambda rows, size: _find(rows, "verify", size)["cpu_seconds"],
}
PICTURES = (
    ("index", "indexing, seconds of CPU in all", ("indexing",)),
    ("question", "a question, milliseconds", ("question, p95", "question, p50", "question, CPU", "retrieval, p50")),
    ("disk", "on disk, MB", ("index", "SQLite", "Chroma", "words", "articles")),
    ("update", "bringing up to date, seconds of CPU", ("1 % changed", "one removed", "1 % removed", "unchanged")),
)


def _show(read: Read, rows: Sequence[Row], size: int) -> str:
    try:
        value = read(rows, size)
    except (KeyError, ValueError):
        return "–"
    return f"{value:,.3g}" if isinstance(value, float) and value < 100 else f"{value:,.0f}"


def find_curves(rows: Sequence[Row]) -> dict[str, Points]:
    """Return the points of every curve."""
    runs = sorted((row for row in rows if row["stage"] == "index"), key=lambda row: row["size"])
    whole = []
    for row in runs:
        if row["added"] != row["size"] - row["first"]:
            break  # what a killed run had done before is not known
        whole.append(row)
    sums = accumulate(row["cpu_seconds"] for row in whole)
    curves: dict[str, Points] = {"indexing": [(row["size"], value) for row, value in zip(whole, sums, strict=True)]}
    sizes = sorted({row["size"] for row in rows})
    for name, stage, figure in (
        ("question, p50", "ask", "p50_ms"),
        ("question, p95", "ask", "p95_ms"),
        ("question, CPU", "ask", "cpu_ms"),
        ("retrieval, p50", "ask", "retrieve_p50_ms"),
        ("index", "disk", "index_mb"),
        ("SQLite", "disk", "sqlite_mb"),
        ("Chroma", "disk", "chroma_mb"),
        ("words", "disk", "fts_mb"),
        ("articles", "disk", "articles_mb"),
        ("1 % changed", "change", "cpu_seconds"),
        ("unchanged", "change", "unchanged_cpu_seconds"),
        ("one removed", "remove one", "cpu_seconds"),
        ("1 % removed", "remove 1 %", "cpu_seconds"),
    ):
        have = [size for size in sizes if any(row["stage"] == stage and row["size"] == size for row in rows)]
        curves[name] = [(size, _find(rows, stage, size)[figure]) for size in have]
    return curves


def fit(points: Points) -> float:
    """Return the exponent of the power of the size that fits best."""
    xs, ys = [math.log(size) for size, _ in points], [math.log(max(value, 1e-3)) for _, value in points]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / sum((x - mean_x) ** 2 for x in xs)


def draw(curves: Mapping[str, Points], title: str, vectors: str) -> alt.LayerChart:
    """Return curves over the number of articles, both axes logarithmic; each point was run."""
    data = [{"curve": name, "articles": x, "value": y} for name, points in curves.items() for x, y in points]
    base = alt.Chart(alt.Data(values=data)).encode(
        x=alt.X("articles:Q", title="articles", scale=alt.Scale(type="log"), axis=alt.Axis(format="~s", tickCount=4)),
        y=alt.Y("value:Q", title=None, scale=alt.Scale(type="log"), axis=alt.Axis(tickCount=4)),
        color=alt.Color(
            "curve:N", title=None, sort=list(curves), scale=alt.Scale(domain=list(curves), range=COLORS[: len(curves)])
        ),
        shape=alt.Shape("curve:N", title=None, sort=list(curves), scale=alt.Scale(domain=list(curves))),
    )
    layers: Any = base.mark_line(strokeWidth=1.8) + base.mark_point(filled=True, size=50, opacity=1)
    return (
        layers.properties(width=380, height=200, background="#fefefe", padding=8)
        .properties(title=alt.TitleParams(title, subtitle=SAID[vectors], subtitleColor="#5b6167"))
        .configure(font=FONT)
        .configure_view(stroke=None)
        .configure_axis(gridColor="#dcdfe2", domainColor="#dcdfe2", tickColor="#dcdfe2", labelColor=INK)
        .configure_title(anchor="start", fontSize=12, color=INK)
    )
