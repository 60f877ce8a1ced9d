"""Run the command line in a real terminal of a given width."""

from __future__ import annotations

import os
import pty
import struct
import subprocess
import sys
import termios
from fcntl import ioctl

FACTCHECK = [sys.executable, "-m", "factcheck"]


def on_terminal(*arguments: str, columns: int, errors: bool = True, **environment: str) -> str:
    """Return what the command showed, with standard error unless `errors` is false; it must exit with 0."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    settings = {**os.environ, "TERM": "xterm", **environment}
    process = subprocess.Popen(
        [*FACTCHECK, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs if errors else subprocess.DEVNULL,
        env=settings,
    )
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:  # Linux reports the closed terminal so
        pass
    os.close(ours)
    assert process.wait() == 0, shown
    return shown.decode().replace("\r\n", "\n")
