"""What a run says of its origin."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from evaluations import answered, failed

from factcheck.evaluation.provenance import describe_machine, describe_records, find_commit, public_settings
from factcheck.settings import Settings


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_a_commit_is_named_and_whether_files_differ_from_it(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert find_commit(tmp_path) is None  # nothing is committed yet
    (tmp_path / "a.txt").write_text("one")
    git(tmp_path, "add", "a.txt")
    git(tmp_path, "commit", "-qm", "one")
    found = find_commit(tmp_path)
    assert found is not None
    assert (found.id, found.dirty) == (git(tmp_path, "rev-parse", "HEAD"), False)
    (tmp_path / "new.txt").write_text("not part of it")
    (tmp_path / "a.txt").write_text("two")
    changed = find_commit(tmp_path)
    assert changed is not None
    assert changed.dirty


def test_without_a_checkout_or_git_there_is_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_commit(tmp_path) is None
    monkeypatch.setenv("PATH", str(tmp_path))
    machine = describe_machine()
    assert (machine["commit"], machine["dirty"]) == (None, None)
    assert machine["packages"]["chromadb"]


def test_a_token_is_not_recorded() -> None:
    found = public_settings(Settings(chroma_token="secret-token-123"))
    assert "secret-token-123" not in repr(found)
    assert found["embedding_model"] == "minilm"


def test_failed_records_do_not_hide_who_answered() -> None:
    nobody = {**failed(), "engine": {"name": "auto", "model": "", "endpoint": None}}
    nobody["provenance"] = {**nobody["provenance"], "index": ""}
    found = describe_records([nobody, answered("900", 2), nobody])
    assert (found["engine"], found["model"], found["index"]) == ("embedded", "m", "f")
    assert describe_records([nobody])["engine"] is None
    assert describe_records([])["index"] is None
