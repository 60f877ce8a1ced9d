"""The configured chat endpoint: its address and key, read from the SDK's own variables.

`OPENAI_BASE_URL` and `OPENAI_API_KEY`, or `AZURE_OPENAI_ENDPOINT`, `AZURE_OPENAI_API_KEY` and
`OPENAI_API_VERSION`. A key is used for the call and removed from whatever comes back.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

from factcheck.errors import SettingsError

OPENAI = "https://api.openai.com/v1"
AZURE_VERSION = "2024-10-21"
REMOVED = "[removed]"
# Shorter secrets than this are placeholders such as "none"; removing them would garble messages.
SHORTEST_SECRET = 6


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where chat completions come from.

    Attributes:
        address: Base address, as configured.
        api_key: Key, or "" where the server wants none.
        azure_version: Version of Azure's interface, or "" where it is not Azure.
    """

    address: str = field(repr=False)
    api_key: str = field(default="", repr=False)
    azure_version: str = ""

    @property
    def public(self) -> str:
        """Address without user, password and query."""
        parts = urlsplit(self.address)
        port = f":{parts.port}" if parts.port else ""
        host = parts.hostname or ""
        shown = f"[{host}]" if ":" in host else host
        return self.scrub(f"{parts.scheme}://{shown}{port}{parts.path}".rstrip("/"))

    @property
    def is_openai(self) -> bool:
        """Whether it is OpenAI's or Azure's own server, which wants the newest names of parameters."""
        host = urlsplit(self.address).hostname or ""
        return bool(self.azure_version) or host == "api.openai.com" or host.endswith(".openai.com")

    def scrub(self, text: str) -> str:
        """Return a text without the key and the address's password, however they are written."""
        parts = urlsplit(self.address)
        secrets = {self.api_key, parts.password or "", parts.query}
        secrets |= {unquote(secret) for secret in secrets}
        secrets |= {quote(secret, safe="") for secret in secrets}
        for secret in sorted(secrets, key=len, reverse=True):
            if len(secret) >= SHORTEST_SECRET:
                text = text.replace(secret, REMOVED)
        return text


def find_endpoint(env: Mapping[str, str] | None = None) -> Endpoint | None:
    """Return the configured endpoint, or None where there is none.

    Raises:
        SettingsError: An address is configured that cannot be one, or a key that cannot be sent.
    """
    env = os.environ if env is None else env
    address, key = env.get("OPENAI_BASE_URL", "").strip(), env.get("OPENAI_API_KEY", "").strip()
    azure = env.get("AZURE_OPENAI_ENDPOINT", "").strip()
    if azure and not address:
        key = env.get("AZURE_OPENAI_API_KEY", "").strip() or key
        version = env.get("OPENAI_API_VERSION", "").strip() or AZURE_VERSION
        return Endpoint(_check(azure, "AZURE_OPENAI_ENDPOINT"), _check_key(key), version)
    if not address and not key:
        return None
    return Endpoint(_check(address or OPENAI, "OPENAI_BASE_URL"), _check_key(key))


def _check_key(key: str) -> str:
    if not key.isascii() or not key.isprintable():
        raise SettingsError("the API key holds characters that no key has", hint="Copy it again, without spaces.")
    return key


def _check(address: str, name: str) -> str:
    try:
        parts = urlsplit(address)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError(
            f"{name} is not a web address", hint="It looks like https://host/v1 or http://127.0.0.1:8080/v1."
        )
    return address
