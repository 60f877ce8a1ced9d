"""Sign-in with a real provider in a real browser; and what the server gives to whoever has not signed in."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from identity_provider import CLIENT, CLIENT_SECRET, IdentityProvider, providing
from playwright.sync_api import Page, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from browser.journeys import OpenPage, ask
from browser.servers import ROOT, running

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COOKIE_SECRET = "c00kie-secret-of-more-than-32-characters"
PAGES = ("check", "compare", "articles", "batch", "evaluate", "status", "")
OF_THE_ARTICLES = ("Zhao", "Peskov", "Kremlin", "sentences", "articles ·", ".txt")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    with providing(free_port()) as provider:
        yield provider


@pytest.fixture(scope="module")
def app(provider: IdentityProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("signed")
    secrets = home / "secrets.toml"
    secrets.write_text(
        f"""[auth]
redirect_uri = "http://127.0.0.1:{{port}}/oauth2callback"
cookie_secret = "{COOKIE_SECRET}"
client_id = "{CLIENT}"
client_secret = "{CLIENT_SECRET}"
server_metadata_url = "{provider.address}/.well-known/openid-configuration"
""",
        "utf-8",
    )
    command = ["-m", "streamlit", "run", str(ROOT / "tests" / "browser" / "scripted_server.py")]
    command += [f"--secrets.files={secrets}"]
    settings = {"FACTCHECK_ALLOWED": "ann@paper.org, @newsroom.org", "FACTCHECK_INDEX": str(home / "index")}
    with running(command, cwd=ROOT / "ui", log=home / "log", **settings) as address:
        yield address


def sign_in(page: Page, provider: IdentityProvider, email: str, *, verified: bool = True) -> None:
    provider.claims = {"email": email, "email_verified": verified}
    page.get_by_role("button", name="Sign in").click()


def see_nothing(page: Page) -> None:
    text = page.locator("body").inner_text()
    assert not [part for part in OF_THE_ARTICLES if part in text], text


def talk(app: str, path: str, **headers: str) -> bytes:
    """Return all that the server sends to a connection that asks for a page, its scripts having run."""
    address = app.replace("http:", "ws:")
    received = b""
    with connect(f"{address}/_stcore/stream", additional_headers=headers, subprotocols=["streamlit"]) as connection:
        message = BackMsg()
        message.rerun_script.page_name = path
        connection.send(message.SerializeToString())
        finished = False
        while not finished:
            frame = bytes(connection.recv(timeout=30))
            received += frame
            finished = ForwardMsg.FromString(frame).WhichOneof("type") == "script_finished"
    return received


def test_no_page_shows_anything_before_sign_in(app: str, open_page: OpenPage) -> None:
    # A page's own address is the very first thing that this server is asked for.
    for path in PAGES:
        assert b"Sign in" in (received := talk(app, path)), path
        assert not [part for part in OF_THE_ARTICLES if part.encode() in received], path
    page = open_page(app)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.get_by_role("link", name="Check")).to_have_count(0)
    see_nothing(page)


def test_somebody_on_the_list_gets_in_and_out_again(app: str, provider: IdentityProvider, open_page: OpenPage) -> None:
    page = open_page(app)
    sign_in(page, provider, "Ann@Paper.org")
    ask(page, "Who denied the request?")
    page.get_by_role("link", name="Status").click()
    expect(page.get_by_text("Ann@Paper.org")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert provider.signed_out == 1
    see_nothing(page)
    assert not [each for each in page.context.cookies() if each["name"].startswith("_streamlit_user")]


@pytest.mark.parametrize(
    ("email", "verified"),
    [("bob@paper.org", True), ("a@newsroom.org.evil.com", True), ("ann@paper.org", False)],
)
def test_others_are_turned_away_calmly(
    app: str, provider: IdentityProvider, open_page: OpenPage, email: str, verified: bool
) -> None:
    page = open_page(app)
    sign_in(page, provider, email, verified=verified)
    expect(page.get_by_role("heading", name="This account has no access")).to_be_visible()
    see_nothing(page)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def test_files_and_connections_take_the_account(app: str) -> None:
    for path, method in (("media/x.csv", "GET"), ("_stcore/upload_file/a/b", "PUT"), ("_stcore/metrics", "GET")):
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(urllib.request.Request(f"{app}/{path}", method=method), timeout=20)
        caught.value.close()
        assert caught.value.code in (403, 404)
    forged = {"Cookie": "_streamlit_user=eyJpc19sb2dnZWRfaW4iOnRydWV9.x.y", "Origin": app}
    assert b"Kremlin" not in talk(app, "", **forged)
    for headers in ({"Origin": "http://localhost:1"}, {"Origin": "https://evil.example"}, {"Host": "evil.example"}):
        with pytest.raises(InvalidStatus):
            talk(app, "", **headers)
