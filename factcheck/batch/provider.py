"""`--provider-batch`: ask all questions through the provider's batch service, at half the price.

    tasks → asked without calling (answering/relay.py) → requests → file → batch → noted
          → polled → replies → asked again with them → records
                             ↘ a reply that is missing or cannot be read → the next batch

A question is answered by the same code as without a batch; only its calls go another way. A process
that dies goes on where it was: see `provider_ledger`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from factcheck.batch.provider_ledger import Ledger, Notes
from factcheck.batch.provider_lines import Limits
from factcheck.batch.provider_run import Polling, Run
from factcheck.batch.provider_sending import Outbox
from factcheck.batch.provider_service import BatchService
from factcheck.batch.provider_standing import Standing
from factcheck.batch.tasks import Asking, Done, Task
from factcheck.errors import UsageError
from factcheck.types import Finding

if TYPE_CHECKING:
    from factcheck.pipeline import Corpus


class ProviderBatch:
    """Workers that are a provider's batch service; questions whose batches run are held in memory.

    Args:
        asking: How every question is asked; `settings.budget_usd` is what may still be spent.
        notes: Where the state is kept; `Jobs` is one.
        limits: Of one batch.
        polling: How often it is looked at.
        cancel: Whether batches that run are cancelled; what is finished is kept, and nothing is sent.
        report: Told how a batch stands, and how many questions are prepared.

    Attributes:
        findings: What was wrong with the server's files.
    """

    name = "provider batch"

    def __init__(
        self,
        asking: Asking,
        notes: Notes,
        *,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        polling: Polling = Polling(),  # noqa: B008 - frozen
        cancel: bool = False,
        report: Callable[[Standing], None] = lambda standing: None,
    ) -> None:
        self.findings: list[Finding] = []
        self._asking = asking
        self._notes = notes
        self._limits = limits
        self._polling = polling
        self._cancel = cancel
        self._report = report
        self._corpus: Corpus | None = None
        self._service: BatchService | None = None

    def run(self, tasks: Iterator[Task]) -> Iterator[Done]:
        """Yield the record of each task; see `Workers.run`.

        Raises:
            UsageError: The engine has no batch service.
            EndpointError: The server has none, or refused a batch, or cannot be reached for long.
            Stopped: The budget is spent, or a batch was cancelled.
        """
        corpus, service = self._open()
        ledger = Ledger(self._notes)
        outbox = Outbox(ledger, service, self._asking.settings, self._limits)
        run = Run(corpus, self._asking, outbox, polling=self._polling, cancel=self._cancel, report=self._report)
        self.findings = run.findings
        try:
            yield from run.work(tasks)
        except BaseException:
            run.part()
            raise

    def close(self) -> None:
        """Close the index and the connections; batches go on at the server."""
        if self._corpus is not None:
            self._corpus.close()
        if self._service is not None:
            self._service.close()

    def _open(self) -> tuple[Corpus, BatchService]:
        from factcheck.answering.engines import choose_engine
        from factcheck.models.endpoint import find_endpoint
        from factcheck.pipeline import Corpus

        settings = self._asking.settings
        endpoint = find_endpoint()
        if choose_engine(self._asking.engine or settings.engine) != "openai" or endpoint is None:
            raise UsageError(
                "the embedded engine answers on this machine and has no batch service",
                hint="Leave --provider-batch out, or set OPENAI_API_KEY for an endpoint that has one.",
            )
        self._corpus = Corpus.open(settings=settings)
        self._service = BatchService(endpoint, settings.model, timeout=settings.timeout)
        return self._corpus, self._service
