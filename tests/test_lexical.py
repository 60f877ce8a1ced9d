"""Word search: stems, rare words first, and questions that look like syntax."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from test_store import write

from factcheck.index import lexical
from factcheck.index.store import Store

ARTICLES = {
    "denial": "The Kremlin denied the reports about the request on Monday in Moscow.\n",
    "talks": "The White House said that talks in Rome lasted seven hours on Monday.\n",
    "cafe": "The naïve café owner in Zürich requested drones. His house is white.\n",
    "law": "AT&T and the U.S. Senate's lawyers met on Monday to deny a state-of-the-art plan.\n",
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    index = tmp_path_factory.mktemp("lexical") / "index"
    write(index, **ARTICLES)
    with Store.open(index) as store:
        yield store


def files(store: Store, query: str, **options: object) -> list[str]:
    hits = lexical.search(store, query, limit=10, **options)  # type: ignore[arg-type]
    assert all(one.score >= other.score for one, other in pairwise(hits))
    names = store.files_of_passages([hit.passage for hit in hits])
    return [names[hit.passage].removesuffix(".txt") for hit in hits]


def test_the_passage_with_more_and_rarer_words_is_first(store: Store) -> None:
    assert files(store, "Who denied the request in Moscow?")[0] == "denial"
    assert files(store, "talks of the White House in Rome")[0] == "talks"


def test_inflected_forms_and_accents_are_found(store: Store) -> None:
    assert files(store, "denying lawyer")[0] == "law"
    assert files(store, "cafes ZURICH")[0] == "cafe"


def test_only_the_chosen_files_are_searched(store: Store) -> None:
    assert set(files(store, "Monday", files=frozenset({"law.txt", "talks.txt"}))) == {"law", "talks"}
    assert files(store, "Monday", files=frozenset()) == []


def test_limit(store: Store) -> None:
    assert len(lexical.search(store, "Monday", limit=2)) == 2
    assert lexical.search(store, "Monday", limit=0) == []


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?!… — “”",
        "\x00\x01\x1b",
        "\ud83d",
        "zzz qqq",
        "多语言",
        "' OR 1=1; DROP TABLE passages; --",
        '" NEAR( * ^ body: {x} -y "a',
        "NOT OR NEAR",
        "body : kremlin*",
    ],
)
def test_whatever_is_typed_is_words_and_no_syntax(store: Store, query: str) -> None:
    found = files(store, query)
    assert found == (["denial"] if "kremlin" in query else [])


def test_a_pasted_page_is_searched_by_its_rarest_words(store: Store) -> None:
    page = " ".join(f"filler{number}" for number in range(200)) + " Moscow " + "the reports " * 10_000
    assert files(store, page) == ["denial"]


def test_only_function_words_still_search(store: Store) -> None:
    assert "talks" in files(store, "that in")


def test_document_frequency_counts_passages_by_stem_and_phrase(store: Store) -> None:
    total = store.passage_count()
    terms = ["Monday", "deny", "DENIES", "White House", "House white", "AT&T", "U.S.", "zzz", "?", "", "\x00"]
    found = lexical.document_frequency(store, terms)
    assert list(found) == terms
    assert found["Monday"] == 3
    assert found["deny"] == found["DENIES"] == 2
    assert found["White House"] == 1 and found["House white"] == 0
    assert found["AT&T"] == found["U.S."] == 1
    assert found["zzz"] == found["?"] == found[""] == found["\x00"] == 0
    assert max(found.values()) <= total


def test_frequencies_follow_the_index(tmp_path: Path) -> None:
    index = tmp_path / "index"
    write(index, a="The drones came.\n")
    with Store.open(index) as store:
        assert lexical.document_frequency(store, ["drone"]) == {"drone": 1}
        write(index, a="No such thing came.\n", b="More came.\n")
        assert lexical.document_frequency(store, ["drone", "came"]) == {"drone": 0, "came": 2}
        assert lexical.search(store, "drones", limit=5) == []


def test_stems_are_the_index_s_own() -> None:
    assert lexical.stem("Denied") == ("deni",)
    assert lexical.stem("U.S.") == ("u", "s")
    assert lexical.stem("Café") == lexical.stem("cafes")
    assert lexical.stem("…") == ()
