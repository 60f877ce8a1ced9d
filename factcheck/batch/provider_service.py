"""Speak with a provider's batch service: files go up, batches run, files come down (OpenAI, Azure).

The same address, key and HTTP client as for chat; every error is explained and without the key.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any, TypeVar

from factcheck.answering.chat_model import CONNECT_SECONDS, build_client
from factcheck.batch.provider_standing import Standing, read_standing, read_text
from factcheck.errors import EndpointError
from factcheck.models.deadline import run_bounded
from factcheck.models.endpoint import Endpoint
from factcheck.models.endpoint_errors import explain
from factcheck.models.retry import choose_delay, read_retry_after

log = logging.getLogger(__name__)

Result = TypeVar("Result")
# A batch or file that is looked for is among the newest of the account.
MOST_LISTED = 2_000
PIECE = 1 << 16
TRANSFER_SECONDS = 3600.0


class UnknownBatch(EndpointError):
    """The server does not know the batch."""


class BatchService:
    """The files and batches of one endpoint.

    Args:
        endpoint: Where it is.
        model: For messages.
        timeout: Seconds for one call, retries included; a file may take longer.
    """

    def __init__(self, endpoint: Endpoint, model: str, *, timeout: float) -> None:
        self.endpoint = endpoint
        self._model = model
        self._timeout = timeout
        self._http: list[Any] = []
        # The bounded client ends a body at the size of an answer; files are longer.
        self._calls = self._connect(build_client(timeout))
        self._transfers = self._connect(_build_transfer_client(timeout))

    @property
    def path(self) -> str:
        """Address of the calls inside a batch."""
        return "/chat/completions" if self.endpoint.azure_version else "/v1/chat/completions"

    def upload(self, name: str, stream: IO[bytes]) -> str:
        """Upload a file of requests and return its id."""

        def work() -> Any:
            stream.seek(0)
            return self._transfers.files.create(file=(name, stream, "application/jsonl"), purpose="batch")

        return read_text(self._call(work, bounded=False), "id", self.endpoint, "file")

    def find_file(self, name: str) -> tuple[str, int] | None:
        """Return the id and size of a file that was uploaded under a name, or None."""
        found = self._call(lambda: _first(self._calls.files.list(purpose="batch"), lambda f: f.filename == name))
        return None if found is None else (str(found.id), int(found.bytes or 0))

    def delete_file(self, id: str) -> None:
        """Delete a file; one that cannot be deleted stays, and costs nothing."""
        try:
            self._call(lambda: self._calls.files.delete(id))
        except EndpointError as error:
            log.debug("file %s stays: %s", id, error.message)

    def create(self, file: str, marks: Mapping[str, str]) -> Standing:
        """Begin a batch; where it is not known whether the server did, it is looked for, not begun twice.

        Args:
            file: Id of its requests.
            marks: Metadata that no other batch has.
        """
        deadline, attempt = time.monotonic() + self._timeout, 1
        while True:
            try:
                begun = self._once(
                    lambda: self._calls.batches.create(
                        input_file_id=file,
                        endpoint=self.path,
                        completion_window="24h",
                        metadata=dict(marks),
                    ),
                )
                return read_standing(begun, self.endpoint)
            except EndpointError as error:
                if not error.retryable:
                    raise
                found = self.find(file, marks)
                delay = choose_delay(attempt, None, deadline - time.monotonic())
                if found is not None or delay is None:
                    if found is None:
                        raise
                    return found
                time.sleep(delay)
                attempt += 1

    def find(self, file: str, marks: Mapping[str, str]) -> Standing | None:
        """Return the batch of a file or with these marks, or None."""

        def ours(batch: Any) -> bool:
            metadata = getattr(batch, "metadata", None)
            marked = isinstance(metadata, dict) and all(metadata.get(name) == value for name, value in marks.items())
            return marked or getattr(batch, "input_file_id", None) == file

        found = self._call(lambda: _first(self._calls.batches.list(limit=100), ours))
        return None if found is None else read_standing(found, self.endpoint)

    def look(self, batch: str) -> Standing:
        """Return how a batch stands; one attempt, since whoever polls comes again.

        Raises:
            UnknownBatch: The server does not know it.
            EndpointError: Nothing can be said now.
        """
        return read_standing(self._once(lambda: self._calls.batches.retrieve(batch), batch=batch), self.endpoint)

    def cancel(self, batch: str) -> Standing:
        """Ask for the end of a batch; what is finished stays."""
        return read_standing(self._call(lambda: self._calls.batches.cancel(batch), batch=batch), self.endpoint)

    def download(self, file: str, target: IO[bytes], *, most: int) -> None:
        """Write a file's content to a stream.

        Raises:
            EndpointError: It cannot be fetched, or is larger than replies can be.
        """

        def work() -> None:
            target.seek(0)
            target.truncate()
            end, size = time.monotonic() + TRANSFER_SECONDS, 0
            with self._transfers.files.with_streaming_response.content(file) as response:
                for piece in response.iter_bytes(PIECE):
                    size += len(piece)
                    if size > most or time.monotonic() > end:
                        raise EndpointError(
                            f"{self.endpoint.public} sent far more than the replies of a batch, or too slowly",
                            hint="Run the same command again, or give the batch up with --cancel.",
                        )
                    target.write(piece)
            target.seek(0)

        self._call(work, bounded=False)

    def close(self) -> None:
        """Close the connections."""
        for client in self._http:
            client.close()

    def _connect(self, http: Any) -> Any:
        import openai

        self._http.append(http)
        shared: dict[str, Any] = {"http_client": http, "timeout": http.timeout, "max_retries": 0}
        key = self.endpoint.api_key or "none"
        if self.endpoint.azure_version:
            return openai.AzureOpenAI(
                azure_endpoint=self.endpoint.address, api_key=key, api_version=self.endpoint.azure_version, **shared
            )
        return openai.OpenAI(base_url=self.endpoint.address, api_key=key, **shared)

    def _call(self, work: Callable[[], Result], *, batch: str = "", bounded: bool = True) -> Result:
        """Call, and again where that may help: only for what may be done twice."""
        deadline, attempt = time.monotonic() + self._timeout, 1
        while True:
            try:
                return self._once(work, batch=batch, bounded=bounded)
            except EndpointError as error:
                if not error.retryable:
                    raise
                asked = retry_after(error) or None
                # A transfer's own time does not count against its retries.
                remaining = deadline - time.monotonic() if bounded else self._timeout
                delay = choose_delay(attempt, asked, remaining)
                if delay is None:
                    raise
                time.sleep(delay)
                attempt += 1

    def _once(self, work: Callable[[], Result], *, batch: str = "", bounded: bool = True) -> Result:
        try:
            if not bounded:
                return work()
            (result,) = run_bounded(lambda: [work()], time.monotonic() + self._timeout)
            return result
        except Exception as error:
            raise self._explain(error, batch)  # noqa: B904 - the context has the Retry-After header

    def _explain(self, error: Exception, batch: str) -> EndpointError:
        status = getattr(error, "status_code", None)
        where = self.endpoint.public
        if status == 404 and batch:
            return UnknownBatch(
                f"{where} does not know the batch {batch}",
                hint="Use the address and the key that it was begun with, or give it up with --cancel.",
            )
        if status in {404, 405, 501}:
            return EndpointError(
                f"{where} has no batch service (status {status})",
                hint="Leave --provider-batch out: the questions are then asked one by one.",
            )
        return explain(error, self.endpoint, self._model)


def retry_after(error: EndpointError) -> float:
    """Return the seconds for which the server asked for patience, or 0."""
    response = getattr(error.__context__, "response", None)
    return read_retry_after(response.headers if response is not None else {}) or 0.0


def _build_transfer_client(timeout: float) -> Any:
    import httpx2
    import openai

    return openai.DefaultHttpxClient(timeout=httpx2.Timeout(timeout, connect=min(CONNECT_SECONDS, timeout)))


def _first(listed: Any, wanted: Callable[[Any], bool]) -> Any:
    """Return the first item of a paged list that is wanted, or None."""
    items: Iterator[Any] = iter(listed)
    for _ in range(MOST_LISTED):
        item = next(items, None)
        if item is None or wanted(item):
            return item
    return None
