"""Exports a trained reader to one int8 ONNX file with its card of facts.

    python training/export_reader.py --checkpoint DIR/checkpoint.pt --packs DIR --tokenizer tokenizer.json --out DIR

Writes reader.onnx, tokenizer.json and reader.json (hashes, limits, segment ids, temperatures, agreement with
the float model, hashes of the training packs). Temperatures are fitted on the development packs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from batches import LIMITS, Assembler, Pair, load_tokenizer
from data_text import Claim, read_packs
from dev_metrics import area, best_span, run_pairs
from numpy.typing import NDArray
from reader_model import Heads, Reader
from scipy.optimize import minimize
from torch import Tensor, nn

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

OPSET = 17
EXAMPLES = (
    ("Who won the race?", "Maria Lund won the race on Sunday in Oslo."),
    ("When was the bridge closed?", "The mayor said that the bridge had been safe for years."),
    ("Maria Lund won the race.", "Maria Lund won the race on Sunday in Oslo."),
    ("The race was won by Karin Holm.", "Maria Lund won the race on Sunday in Oslo."),
    ("About 350 people were hurt.", "The police said 35 people were hurt in the fire."),
)
SAMPLE = 400  # of each development pack
INPUTS = ["input_ids", "segment_ids", "attention_mask"]
OUTPUTS = ["answer", "start", "end", "stance", "mismatch"]


class Graph(nn.Module):
    """The reader with its outputs as a tuple, as the exporter wants them."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, ids: Tensor, segments: Tensor, mask: Tensor) -> tuple[Tensor, ...]:
        """Returns the heads in the order of OUTPUTS."""
        heads: Heads = self.reader(ids, segments, mask)
        return heads.answer, heads.start, heads.end, heads.stance, heads.mismatch


class Session:
    """An ONNX reader that can be measured like the float one."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.run = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"]).run

    def __call__(self, ids: Tensor, segments: Tensor, mask: Tensor) -> Heads:
        """Returns what every head says."""
        fed = {name: part.numpy() for name, part in zip(INPUTS, (ids, segments, mask), strict=True)}
        return Heads(*(torch.from_numpy(np.asarray(part)) for part in self.run(OUTPUTS, fed)))


def main() -> None:
    """Exports, quantises, compares, calibrates and writes the card."""
    parser = argparse.ArgumentParser()
    for name in ("checkpoint", "packs", "tokenizer", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--per-tensor", action="store_true", help="one scale a matrix instead of one a column")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    model = Reader()
    model.load_state_dict(torch.load(given.checkpoint))
    model.eval()
    graph = given.out / "float.onnx"
    export(model, graph)
    quantise(graph, given.out / "reader.onnx", per_channel=not given.per_tensor)
    shutil.copy(given.tokenizer, given.out / "tokenizer.json")
    pairs, rights, stances = development(given.packs, Assembler(load_tokenizer(given.tokenizer)))
    assembler = Assembler(load_tokenizer(given.tokenizer))
    precise, small = run_pairs(model, pairs, assembler), run_pairs(Session(given.out / "reader.onnx"), pairs, assembler)
    card = describe(given.out) | {"agreement": compare(precise, small, rights, stances)}
    card["examples"] = answer_examples(Session(given.out / "reader.onnx"), assembler)
    card |= {"calibration": calibrate(small, rights, stances), "packs": hashes_of(given.packs)}
    (given.out / "reader.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({key: card[key] for key in ("bytes", "agreement", "calibration")}, indent=1))


def export(model: Reader, path: Path) -> None:
    """Writes the float graph with free batch and length."""
    ids = torch.tensor([[101, 2040, 2106, 102, 2158, 102], [101, 2040, 102, 2158, 102, 0]])
    segments = torch.tensor([[0, 0, 0, 0, 1, 0], [0, 0, 0, 1, 0, 0]])
    mask = torch.tensor([[1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 0]])
    free = {name: {0: "pairs", 1: "tokens"} for name in (*INPUTS, "start", "end", "mismatch")}
    free |= {"answer": {0: "pairs"}, "stance": {0: "pairs"}}
    torch.onnx.export(
        Graph(model), (ids, segments, mask), str(path), input_names=INPUTS, output_names=OUTPUTS,
        dynamic_axes=free, opset_version=OPSET, dynamo=False,
    )  # fmt: skip


def quantise(graph: Path, out: Path, *, per_channel: bool) -> None:
    """Writes the graph with int8 weights; activations are quantised as they come."""
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    ready = graph.with_suffix(".ready.onnx")
    quant_pre_process(str(graph), str(ready), skip_symbolic_shape=True)
    quantize_dynamic(str(ready), str(out), weight_type=QuantType.QInt8, per_channel=per_channel)
    ready.unlink()


def development(packs: Path, assembler: Assembler) -> tuple[list[Pair], list[bool | None], list[int | None]]:
    """Returns pairs of the development packs with whichever of both truths applies."""
    pairs: list[Pair] = []
    rights: list[bool | None] = []
    stances: list[int | None] = []
    for path in sorted(path for path in packs.glob("*.dev.jsonl.gz") if not path.name.startswith("parsed")):
        rows = list(read_packs([path]))
        for row in rows[:: max(1, len(rows) // SAMPLE) | 1]:  # odd: twins come in fours
            if isinstance(row, Claim):
                pairs.append(assembler.claim_pair(row))
                rights.append(None)
                stances.append(row.stance)
            else:
                for item in row.items[:3]:
                    pairs.append(assembler.question_pair(row.question, item, 0))
                    rights.append(item.right)
                    stances.append(None)
    return pairs, rights, stances


def answer_examples(model: Session, assembler: Assembler) -> list[dict[str, Any]]:
    """Returns a few pairs with what the model says of them, for a test of whoever loads it."""
    rows = []
    for first, sentence in EXAMPLES:
        pair = assembler.claim_pair(Claim(first, sentence, 0, ""))
        heads = run_pairs(model, [pair], assembler)[0]
        stance = [round(value, 2) for value in heads.stance.tolist()]
        row = {"first": first, "sentence": sentence, "answer": round(float(heads.answer), 2), "stance": stance}
        rows.append(row | {"span": best_span(heads, pair, sentence, assembler)})
    return rows


def compare(
    precise: list[Heads], small: list[Heads], rights: list[bool | None], stances: list[int | None]
) -> dict[str, float]:
    """Returns how far int8 agrees with float: correlations, same labels and spans, and both figures of quality."""
    reads = [number for number, right in enumerate(rights) if right is not None]
    claims = [number for number, stance in enumerate(stances) if stance is not None]
    answers = [np.array([float(said[number].answer) for number in reads]) for said in (precise, small)]
    labels = [np.array([int(said[number].stance.argmax()) for number in claims]) for said in (precise, small)]
    truth = np.array([stances[number] for number in claims])
    right = np.array([bool(rights[number]) for number in reads])
    good = [number for number in reads if rights[number]]
    spans = [
        int(precise[n].start.argmax()) == int(small[n].start.argmax())
        and int(precise[n].end.argmax()) == int(small[n].end.argmax())
        for n in good
    ]
    figures = {"answer_r": np.corrcoef(*answers)[0, 1], "stance_same": (labels[0] == labels[1]).mean()}
    figures |= {"span_same": np.mean(spans)}
    for name, answer, label in zip(("float", "int8"), answers, labels, strict=True):
        figures |= {f"answer_auroc_{name}": area(answer, right), f"stance_accuracy_{name}": (label == truth).mean()}
    return {name: round(float(value), 4) for name, value in figures.items()}


def calibrate(said: list[Heads], rights: list[bool | None], stances: list[int | None]) -> dict[str, dict[str, float]]:
    """Returns scale and shift of the answer's logit, and the stance's temperature, that fit held-out pairs best."""
    reads = [number for number, right in enumerate(rights) if right is not None]
    logits = np.array([float(said[number].answer) for number in reads])
    right = np.array([float(bool(rights[number])) for number in reads])
    # Half of the weight on either side, so that 0.5 means "as likely as not" whatever the packs' shares.
    weight = np.where(right > 0, 0.5 / right.mean(), 0.5 / (1 - right.mean()))

    def answer_loss(point: NDArray[np.float64]) -> float:
        value = point[0] * logits + point[1]
        return float((weight * np.logaddexp(0.0, np.where(right > 0, -value, value))).mean())

    scale, shift = minimize(answer_loss, np.array([1.0, 0.0]), method="Nelder-Mead").x
    claims = [number for number, stance in enumerate(stances) if stance is not None]
    votes = np.stack([said[number].stance.numpy() for number in claims]).astype(float)
    truth = np.array([int(stances[number] or 0) for number in claims])

    def stance_loss(point: NDArray[np.float64]) -> float:
        value = votes * point[0]
        return float((np.log(np.exp(value - value.max(1, keepdims=True)).sum(1)) + value.max(1)
                      - value[np.arange(len(truth)), truth]).mean())  # fmt: skip

    heat = minimize(stance_loss, np.array([1.0]), method="Nelder-Mead").x[0]
    return {
        "answer": {"scale": round(float(scale), 4), "shift": round(float(shift), 4)},
        "stance": {"scale": round(float(heat), 4), "loss": round(stance_loss(np.array([heat])), 4)},
    }


def describe(out: Path) -> dict[str, Any]:
    """Returns what a caller has to know: files, hashes, inputs, limits, segments."""
    return {
        "model": "reader.onnx",
        "sha256": digest(out / "reader.onnx"),
        "bytes": (out / "reader.onnx").stat().st_size,
        "tokenizer": "tokenizer.json",
        "tokenizer_sha256": digest(out / "tokenizer.json"),
        "inputs": INPUTS,
        "outputs": OUTPUTS,
        "special": {"cls": 101, "sep": 102, "pad": 0},
        "segments": {"first": 0, "sentence": 1, "before": 2, "after": 3},
        "limits": asdict(LIMITS),
        "stances": ["supported", "refuted", "not_enough"],
        "opset": OPSET,
    }


def hashes_of(packs: Path) -> dict[str, str]:
    """Returns the hashes of the packs, to tell on what the model was trained."""
    return {
        path.name: digest(path)[:16] for path in sorted(packs.glob("*.jsonl.gz")) if not path.name.startswith("parsed")
    }


def digest(path: Path) -> str:
    """Returns the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
