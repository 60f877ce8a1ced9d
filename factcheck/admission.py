"""Who may use an app that other machines reach: the allow-list, and whether sign-in is set up."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from factcheck.errors import SettingsError

SECRETS = Path(".streamlit") / "secrets.toml"
CALLBACK = "/oauth2callback"
SHORTEST_COOKIE_SECRET = 32
PROVIDER = ("client_id", "client_secret", "server_metadata_url")
# ASCII only: "K" (U+212A) becomes "k" in lower case, and an address that merely looks right is refused.
_ADDRESS = re.compile(r"[!#-'+/-9=?A-Z^-~-]+(?:\.[!#-'+/-9=?A-Z^-~-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_DOMAIN = re.compile(r"@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")


@dataclass(frozen=True, slots=True)
class AllowList:
    """Accounts and domains whose people may use the app.

    Attributes:
        accounts: Whole addresses, in lower case.
        domains: What stands behind the "@", in lower case; a subdomain is another domain.
    """

    accounts: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether anybody is on it."""
        return bool(self.accounts or self.domains)

    def admits(self, claims: Mapping[str, Any]) -> bool:
        """Whether what an identity provider says of somebody puts them on the list.

        Args:
            claims: Of the identity token. Only an address that the provider has verified counts.
        """
        address, verified = claims.get("email"), claims.get("email_verified")
        if verified is not True and verified != "true":  # some providers send text
            return False
        if not isinstance(address, str) or not _ADDRESS.fullmatch(address):
            return False
        address = address.lower()
        return address in self.accounts or address.rpartition("@")[2] in self.domains


def read_allow_list(text: str) -> AllowList:
    """Read "ann@paper.org, @newsroom.org".

    Raises:
        SettingsError: A part is neither an address nor a domain.
    """
    parts = [part.strip() for part in re.split(r"[,\s]+", text) if part.strip()]
    for part in parts:
        if not _ADDRESS.fullmatch(part) and not _DOMAIN.fullmatch(part):
            raise SettingsError(
                f"allowed: {part!r} is neither an e-mail address nor a domain",
                hint='Write addresses and domains with commas between them: "ann@paper.org, @newsroom.org".',
            )
    return AllowList(
        accounts=frozenset(part.lower() for part in parts if not part.startswith("@")),
        domains=frozenset(part[1:].lower() for part in parts if part.startswith("@")),
    )


def find_secrets(folders: Iterable[Path]) -> Path | None:
    """Return the first file of secrets in these folders, or None."""
    return next((file for folder in folders if (file := folder / SECRETS).is_file()), None)


def check_sign_in(file: Path) -> bool:
    """Return whether a file of secrets sets up sign-in; the values in it are never part of a message.

    Raises:
        SettingsError: It cannot be read, or the set-up is not complete.
    """
    try:
        secrets = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        # The parser's message may quote the line, and the line may be a secret.
        raise SettingsError(f"{file} cannot be read", hint="It has to be a TOML file in UTF-8.") from None
    auth = secrets.get("auth")
    if auth is None:
        return False
    if problem := _find_problem(auth):
        raise SettingsError(f"sign-in is not set up completely: {problem}", hint=f"Mend [auth] in {file}.")
    return True


def _find_problem(auth: object) -> str:
    if not isinstance(auth, dict):
        return "[auth] is not a table"
    if len(str(auth.get("cookie_secret", ""))) < SHORTEST_COOKIE_SECRET:
        return f"cookie_secret needs at least {SHORTEST_COOKIE_SECRET} random characters"
    if not str(auth.get("redirect_uri", "")).endswith(CALLBACK):
        return f"redirect_uri has to be the app's address followed by {CALLBACK}"
    providers = name_providers(auth)
    if not providers:
        return "there is no provider"
    for name in providers:
        section = auth[name] if name else auth
        if missing := [key for key in PROVIDER if not section.get(key)]:
            return f"{' and '.join(missing)} missing" + (f" in [auth.{name}]" if name else "")
    return ""


def name_providers(auth: Mapping[str, Any]) -> list[str]:
    """Return the providers of an [auth] table; "" is the one that the table itself describes."""
    named = [name for name, value in auth.items() if isinstance(value, Mapping) and name != "client_kwargs"]
    return ["", *named] if any(key in auth for key in PROVIDER) else named
