"""Write the records of a job as the file that `factcheck batch` makes, in any of its formats."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from factcheck.batch.asking import carry
from factcheck.batch.inputs import Item, Items
from factcheck.batch.outputs import open_output


class Finished(Protocol):
    """An input and its record as it was answered."""

    @property
    def item(self) -> Item:
        """The input."""

    @property
    def record(self) -> dict[str, Any]:
        """An answer or check record."""


def write_finished(finished: Iterable[Finished], items: Items, target: Path, *, format: str) -> None:
    """Write what is finished, in the order in which it comes.

    Args:
        finished: Inputs with their records.
        items: All inputs, whose columns come first in a table.
        target: File to write; what has its name stays until the new one is whole.
        format: "jsonl", "csv", "tsv" or "xlsx".

    Raises:
        FactcheckError: It cannot be written, or holds more rows than the format takes.
    """
    # The columns of JSON lines are known only when all of them were read.
    columns = () if format == "jsonl" else items.columns
    with open_output(str(target), columns=columns, format=format) as writer:
        for each in finished:
            writer.write(carry(each.item, each.record))
