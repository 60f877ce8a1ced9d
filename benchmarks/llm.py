"""What the LLM engine costs: time over the bare HTTP call, time to the first statement, tokens.

    python -m benchmarks.llm                  # against a scripted server
    python -m benchmarks.llm --runs 30

The tokens are set against the tutorial chain: chunks of 1,000 characters with 200 of overlap, the best
four by the same embedder, stuffed into one prompt. Recall is the share of golden questions whose gold
sentence is in the prompt.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from fakes import answer, completion, serving, stream  # noqa: E402

from factcheck.answering.evidence import pack  # noqa: E402
from factcheck.index.sync import sync  # noqa: E402
from factcheck.models.tokens import load_counter  # noqa: E402
from factcheck.pipeline import Corpus  # noqa: E402
from factcheck.settings import Settings  # noqa: E402
from factcheck.types import Statement  # noqa: E402

TUTORIAL = (
    "You are an assistant for question-answering tasks. Use the following pieces of retrieved context to answer"
    " the question. If you don't know the answer, just say that you don't know. Use three sentences maximum and"
    " keep the answer concise.\nQuestion: {question} \nContext: {context} \nAnswer:"
)
CHUNK, OVERLAP, BEST = 1000, 200, 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(index=str(Path(folder) / "index"), cache=False, engine="openai")
        sync([ROOT / "seeds"], settings=settings)
        for delay in (0.0, 1.0):
            measure_overhead(settings, delay, runs if delay else runs * 2)
        measure_first_statement(settings, max(runs // 3, 3))
        measure_tokens(settings)


def golden() -> list[dict[str, Any]]:
    """Return the answerable golden questions over the seeds."""
    lines = (ROOT / "golden" / "questions.jsonl").read_text("utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row.get("answerable") and row.get("citations")]


def measure_overhead(settings: Settings, delay: float, runs: int) -> None:
    """Compare a question with the bare call of the same request."""
    text = "Chinese Foreign Ministry spokesman Zhao Lijian rejected the reports of the Russian request."
    reply = completion(answer((text, [1, 2]), (text, [3])), delay=delay)
    questions = [row["question"] for row in golden()]
    with serving(always=reply) as server:
        os.environ["OPENAI_BASE_URL"] = server.address
        with Corpus.open(settings=settings) as corpus:
            corpus.ask(questions[0])  # loads the models
            bare, first, again = [], [], []
            for run in range(runs):
                question = questions[(run + 1) % len(questions)]
                first.append(corpus.ask(question).timing)
                again.append(corpus.ask(question).timing)
                body = json.dumps(server.requests[-1]).encode()
                bare.append(timed(lambda body=body: call(server.address, body)))
    wire = statistics.median(bare)
    print(f"server delay {delay:g} s, {runs} questions; bare HTTP call {wire:.1f} ms (median)")
    for name, found in (("new question", first), ("asked before", again)):
        whole = statistics.median(item.total for item in found)
        search = statistics.median(item.retrieve for item in found)
        print(
            f"  {name}: {whole:.1f} ms in all, search {search:.1f} ms; over the bare call {whole - wire:.1f} ms,"
            f" without the search {whole - wire - search:.1f} ms"
            + (f" ({(whole - wire - search) / wire:.1%})" if delay else "")
        )


def call(address: str, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{address}/chat/completions", body, headers)
    with urllib.request.urlopen(request) as reply:
        reply.read()


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def measure_first_statement(settings: Settings, runs: int) -> None:
    """Time the first checked statement of a reply that takes about two seconds to write."""
    text = "Chinese Foreign Ministry spokesman Zhao Lijian rejected the reports of the Russian request."
    reply = stream(answer(*[(f"{text} {n}", [n]) for n in range(1, 7)]), size=8)
    paced = replace(reply, drip=2.0 / len(reply.body))
    firsts, totals = [], []
    with serving(always=paced) as server:
        os.environ["OPENAI_BASE_URL"] = server.address
        with Corpus.open(settings=settings) as corpus:
            *_, _ = corpus.stream("Who denied the request?")
            for _ in range(runs):
                start = time.perf_counter()
                first = 0.0
                for item in corpus.stream("Who denied the request?"):
                    if isinstance(item, Statement) and not first:
                        first = time.perf_counter() - start
                firsts.append(first)
                totals.append(time.perf_counter() - start)
    print(
        f"first checked statement after {statistics.median(firsts):.2f} s of {statistics.median(totals):.2f} s"
        f" (six statements, {runs} runs)"
    )


def measure_tokens(settings: Settings) -> None:
    """Count prompt tokens and recall, for the tutorial chain and for growing evidence."""
    counter = load_counter("o200k_base")
    rows = golden()
    found, sizes = 0, []
    with serving() as server:
        os.environ["OPENAI_BASE_URL"] = server.address
        with Corpus.open(settings=settings) as corpus:
            chunks = [chunk for row in corpus.articles() for chunk in split(corpus.text(row.file))]
            for row in rows:
                best = nearest(row["question"], chunks)
                prompt = TUTORIAL.format(question=row["question"], context="\n\n".join(best))
                sizes.append(counter.count(prompt))
                found += held(row, "\n".join(best))
            print(f"tokens per question and recall over {len(rows)} golden questions")
            print(
                f"  tutorial chain, {BEST} chunks: {statistics.mean(sizes):.0f} tokens, recall {found / len(rows):.3f}"
            )
            retriever, library = corpus._engines.retriever(), corpus._engines.library()
            retrieved = [retriever.retrieve(row["question"]) for row in rows]
            frame = (
                corpus.plan(rows[0]["question"]).prompt_tokens
                - pack(retrieved[0].hits, budget=100_000, counter=counter, attribute=library.attribute).tokens
            )
            for limit in (4, 6, 8, 10, 12, 16, 24):
                packed = [
                    pack(each.hits, budget=100_000, counter=counter, attribute=library.attribute, limit=limit)
                    for each in retrieved
                ]
                shown = ["\n".join(s.text for s in each.sentences.values()) for each in packed]
                recall = sum(held(row, text) for row, text in zip(rows, shown, strict=True)) / len(rows)
                mean = statistics.mean(each.tokens for each in packed)
                print(f"  {limit} sentences: {mean + frame:.0f} tokens ({mean:.0f} of evidence), recall {recall:.3f}")


def held(row: dict[str, Any], text: str) -> bool:
    """Whether a gold sentence is in a text."""
    flat = " ".join(text.split())
    return any(" ".join(each["quote"].split()) in flat for each in row["citations"])


def split(text: str) -> list[str]:
    """Split as the tutorial does: at paragraphs, lines, sentences, words, in this order."""
    chunks, start = [], 0
    while start < len(text):
        end = min(start + CHUNK, len(text))
        if end < len(text):
            for mark in ("\n\n", "\n", " "):
                place = text.rfind(mark, start + CHUNK // 2, end)
                if place > 0:
                    end = place
                    break
        chunks.append(text[start:end])
        if end >= len(text):
            break
        start = max(end - OVERLAP, start + 1)
    return chunks


_VECTORS: dict[str, Any] = {}


def nearest(question: str, chunks: Sequence[str]) -> list[str]:
    """Return the chunks nearest to a question by the packaged embedder."""
    from factcheck.models.embedder import load_embedder

    embedder = load_embedder(Settings())
    if "chunks" not in _VECTORS:
        _VECTORS["chunks"] = embedder.embed(list(chunks))
    scores = _VECTORS["chunks"] @ embedder.embed([question])[0]
    return [chunks[place] for place in scores.argsort()[::-1][:BEST]]


if __name__ == "__main__":
    main()
