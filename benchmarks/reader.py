"""How good the packaged reader is on public sets that it was not trained on, and what it costs.

    python -m benchmarks.reader --data FOLDER
    python -m benchmarks.reader --data FOLDER --only fever --limit 100
    python -m benchmarks.reader --data FOLDER --float float.onnx --json FILE --card factcheck/models/MODEL_CARD.md

FOLDER holds `evaluation/` and `training/` (reader_sets.py). The reader is the one that the product runs, by the
code that runs it there; every figure stands beside baselines on the same rows, with 95 % bootstrap intervals. A
combination is the mean of its signals, each standardised over the sentences of the set: nothing is fitted.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from benchmarks import reader_sets, reader_table  # noqa: E402
from benchmarks.reader_cost import measure_agreement, measure_memory, measure_time  # noqa: E402
from benchmarks.reader_measures import MEASURES, Bench, Measured  # noqa: E402
from benchmarks.reader_peers import Rules  # noqa: E402
from factcheck.evaluation.provenance import describe_machine, now  # noqa: E402
from factcheck.models import reader as reading  # noqa: E402
from factcheck.models.embedder import MiniLM  # noqa: E402
from factcheck.models.sessions import load_session  # noqa: E402


def main() -> None:
    options = read_options()
    # The card of another export than the packaged one is taken as it is.
    reading.CARD_SHA256 = sha256((options.model / "reader.json").read_bytes()).hexdigest()
    reader = reading.Reader(options.model)
    model = MiniLM()
    wanted = options.only or (*MEASURES, "cost")
    sets = [name for name in wanted if name != "cost"]
    found = measure_all(Bench(options.data, reader, options.limit, (model, Rules(model))), sets)
    precise: list[Measured] = []
    cost: dict[str, Any] = {}
    if "cost" in wanted:
        cost = measure_time(reader, reader_sets.spread_out(reader_sets.read_clapnq(options.data), 60))
        if sys.platform == "linux" and options.model == reading.MODEL_FOLDER:
            cost["memory_mb"] = measure_memory(ROOT / "seeds")
    if options.float:
        other = reading.Reader(options.model)
        other._session = load_session(options.float.read_bytes())
        precise = measure_all(Bench(options.data, other, options.limit, None), sets)
        if "cost" in wanted:
            cost |= measure_agreement(reader, other, options.data, options.limit)
    figures = list(reader_table.fold(found, precise))
    machine = describe_machine()
    about = {"weights": reader.name, "commit": (machine["commit"] or "")[:9], "at": now()}
    if options.json:
        figures, cost = reader_table.join(options.json, figures, about, cost)
        options.json.write_text(json.dumps(reader_table.to_json(figures, about | machine, cost), indent=1) + "\n")
    print(reader_table.to_text(figures, about, cost))
    if options.markdown:
        print(reader_table.to_markdown(figures, about, cost))
    if options.card:
        write_card(options.card, reader_table.to_markdown(figures, about, cost))


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER")
    parser.add_argument(
        "--only", action="append", choices=[*MEASURES, "cost"], help="one set, or cost; may be repeated"
    )
    parser.add_argument("--limit", type=int, help="most rows of a set")
    parser.add_argument("--model", type=Path, default=reading.MODEL_FOLDER, help="folder of another export")
    parser.add_argument("--float", type=Path, metavar="ONNX", help="the float reader, to compare int8 with")
    parser.add_argument("--json", type=Path, metavar="FILE", help="add the figures to those of the same weights there")
    parser.add_argument("--markdown", action="store_true", help="print the tables of the model card, too")
    parser.add_argument("--card", type=Path, metavar="FILE", help="put them into this model card")
    return parser.parse_args()


def measure_all(bench: Bench, sets: list[str]) -> list[Measured]:
    found: list[Measured] = []
    for name in sets:
        started = time.perf_counter()
        found += MEASURES[name](bench)
        print(f"{name}: {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    return found


def write_card(path: Path, table: str) -> None:
    """Replace what stands between the marks of a model card."""
    text = path.read_text("utf-8")
    before, _, rest = text.partition(reader_table.START)
    _, mark, after = rest.partition(reader_table.END)
    if not mark:
        raise SystemExit(f"{path} holds no {reader_table.START} … {reader_table.END}")
    path.write_text(before + table + after, "utf-8")


if __name__ == "__main__":
    main()
