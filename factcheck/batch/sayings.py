"""The utterances of a comparison as a table that spreadsheet programs open."""

from __future__ import annotations

import csv
import io

from factcheck.batch.cells import guard
from factcheck.comparing.records import CompareRecord

COLUMNS = (
    "speaker", "named_as", "kind", "verb", "words", "sentence", "file", "line", "title", "outlet", "date", "origin",
    "via",
)  # fmt: skip
# Without it Excel reads UTF-8 as something else.
_MARK = "\ufeff"


def tabulate_sayings(record: CompareRecord) -> str:
    """Return one row for each utterance, by speaker, as CSV; no cell can run as a formula."""
    citations = {citation.id: citation for citation in record.citations}
    files = {file.file: file for file in record.files}
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(COLUMNS)
    for voice in record.people:
        for saying in voice.sayings:
            cited = citations[saying.citation]
            file = files[cited.file]
            parts = [cited.quote[start - cited.start : end - cited.start] for start, end in saying.content]
            row = (
                voice.name, cited.speaker, saying.kind, saying.cue, " … ".join(part for part in parts if part.strip()),
                cited.quote, cited.file, str(cited.line), file.title, file.outlet, file.date, file.origin,
                ", ".join(saying.chain) or cited.via,
            )  # fmt: skip
            table.writerow([guard(cell or "") for cell in row])
    return _MARK + out.getvalue()
