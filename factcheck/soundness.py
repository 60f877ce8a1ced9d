"""Refuse a record that was read from a file and whose parts are not of the types that it declares.

A record on disk may have been changed by anybody. Types are checked where it is read, so that nothing behind
has to expect a list where a number belongs.
"""

from __future__ import annotations

from functools import cache
from typing import Any


def require_sound(record: object, **names: Any) -> None:
    """Check the types of all fields of a dataclass and of the dataclasses in it.

    Args:
        record: As it was read.
        **names: Types that its module imports for type checkers only.

    Raises:
        ValueError: A part is of another type; the message names the first.
    """
    from pydantic import ValidationError

    kind: Any = type(record)
    try:
        _model(kind, tuple(names.items()))(record=record)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"][1:])
        raise ValueError(f"{place}: {first['msg']}") from error


@cache
def _model(kind: type, names: tuple[tuple[str, Any], ...]) -> Any:
    from pydantic import ConfigDict, create_model  # takes a while, and most runs read no record

    config = ConfigDict(revalidate_instances="always", strict=True, allow_inf_nan=False)
    model = create_model("Sound", record=(kind, ...), __config__=config)
    model.model_rebuild(_types_namespace=dict(names))
    return model
