"""`factcheck check CLAIM`, and claims in `factcheck batch`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from scripted_corpus import ScriptedCorpus, refuted

from factcheck.cli import main
from factcheck.presentation.checked import render
from factcheck.presentation.display import cells

CLAIM = "Zhao Lijian confirmed the reports of the Russian request."


def run(*arguments: str, input: str | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input=input)


def check(index: Path, *arguments: str, input: str | None = None) -> Result:
    return run("check", *arguments, "--index", str(index), input=input)


def test_a_verdict_comes_first_with_what_speaks_against_it(seed_index: Path) -> None:
    result = check(seed_index, CLAIM)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("Refuted (")
    assert "Against (" in result.stdout and "001_d26e30d51aa5f213.txt:7" in result.stdout
    assert "“disinformation” and “malicious.”" in result.stdout


def test_json_is_one_record_that_verifies(seed_index: Path, tmp_path: Path) -> None:
    result = check(seed_index, CLAIM, "--json")
    (line,) = result.stdout.splitlines()
    record = json.loads(line)
    assert (record["schema"], record["claim"], record["verdict"]) == ("factcheck/check/1", CLAIM, "refuted")
    (tmp_path / "records.jsonl").write_text(line + "\n")
    verified = run("verify", str(tmp_path / "records.jsonl"), "--index", str(seed_index))
    assert verified.exit_code == 0, verified.output


@pytest.mark.parametrize(("claim", "says"), [("Who denied it?", "question"), (" ", "empty"), ("x" * 10_240, "10,240")])
def test_what_is_no_claim_is_wrong_input(seed_index: Path, claim: str, says: str) -> None:
    result = check(seed_index, claim)
    assert result.exit_code == 2
    assert says in result.stderr and "hint:" in result.stderr
    as_json = check(seed_index, claim, "--json")
    assert as_json.exit_code == 2
    assert json.loads(as_json.stdout)["failure"]["stage"] == "claim"


def test_a_claim_may_come_from_standard_input(seed_index: Path) -> None:
    assert check(seed_index, "-", input=CLAIM).stdout.startswith("Refuted")


def test_a_glob_that_matches_nothing_is_wrong_use(seed_index: Path) -> None:
    result = check(seed_index, CLAIM, "--file-glob", "nothing*")
    assert result.exit_code == 2 and "no indexed article matches" in result.stderr


def test_claims_in_a_batch_are_checked(seed_index: Path, tmp_path: Path) -> None:
    lines = [{"id": "a", "claim": CLAIM}, {"id": "b", "claim": "Is it so?"}]
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("".join(json.dumps(line) + "\n" for line in lines))
    result = run("batch", str(source), "-o", str(out), "--concurrency", "1", "--index", str(seed_index))
    assert result.exit_code == 1, result.output  # one line cannot be checked
    first, second = [json.loads(line) for line in out.read_text().splitlines()]
    assert (first["id"], first["outcome"], first["verdict"]) == ("a", "checked", "refuted")
    assert (second["id"], second["outcome"], second["failure"]["stage"]) == ("b", "failed", "claim")


def test_a_record_fits_eighty_columns() -> None:
    record = ScriptedCorpus({}, [refuted()]).check("China confirmed the request.")
    text = render(record, width=80)
    assert max(cells(line) for line in text.splitlines()) <= 80
    assert text.startswith("Refuted (90% sure)")
    assert "\x1b" not in text and "\x1b" in render(record, width=80, color=True)
