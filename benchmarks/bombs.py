# ruff: noqa: E501 - a table reads best with one entry a line
"""Files made to exhaust: each is read in a process of its own, and its time, memory and message are measured.

    python benchmarks/bombs.py              all of them, as a Markdown table
    python benchmarks/bombs.py docx pdf     those whose names hold one of these words

A row says how many seconds of CPU and megabytes reading took beyond an idle process, and what the reader said.
The command ends with 1 where one took more than 60 seconds or 1,000 MB, or ended in anything but a reading or an
error of ours.
"""

from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

MOST_SECONDS, MOST_MEGABYTES = 60.0, 1_000
LIMIT_MEGABYTES = 6_000
WORDS = "The mayor said on Tuesday that the port of Averley will close for a week. "


SHARED = "xl/sharedStrings.xml"
SHARED_TYPE = (SHARED.encode(), b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml")


def with_part(kind: str, part: str, data: bytes, *, more: int = 0) -> bytes:
    """Return a sound Word file or workbook with one part replaced, and empty parts added."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
    import strangers

    whole = strangers.make_docx() if kind == "docx" else strangers.make_xlsx()
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = data if name == part else old.read(name)
            if name == "[Content_Types].xml" and part == SHARED:
                content = content.replace(
                    b"</Types>", b'<Override PartName="/%s" ContentType="%s"/></Types>' % SHARED_TYPE
                )
            new.writestr(name, content)
        if part == SHARED:
            new.writestr(part, data)
        for number in range(more):
            new.writestr(f"{'../' * 40}etc/part{number}", b"")
    return stream.getvalue()


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 20) for n in range(10))
    + b"]>"
)
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
W = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>%s</w:body></w:document>'
PARAGRAPH = b"<w:p><w:r><w:t>%s</w:t></w:r></w:p>"
S = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
CELL = b'<c t="inlineStr"><is><t>%s</t></is></c>'
HEADER = b"<row>" + CELL % b"question" + b"</row>"


def pdf(*objects: bytes) -> bytes:
    """Return a PDF with a sound table of its objects."""
    body, places = b"%PDF-1.7\n", []
    pieces = [body]
    size = len(body)
    for number, each in enumerate(objects, 1):
        places.append(size)
        pieces.append(b"%d 0 obj\n%s\nendobj\n" % (number, each))
        size += len(pieces[-1])
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    trailer = b"trailer << /Root 1 0 R /Size %d >>\nstartxref\n%d\n%%%%EOF\n" % (count, size)
    return b"".join(pieces) + b"xref\n0 %d\n0000000000 65535 f \n" % count + table + trailer


def stream(data: bytes, filters: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), filters, data)


def packed(data: bytes, times: int) -> bytes:
    import zlib

    for _ in range(times):
        data = zlib.compress(data, 9)
    return stream(data, b"/Filter [%s]" % (b"/FlateDecode " * times))


CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents %s /Resources << >> >>"
PAGES = b"<< /Type /Pages /Kids [%s] /Count %d >>"

BOMBS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "docx: 1 GB of zeros": ("a.docx", lambda: with_part("docx", "word/document.xml", bytes(10**9))),
    "docx: a million paragraphs": ("a.docx", lambda: with_part("docx", "word/document.xml", W % (PARAGRAPH % b"A b." * 10**6))),
    "docx: 90 MB of empty elements": ("a.docx", lambda: with_part("docx", "word/document.xml", W % (b"<w:p/>" * 15_000_000))),
    "docx: a table of 300,000 cells": ("a.docx", lambda: with_part("docx", "word/document.xml", W % (b"<w:tbl>" + (b"<w:tr>" + b"<w:tc><w:p/></w:tc>" * 3000 + b"</w:tr>") * 100 + b"</w:tbl>"))),
    "docx: nested tables, 300 deep": ("a.docx", lambda: with_part("docx", "word/document.xml", W % (b"<w:tbl><w:tr><w:tc>" * 300 + b"<w:p/></w:tc></w:tr></w:tbl>" * 300))),
    "docx: billion laughs": ("a.docx", lambda: with_part("docx", "word/document.xml", LAUGHS + W % (PARAGRAPH % b"&k; text"))),
    "docx: external entity": ("a.docx", lambda: with_part("docx", "word/document.xml", OUTSIDE + W % (PARAGRAPH % b"&e; text"))),
    "docx: 60,000 parts, paths upwards": ("a.docx", lambda: with_part("docx", "", b"", more=60_000)),
    "xlsx: 1 GB of zeros in a sheet": ("a.xlsx", lambda: with_part("xlsx", "xl/worksheets/sheet1.xml", bytes(10**9))),
    "xlsx: a million rows, repeated": ("a.xlsx", lambda: with_part("xlsx", "xl/worksheets/sheet1.xml", S % (HEADER + (b"<row>" + CELL % b"Who denied it?" + b"</row>") * 10**6))),
    "xlsx: one row of 2 million cells": ("a.xlsx", lambda: with_part("xlsx", "xl/worksheets/sheet1.xml", S % (HEADER + b"<row>" + CELL % b"x" * 2 * 10**6 + b"</row>"))),
    "xlsx: one cell of 200 MB": ("a.xlsx", lambda: with_part("xlsx", "xl/worksheets/sheet1.xml", S % (HEADER + b"<row>" + CELL % (b"x" * 2 * 10**8) + b"</row>"))),
    "xlsx: 60 MB of shared strings": ("a.xlsx", lambda: with_part("xlsx", SHARED, b"<sst>" + b"<si><t>a</t></si>" * 3_500_000 + b"</sst>")),
    "xlsx: billion laughs": ("a.xlsx", lambda: with_part("xlsx", "xl/worksheets/sheet1.xml", LAUGHS + S % (HEADER + b"<row>" + CELL % b"&k;" + b"</row>"))),
    "pdf: 100,000 pages": ("a.pdf", lambda: pdf(CATALOG, PAGES % (b"3 0 R " * 100_000, 100_000), PAGE % b"4 0 R", stream(b"BT (x) Tj ET"))),
    "pdf: 2 billion pages by its own count": ("a.pdf", lambda: pdf(CATALOG, PAGES % (b"3 0 R", 2**31 - 1), PAGE % b"4 0 R", stream(b"BT (x) Tj ET"))),
    "pdf: pages that hold themselves": ("a.pdf", lambda: pdf(CATALOG, PAGES % (b"2 0 R 2 0 R", 4))),
    "pdf: 1 GB behind one filter": ("a.pdf", lambda: pdf(CATALOG, PAGES % (b"3 0 R", 1), PAGE % b"4 0 R", packed(bytes(10**9), 1))),
    "pdf: 1 GB behind three filters": ("a.pdf", lambda: pdf(CATALOG, PAGES % (b"3 0 R", 1), PAGE % b"4 0 R", packed(bytes(10**9), 3))),
    "pdf: 70 MB of operators, packed": ("a.pdf", lambda: pdf(CATALOG, PAGES % (b"3 0 R", 1), PAGE % b"4 0 R", packed(b"BT (word) Tj ET " * 4_400_000, 1))),
    "pdf: arrays nested 100,000 deep": ("a.pdf", lambda: pdf(CATALOG, PAGES % (b"3 0 R", 1), PAGE % (b"[" * 100_000 + b"]" * 100_000))),
    "pdf: an object that is itself": ("a.pdf", lambda: pdf(CATALOG, PAGES % (b"3 0 R", 1), PAGE % b"4 0 R", b"4 0 R")),
    "pdf: 20 MB of objects": ("a.pdf", lambda: pdf(CATALOG, *[b"<< /A [1 2 3] >>"] * 550_000)),
    "html: 200,000 elements deep": ("a.html", lambda: b"<div>" * 200_000 + WORDS.encode()),
    "html: 20,000 elements of one story": ("a.html", lambda: b"<html><body><article>" + (b"<p>" + WORDS.encode() + b"</p>") * 19_000),
    "html: 5 MB in one tag": ("a.html", lambda: b"<p " + b"a=b " * 1_200_000 + b">" + WORDS.encode() * 9),
    "html: 5 MB of text in one paragraph": ("a.html", lambda: b"<html><body><p>" + WORDS.encode() * 66_000 + b"</p></body></html>"),
    "html: 5 MB of <": ("a.html", lambda: b"<" * 4_900_000 + WORDS.encode()),
    "html: entities nested": ("a.html", lambda: LAUGHS + b"<p>&k; " + WORDS.encode() * 9),
    "txt: one line of 20 MB": ("a.txt", lambda: (WORDS * 270_000).encode()),
    "txt: one word of 20 MB": ("a.txt", lambda: b"a" * 19_900_000),
    "txt: 1 million lines of a word": ("a.txt", lambda: b"word\n" * 10**6),
    "txt: 10 million blank lines": ("a.txt", lambda: b"word" + b"\n" * 10**7 + b"word"),
    "txt: 20 MB of full stops": ("a.txt", lambda: b"a" + b"." * 19_900_000),
    "txt: 20 MB of opened brackets": ("a.txt", lambda: b"a " + b"[(<" * 6_600_000),
    "txt: 20 MB of initials": ("a.txt", lambda: b"A. " * 6_600_000),
    "txt: 20 MB of comments begun": ("a.txt", lambda: b"<!-- a " * 2_800_000),
    "txt: 20 MB of combining marks": ("a.txt", lambda: b"a" + "\u0301".encode() * 9_900_000),
    "txt: 100 MB": ("a.txt", lambda: WORDS.encode() * 1_350_000),
    "md: 20 MB of front matter": ("a.md", lambda: b"---\n" + b"a: b\n" * 3_900_000),
    "md: 20 MB of links": ("a.md", lambda: b"[a](b) [c][" * 1_800_000),
    "jsonl: one line of 50 MB": ("a.jsonl", lambda: b'{"question": "' + b"a" * 50_000_000 + b'"}'),
    "jsonl: 100,000 brackets": ("a.jsonl", lambda: b'{"question": ' + b"[" * 100_000),
    "jsonl: 100,000 fields a line": ("a.jsonl", lambda: b'{"question": "Who?", ' + b", ".join(b'"f%d": 1' % n for n in range(10**5)) + b"}\n"),
    "csv: a million columns": ("a.csv", lambda: b"question," + b",".join(b"c%d" % n for n in range(10**6)) + b"\nWho?" + b"," * 10**6 + b"\n"),
    "csv: a quotation mark never closed, 50 MB": ("a.csv", lambda: b'question\n"' + b"Who denied it?\n" * 3_300_000),
    "csv: 50 MB of quotation marks": ("a.csv", lambda: b"question\n" + b'"' * 50_000_000),
    "questions.txt: 1 million lines": ("b.questions", lambda: b"Who?\n" * 10**6),
    "golden: a million columns": ("golden.csv", lambda: b"id,question," + b",".join(b"c%d" % n for n in range(10**6))),
    "golden: 100,000 brackets": ("golden.jsonl", lambda: b'{"id": ' + b"[" * 100_000),
    "draft: 5 MB of opened links": ("draft.md", lambda: b"[" * 190_000),
    "draft: nested links": ("draft.md", lambda: b"[a](" * 49_000),
    "draft: stars and lines": ("draft.md", lambda: b"*_`~" * 49_000),
    "settings: arrays nested 100,000 deep": ("factcheck.toml", lambda: b"index = " + b"[" * 100_000),
    "settings: 100,000 dotted keys": ("factcheck.toml", lambda: b"a." * 100_000 + b"b = 1"),
    "verify: 100,000 brackets": ("records.jsonl", lambda: b'{"schema": "factcheck/answer/1", "citations": ' + b"[" * 100_000),
    "verify: a line of 50 MB": ("records.jsonl", lambda: b'{"schema": "factcheck/answer/1", "id": "' + b"a" * 50_000_000 + b'"}'),
    "reply: 200,000 characters of objects begun": ("reply", lambda: b'{"a":' * 39_000),
    "reply: 200,000 brackets": ("reply", lambda: b"{" * 199_000),
}  # fmt: skip


def read(path: Path) -> str:
    """Read a file as what its name says; this runs in the child."""
    from factcheck.errors import FactcheckError

    try:
        return _read(path)
    except FactcheckError as error:
        return f"{type(error).__name__}: {error.message}"


def _read(path: Path) -> str:
    from strangers import read_model_reply, read_record

    data_of = path.read_bytes
    if path.name.startswith("golden"):
        from factcheck.evaluation.golden import read_golden

        return f"read {len(read_golden(path).cases)} cases"
    if path.name.startswith("draft"):
        from factcheck.articles.sentences import split_sentences
        from factcheck.drafts.reading import read_draft_file

        return f"read {len(split_sentences(read_draft_file(path).prose.text))} sentences"
    if path.suffix == ".toml":
        from factcheck.settings import Settings

        return str(Settings.load(file=path, env={}).threads)
    if path.name in ("records.jsonl", "reply"):
        return f"read {(read_record if path.suffix else read_model_reply)(data_of(), path.parent)}"
    if path.suffix in (".xlsx", ".jsonl", ".csv", ".questions"):
        from factcheck.batch.preview import preview

        if path.suffix == ".questions":
            path = path.rename(path.with_suffix(".txt"))
        found = preview(str(path))
        return f"read {found.items} items, {found.unusable} unusable {found.problems[:1]}"
    from factcheck.articles.read import read_article
    from factcheck.articles.sentences import split_sentences

    article = read_article(path, path.name, max_bytes=20_000_000)
    return f"read {len(split_sentences(article.text, article.boilerplate))} sentences"


def measure(name: str) -> tuple[bool, str]:
    """Read one bomb in a child and return whether all went well, and the row."""
    file, make = BOMBS[name]
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch, file)
        path.write_bytes(make())
        size = path.stat().st_size
        start = time.monotonic()
        child = subprocess.run(
            [sys.executable, __file__, "--child", str(path)], capture_output=True, text=True, timeout=None,
            preexec_fn=lambda: _limit(), check=False,
        )  # fmt: skip
        wall = time.monotonic() - start
    if child.returncode:
        last = child.stderr.strip().splitlines()[-1:] or [f"ended with {child.returncode}"]
        return False, f"| {name} | {size / 1e6:.2f} | {wall:.1f} | | **{last[0][:100]}** |"
    told = json.loads(child.stdout)
    said = told["said"].replace(scratch + "/", "").replace("|", "\\|").replace("\n", " ")
    good = told["cpu"] <= MOST_SECONDS and told["mb"] <= MOST_MEGABYTES
    return good, f"| {name} | {size / 1e6:.2f} | {told['cpu']:.1f} | {told['mb']:.0f} | {said[:140]} |"


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (int(MOST_SECONDS * 1.5), int(MOST_SECONDS * 1.5)))
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT_MEGABYTES << 20, LIMIT_MEGABYTES << 20))


def child(path: Path) -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
    import docx
    import openpyxl
    import pypdf
    import strangers
    import trafilatura

    assert all((docx, openpyxl, pypdf, strangers, trafilatura))
    before = resource.getrusage(resource.RUSAGE_SELF)
    said = read(path)
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({"cpu": cpu, "mb": (after.ru_maxrss - before.ru_maxrss) / 1024, "said": said}))


def main() -> int:
    if sys.argv[1:2] == ["--child"]:
        child(Path(sys.argv[2]))
        return 0
    if sys.argv[1:2] in (["-h"], ["--help"]):
        print(__doc__)
        return 0
    names = [name for name in BOMBS if not sys.argv[1:] or any(word in name for word in sys.argv[1:])]
    print("| bomb | MB | CPU s | MB more | what the reader says |\n|---|--:|--:|--:|---|", flush=True)
    failed = 0
    for name in names:
        good, row = measure(name)
        failed += not good
        print(row, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
