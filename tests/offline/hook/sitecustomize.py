"""Loaded by every Python process of the offline tests: notes, and where asked for refuses, what leaves this machine."""

import json
import os
import sys

LOG, REFUSE = os.environ.get("OFFLINE_LOG"), os.environ.get("OFFLINE_REFUSE") == "1"
HERE = ("127.", "::1", "localhost")


def watch(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        if not isinstance(address, tuple):
            return  # a socket of this machine's file system, or one that was connected before
        host, port = address[:2]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        host, port = arguments[0], arguments[1] if len(arguments) > 1 else None
    else:
        return
    if isinstance(host, bytes):
        host = host.decode("utf-8", "replace")
    with open(LOG, "a", encoding="utf-8") as log:
        log.write(json.dumps([event, host, port]) + "\n")
    if REFUSE and host is not None and not str(host).startswith(HERE):
        raise OSError(f"{event} {host} is refused: the tests are offline")


if LOG:
    sys.addaudithook(watch)
