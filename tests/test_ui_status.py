"""The Status page, and that no page ever shows a secret, a path or a traceback."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import streamlit as st
from places import ROOT
from scripted_corpus import ScriptedCorpus, seed_texts
from streamlit.testing.v1 import AppTest

from factcheck.doctor import Diagnosis
from factcheck.errors import EndpointError, IndexMissing
from factcheck.settings import Settings
from factcheck.storage import measure
from ui import access
from ui.components.plain import show_error
from ui.components.status import find_choice, view_diagnosis, view_engine, write_diagnoses, write_rows

APP = ROOT / "ui" / "app.py"
PAGES = ("ask", "check", "compare", "articles", "batch", "evaluate", "status")
KEY = "sk-very-secret-key-1234"
LLM = {"OPENAI_BASE_URL": "https://ann:hunter22@llm.paper.org/v1/tenant-7?token=abcdef", "OPENAI_API_KEY": KEY}
SECRETS = (KEY, "hunter22", "tenant-7", "abcdef", "/srv/secret")
STATE = {"fingerprint": "f00d", "built_with": "recipe", "files": 5, "sentences": 150, "passages": 23, "origins": 2}
Start = Callable[..., AppTest]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Start]:
    """Open a page over a scripted corpus, or over an error that opening the index raises."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FACTCHECK_INDEX", str(tmp_path / "index"))
    st.cache_resource.clear()
    st.cache_data.clear()

    def start(page: str = "status", *, opening: object = None) -> AppTest:
        corpus = ScriptedCorpus(seed_texts())
        corpus.status = lambda: STATE  # type: ignore[attr-defined]

        def open_corpus(*_: object, **__: object) -> Any:
            if isinstance(opening, BaseException):
                raise opening
            return corpus

        pipeline = ModuleType("factcheck.pipeline")
        pipeline.Corpus = type("Corpus", (), {"open": staticmethod(open_corpus)})  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "factcheck.pipeline", pipeline)
        app = AppTest.from_file(str(APP), default_timeout=20)
        if page != "ask":
            app.switch_page(f"screens/{page}.py")
        return app.run()

    yield start
    st.cache_resource.clear()
    st.cache_data.clear()


def shown(app: AppTest) -> str:
    """Everything that the browser was sent, as one text."""
    return str([element.proto for element in app.main]) + str([element.proto for element in app.sidebar])


def test_what_answers_and_what_is_indexed(start: Start) -> None:
    app = start()
    assert not app.exception
    text = shown(app)
    for part in (
        "packaged models",
        "none set up",
        "all-MiniLM-L6-v2",
        "f00d",
        "recipe",
        "150",
        "streamlit",
        "tiktoken",
    ):
        assert part in text
    assert [each.value for each in app.header] == ["Engine", "Index", "Storage", "Self-test", "Versions"]
    assert not app.radio, "there is nothing to choose"


def test_an_endpoint_is_its_host_and_nothing_more(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in LLM.items():
        monkeypatch.setenv(name, value)
    app = start()
    text = shown(app)
    assert "llm.paper.org" in text and "gpt-4o-mini" in text
    assert not [secret for secret in SECRETS if secret in text]


def test_the_engine_of_a_session_is_chosen(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in LLM.items():
        monkeypatch.setenv(name, value)
    app = start()
    assert app.radio[0].options == ["As set up", "Packaged models", "Language model"]
    assert app.session_state["engine"] == "auto"
    for engine in ("embedded", "auto"):
        app.radio[0].set_value(engine).run()
        assert app.session_state["engine"] == engine
    assert "a language model" in shown(app)


def test_a_choice_is_kept_on_the_way_to_another_page_and_back(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in LLM.items():
        monkeypatch.setenv(name, value)
    app = AppTest.from_file(str(ROOT / "ui" / "screens" / "status.py"), default_timeout=20)
    start("ask")  # scripts the corpus
    app.session_state["engine"] = "embedded"
    app.run()
    assert app.radio[0].value == app.session_state["engine"] == "embedded"


def test_without_an_index_the_rest_is_shown(start: Start) -> None:
    app = start(opening=IndexMissing("there is no index at /srv/secret/news/index", hint="Make one."))
    assert not app.exception
    text = shown(app)
    assert "No articles yet" in text and "/srv/secret" not in text
    assert "Self-test" in text and "Versions" in text


def test_the_self_test_runs_once_for_all_and_shows_what_it_found(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [
        Diagnosis("Python", True, "3.11"),
        Diagnosis("disk", False, "only 3 MB free for /srv/secret", "Free some."),
    ]
    monkeypatch.setattr("factcheck.doctor.examine", lambda settings: iter(found))
    app = start()
    app.button[0].click().run()
    for _ in range(100):
        if "Run it again" in shown(app) and "need attention" in shown(app):
            break
        app.run()
    text = shown(app)
    assert "1 of 2 need attention" in text and "only 3 MB free for secret" in text and "Free some." in text
    assert "/srv" not in text


def test_a_visitor_may_choose_no_more_than_was_set_up() -> None:
    assert find_choice(Settings(), {}).possible == ("auto",)
    assert find_choice(Settings(), LLM).possible == ("auto", "embedded", "openai")
    kept_here = find_choice(Settings(engine="embedded"), LLM)
    assert kept_here.possible == ("auto",) and "on this machine" in kept_here.explain("auto")
    broken = find_choice(Settings(), {"OPENAI_BASE_URL": "llm/path"})
    assert broken.possible == ("auto", "embedded") and "not a web address" in broken.problem


def test_the_engine_is_told_in_words() -> None:
    choice = find_choice(Settings(), LLM)
    for engine, words in (
        ("auto", "a language model"),
        ("embedded", "packaged models"),
        ("openai", "a language model"),
    ):
        assert dict(view_engine(Settings(), choice, engine))["Answers"] == words
    both = dict(view_engine(Settings(engine="both", judge=True, budget_usd=2.5), choice, "auto"))
    assert both["Answers"] == "packaged models and a language model"
    assert both["Second opinion"] == "gpt-4o-mini" and both["Most it may spend"] == "2.50 US dollars"


def test_examinations_are_ok_a_note_or_a_problem() -> None:
    def state(*diagnosis: Any) -> str:
        return view_diagnosis(Diagnosis(*diagnosis))["state"]

    assert state("reader", True, "reader") == "ok"
    assert state("index", True, "none yet; make one with: factcheck index FOLDER") == "warning"
    assert state("endpoint", False, "not a web address") == "warning"
    assert state("reader", False, "missing") == "error"


def test_texts_are_escaped() -> None:
    hostile = "<script>alert(1)</script>\u202e"
    assert "<script" not in write_rows([(hostile, hostile)])
    assert "<script" not in write_diagnoses([Diagnosis(hostile, False, hostile, hostile)])
    assert "\u202e" not in write_diagnoses([Diagnosis("disk", False, hostile)])


def test_storage_counts_files_and_follows_no_links(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "one").write_bytes(b"x" * 1000)
    (tmp_path / "a" / "b" / "two").write_bytes(b"x" * 500)
    (tmp_path / "a" / "link").symlink_to("/")
    storage = measure(tmp_path / "a")
    assert (storage.used, storage.files) == (1500, 2) and storage.free > 0
    assert measure(tmp_path / "none" / "none").files == 0


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("there is no index at /srv/secret/news/.factcheck", "there is no index at .factcheck"),
        ("'/srv/secret place/a b.txt' is gone", "'a b.txt' is gone"),
        ("C:\\Users\\ann\\index is bad", "index is bad"),
        ("~/secret/x.toml", "x.toml"),
        ("https://api.openai.com/v1 said no", "https://api.openai.com/v1 said no"),
        ("and/or, 3/4 of seeds/a.txt", "and/or, 3/4 of seeds/a.txt"),
    ],
)
def test_errors_name_files_and_not_where_they_are(text: str, shown: str) -> None:
    assert show_error(text) == shown


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "error",
    [
        EndpointError("no answer, see /srv/secret/log", hint="Look into /srv/secret/settings."),
        PermissionError(13, f"denied {KEY}", "/srv/secret/index"),
    ],
    ids=["known", "unknown"],
)
def test_a_page_that_fails_tells_no_secret(start: Start, page: str, error: Exception) -> None:
    app = start(page, opening=error)
    text = shown(app)
    assert not [secret for secret in SECRETS if secret in text]
    assert "Traceback" not in text and ".py" not in text.replace("screens/", "")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_fails_while_it_is_used_tells_no_secret(
    start: Start, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(f"/srv/secret/news.py: {KEY}")

    for name in ("ask", "check", "articles", "text", "compare", "status"):
        monkeypatch.setattr(ScriptedCorpus, name, fail, raising=False)
    monkeypatch.setattr(st, "subheader", fail)
    monkeypatch.setattr(st, "header", fail)
    text = shown(start(page))
    assert not [secret for secret in SECRETS if secret in text]
    assert "Traceback" not in text


def deny(monkeypatch: pytest.MonkeyPatch, *, address: str | None = None, **user: object) -> None:
    monkeypatch.setattr(access, "is_closed_to_others", lambda: address is None)
    if user:
        monkeypatch.setattr(access, "needs_sign_in", lambda: True)
        monkeypatch.setattr(access, "get_secrets_auth_section", lambda: {"client_id": "x"})
        monkeypatch.setattr(access.st, "user", type("User", (dict,), {"to_dict": lambda self: dict(self)})(user))


# Every page's own address is tried in tests/browser/test_sign_in.py: AppTest runs a page without app.py.


def test_without_sign_in_there_is_only_the_sign_in(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    deny(monkeypatch, is_logged_in=False)
    app = start("ask")
    assert [each.label for each in app.button] == ["Sign in"]
    assert "150 sentences" not in shown(app) and not app.text_input


def test_an_account_that_is_not_on_the_list_is_turned_away(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTCHECK_ALLOWED", "@newsroom.org")
    deny(monkeypatch, is_logged_in=True, email="a@newsroom.org.evil.com", email_verified=True)
    app = start("ask")
    assert [each.label for each in app.button] == ["Sign out"] and "no access" in shown(app)
    deny(monkeypatch, is_logged_in=True, email="a@newsroom.org", email_verified=True)
    app = start("ask")
    assert app.text_input, app.exception
    assert "Signed in as a@newsroom.org" in shown(start())


@pytest.mark.parametrize(("address", "closed"), [("127.0.0.1", True), ("::1", True), ("0.0.0.0", False), ("", False)])
def test_who_reaches_the_app_is_told_from_its_address(
    monkeypatch: pytest.MonkeyPatch, address: str, closed: bool
) -> None:
    monkeypatch.setattr(access.config, "get_option", lambda _: address)
    assert access.is_closed_to_others() == closed


def test_an_app_that_others_reach_is_closed_without_sign_in(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    deny(monkeypatch, address="0.0.0.0")
    app = start("ask")
    assert not app.button and "This app is closed" in shown(app)
    monkeypatch.setattr(sys, "argv", ["server.py", "--insecure"])
    assert start("ask").text_input
