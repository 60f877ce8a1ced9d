"""Origins in the index: found once for each pair, kept with the articles, gone with them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
from test_origins_pairs import BAKERY, REWORDED, TRANSLATED, WIRE
from toy_embedder import ToyEmbedder

from factcheck.index.records import IndexReport
from factcheck.index.store import Store
from factcheck.index.sync import remove, sync
from factcheck.origins import Link
from factcheck.settings import Settings

STORIES = {"mangled.txt": TRANSLATED, "reworded.txt": REWORDED, "wire.txt": WIRE}
Index = Callable[[], IndexReport]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "bakery.txt").write_text(BAKERY, "utf-8")
    for name, text in STORIES.items():
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    toy = ToyEmbedder()
    monkeypatch.setattr("factcheck.index.sync.load_embedder", lambda _: toy)
    return Settings(index=str(tmp_path / "index"))


@pytest.fixture
def index(folder: Path, settings: Settings) -> Index:
    return lambda: sync([folder], settings=settings)


def links(settings: Settings, files: list[str] | None = None) -> list[Link]:
    with Store.open(Path(settings.index)) as store:
        return store.origin_links(files)


def origins(settings: Settings) -> dict[str, str]:
    with Store.open(Path(settings.index)) as store:
        return {article.file: article.origin for article in store.articles()}


def rows(settings: Settings) -> int:
    with Store.open(Path(settings.index)) as store:
        return int(store.match("SELECT count(*) FROM origin_pairs")[0][0])


def test_links_are_kept_with_their_reasons_and_evidence(folder: Path, settings: Settings, index: Index) -> None:
    index()
    assert origins(settings) == {"bakery.txt": "o1", "mangled.txt": "o2", "reworded.txt": "o2", "wire.txt": "o2"}
    found = links(settings)
    assert {(link.a, link.b) for link in found} >= {("mangled.txt", "wire.txt"), ("reworded.txt", "wire.txt")}
    assert all(0 < link.strength <= 1 and link.a < link.b for link in found)
    for link in found:
        one, other = (STORIES[file] for file in (link.a, link.b))
        assert link.evidence and all(a.of(one).strip() and b.of(other).strip() for a, b in link.evidence)
    assert {link.b for link in links(settings, ["wire.txt", "mangled.txt"])} == {"wire.txt"}
    assert links(settings, ["wire.txt", "bakery.txt"]) == []


def test_what_is_added_later_is_linked_as_if_it_had_been_there(folder: Path, settings: Settings, index: Index) -> None:
    index()
    whole = links(settings), origins(settings)
    (folder / "wire.txt").unlink()
    index()
    assert not [link for link in links(settings) if "wire.txt" in (link.a, link.b)]
    (folder / "wire.txt").write_text(WIRE, "utf-8")
    index()
    assert (links(settings), origins(settings)) == whole


def test_unchanged_articles_are_not_compared_again(
    folder: Path, settings: Settings, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    index()
    before = links(settings)

    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("compared again")

    monkeypatch.setattr("factcheck.index.origins.compare", refuse)
    (folder / "bakery.txt").write_text("Nothing in common with anything before.", "utf-8")
    index()
    index()
    assert links(settings) == before


def test_a_changed_article_loses_its_links(folder: Path, settings: Settings, index: Index) -> None:
    index()
    (folder / "wire.txt").write_text("A quiet day on the coast. The gulls slept.", "utf-8")
    index()
    assert not [link for link in links(settings) if "wire.txt" in (link.a, link.b)]
    assert origins(settings)["wire.txt"] not in {origins(settings)[name] for name in ("mangled.txt", "reworded.txt")}


def test_a_removed_article_leaves_no_link(folder: Path, settings: Settings, index: Index) -> None:
    index()
    remove(["wire.txt", "mangled.txt"], settings=settings)
    assert links(settings) == [] and rows(settings) == 0


def test_equal_articles_are_linked_as_copies(folder: Path, settings: Settings, index: Index) -> None:
    (folder / "again.txt").write_text(WIRE, "utf-8")
    report = index()
    assert report.copies == (("again.txt", "wire.txt"),)
    assert set(origins(settings).values()) == {"o1", "o2"}
    assert [link.reason for link in links(settings, ["again.txt", "wire.txt"])] == ["near_copy"]
