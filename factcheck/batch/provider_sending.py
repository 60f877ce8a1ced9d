"""Fill batches with requests and send them: noted before each step, within the budget."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from factcheck.answering.calls import BATCH_SHARE
from factcheck.answering.relay import Posted, Request, count_tokens
from factcheck.batch.provider_ledger import Entry, Ledger, Replies, Sent
from factcheck.batch.provider_lines import Draft, Limits, custom_id, write_line
from factcheck.batch.provider_service import BatchService
from factcheck.batch.provider_standing import Standing
from factcheck.errors import EndpointError, FactcheckError, UsageError
from factcheck.models.capabilities import Capabilities
from factcheck.models.catalogue import ModelFacts, look_up
from factcheck.settings import Settings

log = logging.getLogger(__name__)

MOST_SHOWN = 5


class Outbox:
    """The batches of one job on their way out.

    Args:
        ledger: Where every step is noted.
        service: Where they go.
        settings: Budget, prices.
        limits: Of one batch.

    Attributes:
        ledger: As given.
        service: As given.
        problem: Why nothing more can be sent, or None; what was sent before is still fetched.
        full: Why nothing more can be sent before another batch has ended, or None.
        short: Why the budget lets no more be sent at present, or "".
    """

    def __init__(self, ledger: Ledger, service: BatchService, settings: Settings, limits: Limits) -> None:
        self.problem: FactcheckError | None = None
        self.full: FactcheckError | None = None
        self.short = ""
        self.ledger = ledger
        self.service = service
        self._settings = settings
        self._limits = limits
        self._drafts: dict[tuple[str, Capabilities], Draft] = {}
        self._flying: dict[str, int] = {}  # by key, the batch; 0 where it is not sent yet
        self._spent = 0.0

    def recover(self, *, begin: bool) -> None:
        """Finish what a killed run began: find its file and its batch again.

        Args:
            begin: Whether a batch whose file is there may be begun now.

        Raises:
            EndpointError: A batch runs at another address, or it cannot be found out.
        """
        for entry in self.ledger.open():
            if entry.endpoint != self.service.endpoint.public:
                raise EndpointError(
                    f"the job has a batch at {entry.endpoint}, not at {self.service.endpoint.public}",
                    hint="Set OPENAI_BASE_URL and the key as they were, or begin anew with --restart.",
                )
            if entry.state == "uploading":
                entry = self._find_file(entry)
            if entry.state == "uploaded":
                entry = self._find_batch(entry, begin)
            if entry.open:
                self._flying.update((sent.key, entry.number) for sent in entry.requests.values())

    def has_room(self) -> bool:
        """Whether another question may be sent."""
        running = [entry for entry in self.ledger.open() if entry.batch]
        return self.problem is None and self.full is None and not self.short and len(running) < self._limits.open

    def flight(self, key: str) -> int | None:
        """Return the number of the batch that a request is on its way in (0: the next one), or None."""
        return self._flying.get(key)

    def add(self, request: Request, subject: str, held: Replies) -> bool:
        """Put a request into the next batch; False where there is no room for it now.

        Raises:
            UsageError: There is a budget, and the price is not known.
        """
        cost = self._cost(request)
        if self.problem is not None or cost is None:
            return False
        line = write_line(request, self.service.path)
        name = (request.model, request.asked)
        draft = self._drafts.get(name)
        if draft is not None and not draft.fits(line, self._limits):
            self._send(self._drafts.pop(name))
            draft = None
            if not self.has_room():
                return False
        if draft is None:
            draft = self._drafts[name] = Draft(*name)
        earlier = held.get(request.key)
        sent = Sent(subject, request.key, 1 if earlier is None else earlier.attempt + 1)
        draft.add(custom_id(request), sent, line, cost, held)
        self._flying[request.key] = 0
        return True

    def flush(self) -> None:
        """Send what was put in, full or not."""
        while self._drafts and self.problem is None:
            self._send(self._drafts.pop(next(iter(self._drafts))))

    def land(self, entry: Entry, sent: Sent, posted: Posted | None) -> None:
        """Count what a reply cost; its request may be sent again."""
        del self._flying[sent.key]
        if posted is not None:
            self._spent += BATCH_SHARE * (self._facts(entry.model).cost(*count_tokens(posted.body)) or 0.0)

    def close(self, entry: Entry, standing: Standing, carried: Mapping[str, Replies], seen: set[str]) -> None:
        """Note that a batch was read, and delete its files at the server.

        Questions that were not among this run's tasks stay in it: they are kept already, or left out for now.
        """
        rest = {id: sent for id, sent in entry.requests.items() if sent.subject not in seen}
        reserved = entry.reserved_usd * len(rest) / max(len(entry.requests), 1)
        self.short, self.full = "", None
        self.ledger.keep(
            replace(
                entry,
                state="created" if rest else "read",
                requests=rest if rest else entry.requests,
                carried=carried,
                held={subject: held for subject, held in entry.held.items() if subject not in seen},
                reserved_usd=reserved,
            )
        )
        if not rest:
            for file in (entry.file, *standing.files):
                self.service.delete_file(file)

    def refuse(self, entry: Entry, standing: Standing) -> None:
        """Note that the server refused a batch, and why."""
        self.drop(entry, "refused")
        self.service.delete_file(entry.file)
        order = list(entry.requests)
        shown = []
        for found in standing.errors[:MOST_SHOWN]:
            inside = found.line is not None and 1 <= found.line <= len(order)
            where = f"line {found.line}" + (f" ({order[(found.line or 1) - 1]})" if inside else "")
            shown.append(f"{where}: {found.message}" if found.line is not None else found.message)
        more = len(standing.errors) - len(shown)
        said = "; ".join(shown) + (f"; and {more:,} more" if more > 0 else "")
        error = EndpointError(
            f"{self.service.endpoint.public} refused the batch {standing.id}: {said or 'no reason given'}",
            hint="Wait until other batches have ended, or ask fewer questions with --limit."
            if standing.is_too_much
            else "Check the setting model; --limit 1 without --provider-batch shows how the server takes one question.",
            retryable=standing.is_too_much,
        )
        if standing.is_too_much:
            self.full = error  # it is sent again when another batch has ended
        else:
            self.problem = error

    def drop(self, entry: Entry, state: Literal["lost", "refused"] = "lost") -> Entry:
        """Note that nothing will come of a batch."""
        for sent in entry.requests.values():
            self._flying.pop(sent.key, None)
        carried = {**entry.held, **entry.carried}
        return self.ledger.keep(replace(entry, state=state, reserved_usd=0.0, carried=carried, requests={}))

    def _send(self, draft: Draft) -> None:
        """Upload a draft and begin its batch; a failure is the outbox's problem, nothing is lost."""
        entry = self.ledger.keep(
            Entry(
                number=len(self.ledger.entries) + 1,
                state="uploading",
                endpoint=self.service.endpoint.public,
                model=draft.model,
                asked=draft.asked,
                size=draft.size,
                reserved_usd=draft.reserved_usd,
                requests=draft.requests,
                held=draft.held,
            )
        )
        self._flying.update((sent.key, entry.number) for sent in entry.requests.values())
        try:
            file = self.service.upload(self.ledger.name(entry.number), draft.stream)
            entry = self.ledger.keep(replace(entry, state="uploaded", file=file))
            self._begin(entry)
        except EndpointError as error:
            self.problem = error
            entry = self.ledger.entries[entry.number]
            if not error.retryable:
                if entry.file:
                    self.service.delete_file(entry.file)
                self.drop(entry)
        finally:
            draft.stream.close()

    def _begin(self, entry: Entry) -> Entry:
        begun = self.service.create(entry.file, self.ledger.marks(entry.number))
        log.info("batch %s: %d requests", begun.id, len(entry.requests))
        return self.ledger.keep(replace(entry, state="created", batch=begun.id))

    def _find_file(self, entry: Entry) -> Entry:
        found = self.service.find_file(self.ledger.name(entry.number))
        if found is not None and found[1] == entry.size:
            return self.ledger.keep(replace(entry, state="uploaded", file=found[0]))
        if found is not None:
            self.service.delete_file(found[0])
        return self.drop(entry)

    def _find_batch(self, entry: Entry, begin: bool) -> Entry:
        found = self.service.find(entry.file, self.ledger.marks(entry.number))
        if found is not None:
            return self.ledger.keep(replace(entry, state="created", batch=found.id))
        if begin:
            try:
                return self._begin(entry)
            except EndpointError as error:
                if error.retryable:
                    raise
        self.service.delete_file(entry.file)
        return self.drop(entry)

    def _cost(self, request: Request) -> float | None:
        """Return what a request costs at most, or None where that is more than is left."""
        limit = self._settings.budget_usd
        if limit <= 0:
            return (request.cost_usd or 0.0) * BATCH_SHARE
        if request.cost_usd is None:
            raise UsageError(
                f"the price of {request.model} is not known, so a budget cannot be kept",
                hint="Add its price to a models_file, or leave --budget-usd out.",
            )
        dearest = request.cost_usd * BATCH_SHARE
        reserved = sum(entry.reserved_usd for entry in self.ledger.open())
        reserved += sum(draft.reserved_usd for draft in self._drafts.values())
        left = limit - self._spent - reserved
        if dearest > left:
            self.short = f"the next question may cost {dearest:.6f} USD, and {max(left, 0.0):.6f} are left"
            return None
        return dearest

    def _facts(self, model: str) -> ModelFacts:
        return look_up(model, file=self._settings.models_file, context=self._settings.context)
