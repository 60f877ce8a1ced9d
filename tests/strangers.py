"""What must hold of every parser, whatever a stranger gives it: one function each, bytes in.

`tests/test_properties_*.py` draws the bytes with hypothesis, `benchmarks/fuzz.py` with atheris. A function
returns how many things it read; it raises AssertionError where an invariant is broken, and lets through what
no parser may raise.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from factcheck.answering.inputs import clean_question
from factcheck.answering.judge import read_labels
from factcheck.answering.replies import ReplyError, read_question, read_reply
from factcheck.answering.streaming import StatementReader
from factcheck.answering.verification import Source, verify_record
from factcheck.articles.passages import group_passages
from factcheck.articles.read import read_article
from factcheck.articles.sentences import MAX_SENTENCE, split_sentences
from factcheck.batch.cells import guard, restore
from factcheck.batch.inputs import open_items
from factcheck.batch.provider_lines import Line
from factcheck.batch.provider_lines import read_lines as read_replies
from factcheck.checking.wire import read_check
from factcheck.comparing.wire import read_comparison
from factcheck.drafts.reading import read_draft
from factcheck.drafts.wire import read_checked_draft
from factcheck.errors import FactcheckError, UnreadableArticle, UsageError
from factcheck.evaluation.folder import load_evaluation, load_records
from factcheck.evaluation.golden import read_golden
from factcheck.presentation import checked, compare_text, draft_page, draft_text, markdown, text
from factcheck.presentation.display import displayable
from factcheck.presentation.reading import read_answer
from factcheck.settings import Settings

MOST = 20_000_000
Parse = Callable[[bytes, Path], int]


@contextmanager
def refusing(*kinds: type[Exception], naming: str = "") -> Iterator[None]:
    """Let errors of these kinds pass, if they say what is wrong with what, and what to do."""
    try:
        yield
    except kinds as error:
        assert str(error).strip(), "an error without words"
        if naming:
            assert naming in str(error), f"{error!r} does not name {naming}"
        if isinstance(error, UsageError):
            assert error.hint, f"{error!r} does not say what to do"


def read_as(suffix: str) -> Parse:
    """Return the parser of an article with this suffix."""

    def parse(data: bytes, folder: Path) -> int:
        path = folder / f"article.{suffix}"
        path.write_bytes(data)
        found = 0
        with refusing(UnreadableArticle):
            article = read_article(path, path.name, max_bytes=MOST)
            if suffix in ("txt", "md"):
                assert article.text == data.decode("utf-8", "replace")
            assert article.text.encode("utf-8").decode("utf-8") == article.text
            for field in (article.title, article.outlet, article.byline, article.date):
                assert field is None or (field.strip() and len(field) <= 1000), field
            spans = [(span.start, span.end) for span in article.boilerplate]
            check_spans(article.text, spans)
            found = check_sentences(article.text, article.boilerplate)
        return found

    return parse


def check_spans(text: str, spans: list[tuple[int, int]]) -> None:
    """Sorted, disjoint, not empty, inside of the text."""
    last = 0
    for start, end in spans:
        assert last <= start < end <= len(text), (last, start, end, len(text))
        last = end


def check_sentences(text: str, boilerplate: Any = ()) -> int:
    """Sentences are disjoint and cover all that is neither white space nor boilerplate, once."""
    sentences = split_sentences(text, boilerplate)
    check_spans(text, [(each.start, each.end) for each in sentences])
    covered = bytearray(len(text))
    for span in boilerplate:
        covered[span.start : span.end] = b"\1" * (span.end - span.start)
    for each in sentences:
        words = text[each.start : each.end]
        assert words == words.strip() and len(words) <= MAX_SENTENCE
        assert not any(covered[each.start : each.end]), "a sentence runs into boilerplate"
        covered[each.start : each.end] = b"\1" * len(words)
    assert all(covered[at] or char.isspace() for at, char in enumerate(text)), "a character is in no sentence"
    passages = group_passages(sentences, lambda parts: [len(part) // 4 + 1 for part in parts], text, max_tokens=60)
    assert tuple(each for passage in passages for each in passage.sentences) == sentences
    return len(sentences)


def in_archive(part: str, around: Callable[[], bytes], parse: Parse) -> Parse:
    """Return a parser that gets its bytes as one part of an archive that is sound otherwise."""
    made: dict[str, bytes] = {}

    def wrapped(data: bytes, folder: Path) -> int:
        whole = made.setdefault("whole", around())
        stream = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(stream, "w") as new:
            for name in old.namelist():
                new.writestr(name, data if name == part else old.read(name))
        return parse(stream.getvalue(), folder)

    return wrapped


def read_items(suffix: str) -> Parse:
    """Return the parser of batch inputs of this kind: every input is an item, usable or with its reason."""

    def parse(data: bytes, folder: Path) -> int:
        path = folder / f"questions.{suffix}"
        path.write_bytes(data)
        count = 0
        with refusing(UsageError, naming=path.name):
            items = open_items(str(path))
            for item in items:
                count += 1
                assert item.problem or (item.question is None) != (item.claim is None)
                assert isinstance(item.id, str) and item.line is not None
                json.dumps(item.extra)
            assert len(set(items.columns)) == len(items.columns)
        return count

    return parse


def read_golden_set(suffix: str) -> Parse:
    """Return the parser of golden files of this kind."""

    def parse(data: bytes, folder: Path) -> int:
        path = folder / f"golden.{suffix}"
        path.write_bytes(data)
        with refusing(UsageError, naming=path.name):
            return len(read_golden(path).cases)
        return 0

    return parse


def read_model_reply(data: bytes, folder: Path) -> int:
    """A reply is read, or refused with a reason; what streams is what the whole reply gives."""
    reply = data.decode("utf-8", "replace")
    for read in (read_question, lambda text: read_labels(text, 3)):
        with refusing(ReplyError):
            read(reply)
    reader = StatementReader()
    streamed = [item for start in range(0, len(reply), 7) for item in reader.feed(reply[start : start + 7])]
    json.dumps(streamed)
    with refusing(ReplyError):
        found = read_reply(reply)
        assert bool(found.statements) == found.answerable and (found.reason is None) == found.answerable
        assert all(type(number) is int for each in found.statements for number in each.sentences)
        return len(found.statements)
    return 0


def read_writing(name: str) -> Parse:
    """Return the parser of a draft of this name: every word of its prose has a place in its source."""

    def parse(data: bytes, folder: Path) -> int:
        with refusing(UsageError, naming=name):
            draft = read_draft(data, name)
            words = draft.prose.text
            count = check_sentences(words)
            for at in range(0, len(words), 97):
                span = draft.prose.locate(at, min(at + 40, len(words)))
                assert 0 <= span.start <= span.end <= len(draft.source)
                if not words[at].isspace():
                    assert draft.source[span.start] == words[at]
            return count
        return 0

    return parse


def read_settings(data: bytes, folder: Path) -> int:
    """Settings from a file and from the environment."""
    path = folder / "factcheck.toml"
    path.write_bytes(data)
    pairs = (line.partition("=") for line in data.decode("utf-8", "surrogateescape").splitlines())
    env = {f"FACTCHECK_{name.strip().upper()}": value.strip() for name, _, value in pairs}
    read = 0
    for file, variables in ((path, {}), (folder / "absent.toml", env)):
        with refusing(UsageError):
            settings = Settings.load(file=file, env=variables)
            assert settings.timeout >= 1 and len(settings.digest()) == 16
            read += 1
    return read


def read_record(data: bytes, folder: Path) -> int:
    """A line given to `verify`: problems in words, each with its record; a lie about a quote is found."""
    from factcheck.cli.inspecting import _count_citations, _read_record

    record = _read_record(data)
    if isinstance(record, str):
        assert record
        return 0
    source = Source("The mayor said the port is shut.", "0" * 64)
    problems = verify_record(record, lambda file: source)
    assert all(problem.reason and displayable(problem.reason) for problem in problems)
    for citation in record.get("citations") or [] if not problems else []:
        assert source.text is not None and source.text[citation["start"] : citation["end"]] == citation["quote"]
    return _count_citations(record) + len(problems)


def read_run(data: bytes, folder: Path) -> int:
    """A run read back for `--baseline`: run.json, scores.jsonl and records.jsonl, parted by NUL."""
    run, _, rest = data.partition(b"\0")
    scores, _, records = rest.partition(b"\0")
    for name, content in (("run.json", run), ("scores.jsonl", scores), ("records.jsonl", records)):
        (folder / name).write_bytes(content)
    count = 0
    with refusing(UsageError):
        count = len(load_evaluation(folder).rows)
    with refusing(UsageError):
        count += len(load_records(folder))
    return count


def read_replies_file(data: bytes, folder: Path) -> int:
    """The files of replies that a provider's batch gives: each line is a reply or a reason."""
    found = list(read_replies(io.BytesIO(data)))
    assert all(200 <= each.status <= 599 if isinstance(each, Line) else each for each in found)
    return len(found)


def read_wire(data: bytes, folder: Path) -> int:
    """A record read back: whatever is accepted can be written, shown and read again."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return 0
    if not isinstance(found, dict):
        return 0
    readers: tuple[tuple[Callable[[Mapping[str, Any]], Any], tuple[Callable[[Any], str], ...]], ...] = (
        (read_answer, (text.render, markdown.render)),
        (read_check, (checked.render,)),
        (read_comparison, (compare_text.render,)),
        (read_checked_draft, (draft_text.render, draft_page.render)),
    )
    count = 0
    for read, shows in readers:
        with refusing(FactcheckError):
            record = read(found)
            again = json.loads(json.dumps(record.to_dict()))
            assert json.dumps(read(again).to_dict()) == json.dumps(again)
            for show in shows:
                shown = show(record)
                assert "\x1b" not in shown and "\u202e" not in shown
            count += 1
    return count


def read_typed(data: bytes, folder: Path) -> int:
    """What somebody types as a question, and what is printed of it."""
    typed = data.decode("utf-8", "surrogateescape")
    shown = displayable(typed)
    assert not any(ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 for char in shown) and "\u202e" not in shown
    shown.encode("utf-8")
    assert restore(guard(typed)) == typed
    with refusing(UsageError):
        question = clean_question(typed)
        assert clean_question(question) == question
        question.encode("utf-8")
        return 1
    return 0


def make_docx() -> bytes:
    """Return a small Word file."""
    import docx

    document = docx.Document()
    document.add_heading("Port closes for a week", 0)
    document.add_paragraph("The port of Averley will close, the mayor said on Tuesday. Nobody was asked.")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Ship", "27,000"
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def make_xlsx() -> bytes:
    """Return a small workbook of questions."""
    from openpyxl import Workbook

    book = Workbook()
    for row in (["id", "question", "tags"], [1, "Who denied it?", "list; names"], [2.5, "Why?", None]):
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


PARSERS: dict[str, Parse] = {
    **{f"article-{suffix}": read_as(suffix) for suffix in ("txt", "md", "html", "pdf", "docx")},
    "article-docx-document": in_archive("word/document.xml", make_docx, read_as("docx")),
    "article-docx-rels": in_archive("word/_rels/document.xml.rels", make_docx, read_as("docx")),
    **{f"items-{suffix}": read_items(suffix) for suffix in ("jsonl", "csv", "tsv", "txt", "xlsx")},
    "items-xlsx-sheet": in_archive("xl/worksheets/sheet1.xml", make_xlsx, read_items("xlsx")),
    "items-xlsx-book": in_archive("xl/workbook.xml", make_xlsx, read_items("xlsx")),
    **{f"golden-{suffix}": read_golden_set(suffix) for suffix in ("jsonl", "csv")},
    "reply": read_model_reply,
    "provider-replies": read_replies_file,
    **{f"draft-{name.partition('.')[2]}": read_writing(name) for name in ("draft.md", "draft.txt", "draft.docx")},
    "settings": read_settings,
    "verify": read_record,
    "run": read_run,
    "wire": read_wire,
    "typed": read_typed,
}
