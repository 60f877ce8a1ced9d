"""Who is on the allow-list, and whether sign-in is set up: look-alikes stay out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from factcheck.admission import SECRETS, check_sign_in, find_secrets, name_providers, read_allow_list
from factcheck.cli import app as cli_app
from factcheck.cli import main
from factcheck.errors import SettingsError
from factcheck.settings import Settings

LIST = "ann@paper.org, @newsroom.org"
COOKIE_SECRET = "c00kie-secret-of-more-than-32-characters"
CLIENT_SECRET = "client-secret-that-nobody-may-see"
SIGN_IN = f"""
[auth]
redirect_uri = "https://facts.paper.org/oauth2callback"
cookie_secret = "{COOKIE_SECRET}"
client_id = "factcheck"
client_secret = "{CLIENT_SECRET}"
server_metadata_url = "https://login.paper.org/.well-known/openid-configuration"
"""


@pytest.mark.parametrize("address", ["ann@paper.org", "ANN@Paper.ORG", "bob@newsroom.org", "a.b+c@NEWSROOM.org"])
def test_those_on_the_list_are_admitted(address: str) -> None:
    assert read_allow_list(LIST).admits({"email": address, "email_verified": True})


@pytest.mark.parametrize(
    "address",
    [
        "bob@paper.org",
        "xann@paper.org",
        "ann@paper.org.evil.com",
        "a@newsroom.org.evil.com",
        "a@evilnewsroom.org",
        "a@desk.newsroom.org",
        "a@newsroom.org@evil.com",
        "evil.com@newsroom.org@",
        '"x@evil.com"@newsroom.org',
        "a@newsroom.org\n@evil.com",
        "a@newsroom.org\n",
        " a@newsroom.org",
        "a@newsroom.org.",
        "a@newſroom.org",  # U+017F, an "s" once its case is folded
        "\u212aann@newsroom.org",
        "@newsroom.org",
        "",
        None,
        ["ann@paper.org"],
    ],
)
def test_look_alikes_are_not_admitted(address: object) -> None:
    assert not read_allow_list(LIST).admits({"email": address, "email_verified": True})


@pytest.mark.parametrize("verified", [False, None, "false", "True", 1, ["true"]])
def test_an_address_that_is_not_verified_counts_for_nothing(verified: object) -> None:
    assert not read_allow_list(LIST).admits({"email": "ann@paper.org", "email_verified": verified})
    assert not read_allow_list(LIST).admits({"email": "ann@paper.org"})


def test_some_providers_say_verified_in_words() -> None:
    assert read_allow_list(LIST).admits({"email": "ann@paper.org", "email_verified": "true"})


def test_an_empty_list_admits_nobody() -> None:
    assert not read_allow_list(" , ")
    assert not read_allow_list("").admits({"email": "ann@paper.org", "email_verified": True})


@pytest.mark.parametrize("text", ["newsroom.org", "*@newsroom.org", "@", "@*", "ann@", "ann@paper.org; bob@x.org"])
def test_what_is_neither_address_nor_domain_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="neither an e-mail address nor a domain"):
        Settings(allowed=text)


def test_the_list_changes_no_answer() -> None:
    assert Settings(allowed=LIST).digest() == Settings().digest()
    assert "allowed" not in Settings(allowed=LIST).shaping()


def write(folder: Path, text: str) -> Path:
    path = folder / SECRETS
    path.parent.mkdir()
    path.write_text(text, "utf-8")
    return path


def test_sign_in_is_found_and_complete(tmp_path: Path) -> None:
    assert find_secrets([tmp_path]) is None
    path = write(tmp_path, SIGN_IN)
    assert find_secrets([tmp_path / "none", tmp_path]) == path
    assert check_sign_in(path)


def test_secrets_of_other_things_are_no_sign_in(tmp_path: Path) -> None:
    assert not check_sign_in(write(tmp_path, 'password = "x"\n'))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (COOKIE_SECRET, "short", "cookie_secret needs at least 32"),
        ("/oauth2callback", "/", "redirect_uri has to be the app's address"),
        ("client_id", "client", "client_id missing"),
        (SIGN_IN, "auth = 3", "is not a table"),
        (SIGN_IN, f"[auth]\nredirect_uri='x/oauth2callback'\ncookie_secret='{COOKIE_SECRET}'", "there is no provider"),
        ('client_id = "fact', '[auth.corp]\nclient = "fact', "client_id missing in [auth.corp]"),
        ("[auth]", "[auth", "cannot be read"),
    ],
)
def test_an_incomplete_sign_in_is_refused_without_its_secrets(tmp_path: Path, old: str, new: str, problem: str) -> None:
    with pytest.raises(SettingsError) as caught:
        check_sign_in(write(tmp_path, SIGN_IN.replace(old, new)))
    said = f"{caught.value.message} {caught.value.hint}"
    assert problem in said
    assert COOKIE_SECRET not in said and CLIENT_SECRET not in said


def test_providers_are_named() -> None:
    auth: dict[str, Any] = {"client_id": "x", "client_kwargs": {}, "corp": {"client_id": "y"}}
    assert name_providers(auth) == ["", "corp"]
    assert name_providers({"redirect_uri": "x", "corp": {}}) == ["corp"]


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """What `factcheck ui` would have started, in a folder of its own."""
    commands: list[list[str]] = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    monkeypatch.setattr(cli_app, "_run", lambda command, environment: commands.append(command))
    monkeypatch.setattr(cli_app, "_check_free", lambda host, port: None)
    return commands


def ui(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["ui", "--headless", *arguments], standalone_mode=True)


def test_the_app_is_on_this_machine_with_its_protections(commands: list[list[str]]) -> None:
    assert ui().exit_code == 0
    (command,) = commands
    for flag in (
        "--server.address=127.0.0.1",
        "--server.maxUploadSize=20",
        "--server.enableXsrfProtection=true",
        "--server.enableCORS=true",
        "--server.enableAgentApi=false",
        "--server.trustedUserHeaders={}",
        "--browser.gatherUsageStats=false",
        "--client.showErrorDetails=none",
        "--client.showErrorLinks=false",
        "--runner.postScriptGC=false",
    ):
        assert flag in command
    assert "--insecure" not in command and not [flag for flag in command if flag.startswith("--secrets")]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "facts.example"])
def test_others_reach_it_with_sign_in_or_insecure_only(
    commands: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    refused = ui("--host", host)
    assert refused.exit_code == 2 and "could read the articles" in refused.stderr and not commands
    assert ui("--host", host, "--insecure").exit_code == 0
    assert commands.pop()[-2:] == ["--", "--insecure"]
    path = write(tmp_path, SIGN_IN)
    monkeypatch.setenv("FACTCHECK_ALLOWED", LIST)
    assert ui("--host", host).exit_code == 0
    assert f"--secrets.files={path}" in commands[0] and "--insecure" not in commands[0]


def test_sign_in_that_lets_nobody_in_does_not_start(commands: list[list[str]], tmp_path: Path) -> None:
    write(tmp_path, SIGN_IN)
    for arguments in ([], ["--insecure"], ["--host", "0.0.0.0"]):
        refused = ui(*arguments)
        assert refused.exit_code == 2 and not commands
        assert "nobody is allowed in" in refused.stderr and "allowed =" in refused.stderr


def test_sign_in_without_its_package_does_not_start(
    commands: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, SIGN_IN)
    monkeypatch.setenv("FACTCHECK_ALLOWED", LIST)
    monkeypatch.setattr(cli_app, "find_spec", lambda name: None)
    refused = ui()
    assert refused.exit_code == 2 and "factcheck[auth]" in refused.stderr and not commands
