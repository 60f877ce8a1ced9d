"""Draws how the reader learned: losses of training and figures on held-out documents.

    python training/plot_curves.py RUN docs/images/reader-curves.svg      (in the project's environment: needs Altair)

RUN holds the curves.jsonl and steps.jsonl of train_reader.py. Time is that of training: pauses are left out.
Held-out figures are of small samples (30 questions or 110 claims of each source) and jump accordingly.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import altair as alt

PAUSE = 6 * 60  # seconds without a line in either file
LOSSES = {"answer": "answers?", "span": "short answer", "stance": "stance", "token": "wrong words"}
READING = {"near.auroc": "near misses, AUROC", "selqa.p1": "SelQA, first right", "xquad.em": "XQuAD, exact"}
READING |= {"qamr.em": "QAMR, exact", "qed.em": "QED, exact"}
STANCE = {"synth.acc2": "made claims", "fever.acc2": "FEVER", "snli.acc2": "SNLI", "mnli.acc2": "MultiNLI"}
STANCE |= {"twin.acc2": "twins of human claims", "fm2.acc2": "Fool Me Twice"}
COLORS = ["#0b5e6b", "#8a4b00", "#6a3d9a", "#2f7d32", "#b3262e", "#5b6167"]
FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"
WIDTH, HEIGHT = 400, 190
SMOOTHED = 5  # lines of losses


def main() -> None:
    """Writes the picture."""
    run, out = Path(sys.argv[1]), Path(sys.argv[2])
    steps, curves = read(run / "steps.jsonl"), read(run / "curves.jsonl")
    minutes = trained(sorted(row["time"] for row in (*steps, *curves)))
    charts = (
        draw("loss while training", losses(steps, minutes), LOSSES, None),
        draw("reading, held-out documents", figures(curves, READING, minutes), READING, (0.3, 1.0)),
        draw("supported or refuted, held-out claims", figures(curves, STANCE, minutes), STANCE, (0.5, 1.0)),
    )
    chart = (
        alt.vconcat(*charts, background="#fefefe", padding=8)
        .resolve_scale(color="independent", x="shared")
        .configure(font=FONT)
        .configure_view(stroke=None)
        .configure_axis(gridColor="#dcdfe2", domainColor="#dcdfe2", tickColor="#dcdfe2", labelColor="#22272b")
        .configure_title(anchor="start", fontSize=12, color="#22272b")
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    chart.save(str(out), format="svg")


def read(path: Path) -> list[dict[str, Any]]:
    """Reads a JSONL file, oldest line first; a figure that could not be had is left out."""
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    kept = ({name: value for name, value in row.items() if value == value} for row in rows)
    return sorted(kept, key=lambda row: row["time"])


def trained(times: Sequence[int]) -> dict[int, float]:
    """Returns the minutes of training behind each moment."""
    minutes, total = {times[0]: 0.0}, 0.0
    for before, after in itertools.pairwise(times):
        gap = after - before
        total += gap / 60 if gap <= PAUSE else 0.0
        minutes[after] = total
    return minutes


def losses(steps: Sequence[dict[str, Any]], minutes: dict[int, float]) -> Iterator[dict[str, Any]]:
    """Yields the running mean of each loss."""
    for end in range(SMOOTHED, len(steps) + 1):
        window = steps[end - SMOOTHED : end]
        for name, label in LOSSES.items():
            mean = sum(row[name] for row in window) / SMOOTHED
            yield {"minutes": minutes[window[-1]["time"]], "of": label, "value": mean}


def figures(
    curves: Sequence[dict[str, Any]], names: dict[str, str], minutes: dict[int, float]
) -> Iterator[dict[str, Any]]:
    """Yields the held-out figures of each checkpoint."""
    for row in curves:
        for name, label in names.items():
            if name in row:
                yield {"minutes": minutes[row["time"]], "of": label, "value": row[name]}


def draw(title: str, rows: Iterator[dict[str, Any]], names: dict[str, str], ends: tuple[float, float] | None) -> Any:
    """Returns one panel of lines."""
    labels = list(names.values())
    scale = alt.Scale(domain=list(ends)) if ends else alt.Scale(zero=True)
    color = alt.Color("of:N", sort=labels, title=None, scale=alt.Scale(domain=labels, range=COLORS[: len(labels)]))
    return (
        alt.Chart(alt.InlineData(values=list(rows)), title=title, width=WIDTH, height=HEIGHT)
        .mark_line(point=alt.OverlayMarkDef(size=18) if ends else False, strokeWidth=1.6)
        .encode(
            x=alt.X("minutes:Q", title="minutes of training"),
            y=alt.Y("value:Q", title=None, scale=scale, axis=alt.Axis(tickCount=6)),
            color=color,
        )
    )


if __name__ == "__main__":
    main()
