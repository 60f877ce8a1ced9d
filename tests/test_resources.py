from __future__ import annotations

from pathlib import Path

import pytest
from places import ROOT

from factcheck import resources
from factcheck.errors import FactcheckError
from factcheck.resources import resource


def test_a_checkout_has_them_beside_the_package() -> None:
    assert resource("seeds") == ROOT / "seeds"
    assert resource("ui/app.py").is_file()


def test_a_wheel_has_them_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site-packages" / "factcheck"
    (package / "_bundled" / "seeds").mkdir(parents=True)
    (tmp_path / "site-packages" / "seeds").mkdir()
    monkeypatch.setattr(resources, "_PACKAGE", package)
    assert resource("seeds") == package / "_bundled" / "seeds"


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path)
    with pytest.raises(FactcheckError, match="prompts"):
        resource("prompts")
