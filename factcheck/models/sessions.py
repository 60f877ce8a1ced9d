"""Load packaged models: files checked by hash, ONNX sessions of one thread, work spread over threads."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from factcheck.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Part = TypeVar("Part")
Result = TypeVar("Result")


def read_checked(path: Path, sha256: str, *, hint: str = "Install factcheck again.") -> bytes:
    """Read a model file once and hash what was read, so that no other bytes can be loaded.

    Raises:
        ModelError: It cannot be read, or is another file.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"model file {path.name} cannot be read: {error.strerror}", hint=hint) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ModelError(
            f"model file {path.name} is not the one factcheck was built for (its SHA-256 differs)", hint=hint
        )
    return content


def load_tokenizer(content: bytes) -> Tokenizer:
    """Return a tokenizer that neither cuts nor pads."""
    from tokenizers import Tokenizer  # 30 ms that `factcheck --help` does not need

    tokenizer = Tokenizer.from_str(content.decode("utf-8"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def load_session(weights: bytes) -> Any:
    """Return an ONNX session that runs in one thread.

    Raises:
        ModelError: The weights cannot be loaded.
    """
    # The Linux wheels send telemetry unless this is set before the first import.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # One thread for a run: several runs side by side use the cores as well, and nothing spins.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises its own untyped exceptions
        raise ModelError(f"a packaged model cannot be loaded: {error}") from error


def spread(work: Callable[[Part], Result], parts: Sequence[Part], *, threads: int) -> list[Result]:
    """Do the work for each part, in threads where there are several of both; results are in order."""
    if len(parts) < 2 or threads == 1:
        return [work(part) for part in parts]
    with ThreadPoolExecutor(min(threads, len(parts)), "factcheck-model") as pool:
        return list(pool.map(work, parts))
