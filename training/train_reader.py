"""Trains the embedded reader on the packs that the builders wrote.

    python training/train_reader.py --packs DIR --mix training/mix.json --weights model.safetensors \
        --tokenizer tokenizer.json --out DIR --minutes 90

Two workers of one thread each update the same weights in shared memory without waiting for each other
(Hogwild; Niu et al. 2011), which on two cores is about twice as fast as one process with two threads. Each
step is one reading batch and one stance batch; the gradient of each task is divided by its running norm, or
reading would drown stance. The embeddings stay frozen. The parent process measures on held-out documents
every few minutes, writes curves.jsonl and a checkpoint. `--resume` goes on from the checkpoint, also with
another mix. Seeded, but two workers never interleave twice in the same way; one worker does.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import os
import random
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.multiprocessing as processes
from batches import Assembler, Batch, Pair, load_tokenizer
from data_text import Claim, Question, read_packs
from dev_metrics import measure_dev
from losses import reading_loss, stance_loss
from reader_model import Reader, load_reader
from torch import nn

SMOOTH = 0.98  # of the running gradient norms
NOTED = 50  # steps between two lines of training losses


@dataclass(frozen=True, slots=True)
class Plan:
    """What one run does."""

    packs: Path
    mix: Path
    weights: Path
    tokenizer: Path
    out: Path
    minutes: float
    peak: float
    last: float
    warm: float
    budget: int
    workers: int
    every: float
    seed: int
    freeze: int
    resume: bool

    def rate(self, share: float) -> float:
        """Returns the learning rate of the encoder after a share of the time."""
        if share < self.warm:
            return self.peak * share / self.warm
        left = (1.0 - share) / (1.0 - self.warm)
        return self.peak * (self.last + (1.0 - self.last) * max(0.0, left))


class Source:
    """An endless stream of batches of one task, drawn from packs by the mix's weights."""

    def __init__(self, plan: Plan, task: str, seed: int) -> None:
        self.mix, self.task = plan.mix, task
        mix = self.shares_now()
        self.draw = random.Random(f"{seed} {task}")
        self.rows = {name: list(read_packs([plan.packs / f"{name}.jsonl.gz"])) for name in mix}
        self.names = list(mix)
        self.left: dict[str, list[Question | Claim]] = {name: [] for name in mix}
        self.assembler = Assembler(load_tokenizer(plan.tokenizer), self.draw)
        self.budget = plan.budget
        self.group = 0

    def shares_now(self) -> dict[str, float]:
        """Reads the mix; its weights may be changed while training, its packs may not."""
        shares: dict[str, float] = json.loads(self.mix.read_text(encoding="utf-8"))[self.task]
        return shares

    def batch(self) -> Batch:
        """Returns the next batch of at most about `budget` tokens."""
        shares = list(self.shares_now().values())
        pairs: list[Pair] = []
        size = 0
        while size < self.budget:
            name = self.draw.choices(self.names, shares)[0]
            if not self.left[name]:
                self.left[name] = self.rows[name][:]
                self.draw.shuffle(self.left[name])
            self.group += 1
            found = self.assembler.pairs_of(self.left[name].pop(), self.group)
            pairs += found
            size += sum(len(pair.ids) for pair in found)
        return self.assembler.collate(pairs)


def main() -> None:
    """Runs the workers and, beside them, measures and saves."""
    plan = read_plan()
    plan.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(plan.seed)
    torch.set_num_threads(1)
    model = load_reader(str(plan.weights))
    saved = plan.out / "checkpoint.pt"
    if plan.resume:
        model.load_state_dict(torch.load(saved))
    freeze(model, plan.freeze)
    model.share_memory()
    until = time.time() + plan.minutes * 60
    context = processes.get_context("spawn")
    crew = [context.Process(target=work, args=(number, plan, model, until)) for number in range(plan.workers)]
    for worker in crew:
        worker.start()
    (plan.out / "pids").write_text(" ".join(str(pid) for pid in [os.getpid(), *(w.pid for w in crew)]) + "\n")
    signal.signal(signal.SIGTERM, lambda *_: stop(plan, model, crew))
    while any(worker.is_alive() for worker in crew):
        time.sleep(min(plan.every * 60, max(1.0, until - time.time() + 5)))
        report(plan, model, until)
    for worker in crew:
        worker.join()
    report(plan, model, until)


def freeze(model: Reader, layers: int) -> None:
    """Leaves the lowest layers as they are, which costs no backward pass: for a machine with little time to spare."""
    if layers:
        for part in (model.segments, model.norm, *model.layers[:layers]):
            part.requires_grad_(False)


def report(plan: Plan, model: Reader, until: float) -> None:
    """Saves the weights and adds a line of held-out figures to the curves."""
    still = save(plan, model)
    row = {"time": round(time.time()), "left": round(until - time.time()), "mix": plan.mix.name}
    row.update(measure_dev(still, plan.packs, plan.tokenizer))
    with (plan.out / "curves.jsonl").open("a", encoding="utf-8") as out:
        out.write(json.dumps(row) + "\n")


def stop(plan: Plan, model: Reader, crew: list[Any]) -> None:
    """Ends the workers and keeps the weights as they are."""
    for worker in crew:
        worker.terminate()
    save(plan, model)
    raise SystemExit(0)


def save(plan: Plan, model: Reader) -> Reader:
    """Writes the weights, and returns a copy of them to measure."""
    still = load_copy(model)
    torch.save(still.state_dict(), plan.out / "checkpoint.tmp")
    os.replace(plan.out / "checkpoint.tmp", plan.out / "checkpoint.pt")
    return still


def load_copy(model: Reader) -> Reader:
    """Returns a copy of the shared weights as they are now."""
    copy = Reader()
    copy.load_state_dict({name: value.clone() for name, value in model.state_dict().items()})
    return copy.eval()


def work(number: int, plan: Plan, model: Reader, until: float) -> None:
    """Trains until the time is up, saving this worker's optimiser with every checkpoint."""
    torch.set_num_threads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Another seed when resuming, or the same rows would come first again.
    seed = (plan.seed + (int(time.time()) if plan.resume else 0)) * 1000 + number
    reading, stance = Source(plan, "read", seed), Source(plan, "stance", seed)
    model.train()
    optimiser = build_optimiser(model, plan)
    state = plan.out / f"optimiser{number}.pt"
    if plan.resume and state.exists():
        with contextlib.suppress(ValueError):  # of another number of frozen layers: begin anew
            optimiser.load_state_dict(torch.load(state))
    trained = [p for p in model.parameters() if p.requires_grad]
    norms = [0.0, 0.0]
    begun = saved = time.time()
    step = tokens = 0
    totals: dict[str, float] = {}
    while (now := time.time()) < until:
        rate = plan.rate((now - begun) / (until - begun))
        for group in optimiser.param_groups:
            group["lr"] = rate * group["scale"]
        optimiser.zero_grad()
        square = 0.0
        for task, (source, loss_of) in enumerate(((reading, reading_loss), (stance, stance_loss))):
            batch = source.batch()
            tokens += int(batch.mask.sum())
            loss, parts = loss_of(model(batch.ids, batch.segments, batch.mask), batch)
            (loss / max(norms[task], 1e-3) if norms[task] else loss).backward()
            total = float(torch.stack(torch._foreach_norm([p.grad for p in trained if p.grad is not None])).norm())
            norm = math.sqrt(max(total**2 - square, 1e-8)) * (norms[task] or 1.0)
            square = total**2
            norms[task] = SMOOTH * norms[task] + (1 - SMOOTH) * norm if norms[task] else norm
            for name, value in parts.items():
                totals[name] = totals.get(name, 0.0) + value
        nn.utils.clip_grad_norm_(trained, 4.0)
        optimiser.step()
        step += 1
        if step % NOTED == 0:
            note(plan, number, step, tokens, now - begun, rate, norms, totals)
            totals = {}
        if now - saved > plan.every * 60:
            torch.save(optimiser.state_dict(), state)
            saved = now
    torch.save(optimiser.state_dict(), state)


def build_optimiser(model: Reader, plan: Plan) -> torch.optim.AdamW:
    """Returns AdamW with a higher rate for the heads and no decay of norms and biases."""
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, weight in model.named_parameters():
        if weight.requires_grad:
            encoder = name.startswith(("layers.", "norm.", "segments."))
            key = (1.0 if encoder else 4.0, 0.01 if weight.ndim > 1 else 0.0)
            groups.setdefault(key, []).append(weight)
    lots: list[dict[str, Any]] = [
        {"params": weights, "scale": scale, "weight_decay": decay} for (scale, decay), weights in groups.items()
    ]
    return torch.optim.AdamW(lots, lr=plan.peak, betas=(0.9, 0.98), eps=1e-6, fused=True)


def note(
    plan: Plan,
    number: int,
    step: int,
    tokens: int,
    seconds: float,
    rate: float,
    norms: list[float],
    totals: dict[str, float],
) -> None:
    """Adds a line of training losses (means over the last steps)."""
    row = {"time": round(time.time()), "worker": number, "step": step, "tokens_s": round(tokens / seconds)}
    row |= {"rate": rate, "norms": [round(norm, 2) for norm in norms]}
    row |= {name: round(value / NOTED, 4) for name, value in totals.items()}
    with (plan.out / "steps.jsonl").open("a", encoding="utf-8") as out:
        out.write(json.dumps(row) + "\n")


def read_plan() -> Plan:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    for name in ("packs", "mix", "weights", "tokenizer", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--peak", type=float, default=1.4e-4, help="learning rate of the encoder")
    parser.add_argument("--last", type=float, default=0.0, help="share of the peak left at the end")
    parser.add_argument("--warm", type=float, default=0.05, help="share of the time for warming up")
    parser.add_argument("--budget", type=int, default=700, help="tokens of a batch")
    parser.add_argument("--freeze", type=int, default=0, help="number of lowest layers left as they are")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--every", type=float, default=8.0, help="minutes between checkpoints")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--resume", action="store_true")
    return Plan(**vars(parser.parse_args()))


if __name__ == "__main__":
    main()
