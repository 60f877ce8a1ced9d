"""What every request passes before Streamlit sees it.

Streamlit's own checks are for apps on the open web; this app holds articles, so it is stricter:

    request → Host is ours? → origin is ours? → signed in, where it fetches something? → Streamlit → headers
"""

from __future__ import annotations

import re
import secrets
import socket
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from functools import cached_property
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

VISITOR_COOKIE = "factcheck_visitor"
VISITOR_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
YEAR = 365 * 24 * 3600
# What visitors have put there or made; reading it takes the account.
FILES = ("/media/", "/_stcore/upload_file/")
# Nothing of the app needs them: counts of memory and sessions, and an interface for programs.
CLOSED = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")
HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Guard:
    """Turns away what does not come from the app's own pages, and sends the browser its limits.

    Args:
        app: What comes after it.
        address: On which the app is bound.
        origin: Of the address that visitors type, where sign-in names it; else "".
        may_fetch: Whether the cookies of a request belong to somebody who may use the app.
        inline: Hashes of the scripts inside the page ("sha256-…").
        base: Path below which the app lies, or "".
    """

    def __init__(
        self,
        app: App,
        *,
        address: str,
        origin: Callable[[], str],
        may_fetch: Callable[[Mapping[str, str]], bool],
        inline: Iterable[str] = (),
        base: str = "",
    ) -> None:
        self._app = app
        self._address = address
        self._origin = origin
        self._may_fetch = may_fetch
        self._policy = describe_policy(inline)
        self._base = f"/{base.strip('/')}" if base.strip("/") else ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or connection."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        refusal = self._refuse(scope, headers)
        if refusal is None:
            cookies = read_cookies(headers.get("cookie", ""))
            await self._app(scope, receive, self._dress(send, scope, headers.get("host", ""), cookies))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._say(send, *refusal)

    def _refuse(self, scope: Scope, headers: Mapping[str, str]) -> tuple[int, str] | None:
        """Return the status and the words of a refusal, or None where the request may pass."""
        host, path = headers.get("host", ""), str(scope["path"]).removeprefix(self._base)
        if not self._is_ours(host):
            return 421, "factcheck is not at this address."
        origin = headers.get("origin")
        if origin is not None and not self._is_same_origin(origin, host):
            return 403, "Only factcheck's own pages may ask for this."
        if path.startswith(CLOSED):
            return 404, "There is nothing here."
        if path.startswith(FILES) and not self._may_fetch(read_cookies(headers.get("cookie", ""))):
            return 403, "Sign in first."
        return None

    def _is_ours(self, host: str) -> bool:
        """Whether the name that the browser used is one of this app.

        A hostile page can have its own name point at this machine and then read as if it were ours
        (DNS rebinding); it cannot do so with an IP address.
        """
        name = _name(host)
        if name is None:
            return False
        if name == "localhost" or name in self._names:
            return True
        try:
            address = ip_address(name)
        except ValueError:
            return name == (_name(urlsplit(self._origin()).netloc) or "")
        return address.is_loopback or not self._is_local

    def _is_same_origin(self, origin: str, host: str) -> bool:
        try:
            place = urlsplit(origin).netloc
        except ValueError:  # "http://[" is no address
            return False
        return place.lower() == host.lower() or origin.lower() == self._origin().lower() != ""

    @cached_property
    def _is_local(self) -> bool:
        return is_loopback(self._address)

    @cached_property
    def _names(self) -> frozenset[str]:
        if self._is_local:
            return frozenset()
        machine = socket.gethostname().lower()
        return frozenset({self._address.lower(), machine, f"{machine}.local", socket.getfqdn().lower()})

    def _dress(self, send: Send, scope: Scope, host: str, cookies: Mapping[str, str]) -> Send:
        """Return a `send` that adds the headers, and the visitor's cookie to a page."""

        async def dressed(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                headers = [*message["headers"], *self._limits(host)]
                if _is_page(headers) and not VISITOR_TOKEN.fullmatch(cookies.get(VISITOR_COOKIE, "")):
                    secure = scope.get("scheme") == "https" or self._origin().startswith("https:")
                    headers.append((b"set-cookie", make_cookie(secure=secure).encode()))
                message = {**message, "headers": headers}
            await send(message)

        return dressed

    def _limits(self, host: str) -> list[tuple[bytes, bytes]]:
        # Some browsers do not take a WebSocket for "self".
        policy = self._policy.replace("{host}", host)
        pairs = {**HEADERS, "content-security-policy": policy}
        return [(name.encode(), value.encode("latin-1")) for name, value in pairs.items()]

    async def _say(self, send: Send, status: int, words: str) -> None:
        headers = [(b"content-type", b"text/plain; charset=utf-8"), *self._limits("")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": words.encode()})


def describe_policy(inline: Iterable[str]) -> str:
    """Return the Content-Security-Policy: nothing is loaded from, sent to or shown in another place.

    Streamlit draws components from blobs and its styles inline; what is in an article is never markup,
    so neither lets an article in.
    """
    hashes = " ".join(f"'{each}'" for each in inline)
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' blob: {hashes}".rstrip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self' data: blob: ws://{host} wss://{host}",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "frame-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def make_cookie(*, secure: bool) -> str:
    """Return the cookie that tells one browser from another: a random token, not readable by scripts."""
    # Lax, not strict: somebody who comes by a link in a mail is still the same visitor.
    flags = f"Path=/; Max-Age={YEAR}; HttpOnly; SameSite=Lax{'; Secure' if secure else ''}"
    return f"{VISITOR_COOKIE}={secrets.token_urlsafe(24)}; {flags}"


def read_cookies(header: str) -> dict[str, str]:
    """Return the cookies of a request; of a header that is none, nothing."""
    cookies: dict[str, str] = {}
    for pair in header.split(";"):
        try:
            cookies |= {name: morsel.value for name, morsel in SimpleCookie(pair.strip()).items()}
        except CookieError:
            continue
    return cookies


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _name(host: str) -> str | None:
    """Return the name in a Host header, in lower case, or None where it is not a plain one."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port  # raises where it is no number
    except ValueError:
        return None
    name = (parts.hostname or "").rstrip(".")
    plain = parts.netloc == host and not parts.username and not parts.password
    return name if name and plain else None


def _is_page(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    return any(name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in headers)
