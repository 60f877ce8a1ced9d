"""Passages: runs of whole sentences, sized to the embedder."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from factcheck.types import Passage, Sentence

_GAP = 40  # characters of boilerplate
_HEADLINE_GAP = 200


def group_passages(
    sentences: Sequence[Sentence],
    count_tokens: Callable[[Sequence[str]], Sequence[int]],
    text: str,
    *,
    max_tokens: int,
) -> tuple[Passage, ...]:
    """Group sentences into passages that fit the embedder.

    Args:
        sentences: The article's sentences in order.
        count_tokens: Counts the tokens of each of some texts.
        text: The article's text.
        max_tokens: Size of a passage; a longer sentence is a passage of its own.

    Returns:
        Passages that together hold every sentence once. They end at a paragraph's end where that
        leaves them at least half full, never behind a headline, and never span boilerplate.
    """
    tokens = count_tokens([text[s.start : s.end] for s in sentences]) if sentences else []
    passages: list[Passage] = []
    run: list[int] = []
    size = 0
    for index, sentence in enumerate(sentences):
        torn = bool(run) and _is_torn(text, sentences[run[-1]], sentence)
        while run and (torn or size + tokens[index] > max_tokens):
            keep = len(run) if torn else _choose_cut(text, sentences, tokens, [*run, index], max_tokens)
            passages.append(Passage(tuple(sentences[i] for i in run[:keep])))
            run = run[keep:]
            size = sum(tokens[i] for i in run)
        run.append(index)
        size += tokens[index]
    if run:
        passages.append(Passage(tuple(sentences[i] for i in run)))
    return tuple(passages)


def _choose_cut(
    text: str, sentences: Sequence[Sentence], tokens: Sequence[int], run: Sequence[int], max_tokens: int
) -> int:
    """Return how many sentences of a full run make the passage; the run's last one did not fit."""
    cuts = range(len(run) - 1, 0, -1)
    breaks = [_is_paragraph_end(text, sentences[run[cut - 1]].end, sentences[run[cut]].start) for cut in cuts]
    size = 0
    sizes = [size := size + tokens[i] for i in run]
    best = next(
        (cut for cut, ends in zip(cuts, breaks, strict=True) if ends and sizes[cut - 1] >= max_tokens / 2),
        len(run) - 1,
    )
    while best > 1 and _is_headline(text, sentences[run[best - 1]], sentences[run[best]]):
        best -= 1
    return best


def _is_torn(text: str, sentence: Sentence, following: Sentence) -> bool:
    """Return whether more than a little boilerplate lies between two sentences.

    Byline, date and share bar do not part a headline from its story.
    """
    between = len("".join(text[sentence.end : following.start].split()))
    return between > (_HEADLINE_GAP if _is_headline(text, sentence, following) else _GAP)


def _is_paragraph_end(text: str, end: int, start: int) -> bool:
    return len(text[end:start].splitlines()) > 1


def _is_headline(text: str, sentence: Sentence, following: Sentence) -> bool:
    words = text[sentence.start : sentence.end]
    return (
        len(words) <= 120
        and words[-1] not in ".!?…”\"'’。！？"
        and _is_paragraph_end(text, sentence.end, following.start)
    )
