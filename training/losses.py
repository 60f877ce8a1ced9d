"""The losses of the reader's heads."""

from __future__ import annotations

import torch
from batches import Batch, Pair
from reader_model import Heads
from torch import Tensor
from torch.nn import functional

__all__ = ["reading_loss", "stance_loss"]

LISTWISE, SPAN, MISMATCH = 0.5, 0.5, 0.5
RARE = 4.0  # weight of a wrong claim token beside a right one


def reading_loss(heads: Heads, batch: Batch) -> tuple[Tensor, dict[str, float]]:
    """Returns answerability (alone and against the group's other sentences) plus the span's likelihood."""
    right = torch.tensor([pair.right for pair in batch.pairs])
    alone = functional.binary_cross_entropy_with_logits(heads.answer, right)
    groups = torch.tensor([pair.group for pair in batch.pairs])
    against = compare(heads.answer, right, groups)
    span = span_loss(heads, batch.pairs)
    parts = {"answer": float(alone.detach()), "list": float(against.detach()), "span": float(span.detach())}
    return alone + LISTWISE * against + SPAN * span, parts


def compare(scores: Tensor, right: Tensor, groups: Tensor) -> Tensor:
    """Returns the mean loss of choosing a right sentence among each group's, where a group has both."""
    losses = []
    for group in groups.unique():
        inside = groups == group
        good = inside & (right > 0)
        if good.any() and bool((inside & (right == 0)).any()):
            losses.append(scores[inside].logsumexp(0) - scores[good].logsumexp(0))
    return torch.stack(losses).mean() if losses else scores.sum() * 0.0


def span_loss(heads: Heads, pairs: list[Pair]) -> Tensor:
    """Returns the loss of starting and ending at any of the annotated places."""
    losses = []
    for row, pair in enumerate(pairs):
        if pair.right and pair.starts:
            for scores, places in ((heads.start[row], pair.starts), (heads.end[row], pair.ends)):
                losses.append(scores.logsumexp(0) - scores[list(places)].logsumexp(0))
    return torch.stack(losses).mean() if losses else heads.start.sum() * 0.0


def stance_loss(heads: Heads, batch: Batch) -> tuple[Tensor, dict[str, float]]:
    """Returns the stance's weighted loss plus that of the claim tokens known to be wrong or right."""
    stance = torch.tensor([pair.stance for pair in batch.pairs])
    weight = torch.tensor([pair.weight for pair in batch.pairs])
    each = functional.cross_entropy(heads.stance, stance, reduction="none")
    main = (each * weight).mean()
    marked = [(row, pair.wrong) for row, pair in enumerate(batch.pairs) if pair.wrong is not None]
    token = heads.mismatch.sum() * 0.0
    if marked:
        scores = torch.cat([heads.mismatch[row, 1 : 1 + len(wrong)] for row, wrong in marked])
        target = torch.tensor([value for _, wrong in marked for value in wrong])
        token = functional.binary_cross_entropy_with_logits(scores, target, pos_weight=torch.tensor(RARE))
    right = float((heads.stance.argmax(1) == stance).float().mean())
    return main + MISMATCH * token, {"stance": float(main.detach()), "token": float(token.detach()), "accuracy": right}
