"""One run of `--provider-batch` over the questions that are open."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from factcheck.answering.relay import Deferred, Posted, Request, relaying
from factcheck.batch.asking import answer
from factcheck.batch.provider_ledger import Entry, Replies, Sent
from factcheck.batch.provider_reading import ReadBatch
from factcheck.batch.provider_sending import Outbox
from factcheck.batch.provider_service import UnknownBatch, retry_after
from factcheck.batch.provider_standing import Standing
from factcheck.batch.tasks import Asking, Done, Stopped, Task
from factcheck.errors import EndpointError
from factcheck.models.memory import key_of
from factcheck.presentation.text import plural
from factcheck.types import Finding

if TYPE_CHECKING:
    from factcheck.pipeline import Corpus

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Polling:
    """How often a batch is looked at, in seconds.

    Attributes:
        first: Before the second look.
        growth: By what each wait is longer than the one before.
        longest: No wait is longer, unless the server asks for it.
        patience: How long the server may fail without a break before the run ends; the batch goes on.
    """

    first: float = 5.0
    growth: float = 1.5
    longest: float = 120.0
    patience: float = 3600.0


def subject_of(task: Task) -> str:
    """Return a hash of what a task asks; its place in the input may change, this does not."""
    return key_of(task.item.question, task.item.claim)[:24]


class _Offer(dict[str, Posted]):
    """Replies that are offered to a question, and which of them it took."""

    def __init__(self, replies: Replies) -> None:
        super().__init__(replies)
        self.taken: set[str] = set()

    def __getitem__(self, key: str) -> Posted:
        self.taken.add(key)
        return super().__getitem__(key)


class Run:
    """Asks, waits, reads, and asks again what is still lacking.

    Args:
        corpus: Answers.
        asking: How every question is asked.
        outbox: Where requests go.
        polling: How often batches are looked at.
        cancel: Whether they are cancelled.
        report: Told how they stand.

    Attributes:
        findings: What was wrong with the server's files.
    """

    def __init__(
        self,
        corpus: Corpus,
        asking: Asking,
        outbox: Outbox,
        *,
        polling: Polling,
        cancel: bool,
        report: Callable[[Standing], None],
    ) -> None:
        self.findings: list[Finding] = []
        self._corpus = corpus
        self._asking = asking
        self._outbox = outbox
        self._ledger = outbox.ledger
        self._service = outbox.service
        self._polling = polling
        self._cancel = cancel
        self._report = report
        self._waiting: dict[str, list[Task]] = {}  # by the key of the request whose reply they need
        self._later: deque[Task] = deque()
        self._seen: set[str] = set()
        self._keys: dict[str, str] = {}  # of the requests that earlier runs sent, by subject
        self._held: dict[str, Replies] = {}  # replies on which a subject's next request builds
        self._left = 0
        self._prepared = 0

    def work(self, tasks: Iterator[Task]) -> Iterator[Done]:
        """Yield records until no task is left or none can be answered."""
        self._outbox.recover(begin=not self._cancel)
        self._keys, self._held = self._ledger.recall()
        # Until all tasks were seen, it is not known which of them the open batches have.
        yield from self._take(tasks, scanning=bool(self._ledger.open()))
        if self._cancel:
            self._stop()
        while mine := [entry for entry in self._ledger.open() if self._concerns(entry)]:
            entry, standing = self._wait(mine)
            yield from self._read(entry, standing)
            yield from self._take(tasks)
        self._finish()

    def part(self) -> None:
        """Say which batches go on without this process."""
        running = [entry.batch for entry in self._ledger.open() if entry.batch]
        if running:
            log.warning(
                "%s on at %s (%s): run the same command again to fetch the answers, or with --cancel to stop",
                "a batch goes" if len(running) == 1 else f"{len(running)} batches go",
                self._service.endpoint.public,
                ", ".join(running[:5]) + (", …" if len(running) > 5 else ""),
            )

    def _take(self, tasks: Iterator[Task], *, scanning: bool = False) -> Iterator[Done]:
        """Ask tasks as far as batches have room; the rest waits where it is."""
        while scanning or self._may_send():
            room = self._may_send()
            task = self._later.popleft() if room and self._later and not scanning else next(tasks, None)
            if task is None:
                if scanning or not self._later:
                    scanning = False
                    if not self._later:
                        break
                continue
            subject = subject_of(task)
            self._seen.add(subject)
            key = self._keys.get(subject)
            if key is not None and self._outbox.flight(key) is not None:
                self._waiting.setdefault(key, []).append(task)
            elif room:
                yield from self._ask(task, subject)
            else:
                self._later.append(task)
        self._outbox.flush()

    def _may_send(self) -> bool:
        return not self._cancel and self._outbox.has_room()

    def _ask(self, task: Task, subject: str) -> Iterator[Done]:
        result = self._replay(task, self._held.get(subject, {}))
        self._prepared += 1
        self._report(Standing("", "preparing", completed=self._prepared))
        if isinstance(result, Done):
            self._held.pop(subject, None)
            yield result
        else:
            self._queue(result, subject, task)

    def _replay(self, task: Task, replies: Replies) -> Done | Request:
        """Ask a task with the replies that came so far: its record, or the next request."""
        try:
            with relaying(replies):
                return answer(task, self._corpus, self._asking)
        except Deferred as deferred:
            return deferred.request

    def _queue(self, request: Request, subject: str, task: Task) -> None:
        if self._cancel:
            self._left += 1
        elif self._outbox.flight(request.key) is not None or self._outbox.add(
            request, subject, self._held.get(subject, {})
        ):
            self._waiting.setdefault(request.key, []).append(task)
        else:
            self._later.append(task)

    def _concerns(self, entry: Entry) -> bool:
        return bool(entry.batch) and any(
            sent.key in self._waiting and self._outbox.flight(sent.key) == entry.number
            for sent in entry.requests.values()
        )

    def _stop(self) -> None:
        """Cancel all that runs."""
        for entry in self._ledger.open():
            try:
                self._service.cancel(entry.batch)
            except UnknownBatch:
                self._left += sum(len(self._waiting.pop(sent.key, ())) for sent in entry.requests.values())
                self._outbox.drop(entry)
            except EndpointError as error:
                # It has ended already, which is seen when it is looked at.
                log.debug("batch %s was not cancelled: %s", entry.batch, error.message)

    def _wait(self, entries: Sequence[Entry]) -> tuple[Entry, Standing]:
        """Look at batches until one has ended."""
        delay, reached = self._polling.first, time.monotonic()
        while True:
            pause = delay
            for entry in entries:
                try:
                    standing = self._service.look(entry.batch)
                except EndpointError as error:
                    if not error.retryable or time.monotonic() - reached > self._polling.patience:
                        raise
                    pause = max(pause, retry_after(error))
                    continue
                reached = time.monotonic()
                self._report(standing)
                if standing.ended:
                    return entry, standing
            time.sleep(pause)
            delay = min(delay * self._polling.growth, self._polling.longest)

    def _read(self, entry: Entry, standing: Standing) -> Iterator[Done]:
        """Make records of what came of a batch."""
        if standing.status == "failed":
            for sent in entry.requests.values():
                self._later.extend(self._waiting.pop(sent.key, ()))
            self._outbox.refuse(entry, standing)
            return
        carried = dict(entry.carried)
        with ReadBatch(entry, standing, self._service, self.findings) as lines:
            begun = self._ledger.keep(replace(entry, begun=True))
            for sent, posted in lines:
                if self._outbox.flight(sent.key) != entry.number:
                    continue  # it was sent again since, by a run that was killed before this batch was read
                self._outbox.land(entry, sent, posted)
                tasks = self._waiting.pop(sent.key, [])
                if posted is None:
                    self._left += len(tasks)
                else:
                    # Where reading was begun before, a failure may be one that is tried again on purpose.
                    yield from self._settle(tasks, sent, posted, again=entry.begun)
                if sent.subject in self._held:
                    carried[sent.subject] = self._held[sent.subject]
        self._outbox.close(begun, standing, carried, self._seen)

    def _settle(self, tasks: Sequence[Task], sent: Sent, posted: Posted, *, again: bool) -> Iterator[Done]:
        """Ask the tasks that waited for a reply; the first has paid for it, the others share it."""
        for task, subject, replies in self._deal(tasks, sent, posted):
            offer = _Offer(replies)
            result = self._replay(task, offer)
            if isinstance(result, Request) and sent.key not in offer.taken:
                self._find(f"the prompt of {task.item.id} is another one than when it was sent; it is asked again")
                self._queue(result, subject, task)
            elif isinstance(result, Request):
                self._held.setdefault(subject, replies)
                self._queue(result, subject, task)
            elif again and result.record["outcome"] == "failed":
                self._later.append(task)
            else:
                yield result

    def _deal(self, tasks: Sequence[Task], sent: Sent, posted: Posted) -> list[tuple[Task, str, Replies]]:
        dealt = []
        for place, task in enumerate(tasks):
            subject = subject_of(task)
            replies = {**self._held.get(subject, {}), sent.key: posted}
            if place:
                replies = {key: replace(reply, shared=True) for key, reply in replies.items()}
            dealt.append((task, subject, replies))
        for _, subject, _ in dealt:
            self._held.pop(subject, None)
        return dealt

    def _find(self, message: str) -> None:
        self.findings.append(Finding("provider", message))
        log.warning("%s", message)

    def _finish(self) -> None:
        """Say why tasks are left, where some are."""
        problem = self._outbox.problem or self._outbox.full
        if problem is not None:
            raise problem
        if self._cancel and not self._left:
            raise Stopped("no batch is left that could be cancelled", hint="Leave --cancel out to ask what is open.")
        if self._left:
            raise Stopped(
                f"a batch was cancelled; {plural(self._left, 'question')} of it stay open",
                hint="Run the same command again, without --cancel, to ask them.",
            )
        if self._outbox.short:
            raise Stopped(self._outbox.short, hint="Raise --budget-usd and run the same command: it goes on.")
