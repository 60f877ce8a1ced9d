"""Every metric against a value worked out by hand, without rows, with failed and with unscored rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from factcheck.evaluation.metrics import METRICS, aggregate, confusion, curves, find_differences, score_row
from factcheck.evaluation.metrics.abstention import area_under_risk, selective_risks
from factcheck.evaluation.metrics.matching import contains, same_speaker
from factcheck.evaluation.metrics.verdicts import VERDICTS
from factcheck.evaluation.records import (
    GoldCitation,
    GoldenCase,
    Judgement,
    MetricResult,
    Place,
    RowScore,
    Trace,
)

BY_NAME = {metric.name: metric for metric in METRICS}
FIRST = "Zhao Lijian denied it."
SECOND = "The Kremlin denied it too."
OTHER = "It rained."
TEXT = f"{FIRST} {SECOND} {OTHER}"
COPY = f"{OTHER} {FIRST}"
TEXTS = {"a.txt": TEXT, "b.txt": COPY, "c.txt": OTHER}
CASE = GoldenCase(
    "q1",
    1,
    question="Who denied it?",
    answers=(("Zhao Lijian", "Zhao"), ("Kremlin",)),
    citations=(GoldCitation("a.txt", FIRST), GoldCitation("a.txt", SECOND), GoldCitation("b.txt", FIRST)),
    answerable=True,
    tags=("list",),
)
UNANSWERABLE = GoldenCase("q2", 2, question="Who confirmed it?", answerable=False)
CLAIM = GoldenCase("c1", 3, claim="Zhao denied it.", verdict="supported", citations=CASE.citations[:1])


def cite(file: str, quote: str, **more: Any) -> dict[str, Any]:
    start = TEXTS[file].index(quote)
    return {"file": file, "start": start, "end": start + len(quote), "quote": quote, "speaker": None, **more}


def answered(*citations: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "outcome": "answered",
        "answer": f"{FIRST} [1] {SECOND} [2]",
        "short_answer": "Zhao Lijian; Kremlin",
        "citations": list(citations) or [cite("a.txt", FIRST), cite("a.txt", SECOND)],
        "origins": {"files": 1, "independent": 1},
        "confidence": 0.9,
        "timing_ms": {"total": 120.0},
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "cost_usd": None},
        **more,
    }


def abstained(**more: Any) -> dict[str, Any]:
    return answered() | {"outcome": "abstained", "answer": "", "short_answer": None, "citations": []} | more


def failed(**more: Any) -> dict[str, Any]:
    failure = {"stage": "answer", "error": "timed out", "retryable": True, "hint": "Try again."}
    return abstained(outcome="failed", failure=failure, confidence=None) | more


def checked(verdict: str, *evidence: dict[str, Any], **more: Any) -> dict[str, Any]:
    base = {"outcome": "checked", "verdict": verdict, "evidence": list(evidence), "attributed_only": False}
    return base | {"confidence": 0.8, "timing_ms": {"total": 80.0}, "usage": None} | more


def score(record: dict[str, Any], case: GoldenCase = CASE, **more: Any) -> RowScore:
    return score_row(Judgement(case, record, texts=TEXTS, **more))


def value(name: str, record: dict[str, Any], case: GoldenCase = CASE, **more: Any) -> float | None:
    return score(record, case, **more).values[name]


def result(name: str, rows: Sequence[RowScore]) -> MetricResult:
    (found,) = aggregate(rows, seed=1, resamples=50, metrics=[BY_NAME[name]])
    return found


# What they say of themselves


def test_names_are_unique_and_those_agreed_on_are_there() -> None:
    assert len(BY_NAME) == len(METRICS)
    assert set(BY_NAME) >= {
        "answer_correctness", "token_f1", "citation_precision_file", "citation_recall_file",
        "citation_precision_sentence", "citation_recall_sentence", "quote_exactness", "abstention_precision",
        "abstention_recall", "wrong_abstention_rate", "aurc", "verdict_accuracy", "verdict_macro_f1",
        "false_supported_rate", "origin_accuracy", "speaker_accuracy", "recall_at_1", "recall_at_5", "recall_at_10",
        "recall_at_20", "mrr", "ndcg_at_10", "latency_ms_p50", "latency_ms_p95", "tokens", "cost_usd",
        "failure_rate", "right",
    }  # fmt: skip


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_a_metric_says_what_it_means_in_a_sentence(metric: Any) -> None:
    assert metric.title and metric.source and metric.kinds
    assert metric.meaning.endswith(".") and len(metric.meaning) < 200


@pytest.mark.parametrize("name", BY_NAME)
def test_nothing_over_no_rows_is_a_number(name: str) -> None:
    found = result(name, [])
    assert (found.value, found.low, found.high) == (None, None, None)
    assert (found.scored, found.unscored, found.failed) == (0, 0, 0)


@pytest.mark.parametrize("name", BY_NAME)
def test_a_failure_is_counted_and_is_no_wrong_answer(name: str) -> None:
    metric = BY_NAME[name]
    row = score(failed()) if "question" in metric.kinds else score(failed(), CLAIM)
    assert not row.right
    found = result(name, [row])
    if metric.counts_failures:
        assert (found.scored, found.unscored, found.failed) == (1, 0, 0)
        assert found.value == (1 if name == "failure_rate" else 0)
    else:
        assert (found.value, found.scored, found.unscored, found.failed) == (None, 0, 0, 1)


@pytest.mark.parametrize("name", BY_NAME)
def test_no_row_is_lost(name: str) -> None:
    rows = [score(answered()), score(failed()), score(abstained(), UNANSWERABLE), score(checked("refuted"), CLAIM)]
    found = result(name, rows)
    assert found.scored + found.unscored + found.failed == len(rows)


# Answers


@pytest.mark.parametrize(
    ("record", "correct", "short"),
    [
        (answered(), 1, 1),
        (answered(short_answer="Zhao"), 1, 0),
        (answered(short_answer=None), 1, 0),
        (answered(answer="Zhao Lijian. [1]", short_answer="Zhao Lijian"), 0, 0),
        (answered(short_answer="ZHAO; the kremlin"), 1, 1),
        (abstained(), 0, 0),
    ],
)
def test_every_group_must_be_met_by_an_alias(record: dict[str, Any], correct: int, short: int) -> None:
    values = score(record).values
    assert (values["answer_correctness"], values["short_answer_correctness"]) == (correct, short)


def test_a_forbidden_name_makes_an_answer_wrong() -> None:
    case = replace(CASE, forbidden=("Liu",))
    assert value("answer_correctness", answered(), case) == 1
    assert value("answer_correctness", answered(short_answer="Zhao; Liu; Kremlin"), case) == 0


def test_an_unanswerable_question_has_no_answer_to_score() -> None:
    values = score(answered(), UNANSWERABLE).values
    assert [values[name] for name in ("answer_correctness", "short_answer_correctness", "token_f1")] == [None] * 3


@pytest.mark.parametrize(
    ("text", "alias", "found"),
    [
        ("It was 14.2 million", "14", False),
        ("It was 14, not 15", "14", True),
        ("In 1,450 cases", "450", False),
        ("Chinas’s “no bounds”", "China", True),
        ("don’t", "don't", True),
        ("Russia denied it", "US", False),
        ("It took sixteen days", "six", False),
        ("The US's answer", "us", True),
        ("six-day talks", "six", True),
        ("Both bridges", "bridge", True),
        ("中国否认", "中国", True),
    ],
)
def test_an_alias_is_found_as_a_whole_word_or_number(text: str, alias: str, found: bool) -> None:
    assert contains(text, alias) is found


@pytest.mark.parametrize(
    ("short", "answers", "expected"),
    [
        ("Zhao Lijian; Kremlin", (("Zhao Lijian",), ("Kremlin",)), 1),
        # 1 of 2 words given, 1 of 2 gold: 2 × 1 / (2 + 2).
        ("Zhao Peng", (("Zhao Lijian",),), 2 * 1 / (2 + 2)),
        # The nearer alias of the group counts.
        ("The Zhao!", (("Zhao Lijian", "Zhao"),), 1),
        # "a" and "the" and punctuation are no words: 3 given, 2 gold, 2 shared.
        ("about $9,204 (a) vote", (("9,204 votes", "9,204 vote"),), 2 * 2 / (3 + 2)),
        ("Moscow", (("Zhao",),), 0),
    ],
)
def test_token_f1_is_that_of_squad(short: str, answers: tuple[tuple[str, ...], ...], expected: float) -> None:
    found = value("token_f1", answered(short_answer=short), replace(CASE, answers=answers))
    assert found == pytest.approx(expected)


def test_token_f1_of_an_answer_without_a_short_form_takes_it_whole() -> None:
    record = answered(short_answer=None, answer="Zhao did. [1]")
    # 2 words given, 1 gold, 1 shared.
    assert value("token_f1", record, replace(CASE, answers=(("Zhao",),))) == pytest.approx(2 * 1 / (2 + 1))


# Citations

REQUIRED = replace(CASE, citations=tuple(replace(gold, required=True) for gold in CASE.citations))


@pytest.mark.parametrize(
    ("citations", "expected"),
    [
        # sentence precision, sentence recall, file precision, file recall, first citation
        ([cite("a.txt", FIRST)], (1, 1, 1, 1, 1)),
        ([cite("a.txt", OTHER)], (0, 0, 1, 1, 0)),
        ([cite("c.txt", OTHER)], (0, 0, 0, 0, 0)),
        ([cite("c.txt", OTHER), cite("a.txt", FIRST), cite("a.txt", OTHER)], (1 / 3, 1, 2 / 3, 1, 0)),
    ],
)
def test_any_gold_sentence_is_enough_where_none_is_required(
    citations: list[dict[str, Any]], expected: tuple[float, ...]
) -> None:
    values = score(answered(*citations)).values
    assert tuple(values[name] for name in CITED) == pytest.approx(expected)


CITED = (
    "citation_precision_sentence",
    "citation_recall_sentence",
    "citation_precision_file",
    "citation_recall_file",
    "first_citation_gold",
)


def test_required_sentences_are_each_asked_for() -> None:
    values = score(answered(cite("a.txt", FIRST), cite("a.txt", SECOND)), REQUIRED).values
    assert values["citation_recall_sentence"] == pytest.approx(2 / 3)
    assert values["citation_recall_file"] == pytest.approx(1 / 2)
    assert values["right"] == 0


def test_a_citation_of_half_a_gold_quote_covers_it() -> None:
    half = FIRST[: len(FIRST) // 2]
    assert value("citation_recall_sentence", answered(cite("a.txt", half))) == 1
    assert value("citation_recall_sentence", answered(cite("a.txt", half[:-1]))) == 0


def test_without_citations_there_is_no_precision_but_nothing_is_recalled() -> None:
    values = score(answered(citations=[])).values
    assert tuple(values[name] for name in CITED) == (None, 0, None, 0, None)
    assert score(abstained()).values["citation_recall_sentence"] == 0


def test_a_gold_quote_that_is_not_in_its_article_does_not_count() -> None:
    wrong = replace(CASE, citations=(GoldCitation("a.txt", "Nobody wrote this.", required=True), *CASE.citations))
    assert value("citation_recall_sentence", answered(), wrong) == 1
    alone = replace(CASE, citations=wrong.citations[:1])
    values = score(answered(), alone).values
    assert tuple(values[name] for name in CITED) == (None,) * 5
    assert values["right"] is None


def test_gold_in_an_article_that_is_not_indexed_is_not_cited() -> None:
    lost = replace(CASE, citations=(GoldCitation("gone.txt", FIRST),))
    assert value("citation_recall_sentence", answered(), lost) == 0


def test_evidence_that_only_mentions_is_no_citation_of_a_claim() -> None:
    supports = cite("a.txt", FIRST, stance="supports")
    mentions = cite("c.txt", OTHER, stance="mentions")
    assert value("citation_precision_sentence", checked("supported", supports, mentions), CLAIM) == 1
    assert value("citation_precision_sentence", checked("supported", mentions), CLAIM) is None


def test_a_quote_is_exact_or_not() -> None:
    shifted = cite("a.txt", FIRST) | {"start": 1}
    elsewhere = cite("a.txt", FIRST) | {"file": "gone.txt"}
    assert value("quote_exactness", answered(cite("a.txt", FIRST))) == 1
    assert value("quote_exactness", answered(cite("a.txt", FIRST), shifted, elsewhere)) == pytest.approx(1 / 3)
    assert value("quote_exactness", abstained()) is None
    assert value("quote_exactness", checked("supported", shifted | {"stance": "mentions"}), CLAIM) == 0


def test_quotes_cannot_be_checked_without_texts() -> None:
    row = score_row(Judgement(CASE, answered()))
    assert row.values["quote_exactness"] is None


# Abstention

OUTCOMES = (
    [score(abstained(), UNANSWERABLE)] * 3
    + [score(answered(), UNANSWERABLE)]
    + [score(abstained())]
    + [score(answered())] * 2
)


@pytest.mark.parametrize(
    ("name", "expected", "scored"),
    [("abstention_precision", 3 / 4, 4), ("abstention_recall", 3 / 4, 4), ("wrong_abstention_rate", 1 / 3, 3)],
)
def test_abstentions(name: str, expected: float, scored: int) -> None:
    found = result(name, OUTCOMES)
    assert found.value == pytest.approx(expected)
    assert (found.scored, found.unscored) == (scored, len(OUTCOMES) - scored)


SURENESS = [  # confidence and whether it was right, surest first after sorting
    (0.9, True),
    (0.5, False),
    (0.7, True),
    (0.6, False),
]


def sure(confidence: float | None, right: bool) -> RowScore:
    return score(answered(confidence=confidence), CASE if right else UNANSWERABLE)


def test_aurc_is_the_mean_risk_over_coverages() -> None:
    found = result("aurc", [sure(*row) for row in SURENESS])
    # Wrong answers among the 1, 2, 3, 4 surest: 0/1, 0/2, 1/3, 2/4.
    assert found.value == pytest.approx((0 + 0 + 1 / 3 + 2 / 4) / 4)


def test_the_risk_coverage_curve_ends_at_what_was_answered() -> None:
    rows = [sure(*row) for row in SURENESS] + [score(abstained()), score(failed())]
    # Five questions that did not fail, four of them answered.
    expected = [(1 / 5, 0), (2 / 5, 0), (3 / 5, 1 / 3), (4 / 5, 2 / 4)]
    assert np.array(curves(rows)["risk_coverage"]) == pytest.approx(np.array(expected))


def test_an_engine_that_does_not_say_how_sure_it_is_has_no_curve() -> None:
    rows = [sure(None, True), sure(None, False)]
    found = result("aurc", rows)
    assert (found.value, found.scored, found.unscored) == (None, 0, 2)
    assert "risk_coverage" not in curves(rows)


def test_aurc_leaves_out_rows_without_a_value() -> None:
    risk, confidence = np.array([1.0, np.nan, 0.0]), np.array([0.2, np.nan, 0.8])
    # Surest first: right, wrong.
    assert selective_risks(risk, confidence)[:2] == pytest.approx([0, 1 / 2])
    assert area_under_risk(risk, confidence) == pytest.approx((0 + 1 / 2) / 2)
    assert np.isnan(area_under_risk(np.full(2, np.nan), np.full(2, np.nan)))


# Verdicts


def judged(expected: str, given: str, **more: Any) -> RowScore:
    return score(checked(given, **more), replace(CLAIM, verdict=expected))


VERDICT_ROWS = [
    judged("supported", "supported"),
    judged("supported", "refuted"),
    judged("refuted", "refuted"),
    judged("refuted", "supported"),
    judged("conflicting", "not_enough_evidence"),
    judged("refuted", "refuted"),
]


def test_verdict_accuracy_and_false_support() -> None:
    assert result("verdict_accuracy", VERDICT_ROWS).value == pytest.approx(3 / 6)
    # Four claims are not supported, one of them was called so.
    assert result("false_supported_rate", VERDICT_ROWS).value == pytest.approx(1 / 4)


def test_macro_f1_is_over_verdicts_expected_or_given() -> None:
    f1 = {
        "supported": 2 * 1 / (2 + 2),  # twice its hits, by expected and given
        "refuted": 2 * 2 / (3 + 3),
        "conflicting": 0 / (1 + 0),
        "not_enough_evidence": 0 / (0 + 1),
    }
    assert result("verdict_macro_f1", VERDICT_ROWS).value == pytest.approx(sum(f1.values()) / 4)
    # Only two verdicts occur here.
    assert result("verdict_macro_f1", VERDICT_ROWS[:4]).value == pytest.approx((2 / 4 + 2 / 4) / 2)


def test_attributed_only_is_scored_where_it_is_labelled() -> None:
    labelled = replace(CLAIM, attributed_only=True)
    assert value("attributed_only_accuracy", checked("supported", attributed_only=True), labelled) == 1
    assert value("attributed_only_accuracy", checked("supported"), labelled) == 0
    assert value("attributed_only_accuracy", checked("supported"), CLAIM) is None


def test_confusion_counts_verdicts_and_outcomes_with_failures() -> None:
    rows = [*VERDICT_ROWS, score(failed(), CLAIM), *OUTCOMES, score(failed())]
    assert confusion(rows) == {
        "verdict": {
            "supported": {"supported": 1, "refuted": 1, "failed": 1},
            "refuted": {"refuted": 2, "supported": 1},
            "conflicting": {"not_enough_evidence": 1},
        },
        "outcome": {
            "abstained": {"abstained": 3, "answered": 1},
            "answered": {"abstained": 1, "answered": 2, "failed": 1},
        },
    }
    assert confusion([]) == {}


@pytest.mark.parametrize("verdict", VERDICTS)
def test_every_verdict_can_be_right(verdict: str) -> None:
    assert judged(verdict, verdict).right


# Sources


@pytest.mark.parametrize(
    ("given", "gold", "same"),
    [
        ("Liu", "Liu Pengyu", True),
        ("Kremlin spokesman Dmitry Peskov", "Dmitry Peskov", True),
        ("Mr. Okafor", "Desmond Okafor", True),
        ("LIU PENGYU", "Liu Pengyu", True),
        ("Zhao Lijian", "Liu Pengyu", False),
        ("Anna Voss", "Marianne Voss", False),
        ("", "Liu", False),
        ("the", "The Kremlin", False),
    ],
)
def test_names_of_one_speaker(given: str, gold: str, same: bool) -> None:
    assert same_speaker(given, gold) is same


def test_speakers_of_cited_gold_sentences_are_compared() -> None:
    case = replace(
        CASE,
        citations=(GoldCitation("a.txt", FIRST, speaker="Zhao Lijian"), GoldCitation("a.txt", SECOND)),
    )
    zhao, nobody = cite("a.txt", FIRST, speaker="Zhao"), cite("a.txt", FIRST)
    assert value("speaker_accuracy", answered(zhao), case) == 1
    assert value("speaker_accuracy", answered(zhao, nobody, cite("a.txt", SECOND)), case) == pytest.approx(1 / 2)
    assert value("speaker_accuracy", answered(cite("a.txt", SECOND)), case) is None


def test_origins_are_compared_where_they_are_labelled() -> None:
    assert value("origin_accuracy", answered(), replace(CASE, origins=1)) == 1
    assert value("origin_accuracy", answered(), replace(CASE, origins=2)) == 0
    assert value("origin_accuracy", answered()) is None
    assert value("origin_accuracy", abstained(), replace(CASE, origins=1)) is None


# Retrieval


def place(number: int, score: float = 0.0) -> Place:
    return Place("a.txt", 10 * number, 10 * number + 9, score)


GOLD = ((place(1),), (place(2),), ())  # the third quote is in no indexed sentence


@pytest.mark.parametrize(
    ("hits", "expected"),
    [
        ([1, 2], {"recall_at_1": 1 / 3, "recall_at_5": 2 / 3, "mrr": 1, "success_at_10": 1}),
        ([7, 1, 8, 2], {"recall_at_1": 0, "recall_at_5": 2 / 3, "mrr": 1 / 2, "success_at_10": 1}),
        ([*range(20, 30), 1], {"recall_at_10": 0, "recall_at_20": 1 / 3, "mrr": 1 / 11, "success_at_10": 0}),
        ([], {"recall_at_20": 0, "mrr": 0, "ndcg_at_10": 0, "success_at_10": 0}),
    ],
)
def test_retrieval_measures(hits: list[int], expected: dict[str, float]) -> None:
    trace = Trace(tuple(place(number) for number in hits), 10)
    values = score(answered(), gold=GOLD, trace=trace).values
    assert {name: values[name] for name in expected} == pytest.approx(expected)


def test_ndcg_discounts_by_rank() -> None:
    values = score(answered(), gold=GOLD, trace=Trace((place(7), place(1)), 10)).values
    ideal = 1 / np.log2(2) + 1 / np.log2(3) + 1 / np.log2(4)
    assert values["ndcg_at_10"] == pytest.approx((1 / np.log2(3)) / ideal)


def test_hits_are_taken_in_their_order_whatever_their_scores() -> None:
    trace = Trace((place(7, 0.1), place(1, 0.9)), 10)
    assert value("mrr", answered(), gold=GOLD, trace=trace) == 1 / 2


def test_two_gold_quotes_in_one_sentence_are_one_sentence() -> None:
    gold = ((place(1),), (place(1),), (place(2),))
    assert value("recall_at_5", answered(), gold=gold, trace=Trace((place(1),), 10)) == pytest.approx(1 / 2)


def test_retrieval_is_scored_whatever_was_answered_and_not_without_a_trace() -> None:
    trace = Trace((place(1),), 10)
    assert value("mrr", abstained(), gold=GOLD, trace=trace) == 1
    assert value("mrr", answered(), gold=GOLD) is None
    assert value("mrr", abstained(), UNANSWERABLE, trace=trace) is None


# Cost


def timed(total: float) -> RowScore:
    return score(answered(timing_ms={"total": total}))


def test_latency_quantiles() -> None:
    rows = [timed(total) for total in (400, 100, 300, 200, 500)]
    assert result("latency_ms_p50", rows).value == 300
    # 95 % of the way through five values: 0.95 × 4 = 3.8 steps, so 0.8 between the fourth and the fifth.
    assert result("latency_ms_p95", rows).value == pytest.approx(400 + 0.8 * 100)
    assert curves(rows[:2])["latency_ms"] == ((1 / 2, 100), (2 / 2, 400))


def used(prompt: int, completion: int, cost: float | None) -> dict[str, Any]:
    return {"usage": {"prompt_tokens": prompt, "completion_tokens": completion, "cost_usd": cost}}


def test_tokens_and_cost_count_failures_too() -> None:
    rows = [score(answered(**used(100, 20, 0.25))), score(failed(**used(60, 0, 0.75)))]
    assert result("tokens", rows).value == (120 + 60) / 2
    assert result("cost_usd", rows).value == (0.25 + 0.75) / 2


def test_a_price_that_is_not_known_is_not_zero() -> None:
    assert value("cost_usd", answered(**used(100, 20, None))) is None
    assert value("cost_usd", answered(**used(0, 0, None))) == 0


# Overall


@pytest.mark.parametrize(
    ("record", "case", "right"),
    [
        (answered(), CASE, True),
        (answered(cite("a.txt", OTHER)), CASE, False),
        (answered(answer="Nobody.", short_answer=None), CASE, False),
        (abstained(), CASE, False),
        (abstained(), UNANSWERABLE, True),
        (answered(), UNANSWERABLE, False),
        (answered(cite("a.txt", OTHER)), replace(CASE, citations=()), True),
        (checked("supported"), CLAIM, True),
        (checked("refuted"), CLAIM, False),
    ],
)
def test_a_row_is_right_as_a_person_would_say(record: dict[str, Any], case: GoldenCase, right: bool) -> None:
    row = score(record, case)
    assert row.right is right
    assert row.values["right"] == right


def test_failure_rate_is_over_all_rows() -> None:
    rows = [score(answered()), score(failed()), score(failed(), CLAIM), score(checked("refuted"), CLAIM)]
    assert result("failure_rate", rows).value == 2 / 4


def test_a_metric_added_changes_no_interval_of_another() -> None:
    alone = result("abstention_recall", OUTCOMES)
    assert alone == next(
        found for found in aggregate(OUTCOMES, seed=1, resamples=50) if found.name == "abstention_recall"
    )


# Two runs


def difference(name: str, before: Sequence[RowScore], after: Sequence[RowScore]) -> Any:
    (found,) = find_differences(before, after, seed=1, resamples=200, metrics=[BY_NAME[name]])
    return found


def numbered(records: Sequence[dict[str, Any]], case: GoldenCase = CASE) -> list[RowScore]:
    return [score(record, replace(case, id=str(number))) for number, record in enumerate(records)]


def test_a_run_that_gets_everything_wrong_is_worse() -> None:
    found = difference("wrong_abstention_rate", numbered([answered()] * 12), numbered([abstained()] * 12))
    assert (found.before, found.after, found.change, found.rows, found.verdict) == (0, 1, 1, 12, "worse")
    assert found.p < 0.05


def test_equal_runs_are_the_same() -> None:
    rows = numbered([answered(), abstained(), answered()])
    for found in find_differences(rows, rows, seed=1, resamples=50):
        assert found.verdict in {"same", "unknown"}
        assert found.change in {0, None}


def test_a_row_that_failed_in_one_run_is_left_out_of_both() -> None:
    found = difference("answer_correctness", numbered([answered()] * 3), numbered([answered(), failed(), abstained()]))
    assert (found.before, found.after, found.rows) == (1, 1 / 2, 2)
    found = difference("failure_rate", numbered([answered()] * 3), numbered([answered(), failed(), abstained()]))
    assert (found.before, found.after, found.rows) == (0, 1 / 3, 3)


def test_precision_is_compared_over_the_rows_of_either_run() -> None:
    before = numbered([abstained(), abstained(), answered()], UNANSWERABLE)
    after = numbered([abstained(), answered(), abstained()], UNANSWERABLE)
    before[0], after[0] = score(abstained(), replace(CASE, id="0")), score(answered(), replace(CASE, id="0"))
    found = difference("abstention_precision", before, after)
    # Before: wrong at 0, due at 1. After: due at 2.
    assert (found.before, found.after, found.rows) == (1 / 2, 1, 3)


def test_precision_leaves_out_what_failed_in_one_run() -> None:
    before = numbered([abstained(), abstained()], UNANSWERABLE)
    after = numbered([abstained(), failed()], UNANSWERABLE)
    assert difference("abstention_precision", before, after).rows == 1


def test_runs_without_common_rows_cannot_be_compared() -> None:
    found = difference("right", numbered([answered()]), [score(answered(), replace(CASE, id="else"))])
    assert (found.before, found.change, found.p, found.rows, found.verdict) == (None, None, None, 0, "unknown")
