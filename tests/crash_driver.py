"""Runs commands in processes that it forks: the modules are loaded once, so that a killed run costs little.

    python crash_driver.py        with disk.so in LD_PRELOAD; disk.py sends a request a line and reads the reply

The embedder and the answers are stand-ins; the files, SQLite and Chroma are real.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import io
import json
import logging
import os
import re
import signal
import sys
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chromadb.api.rust  # noqa: F401 - imported before the forks
import numpy as np
from scripted_corpus import record
from toy_embedder import ToyEmbedder

import factcheck.articles.uploads
import factcheck.batch.runner
import factcheck.evaluation.charts
import factcheck.evaluation.page
import factcheck.evaluation.runner
import factcheck.index.sync as syncing
import factcheck.index.vector_update
import factcheck.retrieval
from factcheck.asking import Traced
from factcheck.batch import workers
from factcheck.batch.runner import Serial
from factcheck.batch.tasks import Asking
from factcheck.cli import main
from factcheck.errors import FactcheckError, IndexMissing
from factcheck.index.lock import sync_folder
from factcheck.index.removed import read_removed
from factcheck.index.store import Store
from factcheck.index.vectors import Vectors
from factcheck.models.parser import load_parser
from factcheck.settings import Settings
from factcheck.types import Abstention, Answer, AnswerRecord, Citation, Origins, Searched, Statement, Usage


class PaidCorpus:
    """Answers from the index, the same way whenever it is asked; what is paid for is a line of the ledger."""

    def __init__(self, index: Path, ledger: Path) -> None:
        self._index = index
        self._ledger = ledger

    def ask(self, question: str, **_: Any) -> AnswerRecord:
        with self._ledger.open("a", encoding="utf-8") as ledger:  # forced to the disk, as a bill is
            ledger.write(question + "\n")
            ledger.flush()
            os.fsync(ledger.fileno())
        sync_folder(self._ledger.parent)
        word = question.split()[-1].rstrip("?")
        with Store.open(self._index) as store:
            for article in store.articles():
                for sentence in store.sentences_of_file(article.file):
                    if f" {word} " in sentence.text:
                        found = Citation(
                            1, article.file, sentence.start, sentence.end, sentence.line, sentence.text,
                            article.sha256, None, None, article.origin,
                        )  # fmt: skip
                        said = Statement(sentence.text, (1,), "verbatim")
                        outcome = Answer("", word, (said,), (found,), Origins(files=1, independent=1))
                        return record(question, outcome, usage=Usage(100, 20, 0.001))
        nothing = Abstention("insufficient_evidence", "None says so.", (), Searched(1, 1))
        return record(question, nothing, usage=Usage(100, 20, 0.001))

    def ask_traced(self, question: str, **_: Any) -> Traced:
        return Traced(self.ask(question), (), 0)


def run(place: Path, arguments: list[str]) -> int:
    """Run a command as the command line does."""
    settings = Settings(index=str(place / "index"))
    os.chdir(place)

    def open_workers(asking: Asking, **_: object) -> Serial:
        return Serial(PaidCorpus(place / "index", place / "ledger"), asking)

    workers.open_workers = open_workers  # type: ignore[assignment]
    if arguments[0] == "upload":
        data = (place.parent / "upload.txt").read_bytes()
        uploads = factcheck.articles.uploads
        received = uploads.receive(place / "articles", "u.txt", data, max_bytes=10_000_000, known={})
        print(f"error: {received.reason}")
        return 0 if received.state in ("stored", "same") else 1
    if arguments[0] == "mend":
        with Store.open(place / "index") as store:
            Vectors.open(store, settings).close()
        return 0
    try:
        main([*arguments, "--index", str(place / "index")])
    except SystemExit as error:
        return int(error.code or 0)
    return 0


def look(place: Path) -> dict[str, Any]:
    """Say what a reader finds, and fail where it is not whole."""
    settings = Settings(index=str(place / "index"))
    try:
        store = Store.open(place / "index")
    except IndexMissing as error:
        return {"missing": error.hint}
    with store:
        found = {}
        for article in store.articles():
            text = store.text(article.file)
            sentences = store.sentences_of_file(article.file)
            assert len(sentences) == article.sentences and sentences, article.file
            assert hashlib.sha256(text.encode()).hexdigest() == article.sha256, "the text is the file's"
            assert all(text[s.start : s.end] == s.text and s.text for s in sentences)
            found[article.file] = article.sha256
        ids = store.passage_ids().tolist()
        assert store.match("SELECT count(*) FROM passage_words")[0][0] == len(ids), "every passage has its words"
        with contextlib.closing(Vectors.open(store, settings)) as vectors:
            query = ToyEmbedder().embed(["The number was seen near the harbour"])[0]
            hits = vectors.search(query, limit=len(ids) + 1)
            assert sorted(hit.passage for hit in hits) == ids, "every passage has its vector"
            exact = {int(i): float(row @ query) for block in store.vectors(store.passage_ids()) for i, row in
                     zip(block.ids, block.rows, strict=True)}  # fmt: skip
            assert all(abs(hit.score - exact[hit.passage]) < 1e-4 for hit in hits), "and it is its own"
    return {"articles": found}


def state(place: Path) -> dict[str, Any]:
    """Return everything that a finished run leaves, but for times."""
    index = place / "index"
    kept: dict[str, Any] = {"removed": sorted(read_removed(index)), "files": sorted(_files(place))}
    for name in ("out.jsonl", "run/records.jsonl", "run/scores.jsonl", "run/golden.jsonl"):
        if (place / name).exists():
            kept[name] = (place / name).read_text("utf-8")
    if not (index / "current").exists():
        return kept
    with Store.open(index) as store:
        kept["fingerprint"] = store.fingerprint()
        for table, order in (
            ("articles", "id"), ("texts", "article"), ("origin_pairs", "a, b"), ("passages", "id"),
            ("sentences", "id"), ("utterances", "id"), ("passage_vocabulary", "term"),
        ):  # fmt: skip
            rows = store.match(f"SELECT * FROM {table} ORDER BY {order}")
            if table == "articles":  # all but where and when they were read
                rows = [row[:2] + row[4:6] + row[7:] for row in rows]
            kept[table] = hashlib.sha256(repr(rows).encode()).hexdigest()
        kept["integrity"] = store.match("PRAGMA integrity_check")
        settings = Settings(index=str(index))
        with contextlib.closing(Vectors.open(store, settings)) as vectors:
            assert vectors.kind == "embedded", vectors.kind
            assert vectors._chroma is not None
            got = vectors._chroma._collection.get(include=["embeddings"])
            order = np.argsort(np.array([int(name) for name in got["ids"]]))
            kept["chroma"] = [int(got["ids"][n]) for n in order]
            held = np.concatenate([block.rows for block in store.vectors(store.passage_ids())])
            assert np.allclose(np.array(got["embeddings"])[order], held, atol=1e-6), "the vectors are SQLite's"
    return kept


def _files(place: Path) -> Iterator[str]:
    for path in place.rglob("*"):
        parts = path.relative_to(place).parts
        if (
            parts[0] in ("articles", "ledger")
            or path.is_dir()
            or path.name.endswith(("-shm", "-wal", "-journal", ".job.old"))
        ):
            continue
        # A store of Chroma and its segments have random names, and a rebuild may have been made once more.
        name = "/".join(parts[:3]) if "chroma" not in parts else "/".join((*parts[:3], "*", parts[-1]))
        yield re.sub(r"build-\d+", "build", name)


def serve() -> None:
    """Fork for each request; reply with the exit code, and what the child left to say."""
    syncing.load_embedder = lambda _: ToyEmbedder()
    factcheck.retrieval.load_embedder = lambda _: ToyEmbedder()
    # Drawing plots begins threads, too.
    factcheck.evaluation.charts.to_svg = lambda chart, prefix: "<svg></svg>"
    _warm()
    shim = ctypes.CDLL(None)
    logging.disable(logging.WARNING)
    for line in sys.stdin:
        request = json.loads(line)
        said = Path(request["said"])
        child = os.fork()
        if child == 0:
            signal.alarm(120)
            os._exit(_child(request, said, shim))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(json.dumps([code, said.read_text("utf-8") if said.exists() else ""]), flush=True)


def _warm() -> None:
    """Load and compile everything that the commands need, without Chroma: it begins threads, which no fork survives."""
    load_parser().parse("Loaded once.")
    heard, update = io.StringIO(), syncing.update_vectors
    syncing.update_vectors = lambda *_, **__: None  # type: ignore[assignment]
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(heard), contextlib.redirect_stderr(heard):
        place = Path(folder) / "place"
        (place / "articles").mkdir(parents=True)
        (place / "articles" / "a.txt").write_text("One\n\nThe mayor said on Monday: “It is one.” It is two.\n", "utf-8")
        (place / "in.jsonl").write_text('{"question": "What is two?"}\n', "utf-8")
        golden = {
            "question": "What is two?",
            "answers": [["two"]],
            "citations": [{"file": "a.txt", "quote": "It is two."}],
        }
        (place / "golden.jsonl").write_text(json.dumps({"id": "g", "answerable": True, **golden}) + "\n", "utf-8")
        for arguments in (
            ["index", "articles"],
            ["batch", "in.jsonl", "-o", "o.jsonl"],
            ["eval", "golden.jsonl", "-o", "r"],
        ):
            run(place, [*arguments, *(["--restart"] if arguments[0] == "batch" else [])])
        os.chdir("/")
    syncing.update_vectors = update


def _child(request: dict[str, Any], said: Path, shim: ctypes.CDLL) -> int:
    place, code = Path(request["place"]), 0
    heard = io.StringIO()
    sys.stderr = heard
    sys.stdout = heard
    said.unlink(missing_ok=True)
    if "blow" in request:
        shim.disk_watch(
            os.fsencode(place), os.fsencode(request["record"]), ctypes.c_long(request["at"]), request["blow"]
        )
    try:
        match request["do"]:
            case "run":
                code = run(place, request["arguments"])
            case "look":
                heard.write(json.dumps(look(place)))
            case "state":
                heard.write(json.dumps(state(place)))
    except FactcheckError as error:
        heard.write(f"error: {error.message} / {error.hint}")
        code = 1
    except BaseException:
        heard.write(traceback.format_exc())
        code = 70
    shim.disk_watch(b"", b"", ctypes.c_long(0), 0)
    said.write_text(heard.getvalue(), "utf-8")
    return code


if __name__ == "__main__":
    serve()
