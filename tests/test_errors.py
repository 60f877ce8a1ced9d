from __future__ import annotations

import inspect
import re

import pytest

from factcheck import errors
from factcheck.errors import FactcheckError, UsageError

CLASSES = [
    value
    for value in vars(errors).values()
    if inspect.isclass(value) and issubclass(value, FactcheckError) and value is not FactcheckError
]


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn = set(re.findall(r"── (\w+)", errors.__doc__ or ""))
    assert drawn == {cls.__name__ for cls in CLASSES}


@pytest.mark.parametrize("cls", CLASSES)
def test_the_exit_code_is_one_of_the_contract(cls: type[FactcheckError]) -> None:
    drawn = re.search(rf"── {cls.__name__}\s+\((\d)\)", errors.__doc__ or "")
    assert cls.exit_code == (2 if issubclass(cls, UsageError) else cls.exit_code)
    assert cls.exit_code in {1, 2}
    if drawn:
        assert cls.exit_code == int(drawn[1])


@pytest.mark.parametrize("cls", CLASSES)
def test_an_error_carries_what_to_do_next(cls: type[FactcheckError]) -> None:
    error = cls("it broke", hint="mend it", retryable=True)
    assert (str(error), error.message, error.hint, error.retryable) == (
        "it broke",
        "it broke",
        "mend it",
        True,
    )
