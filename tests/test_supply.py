"""What factcheck is made of is written down, and nothing is in it whose licence does not fit."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

import pytest
from places import ROOT

sys.path.insert(0, str(ROOT / "release"))

import supply
from locked import Package, read_licence, read_locks

FIT = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC-BY-SA-4.0", "CC0-1.0", "CNRI-Python", "ISC", "MIT",
    "MIT-0", "MIT-CMU", "MPL-1.1", "MPL-2.0", "PSF-2.0", "Zlib",
}  # fmt: skip
LISTED = (ROOT / "LICENCES.md").read_text("utf-8")
BOM: dict[str, Any] = json.loads((ROOT / "sbom.cdx.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def packages() -> list[Package]:
    return read_locks()


def is_fit(licence: str) -> bool:
    """Whether one may keep to an SPDX expression with licences that are fit."""
    inner = re.search(r"\(([^()]*)\)", licence)
    if inner:
        return is_fit(licence.replace(inner[0], "MIT" if is_fit(inner[1]) else "none"))
    if " OR " in licence:
        return any(map(is_fit, licence.split(" OR ")))
    return all(part in FIT for part in licence.split(" AND "))


@pytest.mark.parametrize(
    ("licence", "fit"),
    [("MIT", True), ("", False), ("GPL-3.0-only", False), ("GPL-3.0-only OR MIT", True),
     ("MIT AND GPL-3.0-only", False), ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
     ("MIT AND (GPL-2.0-only OR AGPL-3.0-only)", False)],
)  # fmt: skip
def test_an_expression_is_read(licence: str, fit: bool) -> None:
    assert is_fit(licence) is fit


def test_every_locked_package_is_listed_with_a_licence_that_fits(packages: list[Package]) -> None:
    rows = dict(re.findall(r"^\| (\S+ \| \S+) \| (.+) \|$", LISTED, re.M))
    named = {f"{package.name} | {package.version}" for package in packages}
    assert named <= rows.keys(), "run make licences"
    assert not [row for row in named if not is_fit(rows[row])]
    # What other systems and other Pythons need is not installed here.
    stated = {f"{package.name} | {package.version}": package.licence for package in packages if package.licence}
    assert len(stated) > 150 and stated.items() <= rows.items()


def test_a_package_that_states_no_licence_is_told_from_one_that_does() -> None:
    assert read_licence("no-such-package-here") == ""
    assert read_licence("pytest") == "MIT"


def test_the_bill_of_materials_is_that_of_the_locks_and_models(packages: list[Package]) -> None:
    refs = [component["bom-ref"] for component in BOM["components"]]
    models = supply.read_models()
    expected = [f"pkg:pypi/{package.name}@{package.version}" for package in packages]
    expected += [f"model:{model.package}/{model.file}" for model in models]
    assert refs == expected and len(set(refs)) == len(refs)
    hashes = {item["hashes"][0]["content"] for item in BOM["components"] if item["type"] == "machine-learning-model"}
    assert hashes == {model.sha256 for model in models}
    assert {ref for item in BOM["dependencies"] for ref in item.get("dependsOn", ())} <= set(refs)
    assert all(is_fit(component["licenses"][0]["expression"]) for component in BOM["components"])


def test_both_files_are_the_same_whenever_they_are_written(packages: list[Package]) -> None:
    models = supply.read_models()
    assert supply.describe_bom(packages, models) == supply.describe_bom(packages, models)
    if all(package.licence for package in packages):  # as where they were written
        assert supply.describe_licences(packages, models) == LISTED
        assert json.loads(supply.describe_bom(packages, models)) == BOM
