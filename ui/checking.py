"""Check a claim or a draft beside the page's script, and keep what came of it.

text or file → read → Work (a thread) → kept on the visitor's disk, sentence by sentence on the page
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from factcheck.errors import UsageError
from factcheck.filters import Within
from ui.sessions.kept_checks import About, delete_check, keep_check, make_id
from ui.work import Stopped, Work, Works, explain_failure

if TYPE_CHECKING:
    from factcheck.drafts.reading import Draft
    from factcheck.drafts.record import CheckedSentence, DraftRecord
    from factcheck.pipeline import Corpus

KIND = "check"
LONGEST_TITLE = 90
PASTED = "Pasted text"
_MARKS = re.compile(r"^[\s#>*_+-]+|[*_`]{1,3}")


@dataclass(slots=True)
class Checking:
    """A check that is going on; written by its thread, read by pages.

    Attributes:
        about: What is known of it.
        source: The draft.
        sentences: Those that are done.
    """

    about: About
    source: str
    sentences: list[CheckedSentence] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be checked.

    Attributes:
        about: What is known of it.
        draft: As read.
        known: Sentences that are done from an earlier run.
    """

    about: About
    draft: Draft
    known: Sequence[CheckedSentence] = ()


def read_task(text: str, upload: tuple[str, bytes] | None, within: Within) -> Task:
    """Read what a visitor wants checked, and tell a claim from a draft.

    Args:
        text: Typed or pasted.
        upload: Name and bytes of a file, or None.
        within: How the search is restricted.

    Raises:
        FactcheckError: There is nothing to check, or it cannot be read.
    """
    from factcheck.drafts.markdown import is_markdown
    from factcheck.drafts.reading import read_draft
    from factcheck.drafts.sentences import is_one_claim

    if upload is not None and text.strip():
        raise UsageError("there is a text and a file", hint="Check one at a time: empty the box, or remove the file.")
    if upload is not None:
        name = _shorten(PurePath(upload[0].replace("\\", "/")).name, LONGEST_TITLE)
        draft = read_draft(upload[1], name)
        return Task(About(make_id(), "draft", draft.name, within=dict(within)), draft)
    if not text.strip():
        raise UsageError("there is nothing to check yet", hint="Write a claim, paste a draft or choose a file.")
    draft = read_draft(text, f"{PASTED}.md" if is_markdown(text) else f"{PASTED}.txt")
    kind = "claim" if is_one_claim(draft) else "draft"
    return Task(About(make_id(), kind, _title(text), within=dict(within)), replace(draft, name=PASTED))


def read_task_again(about: About, record: DraftRecord) -> Task:
    """Return what goes on with a check: what is done stays, what failed or was not reached is done again."""
    from factcheck.drafts.reading import read_draft

    draft = read_draft(record.source, f"again.{record.format}" if record.format == "md" else "again.txt")
    draft = replace(draft, name=record.name, format=record.format, sha256=record.sha256)
    return Task(replace(about, state="running", failure=None), draft, record.sentences)


def start_check(works: Works, owner: str, folder: Path, corpus: Corpus, task: Task) -> Work:
    """Begin a check; it is kept in `folder` from the start, and goes on whether or not a page looks at it.

    Raises:
        UsageError: The visitor has too much running already.
    """
    from factcheck.drafts.record import DraftRecord

    empty = DraftRecord(task.draft.name, task.draft.format, task.draft.source, task.draft.sha256, (), _nowhere())
    keep_check(folder, task.about, replace(empty, sentences=tuple(task.known)))
    try:
        return works.start(owner, KIND, task.about.title, lambda work: _run(work, folder, corpus, task, empty))
    except UsageError:
        if not task.known:  # nothing was begun
            delete_check(folder, task.about.id)
        raise


def find_running(works: Works, owner: str, id: str | None = None) -> Work | None:
    """Return a visitor's check that is going on: the newest, or the one of this id."""
    for work in works.of(owner, KIND):
        going = work.partial
        if work.state == "running" and isinstance(going, Checking) and id in (None, going.about.id):
            return work
    return None


def _run(work: Work, folder: Path, corpus: Corpus, task: Task, empty: DraftRecord) -> DraftRecord:
    going = Checking(task.about, task.draft.source)
    work.partial = going
    try:
        record = _check(work, going, corpus, task)
    except Stopped:
        _keep(folder, going, work, empty, task.known, state="stopped")
        raise
    except Exception as error:
        _keep(folder, going, work, empty, task.known, state="failed", failure=explain_failure("check", error))
        raise
    keep_check(folder, replace(task.about, state="done", total=len(record.sentences)), record)
    return record


def _check(work: Work, going: Checking, corpus: Corpus, task: Task) -> DraftRecord:
    from factcheck.drafts.marking import DraftRun
    from factcheck.drafts.reviewing import as_draft

    within: Any = dict(task.about.within)
    if task.about.kind == "claim":
        work.advance("reading the articles", 0, 0)
        record = as_draft(corpus.check(task.draft.source.strip(), id=task.about.id[:12], **within))
        work.advance("done", 1, 1)
        return record
    work.advance("reading the draft", 0, 0)
    run = DraftRun(known=task.known, tell=going.sentences.append)
    return corpus.mark_draft(
        task.draft, advance=lambda done, total: work.advance("sentences checked", done, total), run=run, **within
    )


def _keep(
    folder: Path, going: Checking, work: Work, empty: DraftRecord, known: Sequence[CheckedSentence], **changes: Any
) -> None:
    """Keep what there is of a check that did not come to its end: this run's, and what it had not come back to."""
    told = {each.number for each in going.sentences}
    kept = replace(empty, sentences=(*going.sentences, *(each for each in known if each.number not in told)))
    if (check := next((each.check for each in kept.sentences if each.check is not None), None)) is not None:
        kept = replace(kept, provenance=check.provenance)
    keep_check(folder, replace(going.about, total=work.total, **changes), kept)


def _nowhere() -> Any:
    from factcheck import __version__
    from factcheck.types import Provenance

    return Provenance("", "", {}, __version__)


def _title(text: str) -> str:
    line = next(line for line in text.splitlines() if any(char.isalnum() for char in line))
    return _shorten(_MARKS.sub("", line).strip(), LONGEST_TITLE)


def _shorten(text: str, most: int) -> str:
    """Shorten a text at its start's end; a file's suffix, which tells its format, stays."""
    if len(text) <= most:
        return text
    suffix = PurePath(text).suffix if len(PurePath(text).suffix) <= 10 else ""
    return f"{text[: most - len(suffix) - 1]}…{suffix}"
