"""Who is looking: accounts and browsers are told apart, and nobody else gets at what they leave."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from factcheck.errors import FactcheckError
from ui import visitor as visitors
from ui.guard import VISITOR_COOKIE
from ui.visitor import app_folder, find_app_folder, visitor, visitor_folder

TOKEN = "a" * 32


@pytest.fixture(autouse=True)
def session(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """What Streamlit knows of the session; tests change it."""
    session = SimpleNamespace(user={}, context=SimpleNamespace(cookies={}), session_state={})
    monkeypatch.setattr(visitors, "st", session)
    monkeypatch.setenv("FACTCHECK_INDEX", str(tmp_path / "news" / "index"))
    (tmp_path / "news").mkdir()
    yield session


def come(session: Any, cookie: str | None = None, **user: object) -> str:
    """Open a session of its own and return its visitor."""
    session.session_state = {}
    session.user = {"is_logged_in": True, **user} if user else {}
    session.context.cookies = {} if cookie is None else {VISITOR_COOKIE: cookie}
    return visitor()


def test_a_browser_is_known_again_by_its_cookie(session: Any) -> None:
    assert come(session, TOKEN) == come(session, TOKEN)
    assert come(session, TOKEN) != come(session, "b" * 32)
    assert TOKEN not in come(session, TOKEN)


@pytest.mark.parametrize("cookie", [None, "", "short", "a" * 33, "a" * 31 + "/", "../" * 10 + "ab", "a" * 31 + "é"])
def test_without_a_cookie_of_ours_everybody_is_somebody_else(session: Any, cookie: str | None) -> None:
    first = come(session, cookie)
    assert visitor() == first, "the same for as long as the session lasts"
    assert come(session, cookie) != first


def test_an_account_is_the_same_in_every_browser(session: Any) -> None:
    ann = come(session, TOKEN, iss="https://login", sub="1", email="ann@paper.org")
    assert come(session, "b" * 32, iss="https://login", sub="1", email="ann@paper.org") == ann
    assert come(session, TOKEN) != ann, "signed out, the browser counts again"
    assert come(session, TOKEN, iss="https://login", sub="2", email="ann@paper.org") != ann, "somebody else's now"
    assert come(session, TOKEN, iss="https://other", sub="1", email="ann@paper.org") != ann
    assert "ann" not in ann


def test_an_account_without_a_number_is_its_address_in_any_case(session: Any) -> None:
    assert come(session, email="Ann@Paper.org") == come(session, email="ann@paper.org")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_folders_are_private_all_the_way(session: Any, tmp_path: Path) -> None:
    come(session, TOKEN)
    folder = visitor_folder("batches", "b1")
    assert folder == tmp_path / "news" / "index-app" / "visitors" / visitor() / "batches" / "b1"
    for each in (folder, *folder.parents[:4]):
        assert mode(each) == 0o700, each
    assert not (tmp_path / "news" / "index").exists(), "nothing is made inside the index"


def test_a_folder_that_others_could_read_is_closed() -> None:
    find_app_folder().mkdir(mode=0o755)
    find_app_folder().chmod(0o755)
    assert mode(app_folder()) == 0o700


@pytest.mark.parametrize("part", ["", ".", "..", "a/b", "/etc", "a\\b", "a\0"])
def test_a_part_is_one_plain_name(session: Any, part: str) -> None:
    come(session, TOKEN)
    with pytest.raises(ValueError, match="plain name"):
        visitor_folder("batches", part)


def test_a_folder_that_cannot_be_made_is_a_failure_without_its_path(session: Any, tmp_path: Path) -> None:
    come(session, TOKEN)
    find_app_folder().write_text("in the way")
    with pytest.raises(FactcheckError) as caught:
        visitor_folder("batches")
    assert str(tmp_path) not in f"{caught.value.message} {caught.value.hint}"
    assert "keep its files" in caught.value.message
