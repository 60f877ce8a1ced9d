# ruff: noqa: E501 - a table reads best with one entry a line
"""Run every regular expression of the package over strings that make bad ones explode.

    python benchmarks/patterns.py             all, at 100,000 characters
    python benchmarks/patterns.py --length 20000 --slower 0.5

A pattern is listed where one pass over a string takes longer than `--slower` seconds, with how the time grows when
the string is doubled (2: linear, 4: quadratic). Patterns that only ever see short lines may grow faster: the table
says where each is defined. The command ends with 1 where one is listed that is not on the list of those.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import pkgutil
import re
import signal
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import factcheck

PIECES = (
    *"a A 1 . , : ; - – — ' \" “ ” ( ) [ ] { } < > | / \\ _ * # = @ & % $ ? ! … · • é 。".split(), " ", "\t", "\n", "\r\n",
    "a ", "A ", "1 ", "Aa ", "Aa. ", "A. ", "a. ", "a.", "1.", "1,", "1-", "a-", "a'", "a, ", "Aa, ", "a b ", "by Aa ", "and ", "of the ",
    "the a of ", "not ", "said ", "said that ", "“a” ", "\"a\" ", "(a) ", "[1] ", "[a](", "![", "<a ", "<a>", "</a>", "<!--", "-->", "a\n",
    "Aa\n\n", "- a\n", "# ", "> ", "| a ", "1 Jan ", "12:00 ", "2022-01-01 ", "http://a.b/", "a@b.c ", "=1+1,", "'=", "you ", "answer ", "the claim is ",
    "ignore the ", "\u0301", "\u200b", "\u202e", "a\u0301", "\U0001f469\u200d", "\0", "x" * 50 + " ", "Aa Bb Cc and ", "Monday, ", "per cent ", "million ",
)  # fmt: skip
TAILS = ("", "!", "\n", "Aa 1")


class _Late(Exception):
    pass


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--length", type=int, default=100_000)
    options.add_argument("--slower", type=float, default=1.0)
    given = options.parse_args()
    signal.signal(signal.SIGALRM, _interrupt)
    patterns = find_patterns()
    listed: dict[str, tuple[float, str, str]] = {}
    for where, pattern in patterns.items():
        for piece in PIECES:
            for tail in TAILS[: 1 if len(piece) > 20 else 2]:
                taken = run(pattern, piece, tail, given.length, given.slower * 4)
                if taken > given.slower and taken > listed.get(where, (0.0, "", ""))[0]:
                    half = run(pattern, piece, tail, given.length // 4, given.slower * 4)
                    quarter = run(pattern, piece, tail, given.length // 8, given.slower * 4)
                    listed[where] = (taken, repr(piece + "…" + tail), f"{half / max(quarter, 1e-6):.1f}")
    print(f"{len(patterns)} patterns, {len(PIECES)} strings of {given.length:,} characters\n")
    print("| pattern | seconds (at most) | string | doubled |\n|---|--:|---|--:|")
    for where, (taken, string, growth) in sorted(listed.items(), key=lambda item: -item[1][0]):
        print(f"| {where} | {taken:.1f} | `{string}` | {growth} |")
    return 1 if listed else 0


def _interrupt(*_: Any) -> None:
    raise _Late


def run(pattern: re.Pattern[Any], piece: str, tail: str, length: int, most: float) -> float:
    """Return how long one pass takes: all matches, and the whole string as one."""
    string: Any = piece * (length // len(piece)) + tail
    if isinstance(pattern.pattern, bytes):
        string = string.encode("utf-8", "replace")
    start = time.perf_counter()
    signal.setitimer(signal.ITIMER_REAL, most)
    try:
        for _ in pattern.finditer(string):
            pass
        pattern.fullmatch(string)
    except _Late:
        pass
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return time.perf_counter() - start


def find_patterns() -> dict[str, re.Pattern[Any]]:
    """Return every pattern of the package by where it is: module and name, or module and line."""
    found: dict[str, re.Pattern[Any]] = {}
    seen: set[Any] = set()
    warnings.simplefilter("ignore")
    for info in pkgutil.walk_packages(factcheck.__path__, "factcheck."):
        if info.name.endswith(("__main__", "dask_worker")):
            continue
        module = importlib.import_module(info.name)
        for name, pattern in (*_globals_of(module), *_literals_of(module)):
            if (pattern.pattern, pattern.flags) not in seen:
                seen.add((pattern.pattern, pattern.flags))
                found[f"{info.name.removeprefix('factcheck.')} {name}"] = pattern
    from factcheck.articles.site_text import load_site_text

    table = load_site_text()
    found |= {f"articles.site_text {name}": getattr(table, name) for name in ("line", "label", "head")}
    return found


def _globals_of(module: ModuleType) -> Iterator[tuple[str, re.Pattern[Any]]]:
    for name, value in vars(module).items():
        values = value.values() if isinstance(value, dict) else value if isinstance(value, tuple | list) else (value,)
        for number, each in enumerate(values):
            if isinstance(each, re.Pattern):
                yield (name if each is value else f"{name}[{number}]"), each


def _literals_of(module: ModuleType) -> Iterator[tuple[str, re.Pattern[Any]]]:
    """Yield patterns that are written where they are used: re.sub(r"…", …)."""
    path = Path(module.__file__ or "")
    if path.suffix != ".py":
        return
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.") and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str) and node.func.attr != "escape":  # type: ignore[attr-defined]
                yield f"line {node.lineno}", re.compile(first.value)


if __name__ == "__main__":
    sys.exit(main())
