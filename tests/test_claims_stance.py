"""The stance of one sentence, with and without the reader."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from factcheck.claims.documents import read_claim, read_evidence
from factcheck.claims.stance import LABELS, SentenceStance, combine, decide, judge_stance
from factcheck.models.parser import load_parser

PARSE = load_parser().parse


@dataclass(frozen=True)
class Read:
    supported: float
    refuted: float
    not_enough: float


YES, NO, OPEN = Read(0.96, 0.02, 0.02), Read(0.02, 0.96, 0.02), Read(0.04, 0.04, 0.92)


def judge(claim: str, sentence: str, read: Read | None = None) -> SentenceStance:
    return judge_stance(read_claim(claim, PARSE), read_evidence(sentence, PARSE), read)


@pytest.mark.parametrize(
    ("label", "claim", "sentence"),
    [
        ("supports", "The fire killed 35 people.", "At least thirty-five people were killed by the fire."),
        ("supports", "Alpha Motors bought Beta Trucks.", "Beta Trucks was bought by Alpha Motors."),
        ("refutes", "The fire killed 350 people.", "The fire killed 35 people."),
        ("refutes", "The minister confirmed the report.", "The minister denied the report."),
        ("refutes", "The mayor signed the contract.", "The mayor refused to sign the contract."),
        ("refutes", "Alpha Motors bought Beta Trucks.", "Beta Trucks bought Alpha Motors."),
        ("mentions", "The mayor signed the contract.", "The weather in Lima was fine."),
        ("mentions", "The mayor of Lima owns 14 horses.", "The mayor of Lima likes horses."),
    ],
)
def test_rules_alone(label: str, claim: str, sentence: str) -> None:
    assert judge(claim, sentence).label == label


def test_the_reader_alone_cannot_support_a_number_or_name_that_is_not_there() -> None:
    assert judge("The fire killed 35 people.", "The fire killed people.", YES).label != "supports"
    assert judge("Carla Jensen praised the film.", "The critics praised the film.", YES).label != "supports"
    assert judge("The fire killed 35 people.", "Bread is cheap in Lima.", YES).label != "supports"


def test_the_reader_moves_what_the_rules_leave_open() -> None:
    claim, sentence = "The town lost its only school.", "The only school in the town burned down."
    chances = [judge(claim, sentence, read).probability for read in (YES, NO, OPEN)]
    assert chances[0]["supports"] > chances[2]["supports"]
    assert chances[1]["refutes"] > chances[2]["refutes"]


def test_reasons_name_who_spoke() -> None:
    stance = judge("The fire killed 350 people.", "The fire killed 35 people.", NO)
    assert stance.explanation == "The article says 35, the claim 350."
    assert {reason.source for reason in stance.reasons} == {"rule", "reader"}


def test_probabilities_add_up() -> None:
    stance = judge("The fire killed 350 people.", "The fire killed people.", YES)
    assert sum(stance.probability.values()) == pytest.approx(1.0)
    assert tuple(stance.probability) == LABELS


def test_a_doubtful_case_is_not_called_supported() -> None:
    assert decide({"supports": 0.45, "refutes": 0.35, "mentions": 0.2}) != "supports"


@pytest.mark.parametrize("with_reader", [True, False])
def test_a_clash_never_speaks_for_support(with_reader: bool) -> None:
    calm = dict.fromkeys(("coverage", "act_missing", "clash", "missing_number", "missing_name", "missing_date",
                          "not_done", "reader_supports", "reader_refutes"), 0.0) | {"coverage": 1.0}  # fmt: skip
    clash = combine(calm | {"clash": 1.0}, with_reader=with_reader)
    assert clash["supports"] < combine(calm, with_reader=with_reader)["supports"]
    assert clash["refutes"] > clash["supports"]
