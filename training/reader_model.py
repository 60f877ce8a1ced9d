"""The embedded reader: one small BERT encoder with heads for answerability, span and stance.

A pair is `[CLS] first [SEP] sentence [SEP] before [SEP] after [SEP]`, where `first` is a question or a
claim; `before` and `after` are neighbouring sentences and may both be missing. Segment ids tell them apart:
0 for `first` and everything special around it, 1 for the sentence, 2 for what stands before it, 3 for what
follows. Training runs on the tokens of a batch without its padding; the exported graph is padded.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

__all__ = ["Heads", "Reader", "Rows", "load_reader"]

WIDTH, LAYERS, ATTENTION_HEADS, INNER, WORDS, POSITIONS, SEGMENTS = 384, 6, 12, 1536, 30_522, 512, 4
MISMATCH = 64  # width of what a claim token tells the stance head
HIDDEN = 192


@dataclass(frozen=True, slots=True)
class Rows:
    """Where the tokens of a batch lie: `index` of each token in the padded batch, or None if it is padded."""

    size: int
    length: int
    bias: Tensor
    index: Tensor | None


@dataclass(frozen=True, slots=True)
class Heads:
    """What the reader says of each pair; `start`, `end` and `mismatch` are one figure per token."""

    answer: Tensor
    start: Tensor
    end: Tensor
    stance: Tensor
    mismatch: Tensor


class Layer(nn.Module):
    """A transformer layer, normalised after each half as BERT is."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.inner = nn.Linear(WIDTH, INNER)
        self.outer = nn.Linear(INNER, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, eps=1e-12)

    def forward(self, hidden: Tensor, rows: Rows) -> Tensor:
        """Returns the tokens after attention over their own pair and the two linear maps."""
        hidden = self.norm1(hidden + self.out(attend(self.qkv(hidden), rows)))
        return self.norm2(hidden + self.outer(functional.gelu(self.inner(hidden))))  # type: ignore[no-any-return]


def attend(qkv: Tensor, rows: Rows) -> Tensor:
    """Returns attention over each pair, for tokens with or without their padding."""
    if rows.index is not None:
        padded = qkv.new_zeros(rows.size * rows.length, 3 * WIDTH)
        qkv = padded.index_copy(0, rows.index, qkv)
    qkv = qkv.view(rows.size, rows.length, 3, ATTENTION_HEADS, WIDTH // ATTENTION_HEADS)
    query, key, value = qkv.permute(2, 0, 3, 1, 4)
    mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=rows.bias)
    mixed = mixed.transpose(1, 2).reshape(rows.size, rows.length, WIDTH)
    if rows.index is not None:
        return mixed.reshape(-1, WIDTH).index_select(0, rows.index)
    return mixed


class Reader(nn.Module):
    """The encoder and its heads."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(WORDS, WIDTH)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.segments = nn.Embedding(SEGMENTS, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.answer = nn.Sequential(nn.Linear(5 * WIDTH, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, 1))
        self.span = nn.Sequential(nn.Linear(3 * WIDTH, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, 2))
        self.token = nn.Sequential(nn.Linear(WIDTH, MISMATCH), nn.Tanh())
        self.mismatch = nn.Linear(MISMATCH, 1)
        self.stance = nn.Sequential(nn.Linear(5 * WIDTH + 2 * MISMATCH, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, 3))

    def encode(self, ids: Tensor, segments: Tensor, mask: Tensor) -> Tensor:
        """Returns the padded token outputs (pairs, length, width); padding is computed only when exporting."""
        size, length = ids.shape
        bias = (1.0 - mask.to(torch.float32)).mul(-1e4).view(size, 1, 1, length)
        places = torch.arange(length, device=ids.device).expand(size, length)
        if not self.training:
            rows = Rows(size, length, bias, None)
            hidden = self.norm(self.words(ids) + self.positions(places) + self.segments(segments))
            for layer in self.layers:
                hidden = layer(hidden, rows)
            return hidden  # type: ignore[no-any-return]
        index = mask.reshape(-1).nonzero().squeeze(1)
        rows = Rows(size, length, bias, index)
        flat = [part.reshape(-1).index_select(0, index) for part in (ids, places, segments)]
        hidden = self.norm(self.words(flat[0]) + self.positions(flat[1]) + self.segments(flat[2]))
        for layer in self.layers:
            hidden = layer(hidden, rows)
        return hidden.new_zeros(size * length, WIDTH).index_copy(0, index, hidden).view(size, length, WIDTH)

    def forward(self, ids: Tensor, segments: Tensor, mask: Tensor) -> Heads:
        """Returns what every head says; `mask` is 1 on tokens and 0 on padding."""
        hidden = self.encode(ids, segments, mask)
        sentence = (segments == 1).to(torch.float32).unsqueeze(2)
        first = (segments == 0).to(torch.float32).unsqueeze(2) * mask.to(torch.float32).unsqueeze(2)
        asked, told = average(hidden, first), average(hidden, sentence)
        pooled = torch.cat([hidden[:, 0], asked, told, (asked - told).abs(), asked * told], dim=1)
        spread = asked.unsqueeze(1).expand_as(hidden)
        spans = self.span(torch.cat([hidden, hidden * spread, spread], dim=2))
        spans = spans + (sentence - 1.0) * 1e4
        tokens = self.token(hidden)
        worst = (tokens * first + (first - 1.0) * 2.0).amax(dim=1)
        feature = torch.cat([pooled, worst, average(tokens, sentence)], dim=1)
        return Heads(
            answer=self.answer(pooled).squeeze(1),
            start=spans[:, :, 0],
            end=spans[:, :, 1],
            stance=self.stance(feature),
            mismatch=self.mismatch(tokens).squeeze(2),
        )


def average(hidden: Tensor, weight: Tensor) -> Tensor:
    """Returns the weighted mean over the tokens of each pair."""
    return (hidden * weight).sum(dim=1) / weight.sum(dim=1).clamp(min=1.0)


def load_reader(weights: str) -> Reader:
    """Starts a reader from the float weights of all-MiniLM-L6-v2 (a safetensors file)."""
    found = load_file(weights)
    model = Reader()
    state = model.state_dict()
    state["words.weight"] = found["embeddings.word_embeddings.weight"]
    state["positions.weight"] = found["embeddings.position_embeddings.weight"]
    kinds = found["embeddings.token_type_embeddings.weight"]
    state["segments.weight"] = torch.stack([kinds[0], kinds[0] + 0.1 * (kinds[1] - kinds[0]), kinds[0], kinds[0]])
    state["segments.weight"] = state["segments.weight"] + 0.01 * torch.randn_like(state["segments.weight"])
    for end in ("weight", "bias"):
        state[f"norm.{end}"] = found[f"embeddings.LayerNorm.{end}"]
        for number in range(LAYERS):
            old, new = f"encoder.layer.{number}.", f"layers.{number}."
            parts = [found[f"{old}attention.self.{part}.{end}"] for part in ("query", "key", "value")]
            state[f"{new}qkv.{end}"] = torch.cat(parts)
            state[f"{new}out.{end}"] = found[f"{old}attention.output.dense.{end}"]
            state[f"{new}norm1.{end}"] = found[f"{old}attention.output.LayerNorm.{end}"]
            state[f"{new}inner.{end}"] = found[f"{old}intermediate.dense.{end}"]
            state[f"{new}outer.{end}"] = found[f"{old}output.dense.{end}"]
            state[f"{new}norm2.{end}"] = found[f"{old}output.LayerNorm.{end}"]
    model.load_state_dict(state)
    model.words.weight.requires_grad_(False)
    model.positions.weight.requires_grad_(False)
    return model
