"""Make the index equal to folders of articles.

    folders → scan → read, split, group, embed (preparing.py) → SQLite → copies → Chroma

Every window of articles is one transaction of about a second: whatever stops a run, finished
articles stay and answer, and the next run goes on behind them.
"""

from __future__ import annotations

import logging
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from factcheck.articles.read import Skipped
from factcheck.errors import FactcheckError, UsageError
from factcheck.index.failures import explained
from factcheck.index.last_run import write_last_run
from factcheck.index.lock import current_build, delete_other_builds, has_index, next_build, publish_build, write_lock
from factcheck.index.origins import read_copies, update_origins
from factcheck.index.preparing import Fan, Window, prepare_windows
from factcheck.index.records import IndexReport, Progress
from factcheck.index.removed import read_removed, write_removed
from factcheck.index.removing import finish_removal, remove
from factcheck.index.roots import find_missing
from factcheck.index.scanning import Scan, compare_files, find_files, nothing_to_index
from factcheck.index.schema import recipe
from factcheck.index.vector_update import drop_other_builds, update_vectors
from factcheck.index.writing import FileState, WritableStore
from factcheck.models.embedder import Embedder, load_embedder
from factcheck.models.memory import forget_replies
from factcheck.settings import Settings

__all__ = ["IndexReport", "Progress", "remove", "sync"]

log = logging.getLogger(__name__)

ReportProgress = Callable[[Progress], None]


def sync(
    folders: Sequence[Path],
    *,
    settings: Settings,
    progress: ReportProgress | None = None,
    again: bool = False,
    rebuild: bool = False,
    keep_missing: bool = False,
    fan: Fan | None = None,
) -> IndexReport:
    """Make the index equal to the folders.

    Args:
        folders: Folders of articles, or single files.
        settings: Name the index, the embedder and the Chroma server.
        progress: Called as the work goes on.
        again: Take back articles that were removed on purpose.
        rebuild: Make a new index beside the present one, which answers until the end.
        keep_missing: Keep what was indexed from a folder that is not there now or is empty, as that of an
            unplugged disk is; otherwise the articles of an empty folder go, and a missing one is an error.
        fan: Reads and embeds in other processes; by default this one does, with a thread for each core.

    Raises:
        UsageError: A folder is missing, or there is no article in them.
        IndexLocked: Another process is writing.
        IndexMismatch: The index was built with another splitter, embedder or schema.
        CorruptIndex: The index cannot be written; what was indexed before still answers.
        FactcheckError: The embedder, the Chroma server or the fan failed.
    """
    if rebuild and keep_missing:
        raise UsageError("a new index cannot keep missing articles", hint="Leave out --rebuild or --keep-missing.")
    started = time.monotonic()
    index = Path(settings.index)
    found = None if keep_missing else find_files(folders)
    embedder = load_embedder(settings)
    with _stoppable(), write_lock(index), explained(index):
        removed = frozenset() if again else read_removed(index)
        first = not rebuild and not has_index(index)
        try:
            with _open(index, recipe(embedder.name), rebuild=rebuild) as store:
                known = store.states()
                missing = find_missing(folders, known.values()) if keep_missing else {}
                staying = frozenset().union(*missing.values())
                if found is None:
                    found = find_files([folder for folder in folders if folder not in missing], taken=staying)
                scan = compare_files(found, known, removed=removed, staying=staying)
                run = _Run(store, embedder, settings, scan, progress or (lambda _: None), fan, first=first)
                run.write()
                if again:
                    _take_back(index, store)
                if rebuild:
                    publish_build(index, store.build)
                    drop_other_builds(store, settings)
                finish_removal(store, settings)
                report = run.report(time.monotonic() - started)
                write_last_run(index, report)
                return report
        except UsageError:
            delete_other_builds(index)
            raise


class _Run:
    """One run of `sync` over what the scan found."""

    def __init__(
        self,
        store: WritableStore,
        embedder: Embedder,
        settings: Settings,
        scan: Scan,
        progress: ReportProgress,
        fan: Fan | None,
        *,
        first: bool,
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._settings = settings
        self._scan = scan
        self._progress = progress
        self._fan = fan
        self._known = store.states()
        self._skipped = list(scan.skipped)
        self._garbled: list[Skipped] = []
        self._added = self._changed = self._removed = 0
        self._doomed = [*scan.gone]
        # A first index answers from its first window on; a rebuild when it is complete.
        self._first = first
        self._pace = _Pace(scan.fresh)

    def write(self) -> None:
        """Write what is new, delete what is gone, and bring copies and vectors up to date."""
        self._progress(self._pace.now("reading"))
        most = self._settings.max_file_mb * 1_000_000
        for window in prepare_windows(self._scan.fresh, self._store, self._embedder, max_bytes=most, fan=self._fan):
            self._put(window)
            self._progress(self._pace.now("reading"))
        if self._scan.touched:
            with self._store.transaction(counts=False):
                self._store.touch(self._scan.touched)
        if not (self._added or self._changed or self._scan.unchanged):
            raise nothing_to_index(self._scan.folders, self._skipped)
        # Last, so that a file under a new name finds its vectors under the old one.
        self._delete(self._doomed)
        self._progress(self._pace.now("comparing"))
        update_origins(self._store)
        if self._removed or self._changed:
            forget_replies(Path(self._settings.index))  # they may hold words of what is gone
            self._store.merge_words()
        update_vectors(self._store, self._settings, progress=self._report_vectors)
        self._store.checkpoint()

    def report(self, seconds: float) -> IndexReport:
        """Return what was done."""
        counts = self._store.counts()
        return IndexReport(
            added=self._added,
            changed=self._changed,
            removed=self._removed,
            unchanged=self._scan.unchanged,
            copies=read_copies(self._store),
            skipped=tuple(sorted(self._skipped, key=lambda item: item.file)),
            garbled=tuple(self._garbled),
            articles=counts.files,
            sentences=counts.sentences,
            seconds=seconds,
        )

    def _put(self, window: Window) -> None:
        if window.articles:
            with self._store.transaction():
                for prepared in window.articles:
                    self._store.put(prepared, window.vectors)
            if self._first:
                publish_build(self._store.index, self._store.build)
                self._first = False
        changed = sum(prepared.state.file in self._known for prepared in window.articles)
        self._changed += changed
        self._added += len(window.articles) - changed
        self._doomed += [item.file for item in window.skipped if item.file in self._known]
        self._skipped += window.skipped
        self._garbled += window.garbled
        for prepared in window.articles:
            self._pace.count(prepared.state.size, prepared.sentences)
        self._pace.done += len(window.skipped)

    def _delete(self, files: Sequence[str]) -> None:
        if files:
            with self._store.transaction():
                for file in files:
                    self._store.delete(file)
            self._removed += len(files)

    def _report_vectors(self, done: int, total: int) -> None:
        self._progress(self._pace.vectors(done, total))


class _Pace:
    """How fast the run is, and how long it will take."""

    def __init__(self, files: Sequence[FileState]) -> None:
        self.done = 0
        self._total = len(files)
        self._bytes = sum(state.size for state in files)
        self._bytes_done = 0
        self._sentences = 0
        self._rate = 0.0
        self._started = time.monotonic()
        self._vectors_started = 0.0

    def count(self, size: int, sentences: int) -> None:
        """Count one file."""
        self.done += 1
        self._bytes_done += size
        self._sentences += sentences

    def now(self, phase: str) -> Progress:
        """Return how far the reading is; time goes with the size of files, not their number."""
        elapsed = time.monotonic() - self._started
        left = None
        if self._bytes_done and phase == "reading":
            self._rate = self._sentences / max(elapsed, 1e-6)
            left = elapsed * (self._bytes - self._bytes_done) / self._bytes_done
        return Progress(phase, self.done, self._total, self._sentences, self._rate, left)

    def vectors(self, done: int, total: int) -> Progress:
        """Return how far the writing of vectors is."""
        self._vectors_started = self._vectors_started or time.monotonic()
        elapsed = time.monotonic() - self._vectors_started
        left = elapsed * (total - done) / done if done and elapsed else None
        return Progress("vectors", done, total, self._sentences, self._rate, left)


def _open(index: Path, made_by: str, *, rebuild: bool) -> WritableStore:
    """Open the build that is written: the current one, a first one, or the next for a rebuild."""
    if rebuild:
        build = next_build(index)
        store = _resume(index, build, made_by)
        return store or WritableStore.create(index, build, recipe=made_by)
    if not has_index(index):
        build = next_build(index)
        shutil.rmtree(build, ignore_errors=True)
        return WritableStore.create(index, build, recipe=made_by)
    delete_other_builds(index)
    store = WritableStore.create(index, current_build(index), recipe=made_by)
    try:
        store.require(made_by)
    except BaseException:
        store.close()
        raise
    return store


def _resume(index: Path, build: Path, made_by: str) -> WritableStore | None:
    """Return what an interrupted rebuild left, if it was of the same making; otherwise delete it."""
    if not build.exists():
        return None
    try:
        store = WritableStore.create(index, build, recipe=made_by)
        if store.recipe == made_by:
            return store
        store.close()
    except FactcheckError as error:
        log.info("an unfinished rebuild is not used: %s", error)
    shutil.rmtree(build)
    return None


def _take_back(index: Path, store: WritableStore) -> None:
    """Forget removals of what is indexed again."""
    removed = read_removed(index)
    kept = removed - {article.sha256 for article in store.articles()}
    if kept != removed:
        write_removed(index, kept)


@contextmanager
def _stoppable() -> Iterator[None]:
    """Make SIGTERM stop like Ctrl-C does: between two steps, with everything closed."""
    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt
