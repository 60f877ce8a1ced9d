from __future__ import annotations

import subprocess
import sys

import factcheck


def test_what_is_exported_is_listed_and_sorted() -> None:
    assert factcheck.__all__ == sorted(factcheck.__all__)
    for name in factcheck.__all__:
        assert getattr(factcheck, name) is not None


def test_corpus_is_the_one_of_the_pipeline() -> None:
    from factcheck.pipeline import Corpus

    assert factcheck.Corpus is Corpus


def test_an_unknown_name_is_an_attribute_error() -> None:
    try:
        factcheck.Corpsu  # type: ignore[attr-defined]  # noqa: B018
    except AttributeError as error:
        assert "Corpsu" in str(error)
    else:
        raise AssertionError("no error")


def test_importing_the_package_imports_nothing_else_of_it() -> None:
    code = "import sys, factcheck; print(*(n for n in sys.modules if n.startswith('factcheck')))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["factcheck"]
