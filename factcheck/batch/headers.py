"""What the answers of a job depend on, as names and values that a message can hold."""

from __future__ import annotations

from factcheck import __version__
from factcheck.batch.tasks import Asking


def describe_job(asking: Asking, fingerprint: str) -> dict[str, str]:
    """Return the header of a job; see `Jobs.open`.

    Args:
        asking: How every item is asked.
        fingerprint: Of the index.

    Raises:
        UsageError: The engine is not known, none alone, or no endpoint is configured for it.
    """
    from factcheck.answering.engines import choose_engine

    settings = asking.settings
    engine = choose_engine(asking.engine or settings.engine)
    who = _describe_endpoint(asking) if engine == "openai" else _describe_packaged()
    named = {"engine", "model"}
    values = {name: value for name, value in settings.shaping().items() if name not in named}
    header = {
        "engine": engine,
        **who,
        "index": fingerprint,
        "files (--file)": asking.files or "",
        "date (--as-of)": asking.as_of or "",
        **({"date (--since)": asking.since} if asking.since else {}),
        **({"outlets (--outlet)": ", ".join(asking.outlets)} if asking.outlets else {}),
        "version of factcheck": __version__,
        **{f"setting {name}": _word(value) for name, value in values.items()},
    }
    # A file name need not be text everywhere.
    return {name: value.encode("utf-8", "backslashreplace").decode() for name, value in header.items()}


def _describe_endpoint(asking: Asking) -> dict[str, str]:
    from factcheck.models.endpoint import find_endpoint
    from factcheck.prompts import PLACEHOLDERS, load_prompt

    settings, endpoint = asking.settings, find_endpoint()
    # rewrite.md needs a conversation, and grade.md comes after the answers.
    unused = {"rewrite.md", "grade.md", *([] if settings.judge else ["judge.md"])}
    names = [name for name in PLACEHOLDERS if name not in unused]
    return {
        "model": settings.model,
        "endpoint": endpoint.public if endpoint is not None else "",
        **{f"prompt {name}": load_prompt(name).sha256 for name in names},
    }


def _describe_packaged() -> dict[str, str]:
    from factcheck.models.parser import find_model

    return {"model": find_model().name}


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)
