"""How fast the app is on 5, 1,000 and 10,000 articles: first paint, changing pages, opening an article.

    python benchmarks/app.py --sizes 5 1000 10000 --keep FOLDER

Real server, real Chromium. The articles are synthetic (corpus.py), short ones in the largest corpus; their vectors are
sums of word vectors (word_vectors.py), which costs the page the same. "first" is the first visitor after the start, who
waits until the index is open; the others are medians over visitors with an empty cache. The browser takes part in every
figure: a page without anything on it (`/_stcore/health`) is the floor, in the same run.
"""

from __future__ import annotations

import argparse
import json
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from corpus import write_corpus
from playwright.sync_api import Browser, Page, sync_playwright
from word_vectors import WordVectors

from factcheck.index import sync
from factcheck.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("check", "compare", "articles", "batch", "evaluate", "status")
SHORTEST = 900  # characters of an article of the largest corpus
LARGE = 5_000


def main() -> None:
    """Build what is missing, measure every size, print one line of JSON each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[5, 1_000])
    parser.add_argument("--keep", type=Path, help="where indexes are kept from run to run")
    parser.add_argument("--visitors", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        place = options.keep or Path(scratch)
        for size in options.sizes:
            index = build(place, size)
            with serve(index) as address, sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
                print(json.dumps({"size": size} | measure(browser, address, options.visitors)), flush=True)
                browser.close()


def build(place: Path, size: int) -> Path:
    """Return an index of that many articles, made where it is missing."""
    index, folder = place / f"index-{size}", place / f"articles-{size}"
    if index.exists():
        return index
    if size <= 5:
        folder = ROOT / "seeds"
    else:
        write_corpus(folder, size)
        for path in sorted(folder.iterdir()) if size >= LARGE else ():
            text = path.read_text("utf-8")
            path.write_text(text[: text.find("\n\n", SHORTEST)] + "\n", "utf-8")
        sync.load_embedder = lambda *_: WordVectors()
    sync.sync([folder], settings=Settings(index=str(index)))
    return index


@contextmanager
def serve(index: Path) -> Iterator[str]:
    """Run the app over an index."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "factcheck", "ui", "--headless", "--port", str(port), "--index", str(index)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=index.parent)
    address = f"http://127.0.0.1:{port}"
    try:
        while process.poll() is None:
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=5).close()
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def measure(browser: Browser, address: str, visitors: int) -> dict[str, float]:
    """Return seconds by what was done."""
    figures = {"first": _visit(browser, address)}
    figures["floor"] = _median(lambda: _load(browser, f"{address}/_stcore/health"), visitors)
    figures["paint"] = _median(lambda: _visit(browser, address), visitors)
    page = browser.new_context().new_page()
    page.goto(address)
    _await_ask(page)
    for name in PAGES:
        figures[name] = _timed(lambda name=name: _change(page, name))  # type: ignore[misc]
    for name in PAGES:
        figures[f"{name}_again"] = _timed(lambda name=name: _change(page, name))  # type: ignore[misc]
    figures["ask_again"] = _timed(lambda: _change(page, "ask"))
    return {name: round(seconds, 3) for name, seconds in figures.items()}


def _visit(browser: Browser, address: str) -> float:
    context = browser.new_context()
    page = context.new_page()

    def visit() -> None:
        page.goto(address)
        _await_ask(page)

    seconds = _timed(visit)
    context.close()
    return seconds


def _load(browser: Browser, address: str) -> float:
    context = browser.new_context()
    page = context.new_page()
    seconds = _timed(lambda: page.goto(address))
    context.close()
    return seconds


def _change(page: Page, name: str) -> None:
    """Go to a page by its link and wait until it has finished drawing."""
    page.get_by_role("link", name=name.capitalize(), exact=True).first.click()
    page.wait_for_url(lambda url: url.rstrip("/").endswith(name) or name == "ask")
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()


def _await_ask(page: Page) -> None:
    page.get_by_label("Your question").wait_for()
    page.locator("button.example").first.wait_for()


def _median(call: Callable[[], float], times: int) -> float:
    return statistics.median(call() for _ in range(times))


def _timed(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def find_chromium() -> str:
    """Return the browser's program."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        raise SystemExit("no Chromium found")
    return found


if __name__ == "__main__":
    main()
