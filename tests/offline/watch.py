"""Run a Python file where it is seen what tries to leave this machine.

run(FILE, …) → a network namespace with a loopback and one interface that leads nowhere, where one can be made;
               what any library in any language sends to another host, a question to a name server
               included, goes out through that interface and is counted by the kernel
             → in every Python process, an audit hook (hook/sitecustomize.py) that notes each host that is looked
               up or connected to; without a namespace it refuses those that are not this machine
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

HOOK = Path(__file__).with_name("hook")
SET_UP = """
set -e
# IPv6 announces itself on every interface; that would be counted.
for switch in all default; do
  echo 1 > /proc/sys/net/ipv6/conf/$switch/disable_ipv6 || true
done 2>/dev/null
ip link set lo up
ip link add watch type veth peer name nowhere
ip addr add 192.0.2.2/24 dev watch
ip link set watch up
ip link set nowhere up
ip neigh add 192.0.2.1 lladdr 02:00:00:00:00:01 dev watch nud permanent
ip route add default via 192.0.2.1 dev watch
exec "$@"
"""
NAMESPACE = ("unshare", "--user", "--map-root-user", "--net", "bash", "-c", SET_UP, "set-up")


def why_not() -> str | None:
    """Return why this machine cannot isolate a process, or None if it can."""
    missing = [name for name in ("unshare", "ip", "bash") if shutil.which(name) is None]
    if missing:
        return f"not found: {', '.join(missing)} (packages util-linux and iproute2)"
    tried = subprocess.run([*NAMESPACE, "true"], capture_output=True, text=True, check=False)
    return None if tried.returncode == 0 else f"no network namespace can be made: {tried.stderr.strip()[-200:]}"


def run(file: Path, *, cwd: Path, isolated: bool, timeout: float = 280, **variables: str) -> dict[str, Any]:
    """Run a Python file, watched, and return the JSON object of its last line."""
    watched = {
        "PYTHONPATH": str(HOOK),
        "OFFLINE_LOG": str(cwd / "connections.jsonl"),
        "OFFLINE_REFUSE": "0" if isolated else "1",
    }
    done = subprocess.run(
        [*(NAMESPACE if isolated else ()), sys.executable, str(file)],
        cwd=cwd,
        env=os.environ | watched | variables,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def sent() -> int:
    """Return how many packets this namespace has tried to send to other hosts; 0 where there is none."""
    for line in Path("/proc/net/dev").read_text("utf-8").splitlines():
        name, _, counts = line.partition(":")
        if name.strip() == "watch":
            return int(counts.split()[9])
    return 0


def contacted() -> list[str]:
    """Return the hosts and ports that Python processes named so far, in order."""
    log = Path(os.environ["OFFLINE_LOG"])
    lines = log.read_text("utf-8").splitlines() if log.exists() else []
    return [f"{host}:{port}" for _, host, port in map(json.loads, lines)]
