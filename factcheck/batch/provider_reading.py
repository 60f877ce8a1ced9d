"""Read what came of a batch: each request once, whatever the server's files hold."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from types import TracebackType
from typing import IO, Self

from factcheck.answering.relay import Posted
from factcheck.batch.provider_ledger import Entry, Sent
from factcheck.batch.provider_lines import CANCELLED, Line, read_lines
from factcheck.batch.provider_service import BatchService
from factcheck.batch.provider_standing import Standing
from factcheck.types import Finding

log = logging.getLogger(__name__)

# Findings of one batch that are kept one by one; the others are counted.
MOST_FINDINGS = 20
# Bytes that replies may have beside what their requests allow.
LARGEST = 1 << 30


class ReadBatch:
    """The replies of one batch, for as long as its files are at hand.

    Args:
        entry: The batch.
        standing: How it ended.
        service: Where its files are.
        findings: Gets what is wrong with them.
    """

    def __init__(self, entry: Entry, standing: Standing, service: BatchService, findings: list[Finding]) -> None:
        self._entry = entry
        self._standing = standing
        self._service = service
        self._findings = findings
        self._files: list[IO[bytes]] = []
        self._wrong = 0

    def __enter__(self) -> Self:
        try:
            for file in self._standing.files:
                stream = tempfile.TemporaryFile()
                self._files.append(stream)
                self._service.download(file, stream, most=LARGEST)
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._close()

    def __iter__(self) -> Iterator[tuple[Sent, Posted | None]]:
        """Yield each request with what came back, or None where it was cancelled."""
        missing = dict(self._entry.requests)
        strange = 0
        for line in self._lines():
            sent = missing.pop(line.id, None)
            if sent is not None:
                yield sent, self._post(sent, line.status, line.body)
            elif line.id in self._entry.requests:
                self._find(f"there is a second reply to {line.id}; the first one counts")
            else:
                strange += 1
        # After a kill, the requests that were settled before are no longer this entry's.
        if strange and not self._entry.begun:
            self._find(f"{strange:,} replies are to requests that were not sent")
        cancelled = self._standing.status == "cancelled"
        if missing and self._standing.status == "completed":
            self._find(f"{len(missing):,} requests have no reply")
        for sent in missing.values():
            said = {"error": {"message": f"the batch is {self._standing.status}, and this request has no reply"}}
            yield sent, self._post(sent, CANCELLED if cancelled else 408, said)
        if self._wrong > MOST_FINDINGS:
            log.warning("batch %s: %d findings in all", self._standing.id, self._wrong)

    def _post(self, sent: Sent, status: int, body: object) -> Posted | None:
        if status == CANCELLED:
            if self._standing.status == "cancelled":
                return None
            status = 408
        return Posted(status, body, self._entry.asked, sent.attempt)

    def _lines(self) -> Iterator[Line]:
        for stream in self._files:
            for line in read_lines(stream):
                if isinstance(line, Line):
                    yield line
                else:
                    self._find(line)

    def _find(self, message: str) -> None:
        self._wrong += 1
        if self._wrong <= MOST_FINDINGS:
            said = f"batch {self._standing.id}: {message}"
            self._findings.append(Finding("provider", said))
            log.warning("%s", said)

    def _close(self) -> None:
        for stream in self._files:
            stream.close()
