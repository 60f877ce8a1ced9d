"""What the guard lets through to Streamlit, and what it sends with every reply."""

from __future__ import annotations

import asyncio
import importlib
import re
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from places import ROOT
from streamlit.runtime.pages_manager import PagesManager

from factcheck.errors import EndpointError
from ui import server
from ui.guard import VISITOR_COOKIE, Guard, read_cookies
from ui.server import hash_scripts

HOME = "127.0.0.1:8501"
PAGE = [(b"content-type", b"text/html; charset=utf-8")]


class Behind:
    """Stands for Streamlit: notes what reaches it."""

    def __init__(self) -> None:
        self.reached: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.reached.append(scope["path"])
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": PAGE})
            await send({"type": "http.response.body", "body": b"page"})


def guard(behind: Behind, *, address: str = "127.0.0.1", origin: str = "", fetch: bool = True, base: str = "") -> Guard:
    return Guard(behind, address=address, origin=lambda: origin, may_fetch=lambda _: fetch, base=base)


def request(
    app: Guard, path: str = "/", *, host: str = HOME, kind: str = "http", scheme: str = "http", **headers: str
) -> list[Any]:
    pairs = [(name.encode(), value.encode()) for name, value in {"host": host, **headers}.items()]
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError("the guard reads no body")

    scope = {"type": kind, "path": path, "headers": pairs, "scheme": scheme, "method": "GET"}
    asyncio.run(app(scope, receive, send))
    return sent


def headers_of(sent: list[Any]) -> Mapping[str, str]:
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}


@pytest.mark.parametrize("host", [HOME, "localhost:8501", "LOCALHOST", "[::1]:8501", "127.0.0.2", "localhost."])
def test_this_machine_by_its_own_names(host: str) -> None:
    behind = Behind()
    assert request(guard(behind), host=host)[0]["status"] == 200
    assert behind.reached == ["/"]


@pytest.mark.parametrize(
    "host",
    [
        "evil.example:8501",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "127.0.0.1@evil.example",
        "evil.example@127.0.0.1",
        "192.0.2.1:8501",
        "127.0.0.1/x",
        "127.0.0.1:port",
        "",
        "[::1",
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_name_that_points_here_is_not_ours(host: str, kind: str) -> None:
    behind = Behind()
    (first, *_) = request(guard(behind), host=host, kind=kind)
    assert not behind.reached
    assert first.get("status", first.get("code")) in (421, 1008)


def test_for_others_it_has_the_names_it_was_given() -> None:
    def status(host: str) -> int:
        app = guard(Behind(), address="0.0.0.0", origin="https://facts.paper.org")
        return int(request(app, host=host)[0]["status"])

    assert status("192.0.2.1:8501") == status("facts.paper.org") == status("localhost") == 200
    assert status("evil.example") == status("facts.paper.org.evil.example") == 421
    assert request(guard(Behind(), address="facts.lan"), host="facts.lan:8501")[0]["status"] == 200


@pytest.mark.parametrize(
    ("origin", "passes"),
    [
        (f"http://{HOME}", True),
        ("http://localhost:3000", False),  # Streamlit itself would take any port of this machine
        ("http://127.0.0.1:8502", False),
        ("https://evil.example", False),
        ("null", False),
        ("http://[", False),
        ("", False),
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_pages_of_others_may_not_ask(origin: str, passes: bool, kind: str) -> None:
    behind = Behind()
    request(guard(behind), "/_stcore/stream", kind=kind, origin=origin)
    assert bool(behind.reached) == passes


def test_the_address_of_sign_in_is_an_origin_of_ours() -> None:
    behind = Behind()
    app = guard(behind, origin="https://facts.paper.org")
    request(app, "/_stcore/stream", kind="websocket", origin="https://facts.paper.org")
    assert behind.reached


@pytest.mark.parametrize("path", ["/media/abc.csv", "/_stcore/upload_file/session/file"])
def test_files_take_the_account(path: str) -> None:
    behind = Behind()
    assert request(guard(behind, fetch=False), path)[0]["status"] == 403
    assert request(guard(behind, fetch=False, base="app"), f"/app{path}")[0]["status"] == 403
    assert not behind.reached
    assert request(guard(behind), path)[0]["status"] == 200
    assert request(guard(behind, fetch=False), "/static/media/font.woff2")[0]["status"] == 200


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/agent/mcp", "/_stcore/script-health-check"])
def test_what_no_page_needs_is_closed(path: str) -> None:
    behind = Behind()
    assert request(guard(behind), path)[0]["status"] == 404
    assert not behind.reached


def test_every_reply_has_its_limits() -> None:
    for sent in (request(guard(Behind())), request(guard(Behind()), host="evil.example")):
        headers = headers_of(sent)
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
        assert policy["default-src"] == "'self'" and policy["frame-ancestors"] == "'none'"
        assert "unsafe" not in policy["script-src"]
        assert not re.search(r"https?:|\*", headers["content-security-policy"])


def test_the_scripts_in_the_page_are_known_by_their_hashes() -> None:
    assert hash_scripts()
    assert all(re.fullmatch(r"sha256-[A-Za-z0-9+/]{43}=", each) for each in hash_scripts())


def test_a_browser_gets_its_cookie_once() -> None:
    first = headers_of(request(guard(Behind())))["set-cookie"]
    token = re.fullmatch(rf"{VISITOR_COOKIE}=([\w-]{{32}}); Path=/; Max-Age=\d+; HttpOnly; SameSite=Lax", first)
    assert token
    second = headers_of(request(guard(Behind())))["set-cookie"]
    assert first != second
    again = headers_of(request(guard(Behind()), cookie=f"other=1; {VISITOR_COOKIE}={token[1]}"))
    assert "set-cookie" not in again
    for malformed in ("", "short", "x" * 33, "../" * 11, f'"{token[1]}'):
        assert "set-cookie" in headers_of(request(guard(Behind()), cookie=f"{VISITOR_COOKIE}={malformed}"))


def test_over_https_the_cookie_stays_there() -> None:
    assert headers_of(request(guard(Behind()), scheme="https"))["set-cookie"].endswith("; Secure")
    behind_proxy = guard(Behind(), origin="https://facts.paper.org")
    assert headers_of(request(behind_proxy))["set-cookie"].endswith("; Secure")


def test_cookies_that_are_none_are_passed_over() -> None:
    assert read_cookies('a=1; =; b; \x00=2; c="3"; a=4') == {"a": "4", "c": "3"}
    assert read_cookies("") == {}


def test_a_page_is_never_run_past_the_question_who_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    # Streamlit would run a file of pages/ by itself, as long as app.py has not run once; ours are elsewhere, too.
    monkeypatch.setattr(PagesManager, "uses_pages_directory", None)
    importlib.reload(server)
    assert server.app.script_path.name == "app.py"
    assert PagesManager.uses_pages_directory is False
    assert not (ROOT / "ui" / "pages").exists()


def test_what_runs_beside_the_app_ends_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped: list[bool] = []
    runs = SimpleNamespace(stop_all=lambda: stopped.append(True))
    monkeypatch.setattr("ui.runs.runs", lambda: runs)

    async def live() -> None:
        async with server.stop_runs(None):
            assert not stopped

    asyncio.run(live())
    assert stopped == [True]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RuntimeError("/srv/secret/news.py: sk-key"), "Something went wrong on this page"),
        (EndpointError("no answer, see /srv/secret/log", hint="Try again."), "no answer, see log"),
    ],
)
def test_a_crash_is_explained_calmly(monkeypatch: pytest.MonkeyPatch, error: Exception, said: str) -> None:
    shown: list[str] = []
    monkeypatch.setattr("streamlit.error", shown.append)
    assert server.explain_crash(error), "Streamlit's own words are not wanted"
    (text,) = shown
    assert said in text.replace("\\", "") and "secret" not in text and "sk-key" not in text
