"""Turns records into the tensors of a training step.

A batch is filled up to a number of tokens, not of pairs. Questions come in groups, one sentence of which is
right, so that the loss can compare them. Neighbours are left out most of the time: the reader has to work
with and without them. Some questions are reduced to keywords, or carry a typing mistake.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from data_text import STOP, Claim, Item, Question
from tokenizers import Encoding, Tokenizer
from torch import Tensor

__all__ = ["LIMITS", "Assembler", "Batch", "Limits", "Pair", "load_tokenizer"]

CLS, SEP = 101, 102
LONGEST = 92  # tokens of a training pair
BARE = 0.7  # share of training pairs without neighbours


@dataclass(frozen=True, slots=True)
class Limits:
    """The most tokens kept of each part of a pair."""

    first: int = 64
    sentence: int = 112
    before: int = 24
    after: int = 16


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Pair:
    """The tokens of one pair, with its targets; targets that are unknown are None."""

    ids: list[int]
    segments: list[int]
    right: float = 0.0
    group: int = 0
    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    stance: int = 0
    weight: float = 1.0
    wrong: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded tensors of several pairs and the pairs themselves."""

    ids: Tensor
    segments: Tensor
    mask: Tensor
    pairs: list[Pair]


def load_tokenizer(path: Path) -> Tokenizer:
    """Loads the tokenizer without its own truncation and padding."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


class Assembler:
    """Makes pairs of records, changing some at random if `draw` is given."""

    def __init__(self, tokenizer: Tokenizer, draw: random.Random | None = None, negatives: int = 3) -> None:
        self.tokenizer = tokenizer
        self.draw = draw
        self.negatives = negatives

    def pairs_of(self, row: Question | Claim, group: int) -> list[Pair]:
        """Returns a claim's pair, or a question's pairs with its right and some of its wrong sentences."""
        plain = self.draw is not None and self.draw.random() < BARE
        if isinstance(row, Claim):
            kept = replace(row, before="", after="") if plain else row
            pair = self.claim_pair(kept)
            return [pair] if self.draw is None or len(pair.ids) <= LONGEST else []
        good = [item for item in row.items if item.right]
        bad = [item for item in row.items if not item.right]
        question = row.question
        if self.draw is not None:
            good = self.draw.sample(good, min(2, len(good)))
            bad = self.draw.sample(bad, min(self.negatives, len(bad)))
            question = self.vary(question)
        items = [replace(item, before="", after="") for item in good + bad] if plain else good + bad
        pairs = [self.question_pair(question, item, group) for item in items]
        return [pair for pair in pairs if self.draw is None or len(pair.ids) <= LONGEST]

    def vary(self, question: str) -> str:
        """Returns the question as it stands, without its mark, as keywords, or with a typing mistake."""
        assert self.draw is not None
        luck = self.draw.random()
        if luck < 0.2:
            return question.rstrip("? ")
        if luck < 0.25:
            words = [word for word in re.findall(r"[\w'-]+", question) if word.casefold() not in STOP]
            return " ".join(words) if len(words) > 2 else question
        if luck < 0.29 and len(question) > 20:
            place = self.draw.randrange(6, len(question) - 2)
            return question[:place] + question[place + 1] + question[place] + question[place + 2 :]
        return question

    def question_pair(self, question: str, item: Item, group: int) -> Pair:
        """Returns the pair of a question and a sentence, with the tokens where answers start and end."""
        ids, segments, _, sentence, start = self.lay_out(question, item.sentence, item.before, item.after)
        spans = [span for span in (tokens_of(sentence, *place) for place in item.spans) if span]
        kept = [(low, high) for low, high in spans if high < min(LIMITS.sentence, len(sentence.ids))]
        starts = tuple(sorted({start + low for low, _ in kept}))
        ends = tuple(sorted({start + high for _, high in kept}))
        return Pair(ids, segments, float(item.right), group, starts, ends)

    def claim_pair(self, row: Claim) -> Pair:
        """Returns the pair of a claim and a sentence, with the claim tokens known to be wrong."""
        ids, segments, claim, _, _ = self.lay_out(row.claim, row.sentence, row.before, row.after)
        wrong: tuple[float, ...] | None = None
        if row.wrong is not None:
            marks = np.zeros(min(len(claim.ids), LIMITS.first), dtype=float)
            for place in row.wrong:
                span = tokens_of(claim, *place)
                if span:
                    marks[span[0] : span[1] + 1] = 1.0
            wrong = tuple(marks.tolist())
        return Pair(ids, segments, stance=row.stance, weight=row.weight, wrong=wrong)

    def lay_out(
        self, first: str, sentence: str, before: str, after: str
    ) -> tuple[list[int], list[int], Encoding, Encoding, int]:
        """Returns ids and segments of a pair, both encodings, and where the sentence starts."""
        parts = self.tokenizer.encode_batch([first, sentence, before, after], add_special_tokens=False)
        head = parts[0].ids[: LIMITS.first]
        body = parts[1].ids[: LIMITS.sentence]
        ids = [CLS, *head, SEP, *body, SEP]
        segments = [0] * (len(head) + 2) + [1] * len(body) + [0]
        for segment, part, limit in ((2, parts[2], LIMITS.before), (3, parts[3], LIMITS.after)):
            if part.ids:
                ids += [*part.ids[:limit], SEP]
                segments += [segment] * (min(limit, len(part.ids)) + 1)
        return ids, segments, parts[0], parts[1], len(head) + 2

    def collate(self, pairs: list[Pair]) -> Batch:
        """Pads pairs to one length."""
        length = max(len(pair.ids) for pair in pairs)
        ids = np.zeros((len(pairs), length), dtype=np.int64)
        segments, mask = np.zeros_like(ids), np.zeros_like(ids)
        for row, pair in enumerate(pairs):
            ids[row, : len(pair.ids)] = pair.ids
            segments[row, : len(pair.ids)] = pair.segments
            mask[row, : len(pair.ids)] = 1
        return Batch(torch.from_numpy(ids), torch.from_numpy(segments), torch.from_numpy(mask), pairs)


def tokens_of(encoding: Encoding, start: int, end: int) -> tuple[int, int] | None:
    """Returns the first and last token that touch a range of characters, or None if none does."""
    found = [number for number, (low, high) in enumerate(encoding.offsets) if low < end and high > start]
    return (found[0], found[-1]) if found else None
