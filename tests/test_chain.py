"""The chain of retrieve, answer and verify: a failure is a failure of its stage."""

from __future__ import annotations

from dataclasses import replace

import pytest

from factcheck.answering.answered import Answered
from factcheck.answering.chain import Asked, build_chain
from factcheck.answering.verification import Source
from factcheck.errors import EndpointError, FactcheckError, ModelError, UsageError
from factcheck.types import (
    Abstention,
    Answer,
    Citation,
    Failure,
    Finding,
    Origins,
    Retrieved,
    Searched,
    Statement,
    Usage,
)

TEXT = "At least 14 people died."
CITED = Citation(1, "a.txt", 0, len(TEXT), 1, TEXT, "hash")
GOOD = Answer(TEXT + " [1]", "14", (Statement(TEXT, (1,), "verbatim"),), (CITED,), Origins(1, 1))
FALSE = replace(GOOD, statements=(Statement(TEXT, (1,), "verbatim"), Statement("Some 99 died.", (1,), "entailed")))
ABSTAINED = Abstention("no_evidence", "No sentence mentions it.", (), Searched(1, 1))


class Scripted:
    """Stages that count their calls and raise where they are told to."""

    name = "scripted"
    model = "none"

    def __init__(self, outcome: Answer | Abstention | Answered = GOOD, **errors: BaseException) -> None:
        self.outcome = outcome
        self.errors = errors
        self.calls: list[str] = []

    def call(self, stage: str) -> None:
        self.calls.append(stage)
        if stage in self.errors:
            raise self.errors[stage]

    def retrieve(self, question: str) -> Retrieved:
        self.call("retrieve")
        return Retrieved(question.replace("waht", "what"), (), Searched(1, 1))

    def answer(self, text: str, retrieved: Retrieved) -> Answer | Abstention | Answered:
        self.call("answer")
        return self.outcome

    def read(self, file: str) -> Source:
        self.call("verify")
        return Source(TEXT, "hash")

    def rewrite(self, asked: Asked) -> Asked:
        self.call("question")
        return replace(asked, question="Who died in Verrin?", usage=Usage(3, 4, 0.5))

    def run(self, question: str = "Who died?", *, rewrite: bool = False) -> Asked:
        chain = build_chain(self.retrieve, self, self.read, rewrite=self.rewrite if rewrite else None)
        return chain.invoke(Asked(question))


STAGES = ["question", "retrieve", "answer", "verify"]


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("kind", [FactcheckError, ModelError, EndpointError])
def test_an_error_is_a_failure_of_its_stage_and_stops_there(stage: str, kind: type[FactcheckError]) -> None:
    script = Scripted(**{stage: kind("it broke", hint="Mend it.", retryable=True)})
    done = script.run(rewrite=True)
    assert done.outcome == Failure(stage, "it broke", True, "Mend it.")
    assert script.calls == STAGES[: STAGES.index(stage) + 1]


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("error", [ValueError("bug"), KeyError("bug"), UsageError("wrong use"), KeyboardInterrupt()])
def test_bugs_wrong_use_and_interrupts_propagate(stage: str, error: BaseException) -> None:
    script = Scripted(**{stage: error})
    with pytest.raises(type(error)):
        script.run(rewrite=True)
    assert script.calls[-1] == stage


def test_an_answer_passes_unchanged_where_everything_holds() -> None:
    done = Scripted().run()
    assert done.outcome == GOOD
    assert done.findings == ()
    assert min(done.timing.retrieve, done.timing.answer, done.timing.verify) >= 0


def test_a_finding_marks_its_statement_and_deletes_nothing() -> None:
    done = Scripted(FALSE).run()
    assert isinstance(done.outcome, Answer)
    assert [statement.support for statement in done.outcome.statements] == ["verbatim", "unsupported"]
    assert [statement.text for statement in done.outcome.statements] == [TEXT, "Some 99 died."]
    (finding,) = done.findings
    assert (finding.check, finding.statement) == ("statement", 2)


def test_a_citation_that_does_not_hold_is_a_finding() -> None:
    done = Scripted(replace(GOOD, citations=(replace(CITED, end=5),))).run()
    assert [finding.check for finding in done.findings] == ["citation"]


def test_an_abstention_is_not_verified() -> None:
    script = Scripted(ABSTAINED)
    assert script.run().outcome == ABSTAINED
    assert script.calls == ["retrieve", "answer"]


def test_what_the_engine_reports_is_kept_and_usage_is_added() -> None:
    own = Finding("short_answer", "left out")
    done = Scripted(Answered(GOOD, (own,), Usage(10, 20, 1.5))).run(rewrite=True)
    assert done.question == "Who died in Verrin?"
    assert done.findings == (own,)
    assert done.usage == Usage(13, 24, 2.0)


def test_an_unknown_cost_makes_the_sum_unknown() -> None:
    assert Scripted(Answered(GOOD, (), Usage(10, 20, None))).run(rewrite=True).usage == Usage(13, 24, None)


def test_a_failure_that_the_engine_returns_is_kept() -> None:
    failure = Failure("answer", "it refused", False, "Ask again.")
    script = Scripted(Answered(failure))
    assert script.run().outcome == failure
    assert script.calls == ["retrieve", "answer"]


def test_a_mended_question_is_told() -> None:
    done = Scripted().run("waht died?")
    assert [finding.check for finding in done.findings] == ["spelling"]
    assert "what died?" in done.findings[0].message


def test_it_is_a_runnable_with_invoke_batch_and_stream() -> None:
    script = Scripted()
    chain = build_chain(script.retrieve, script, script.read)
    questions = [Asked("Who died?"), Asked("How many died?"), Asked("When?")]
    batched = chain.batch(questions)
    assert [done.question for done in batched] == [asked.question for asked in questions]
    assert [done.outcome for done in batched] == [GOOD] * 3
    (streamed,) = list(chain.stream(questions[0]))
    assert streamed.outcome == chain.invoke(questions[0]).outcome == GOOD


def test_one_failure_of_a_batch_leaves_the_others_alone() -> None:
    class Picky(Scripted):
        def retrieve(self, question: str) -> Retrieved:
            if question == "bad":
                raise FactcheckError("no")
            return super().retrieve(question)

    script = Picky()
    chain = build_chain(script.retrieve, script, script.read)
    outcomes = [done.outcome for done in chain.batch([Asked("good"), Asked("bad"), Asked("good too")])]
    assert outcomes[0] == outcomes[2] == GOOD
    assert isinstance(outcomes[1], Failure)
