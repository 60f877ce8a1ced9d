"""`factcheck ui`."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

import click

from factcheck.admission import check_sign_in, find_secrets, read_allow_list
from factcheck.cli.options import common, load_settings
from factcheck.cli.terminal import note
from factcheck.errors import FactcheckError, UsageError
from factcheck.resources import resource

if TYPE_CHECKING:
    from factcheck.settings import Settings

# Whatever the user's own Streamlit configuration says: nothing is sent anywhere, nothing is watched or
# served beside the app, requests of other sites are turned away, and an error page shows no code. Looking
# for garbage through all that the models hold, after every run of a script, would cost half a second each.
FLAGS = (
    "--browser.gatherUsageStats=false",
    "--client.showErrorDetails=none",
    "--client.showErrorLinks=false",
    "--client.toolbarMode=viewer",
    "--global.developmentMode=false",
    "--logger.hideWelcomeMessage=true",
    "--runner.postScriptGC=false",
    "--server.baseUrlPath=",
    "--server.enableAgentApi=false",
    "--server.enableCORS=true",
    "--server.enableStaticServing=false",
    "--server.enableXsrfProtection=true",
    "--server.fileWatcherType=none",
    "--server.scriptHealthCheckEnabled=false",
    "--server.showEmailPrompt=false",
    "--server.trustedUserHeaders={}",
)


@click.command(epilog="Example: factcheck ui --port 8600 --headless")
@click.option("--port", type=click.IntRange(1, 65535), default=8501, show_default=True, help="Port to open.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to open it on.")
@click.option("--headless", is_flag=True, help="Do not open a browser.")
@click.option("--insecure", is_flag=True, help="Let everybody who reaches --host read the articles, without sign-in.")
@common
def ui(port: int, host: str, headless: bool, insecure: bool, index: str | None) -> None:
    """Open the app in the browser, until Ctrl-C.

    Only this machine reaches it. For others to use it, set up sign-in in .streamlit/secrets.toml and say with
    the setting "allowed" who may come in.
    """
    settings = load_settings(index=index)
    secrets = _find_sign_in(settings)
    if secrets is None and not insecure and not _is_loopback(host):
        raise UsageError(
            f"on {host}, everybody who reaches this machine could read the articles",
            hint="Leave --host out, set up sign-in, or add --insecure if everybody may.",
        )
    _check_free(host, port)
    app = resource("ui/server.py")
    shown = "localhost" if _is_loopback(host) else host
    note(f"factcheck is at http://{shown}:{port} (Ctrl-C stops it)")
    environment = {**os.environ, "FACTCHECK_INDEX": str(Path(settings.index).absolute())}
    command = [sys.executable, "-m", "streamlit", "run", str(app), *FLAGS]
    command += [f"--server.address={host}", f"--server.port={port}", f"--server.maxUploadSize={settings.max_file_mb}"]
    command += [f"--server.headless={'true' if headless or not _has_display() else 'false'}"]
    command += [f"--secrets.files={secrets}"] if secrets else []
    command += ["--", "--insecure"] if insecure else []
    _run(command, environment)


def _find_sign_in(settings: Settings) -> Path | None:
    """Return the file that sets up sign-in, or None where none does.

    Raises:
        FactcheckError: Sign-in is set up so that it cannot work.
    """
    secrets = find_secrets((Path.cwd(), Path.home()))
    if secrets is None or not check_sign_in(secrets):
        return None
    if not read_allow_list(settings.allowed):
        raise UsageError(
            "sign-in is set up, but nobody is allowed in",
            hint='Say who may, in factcheck.toml: allowed = "ann@paper.org, @newsroom.org"',
        )
    if find_spec("authlib") is None:
        raise UsageError("sign-in needs a package that is missing", hint="pip install 'factcheck[auth]'")
    return secrets.absolute()


def _run(command: list[str], environment: dict[str, str]) -> None:
    """Run the app and stop it with us; it gets a Ctrl-C from the terminal itself."""
    with subprocess.Popen(command, env=environment) as app:
        try:
            code = app.wait()
        except KeyboardInterrupt:
            app.terminate()
            app.wait()
            note("stopped")
            return
    if code not in (0, -2, 130):
        raise FactcheckError(f"the app stopped with code {code}", hint="What it said is above.")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _check_free(host: str, port: int) -> None:
    try:
        places = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise UsageError(f"the host {host!r} is not known", hint="Leave --host out.") from None
    family, kind, protocol, _, address = places[0]
    with socket.socket(family, kind, protocol) as probe:
        # As the server does it: a port that was just closed counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise UsageError(
                f"port {port} cannot be opened: {error.strerror}",
                hint=f"Stop what uses it, or choose another: factcheck ui --port {port % 65535 + 1}",
            ) from None


def _has_display() -> bool:
    if sys.platform in {"darwin", "win32"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
