# ruff: noqa: E501 - a table reads best with one entry a line
"""Sound inputs of every parser, which hypothesis and atheris then spoil, and the bytes to spoil them with."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from functools import cache
from typing import Any

import drafted
import scripted_comparison
import scripted_corpus
from evaluated import EVALUATION, RECORDS
from fakes import answer
from places import ROOT, SEEDS
from strangers import make_docx, make_xlsx

from factcheck.evaluation.wire import to_json, to_score_lines

PAYLOADS: tuple[bytes, ...] = (
    b"", b"\0", b"\r", b"\r\n", b"\n", b"\n\n", b"\xef\xbb\xbf", b"\xff", b"\xed\xa0\x80", b"\xc3", b"\x1b[2J\x1b]0;x\x07",
    *(char.encode() for char in "\u0085\u2028\u2029\u200b\u200d\u202e\u2066\u00ad\ufeff\ufffd\u3000\U0001f469\U000e0041"),
    "e\u0301\u0301\u0301".encode(), "👩\u200d👩\u200d👧\ufe0f".encode(), "ﬁ℀㍿".encode(), "שלום عربى".encode(), "。！？「".encode(),
    *(b"...", b"!?", b"\xe2\x80\x9c", b"\xe2\x80\x9d", b'"', b"'", b"Mr. ", b"U.S. ", b"[1]", b"[" * 40, b"(" * 40, b"{" * 40),
    *(b"# ", b"---\n", b"```\n", b"<!--", b"-->", b"| a | b |\n", b"> ", b"- ", b"[a](http://b.example)", b"![x](y)", b"**"),
    *(b"<p>", b"</div>", b"<script>", b"<style>p{display:none}</style>", b"&amp;", b"&#0;", b"&#xD800;", b"<![CDATA[", b"<?x?>"),
    *(b'{"', b'"}', b"[]", b"null", b"true", b"NaN", b"-0", b"1e999", b"9" * 30, b'"\\ud800"', b'\\u0000', b"\\", b",", b";", b"\t"),
    *(b"sep=;\n", b"=1+1", b"question", b"claim", b"id,", b'""', b"By Ana Ruiz\n", b"14 May 2022", b"99/99/9999", b"(Reuters) - "),
    *(b"\x00\x00\x01\x00", b"\xff\xff\xff\xff", b" " * 300, b"a" * 300, b"\xcc\x81" * 200),
)  # fmt: skip
"""What tends to break a parser of text; spliced into sound inputs."""


def make_pdf() -> bytes:
    """Return a PDF of two pages, uncompressed, so that its text can be spoilt."""
    import pypdf
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = pypdf.PdfWriter()
    font = DictionaryObject({NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1"),
                             NameObject("/BaseFont"): NameObject("/Helvetica")})  # fmt: skip
    for line in ("The port of Averley will close for a week.", "Nobody was asked, the mayor said."):
        page = writer.add_blank_page(width=600, height=200)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
        )
        content = DecodedStreamObject()
        content.set_data(f"BT /F1 12 Tf 20 100 Td ({line}) Tj ET".encode("latin-1"))
        page[NameObject("/Contents")] = writer._add_object(content)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _part(archive: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return opened.read(name)


def _dump(*records: Any) -> list[bytes]:
    return [json.dumps(record, ensure_ascii=False).encode() for record in records]


def _wire() -> Iterator[dict[str, Any]]:
    for outcome in (scripted_corpus.denied(), scripted_corpus.unknown_number(), scripted_corpus.timed_out()):
        yield scripted_corpus.record("Who denied it?", outcome).to_dict()
    yield scripted_corpus.stand_by().to_dict()
    yield drafted.check("The pier is shut.", "supported", "The pier is shut.").to_dict()
    yield drafted.draft().to_dict()
    yield scripted_comparison.compared().to_dict()


@cache
def seeds_of(name: str) -> tuple[bytes, ...]:
    """Return sound inputs of a parser in `strangers.PARSERS`."""
    _kind, _, _form = name.partition("-")
    texts = [path.read_bytes() for path in sorted(SEEDS.iterdir())[:2]]
    data = ROOT / "tests" / "data"
    markdown = [(data / "boilerplate" / "mobile-markdown.md").read_bytes(), (data / "drafts" / "seeds.md").read_bytes()]
    golden = [
        line
        for file in ("questions", "claims")
        for line in (ROOT / "golden" / f"{file}.jsonl").read_bytes().splitlines()[:3]
    ]
    table = b'id,question,tags\n1,Who denied it?,list; names\n2,"Why, ""then""?",\n3,How\nmany?,x\n'
    reply = answer(("Zhao Lijian denied it.", [1, 2]), ("So did Peskov.", [3]), short="Zhao Lijian")
    run = to_json(EVALUATION).encode() + b"\0" + "\n".join(to_score_lines(EVALUATION.rows)).encode()
    found: dict[str, list[bytes]] = {
        "article-txt": texts, "article-md": markdown, "article-pdf": [make_pdf()], "article-docx": [make_docx()],
        "article-html": [(data / "gazette" / "ferry-islander.html").read_bytes()],
        "article-docx-document": [_part(make_docx(), "word/document.xml")],
        "article-docx-rels": [_part(make_docx(), "word/_rels/document.xml.rels")],
        "items-jsonl": [b'{"id": 1, "question": "Who denied it?", "tags": ["a"], "x": {"y": [1.5]}}\n{"claim": "It is so."}\n'],
        "items-csv": [table], "items-tsv": [table.replace(b",", b"\t")], "items-txt": [b"Who denied it?\nWhy?\r\n\nWhen?"],
        "items-xlsx": [make_xlsx()], "items-xlsx-sheet": [_part(make_xlsx(), "xl/worksheets/sheet1.xml")],
        "items-xlsx-book": [_part(make_xlsx(), "xl/workbook.xml")],
        "golden-jsonl": [b"\n".join(golden)],
        "golden-csv": [b"id,question,answers,citations,answerable\ng1,Who?,Zhao Lijian|Zhao; Peskov,a.txt: He said so.,true\n"],
        "reply": _dump(reply),
        "provider-replies": _dump({"custom_id": "fc-1", "response": {"status_code": 200, "body": {"choices": []}}},
                                  {"custom_id": "fc-2", "error": {"code": "batch_expired"}}),
        "settings": [
            b'engine = "embedded"\ntimeout = 3.5\nallowed = "ann@paper.example, @news.example"\n',
            b"engine=both\nthreads=2\ncache=off\nbudget_usd=1.5\n",
        ],
        "verify": _dump(*list(_wire())[:2]), "wire": _dump(*_wire()), "typed": [b"Who denied the \x1b[31mrequest\xe2\x80\x9d?"],
        "run": [run + b"\0" + b"\n".join(_dump(*RECORDS))],
        "draft-md": markdown, "draft-txt": texts, "draft-docx": [make_docx()],
    }  # fmt: skip
    return tuple(found[name])


JSON = ("reply", "provider-replies", "verify", "wire", "run", "items-jsonl", "golden-jsonl")
"""Parsers whose sound inputs are lines of JSON."""
