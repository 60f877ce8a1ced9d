"""Bring the index up to date from the page: one run for all visitors, over every folder it was made from.

The library knows the folders (index/roots.py) and what the last run did (index/last_run.py); the run itself
is the command of the terminal (runs.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from factcheck.articles.uploads import list_uploads
from factcheck.index.last_run import LastRun, read_last_run
from factcheck.index.roots import Root, find_roots
from factcheck.resources import resource
from factcheck.settings import Settings
from ui.runs import RunState, runs
from ui.visitor import app_folder, visitor

_OWNER = "owner"


def uploads_folder() -> Path:
    """Return where uploaded articles are kept: outside the code and outside the index."""
    return app_folder() / "articles"


def samples_folder() -> Path:
    """Return the folder of the articles that come with factcheck."""
    return resource("seeds")


def known_roots(articles: Mapping[str, Any]) -> tuple[Root, ...]:
    """Return the folders that an index was made from; looks at the disk."""
    return find_roots(articles.values())


def begin_indexing(
    articles: Mapping[str, Any],
    *,
    samples: bool = False,
    without: Collection[Path] = (),
) -> bool:
    """Start a run over all folders of the index and the uploads; False where there is nothing to index.

    Args:
        articles: Rows of the index by file; empty for a first one.
        samples: Whether the sample articles are to be added.
        without: Folders to leave out, whose articles go.
    """
    uploads = uploads_folder()
    wanted = [root.path for root in find_roots(articles.values()) if root.path != uploads]
    if samples and samples_folder() not in wanted:
        wanted.append(samples_folder())
    # Last, so that an uploaded file never takes the name of one that is indexed already.
    wanted = [*(root for root in wanted if root not in without), *([uploads] if list_uploads(uploads) else [])]
    if not wanted:
        return False
    folder = run_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if read_indexing().state != "running":
        (folder / _OWNER).write_text(visitor(), "utf-8")
    # The settings of the command are those of the app: both read the same file and environment.
    runs().start(folder, ["index", "--keep-missing", "--", *map(str, wanted)])
    return True


def run_folder() -> Path:
    """Return the folder of the run over the index; there is one index, and so one run."""
    return app_folder() / "indexing"


def read_indexing() -> RunState:
    """Return how far the run over the index is."""
    return runs().read(run_folder())


def is_own_run() -> bool:
    """Return whether this visitor started the run."""
    try:
        return (run_folder() / _OWNER).read_text("utf-8") == visitor()
    except OSError:
        return False


def stop_indexing() -> None:
    """Ask the run to stop; what it has finished stays."""
    runs().stop(run_folder())


def last_run() -> LastRun | None:
    """Return what the last run did, whether it was started here or in a terminal."""
    return read_last_run(Path(Settings.load().index))
