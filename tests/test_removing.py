"""A removed article is in no file of the index; a removal that leaves something says so, and can be finished."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from toy_embedder import ToyEmbedder

from factcheck.cli import main
from factcheck.errors import CorruptIndex
from factcheck.index import removing, schema, vector_update
from factcheck.index.chroma_files import erase
from factcheck.index.lexical import document_frequency
from factcheck.index.proof import FORMS
from factcheck.index.removing import remove
from factcheck.index.store import Store
from factcheck.index.sync import sync
from factcheck.index.unfinished import FILE, read_unfinished
from factcheck.index.writing import WritableStore
from factcheck.models.embedder import ENDPOINT_CACHE, Encoded
from factcheck.models.memory import FILE as REPLIES
from factcheck.models.memory import Memory
from factcheck.settings import Settings

NAME = "secret-hearing-0417.html"
SECRET = "Ottokar Weselinowitsch testified — unseen — that the “Brennerstrasse” safe was empty."
SHARED = "The court will sit again on Monday in the harbour town of Norrhamn."
# It names tables of the index and of Chroma, as an article about databases may.
TECHNICAL = "CREATE TABLE utterances and embeddings_queue hold total_elements_added, he said."
SECRETS = ("Weselinowitsch", "weselinowitsch", "Brennerstrasse", "brennerstrasse", "testified — unseen", NAME)
ARTICLE = (
    f"<html><head><title>Hearing behind closed doors</title></head><body><article><h1>Hearing</h1><p>{SECRET}</p>"
    f"<p>{TECHNICAL}</p><p>{SHARED}</p><p>“Nobody knew the Brennerstrasse number,” said Ottokar Weselinowitsch.</p>"
    "</article></body></html>"
)
OTHERS = {
    "ferry.txt": f"Ferry\n\nThe ferry was late again, said Mayor Edda Lindqvist. {SHARED} It rained.\n",
    "müll.txt": "Waste\n\nHe denied the statements about the harbour and the waste there. Dustmen were angry.\n",
}


class Encoder(ToyEmbedder):
    """Keeps something of each sentence, as the packaged embedder does."""

    def encode_passages(self, passages: Sequence[Sequence[str]]) -> list[Encoded]:
        rows = self.embed([" ".join(sentences) for sentences in passages])
        codes = [tuple(hashlib.sha512(sentence.encode()).digest() for sentence in passage) for passage in passages]
        return [Encoded(row, code) for row, code in zip(rows, codes, strict=True)]


@pytest.fixture(scope="module", autouse=True)
def toy() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("factcheck.index.sync.load_embedder", lambda _: Encoder())
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("removing")
    (folder / "articles").mkdir()
    for name, text in {NAME: ARTICLE, **OTHERS}.items():
        (folder / "articles" / name).write_text(text, "utf-8")
    settings = Settings(index=str(folder / "index"))
    sync([folder / "articles"], settings=settings)
    # What an endpoint and a stopped program leave.
    Memory(folder / "index" / REPLIES).remember("replies", "key", {"quote": SECRET})
    (folder / "index" / f"{REPLIES}-journal").write_text(SECRET, "utf-8")
    (folder / "index" / "last-run.json.new").write_text(json.dumps([NAME]), "utf-8")
    with Store.open(folder / "index") as store:
        rows = next(iter(store.vectors(store.passage_ids({NAME})))).rows
    (folder / "index" / ENDPOINT_CACHE).write_bytes(rows.tobytes())
    shutil.copytree(folder / "index" / "build-1", folder / "index" / "build-7")
    return folder


@pytest.fixture
def settings(made: Path, tmp_path: Path) -> Settings:
    shutil.copytree(made, tmp_path / "copy")
    return Settings(index=str(tmp_path / "copy" / "index"))


def articles_of(settings: Settings) -> Path:
    return Path(settings.index).with_name("articles")


def everything(settings: Settings) -> bytes:
    return b"".join(path.read_bytes() for path in Path(settings.index).rglob("*") if path.is_file())


def check_files(settings: Settings) -> None:
    content = everything(settings)
    assert not [word for word in SECRETS for form in FORMS.values() if form(word) in content]


def check_gone(settings: Settings) -> None:
    check_files(settings)
    with Store.open(Path(settings.index)) as store:
        assert document_frequency(store, ["Brennerstrasse", "Lindqvist"]) == {"Brennerstrasse": 0, "Lindqvist": 1}


def test_everything_goes_and_what_others_say_stays(settings: Settings) -> None:
    content = everything(settings)
    assert all(word.encode() in content for word in (SECRETS[0], SECRETS[2], SECRETS[4], NAME))
    report = remove([NAME], settings=settings)
    assert report.files == (NAME,) and report.shared == ("ferry.txt",) and report.vectors > 0
    files = [path for path in Path(settings.index).rglob("*") if path.is_file()]
    assert report.searched_files >= len(files) and report.searched_bytes >= len(everything(settings))
    check_gone(settings)
    with Store.open(Path(settings.index)) as store:
        assert [article.file for article in store.articles()] == sorted(OTHERS)
        assert SHARED in store.text("ferry.txt")


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_articles_in_other_encodings_go_too(settings: Settings, encoding: str) -> None:
    text = f"Zürich\n\n{SECRET} Größe zählt nicht.\n".replace("“", "").replace("”", "")
    path = articles_of(settings) / "other-encoding.txt"
    path.write_bytes(text.encode(encoding))
    sync([articles_of(settings)], settings=settings)
    with Store.open(Path(settings.index)) as store:
        names = {article.file for article in store.articles()}
    doomed = [NAME, *names & {path.name}]
    assert sorted(remove(doomed, settings=settings).files) == sorted(doomed)
    check_gone(settings)
    assert b"W\0e\0s\0e\0l" not in everything(settings)


# The proof catches every step of the deletion that is left out.

Mutation = Callable[[pytest.MonkeyPatch], None]


def nothing(*_: object, **__: object) -> None:
    return None


def keep_deleted_pages(build: Path) -> sqlite3.Connection:
    database = schema.connect_writing(build)
    database.execute("PRAGMA secure_delete = OFF")
    return database


OWNED_BY = {"articles": "id = ?", "token_codes": "sentence IN (SELECT id FROM sentences WHERE article = ?)"}


def delete_without(table: str) -> Callable[[WritableStore, str], None]:
    def delete(store: WritableStore, file: str) -> None:
        ((number,),) = store._rows("SELECT id FROM articles WHERE file = ?", file)
        kept = store._rows(f"SELECT * FROM {table} WHERE {OWNED_BY.get(table, 'article = ?')}", number)
        original(store, file)
        for row in kept:
            store._database.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)

    original = WritableStore.delete
    return delete


def keep_words(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("factcheck.index.writing._searchable", lambda text: "")


def keep_segments(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(WritableStore, "merge_words", nothing)


def keep_pages(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("factcheck.index.writing.connect_writing", keep_deleted_pages)
    patch.setattr(WritableStore, "compact", nothing)


def keep_log(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(WritableStore, "checkpoint", lambda _: True)


def keep_files(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(removing, "delete_other_builds", nothing)
    patch.setattr(removing, "REPLIES", "nothing")
    patch.setattr(removing, "ENDPOINT_CACHE", "nothing")
    patch.setattr(removing, "forget_last_run", lambda index: (index / "last-run.json").write_text(json.dumps([NAME])))


def keep_vectors(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(removing, "update_vectors", nothing)


def keep_rows_of(table: str) -> Mutation:
    return lambda patch: patch.setattr(WritableStore, "delete", delete_without(table))


LOST_ROWS = (
    (keep_rows_of("texts"), "index.sqlite (sentences"),
    (keep_rows_of("articles"), "names)"),
    (keep_rows_of("utterances"), "index.sqlite (sentences"),
    (keep_rows_of("passages"), "index.sqlite (vectors"),
    (keep_rows_of("token_codes"), "index.sqlite (sentences)"),
    (keep_words, "the word index"),
)
LEFT_BYTES = (
    (keep_segments, "the word index"),
    (keep_pages, "index.sqlite (sentences"),
    (keep_log, "index.sqlite (sentences"),
    (keep_files, "build-7/index.sqlite (sentences"),
    (keep_vectors, "chroma.sqlite3 ("),
)


@pytest.mark.parametrize(
    ("leave_out", "where"), LOST_ROWS, ids=["texts", "articles", "utterances", "passages", "codes", "words"]
)
def test_rows_that_stay_are_found(settings: Settings, leave_out: Mutation, where: str) -> None:
    check_found(settings, leave_out, where)


@pytest.mark.parametrize(("leave_out", "where"), LEFT_BYTES, ids=lambda value: getattr(value, "__name__", ""))
def test_bytes_that_stay_are_found_and_the_next_run_finishes(
    settings: Settings, leave_out: Mutation, where: str
) -> None:
    check_found(settings, leave_out, where)
    report = remove([NAME], settings=settings)
    assert report.files == (NAME,) and not (Path(settings.index) / FILE).exists()
    check_gone(settings)


def check_found(settings: Settings, leave_out: Mutation, where: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        leave_out(patch)
        with pytest.raises(CorruptIndex, match="still in") as caught:
            remove([NAME], settings=settings)
    assert where in caught.value.message and "again" in caught.value.hint
    assert [item.file for item in read_unfinished(Path(settings.index))] == [NAME]


# Interrupted, or kept from its end


@pytest.mark.parametrize("step", ["write_removed", "update_vectors"])
def test_an_interrupted_removal_is_finished_by_indexing(settings: Settings, step: str) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(removing, step, interrupt)
        with pytest.raises(KeyboardInterrupt):
            remove([NAME], settings=settings)
    if step != "write_removed":
        (articles_of(settings) / NAME).unlink()  # or indexing says by name that it is left out
    report = sync([articles_of(settings)], settings=settings)
    assert not (Path(settings.index) / FILE).exists()
    if step == "write_removed":
        assert report.articles == 3, "nothing had been done yet"
    else:
        assert report.articles == 2
        check_gone(settings)


def test_taking_an_article_back_ends_its_removal(settings: Settings) -> None:
    with pytest.MonkeyPatch.context() as patch:
        keep_files(patch)
        with pytest.raises(CorruptIndex) as caught:
            remove([NAME], settings=settings)
    for name in (f"{REPLIES} (", f"{REPLIES}-journal (", f"{ENDPOINT_CACHE} (vectors)", "last-run.json ("):
        assert name in caught.value.message
    assert sync([articles_of(settings)], settings=settings, again=True).articles == 3
    assert not (Path(settings.index) / FILE).exists()


def test_a_reader_in_the_middle_of_a_query_keeps_the_old_state_and_that_is_said(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "BUSY_SECONDS", 0.05)
    database = Path(settings.index) / "build-1" / "index.sqlite"
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM texts").fetchone()
        with pytest.raises(CorruptIndex, match="another program still reads the old state") as caught:
            remove([NAME], settings=settings)
        assert caught.value.retryable
    assert SECRETS[0].encode() in everything(settings)
    remove([NAME], settings=settings)
    check_gone(settings)


def test_much_is_searched_for_piece_by_piece(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(removing, "_AT_ONCE", 100)
    (Path(settings.index) / "left").write_text(SECRET[20:60], "utf-8")
    with pytest.raises(CorruptIndex, match=r"still in left \(sentences"):
        remove([NAME, "ferry.txt"], settings=settings)
    (Path(settings.index) / "left").unlink()
    assert set(remove([NAME], settings=settings).files) == {NAME, "ferry.txt"}, "what was begun is finished too"
    check_files(settings)


def test_a_damaged_note_is_no_obstacle(settings: Settings) -> None:
    (Path(settings.index) / FILE).write_text('[{"file": 3}]')
    remove([NAME], settings=settings)
    check_gone(settings)


# Larger indexes, and what lies beside them


def test_vectors_are_overwritten_where_making_the_store_anew_would_take_long(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    erased = []
    monkeypatch.setattr(vector_update, "_ANEW_BELOW", 0)
    monkeypatch.setattr(vector_update, "_MOST_STALE", 1)
    monkeypatch.setattr(vector_update, "erase", lambda *a, **b: erased.append(a[1]) or erase(*a, **b))
    remove([NAME], settings=settings)
    assert erased, "the store was copied and changed"
    check_gone(settings)


def test_the_command_says_what_it_searched_what_still_quotes_it_and_that_records_are_stale(settings: Settings) -> None:
    def run(*arguments: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(main, [*arguments, "--index", settings.index])
        return result.exit_code, result.stdout, result.stderr

    with Store.open(Path(settings.index)) as store:
        sentence = next(item for item in store.sentences_of_file(NAME) if "Brennerstrasse" in item.text)
    citation = {"id": 1, "file": NAME, "start": sentence.start, "end": sentence.end, "line": sentence.line}
    citation |= {"quote": sentence.text, "sha256": sentence.sha256, "speaker": None, "via": None, "origin": None}
    record = {"schema": "factcheck/answer/1", "id": "q1", "outcome": "answered", "citations": [citation]}
    kept = Path(f"{settings.index}-app") / "answers" / "kept.json"
    kept.parent.mkdir(parents=True)
    kept.write_text(json.dumps(record), "utf-8")
    assert run("verify", str(kept)) == (0, "", "1 record, 1 citation: all hold\n")
    code, said, warned = run("remove", NAME)
    assert code == 0 and said.startswith(f"removed {NAME}\n")
    assert "vectors gone; searched" in said and "for them, for names and rare words, and found nothing" in said
    assert "factcheck verify" in said
    assert "ferry.txt is still indexed and holds some of the same sentences" in warned
    assert f"{kept} still quotes what was removed" in warned
    code, said, warned = run("verify", str(kept))
    assert code == 1 and "1 record with problems" in warned and NAME in said
    code, said, warned = run("remove", "ferry.txt", "--json")
    report = json.loads(said)
    assert (code, report["files"], report["shared"]) == (0, ["ferry.txt"], []) and report["searched_bytes"] > 0
