"""The page of an evaluation: complete, self-contained, and harmless whatever the articles say."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from evaluated import BEFORE, CASES, CHINESE, CNN, COMPARISON, DENIED, EVALUATION, RECORDS, REJECTED, TEXTS
from hypothesis import given
from hypothesis import strategies as st

from factcheck.evaluation.excerpts import MOST_AROUND, Mark, cut_excerpt, move_offset, show_text
from factcheck.evaluation.page import Source, to_page
from factcheck.evaluation.page_rows import Material, RowView, view_row
from factcheck.evaluation.records import GoldCitation, Requirement

SCRIPT = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\u202e{{ 7*7 }}"
TEXT = st.text(alphabet="ab \n\t\u202e\U0001f600é\x00", max_size=60)


class Reader(HTMLParser):
    """Collects elements, what is shown, and what scripts and styles hold."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.code: dict[str, list[str]] = {"script": [], "style": []}
        self._shown: list[str] = []
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = tag if tag in self.code else self._inside
        self._shown += [" "] if tag in {"p", "dt", "dd"} else []

    def handle_endtag(self, tag: str) -> None:
        self._inside = "" if tag == self._inside else self._inside

    def handle_data(self, data: str) -> None:
        (self.code[self._inside] if self._inside else self._shown).append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self) -> str:
        return " ".join("".join(self._shown).split())


@pytest.fixture(scope="module")
def page() -> str:
    requirements = (Requirement("right", 0.8, 0.5, False),)
    source = Source(RECORDS, CASES, TEXTS, BEFORE)
    return to_page(EVALUATION, source, comparison=COMPARISON, requirements=requirements)


@pytest.fixture(scope="module")
def hostile() -> str:
    text = f"Before. {SCRIPT} said so. After."
    start = text.index("</script>")
    citation = {
        "id": 1,
        "file": SCRIPT,
        "start": start,
        "end": start + 40,
        "line": 1,
        "quote": text[start : start + 40],
    }
    record = {
        **RECORDS[0],
        "id": SCRIPT,
        "short_answer": SCRIPT,
        "statements": [{"text": SCRIPT, "citations": [1], "support": "verbatim"}],
        "citations": [{**citation, "speaker": SCRIPT, "via": SCRIPT, "origin": SCRIPT}],
        "findings": [{"check": SCRIPT, "message": SCRIPT, "statement": None}],
        "engine": {"name": SCRIPT, "model": SCRIPT},
    }
    gold = GoldCitation(SCRIPT, "said so.", speaker=SCRIPT)
    case = replace(
        CASES[0],
        id=SCRIPT,
        question=SCRIPT,
        answers=((SCRIPT,),),
        forbidden=(SCRIPT,),
        citations=(gold,),
        tags=(SCRIPT,),
    )
    row = replace(EVALUATION.rows[0], id=SCRIPT, tags=(SCRIPT,), asked=SCRIPT)
    run = replace(
        EVALUATION,
        name=SCRIPT,
        rows=(row,),
        by_tag={SCRIPT: EVALUATION.by_tag["who"]},
        provenance={SCRIPT: {SCRIPT: SCRIPT}, "engine": SCRIPT, "commit": SCRIPT},
    )
    comparison = replace(COMPARISON, changed=(SCRIPT,))
    return to_page(run, Source([record], [case], {SCRIPT: text}, [record]), comparison=comparison)


def material(**fields: Any) -> Material:
    given = {
        "cases": {case.id: case for case in CASES},
        "records": {str(record["id"]): record for record in RECORDS},
        "before": {},
        "flips": {flip.id: flip for flip in COMPARISON.flips},
        "texts": TEXTS,
    }
    return Material(**{**given, **fields})


def view(id: str, **fields: Any) -> RowView:
    return view_row(next(row for row in EVALUATION.rows if row.id == id), 1, material(**fields))


class TestRow:
    def test_gold_and_given_are_compared(self) -> None:
        row = view("g1")
        rejected, absent = row.gold
        assert (rejected.found, rejected.rank, rejected.cited, rejected.required) == (True, 2, True, True)
        assert (absent.found, absent.rank, absent.cited) == (False, None, False)
        assert [citation.gold for citation in row.citations] == [True, False]
        assert row.citations[0].details == "said by Zhao Lijian, via TASS, origin o2"
        assert (row.status, row.flip, row.hits) == ("right", "better", 2)

    def test_marks_cut_the_article_without_changing_it(self) -> None:
        (article,) = view("g1").articles
        runs = [run for paragraph in article.paragraphs for run in paragraph.runs]
        assert [(run.text, run.gold, run.given, run.label) for run in runs if run.gold or run.given] == [
            (REJECTED, True, (1,), "gold [1]"),
            (DENIED, False, (2,), "[2]"),
        ]
        shown = "".join(run.text for run in article.paragraphs[1].runs)
        assert shown in TEXTS[CNN]

    def test_every_kind_of_row_has_a_summary(self) -> None:
        assert {id: view(id).summary for id in ("g1", "g2", "g4", "g5")} == {
            "g1": "Zhao Lijian; Kremlin",
            "g2": "abstained: No sentence mentions Zelensky.",
            "g4": "failed: The endpoint is down.",
            "g5": "supported",
        }
        assert view("g1", records={}).summary == "no record"
        # The closest passages of an abstention are shown, but are no citations of it.
        assert view("g2").citations[0].gold and not view("g2").gold[0].cited

    def test_an_article_that_is_missing_is_named_not_shown(self) -> None:
        row = view("g1", texts={})
        assert row.articles == () and [gold.file for gold in row.gold] == [CNN, CNN]

    @pytest.mark.parametrize(("id", "anchor"), [("g1", "row-g1"), ("a b", "row-number-7"), ("ü-1.2", "row-ü-1.2")])
    def test_a_row_can_be_linked_to(self, id: str, anchor: str) -> None:
        assert view_row(replace(EVALUATION.rows[0], id=id), 7, material()).anchor == anchor


class TestExcerpt:
    def test_neighbours_are_shown_and_gaps_marked(self) -> None:
        text = "one\n\ntwo\nthree\nfour\nfive\nsix\n"
        start = text.index("four")
        shown = cut_excerpt(text, [Mark(start, start + 4, 3)])
        assert [("".join(run.text for run in each.runs), each.skipped) for each in shown] == [
            ("three", True),
            ("four", False),
            ("five", False),
        ]
        assert [("".join(run.text for run in each.runs)) for each in cut_excerpt(text, [Mark(0, 3)], context=0)] == [
            "one"
        ]

    def test_an_article_without_line_ends_is_clipped(self) -> None:
        text = "x" * 5000 + "GOLD" + "y" * 5000
        (shown,) = cut_excerpt(text, [Mark(5000, 5004)])
        assert shown.skipped and [run.text for run in shown.runs] == ["x" * MOST_AROUND, "GOLD", "y" * MOST_AROUND]

    @given(text=TEXT, cuts=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=4))
    def test_runs_are_the_text_in_order(self, text: str, cuts: list[tuple[int, int]]) -> None:
        marks = [Mark(*sorted((min(a, len(text)), min(b, len(text)))), n or None) for n, (a, b) in enumerate(cuts)]
        paragraphs = cut_excerpt(text, marks, context=99)
        shown = ["".join(run.text for run in paragraph.runs) for paragraph in paragraphs]
        whole = show_text(text)
        places = [whole.index(paragraph) for paragraph in shown]
        assert places == sorted(places) or len(set(shown)) < len(shown)

    @given(text=TEXT)
    def test_offsets_move_with_the_text(self, text: str) -> None:
        shown = show_text(text).encode("utf-16-le")
        for start, end in pairwise(range(len(text) + 1)):
            piece = shown[2 * move_offset(text, start) : 2 * move_offset(text, end)].decode("utf-16-le")
            assert piece == show_text(text[start:end])


class TestPage:
    def test_it_says_what_was_evaluated_and_the_verdict(self, page: str) -> None:
        text = Reader(page).text
        for part in (
            "golden.jsonl",
            "Engine: embedded (minilm)",
            "Run 2026-11-22 09:20 UTC",
            "commit 0123456789 with changes",
            "2 of 6 rows right (50 % of those judged), 2 wrong, 1 failed, 1 not scored.",
            "Worse than the baseline: right 0.750 → 0.500",
            "What else differs: setting threads: 1 → 2",
            "Missed right 0.500, required at least 0.800",
            "Without a value, because no row has one: cost_usd, verdict_macro_f1.",
            "settings.threads 2",
        ):
            assert part in text

    def test_every_metric_has_value_interval_rows_meaning_and_change(self, page: str) -> None:
        text = Reader(page).text
        assert re.search(
            r"Right right Share of the rows.* Higher is better\. 0\.500 0\.125 … 0\.875 4 / 1 / 1 0\.750 ▼ worse"
            r" −0\.250 \(−0\.400 … −0\.100\) p < 0\.001",
            text,
        )
        assert re.search(r"aurc .*Lower is better\. 0\.250", text)

    def test_every_row_is_in_it_those_that_changed_first(self, page: str) -> None:
        rows = [each for each in Reader(page).all("details") if "row" in (each.get("class") or "").split()]
        assert [each["id"] for each in rows] == [f"row-{id}" for id in ("g2", "g1", "g3", "g4", "g5", "g6")]
        assert [each["data-status"] for each in rows] == ["wrong", "right", "right", "failed", "wrong", "unscored"]
        assert json.loads(rows[1]["data-tags"] or "") == ["who", "list"]

    def test_a_row_opens_to_everything(self, page: str) -> None:
        text = Reader(page).text
        for part in (
            "Zhao Lijian or Zhao",
            "must not name Liu",
            "hit 2 of 2 · cited",
            "not found in the article",
            "not supported by what it cites",
            "Conflict who: China [1] ↔ Kremlin [2]",
            "quotation Quotation marks were taken off.",
            "1 file, 1 independent origin",
            "Before, wrong: Liu",
            "Before, right: The Kremlin",
            "abstained: no evidence",
            "searched 150 sentences in 5 files",
            "Closest passages (no answer)",
            "failed in answer The endpoint is down. Try again.",
            "supported, only attributed confidence 0.62",
            "refutes The Kremlin has also denied",
            "no answer: the articles do not say",
            "total 51 ms",
        ):
            assert part in text, part

    def test_an_article_is_stored_once(self, page: str) -> None:
        texts = json.loads(Reader(page).code["script"][0])
        assert texts == [show_text(TEXTS[CNN])]  # and one that no row needs not at all
        far = TEXTS[CNN].strip().splitlines()[-1][:60]
        assert page.count(json.dumps(far)[1:-1]) == 1 and page.count(far) <= 1
        assert CHINESE not in page

    def test_without_a_baseline_or_records_it_is_a_page_too(self) -> None:
        text = Reader(to_page(replace(EVALUATION, curves={}, confusion={}, by_tag={}), Source([], [], {}))).text
        assert "The record is not at hand." in text and "The case is not at hand." in text
        assert "baseline" not in text.lower()
        empty = replace(EVALUATION, rows=(), results=(), by_tag={}, misses={}, curves={}, confusion={}, provenance={})
        assert "0 of 0 rows right" in Reader(to_page(empty, Source([], [], {}))).text

    def test_three_hundred_rows_are_a_few_megabytes(self) -> None:
        rows = tuple(replace(EVALUATION.rows[n % 6], id=f"r{n}") for n in range(300))
        cases = [replace(CASES[n % 6], id=f"r{n}") for n in range(300)]
        records = [{**RECORDS[n % 6], "id": f"r{n}"} for n in range(300)]
        page = to_page(replace(EVALUATION, rows=rows, curves={}, confusion={}), Source(records, cases, TEXTS))
        assert len(page.encode()) < 3_000_000


class TestSafety:
    def test_nothing_but_its_own_script_and_style_may_run(self, page: str) -> None:
        (policy,) = (
            each["content"] or ""
            for each in Reader(page).all("meta")
            if each.get("http-equiv") == "Content-Security-Policy"
        )
        (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
        (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
        hashes = [base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in (style, script)]
        assert policy == (
            f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}';"
            " base-uri 'none'; form-action 'none'"
        )

    @pytest.mark.parametrize("which", ["page", "hostile"])
    def test_it_asks_nothing_of_anybody(self, which: str, request: pytest.FixtureRequest) -> None:
        read = Reader(request.getfixturevalue(which))
        for tag, attributes in read.elements:
            assert tag not in {"link", "img", "iframe", "object", "embed", "base", "source", "video", "audio", "image"}
            assert not {"style", "src", "srcset", "xlink:href", "action", "ping"} & set(attributes)
            assert not [name for name in attributes if name.startswith("on")]
            assert (attributes.get("href") or "#").startswith("#")
        (style,) = read.code["style"]
        assert "url(" not in style and "@import" not in style and "@font-face" not in style

    def test_hostile_text_stays_text(self, hostile: str) -> None:
        read = Reader(hostile)
        assert [each.get("type") for each in read.all("script")] == ["application/json", None]
        shown = "</script><script>alert(1)</script><img src=x onerror=alert(2)>‹U+202E›{{ 7*7 }}"
        assert read.text.count(shown) >= 15  # name, question, answers, forbidden, statement, speaker, file, findings, …
        assert json.loads(read.code["script"][0]) == [f"Before. {shown} said so. After."]

    def test_nothing_reorders_or_hides_what_is_shown(self, hostile: str) -> None:
        assert not set(hostile) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff\x00")
        assert "&#8238;" not in hostile and "\\u202e" not in hostile.split('id="texts">')[1]


def luminance(color: str) -> float:
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_meets_aa_on_its_ground(page: str, theme: int) -> None:
    blocks = re.findall(r":root \{(.*?)\}", page, re.DOTALL)
    assert len(blocks) == 2
    colors = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[theme]))
    pairs = [(text, ground) for text in ("ink", "soft", "accent") for ground in ("paper", "wash")]
    pairs += [(name, ground) for name in ("green", "red", "amber") for ground in (f"{name}-wash", "paper", "wash")]
    pairs += [("ink", ground) for ground in ("gold", "given", "both", "green-wash", "red-wash", "amber-wash")]
    pairs += [(f"{name}-line", name) for name in ("gold", "given", "both")]
    pairs += [("given-line", "paper"), ("both-line", "paper"), ("soft", "red-wash")]
    assert {pair: ratio for pair in pairs if (ratio := contrast(*(colors[name] for name in pair))) < 4.5} == {}
