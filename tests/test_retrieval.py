"""The search: fused, spread over files, filtered, and every hit an exact sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsroom import ARTICLES, write_articles

from factcheck.errors import UsageError
from factcheck.filters import Filter
from factcheck.index.store import Store
from factcheck.index.sync import sync
from factcheck.retrieval import PASSAGES_PER_FILE, Retriever, fuse, open_retriever
from factcheck.settings import Settings


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    root = tmp_path_factory.mktemp("retrieval")
    settings = Settings(index=str(root / "index"))
    sync([write_articles(root / "articles")], settings=settings)
    return open_retriever(Store.open(root / "index"), settings)


def test_ranks_are_fused() -> None:
    assert fuse([[1, 2, 3], [3, 1, 2]]) == [1, 3, 2]
    assert fuse([[5], []]) == [5]
    assert fuse([]) == []
    assert fuse([[2, 1], [1, 2]]) == [1, 2]


RANKINGS = st.lists(st.lists(st.integers(0, 20), unique=True, max_size=12), max_size=4)


@given(RANKINGS)
def test_fusing_keeps_everything_once_and_no_order_of_the_searches(rankings: list[list[int]]) -> None:
    found = fuse(rankings)
    assert sorted(found) == sorted({item for ranking in rankings for item in ranking})
    assert fuse(rankings[::-1]) == found


@given(st.lists(st.integers(), unique=True, max_size=12))
def test_one_ranking_keeps_its_order(ranking: list[int]) -> None:
    assert fuse([ranking]) == ranking
    assert fuse([ranking, ranking]) == ranking


QUESTIONS = [
    ("Who convicted Garrett Hollis?", "court/hollis-wire.txt"),
    ("How much money went missing from the harbour?", "court/hollis-wire.txt"),
    ("Who won the cup final?", "sport/lakers-final.txt"),
    ("Why did the drains cause the flood?", "flood/river-monday.txt"),
    ("What will the bridge cost?", "flood/river-tuesday.txt"),
    ("Why is the engine plant shut down?", "company/tessaro.md"),
]


@pytest.mark.parametrize(("question", "file"), QUESTIONS)
def test_the_right_file_is_among_the_first(question: str, file: str, retriever: Retriever) -> None:
    hits = retriever.retrieve(question).hits
    assert file in {hit.sentence.file for hit in hits[:5]}


@pytest.mark.parametrize("question", [row[0] for row in QUESTIONS])
def test_hits_are_exact_ranked_and_measured(question: str, retriever: Retriever) -> None:
    found = retriever.retrieve(question)
    assert [hit.rank for hit in found.hits] == list(range(1, len(found.hits) + 1))
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    assert len({(hit.sentence.file, hit.sentence.start) for hit in found.hits}) == len(found.hits)
    for hit in found.hits:
        text = ARTICLES[hit.sentence.file]
        assert text[hit.sentence.start : hit.sentence.end] == hit.sentence.text
        assert len(hit.similarity) == len(hit.spans) == len(found.words)
        assert -1 <= hit.dense <= 1.001


def test_the_first_sentences_are_read_again_and_the_others_are_near_it(retriever: Retriever) -> None:
    hits = retriever.retrieve(QUESTIONS[0][0], limit=40).hits
    question = retriever.interaction.encode_question(QUESTIONS[0][0])
    exact = [found.cosine for found in retriever.interaction.align(question, [hit.sentence.text for hit in hits])]
    assert hits[0].dense == pytest.approx(exact[0], abs=1e-6)
    assert sum(hit.dense == pytest.approx(cosine, abs=1e-6) for hit, cosine in zip(hits, exact, strict=True)) == 4
    assert [hit.dense for hit in hits] == pytest.approx(exact, abs=0.05)


def test_the_limit_holds(retriever: Retriever) -> None:
    assert len(retriever.retrieve("the flood", limit=3).hits) == 3
    everything = sum(len(row) for row in ARTICLES.values())
    assert len(retriever.retrieve("the flood", limit=everything).hits) < everything


def test_filters_leave_only_what_matches(retriever: Retriever) -> None:
    found = retriever.retrieve("Who said it?", within=Filter(files="flood/*"))
    assert {hit.sentence.file for hit in found.hits} == {"flood/river-monday.txt", "flood/river-tuesday.txt"}
    assert found.searched.files == 2
    dated = retriever.retrieve("Who said it?", within=Filter(as_of="2023-10-02"))
    assert "flood/river-tuesday.txt" not in {hit.sentence.file for hit in dated.hits}
    assert "flood/river-monday.txt" in {hit.sentence.file for hit in dated.hits}
    assert not {"company/tessaro.md", "company/tessaro-copy.txt"} & {hit.sentence.file for hit in dated.hits}
    both = retriever.retrieve("Who said it?", within=Filter(files="*/*", as_of="2023-05-31"))
    assert both.searched.files == 3


@pytest.mark.parametrize(
    ("within", "words"),
    [(Filter(files="no/*"), "--file no/*"), (Filter(as_of="1999-01-01"), "--as-of 1999-01-01"),
     (Filter(files="FLOOD/*"), "--file"), (Filter("company/*-copy.txt", "2024-12-31"), "and --as-of")],
)  # fmt: skip
def test_a_filter_that_leaves_nothing_says_so(within: Filter, words: str, retriever: Retriever) -> None:
    with pytest.raises(UsageError, match="no indexed article matches") as raised:
        retriever.retrieve("Who?", within=within)
    assert words in raised.value.message
    assert raised.value.hint


@pytest.mark.parametrize(
    "query",
    ["?", "🙂", "谁否认了", "' OR 1=1; DROP TABLE articles; --", 'NEAR("a" b) AND *', "a" * 3000, "-", '"', "(", "^a"],
)
def test_odd_queries_find_something_or_nothing_and_never_fail(query: str, retriever: Retriever) -> None:
    found = retriever.retrieve(query)
    assert found.searched.files == len(ARTICLES)


def test_given_sentences_are_scored_without_a_search(retriever: Retriever) -> None:
    hits = retriever.retrieve("Who convicted Garrett Hollis?", limit=6).hits
    sentences = sorted((hit.sentence for hit in hits), key=lambda s: (s.file, s.ordinal))
    aligned = retriever.align("Who convicted Garrett Hollis?", sentences)
    assert [hit.sentence for hit in aligned] == sentences
    assert retriever.align("Who?", []) == []


def test_copies_do_not_drown_another_source(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    story = "\n\n".join(
        f"The flood of the River Ostra in quarter {n} destroyed {n + 2} houses in Verrin." for n in range(60)
    )
    (folder / "long.txt").write_text(story, encoding="utf-8")
    (folder / "short.txt").write_text("The flood in Verrin was caused by a broken dam.\n", encoding="utf-8")
    settings = Settings(index=str(tmp_path / "index"))
    sync([folder], settings=settings)
    search = open_retriever(Store.open(tmp_path / "index"), settings)
    assert PASSAGES_PER_FILE < 12
    assert "short.txt" in {hit.sentence.file for hit in search.retrieve("What caused the flood in Verrin?").hits[:5]}
    search.close()
