"""Who may use the app: everybody on this machine, or the people on the allow-list who signed in.

Without sign-in set up, the app is open where only this machine reaches it, and closed where others do,
unless it was started with --insecure. With sign-in set up, it is open to those on the list and to nobody
else, wherever they are.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit import config
from streamlit.auth_util import get_cookie_with_chunks, get_origin_from_redirect_uri, get_secrets_auth_section
from streamlit.web.server.server_util import AUTH_COOKIE_NAME, get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value

from factcheck.admission import AllowList, name_providers, read_allow_list
from factcheck.errors import FactcheckError
from factcheck.settings import Settings
from ui.guard import is_loopback

INSECURE = "--insecure"


def admit() -> bool:
    """Whether this visitor may see the pages; where not, say why and offer to sign in."""
    if not needs_sign_in():
        if is_closed_to_others() or INSECURE in sys.argv[1:]:
            return True
        _turn_away("This app is closed", "It can be reached by others, and nobody has set up who may use it.")
    elif not st.user.get("is_logged_in"):
        _offer_sign_in()
    elif _is_allowed(st.user.to_dict()):
        return True
    else:
        _turn_away(
            "This account has no access",
            "You are signed in, but this account is not on the list of those who may read these articles. "
            "Ask whoever runs factcheck for you, or sign in with another account.",
        )
        st.button("Sign out", type="primary", on_click=st.logout)
    return False


def needs_sign_in() -> bool:
    """Whether sign-in is set up, or was meant to be: secrets that cannot be read let nobody in."""
    if get_secrets_auth_section():
        return True
    try:
        st.secrets.get("auth")
    except Exception:
        return any(Path(file).exists() for file in config.get_option("secrets.files"))
    return False


def is_closed_to_others() -> bool:
    """Whether only this machine reaches the app."""
    address = config.get_option("server.address")
    # Without a server, as in tests, there is no address.
    return address is None or is_loopback(str(address))


def sign_in_origin() -> str:
    """Return scheme, host and port of the address that visitors type, where sign-in names it; else ""."""
    return get_origin_from_redirect_uri() or ""


def may_fetch(cookies: Mapping[str, str]) -> bool:
    """Whether a request may fetch or leave a file, by the cookies it brings."""
    return not needs_sign_in() or _is_allowed(_read_account(cookies))


def signed_in_as() -> str:
    """Return the address of the account that is signed in, or ""."""
    return str(st.user.get("email") or "") if st.user.get("is_logged_in") else ""


def _read_account(cookies: Mapping[str, str]) -> dict[str, Any]:
    """Return what the signed cookie says of an account; nothing where it is not ours or not valid."""

    def read(name: str) -> bytes | None:
        return decode_signed_value(get_cookie_secret(), name, cookies.get(name, ""))

    try:
        claims = json.loads(get_cookie_with_chunks(read, AUTH_COOKIE_NAME) or b"{}")
    except ValueError:
        return {}
    ours = isinstance(claims, dict) and claims.get("is_logged_in") is True and claims.get("origin") == sign_in_origin()
    return claims if ours else {}


def _is_allowed(claims: Mapping[str, Any]) -> bool:
    try:
        allowed = read_allow_list(Settings.load().allowed)
    except FactcheckError:  # settings that cannot be read let nobody in
        allowed = AllowList()
    return allowed.admits(claims)


def _offer_sign_in() -> None:
    _turn_away("Sign in", "These articles are for the people of this newsroom.")
    for provider in name_providers(get_secrets_auth_section()):
        label = f"Sign in with {provider.capitalize()}" if provider else "Sign in"
        st.button(label, type="primary", on_click=st.login, args=(provider or None,), key=f"sign-in-{provider}")


def _turn_away(title: str, why: str) -> None:
    from ui.components.heading import show_heading

    # Without pages of its own, Streamlit would offer those in the folder.
    st.navigation([st.Page(lambda: None, title="factcheck", default=True)], position="hidden").run()
    show_heading(st, title, why)
