"""Fuzz every parser with coverage as a guide (atheris): seeds and invariants are those of the property tests.

    pip install atheris            (not a dependency of the project; Linux and macOS)
    python benchmarks/fuzz.py                        list the parsers
    python benchmarks/fuzz.py reply 120              fuzz one for 120 seconds, in a process of its own
    python benchmarks/fuzz.py all 60 --keep corpus/  fuzz each for 60 seconds, and keep what was found

Each parser prints one row: executions, inputs that reached something new, peak memory, findings. An input that
breaks an invariant, takes longer than 20 seconds or more than 2 GB is written to the folder of findings, and the
command ends with 1. Run it again on one input: python benchmarks/fuzz.py reply --once FILE
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1] / "tests"
INSTRUMENTED = ("factcheck", "pypdf", "docx", "openpyxl", "trafilatura")
SLOWEST, MOST_MEGABYTES = 20, 2048


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("parser", nargs="?")
    options.add_argument("seconds", nargs="?", type=int, default=60)
    options.add_argument("--keep", type=Path, help="folder of inputs and findings")
    options.add_argument("--once", type=Path, help="run one input and stop")
    options.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = options.parse_args()
    sys.path.insert(0, str(TESTS))
    if given.inside:
        fuzz(given.parser, given.seconds, given.keep)
    from stranger_seeds import seeds_of
    from strangers import PARSERS

    if given.parser is None:
        print("\n".join(PARSERS))
        return 0
    if given.once:
        with tempfile.TemporaryDirectory() as scratch:
            print(PARSERS[given.parser](given.once.read_bytes(), Path(scratch)))
        return 0
    names = list(PARSERS) if given.parser == "all" else [given.parser]
    keep = given.keep or Path(tempfile.mkdtemp(prefix="factcheck-fuzz-"))
    print(f"kept in {keep}\n\n| parser | executions | new | peak MB | findings |\n|---|--:|--:|--:|--:|", flush=True)
    findings = 0
    for name in names:
        folder = keep / name
        (folder / "inputs").mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate(seeds_of(name)):
            (folder / "inputs" / f"seed{number}").write_bytes(seed)
        findings += report(name, given.seconds, folder)
    return 1 if findings else 0


def report(name: str, seconds: int, folder: Path) -> int:
    """Fuzz in a process of its own, print its row and return how many findings there are."""
    command = [sys.executable, __file__, name, str(seconds), "--keep", str(folder), "--inside"]
    log = folder / "log.txt"
    with log.open("w") as told:
        subprocess.run(command, stdout=told, stderr=subprocess.STDOUT, check=False)
    text = log.read_text("utf-8", "replace")
    found = list(folder.glob("finding-*"))
    done, new, peak = (
        (re.findall(pattern, text) or ["?"])[-1]
        for pattern in (r"(?m)^#(\d+)\s", r"new_units_added:\s*(\d+)", r"rss: (\d+)Mb")
    )
    print(f"| {name} | {done} | {new} | {peak} | {len(found)} |", flush=True)
    return len(found)


def fuzz(name: str, seconds: int, folder: Path) -> None:
    """Fuzz one parser until the time is up; the process ends here."""
    import atheris

    with atheris.instrument_imports(include=list(INSTRUMENTED)):
        from strangers import PARSERS
    from stranger_seeds import PAYLOADS

    words = folder / "words.dict"
    escaped = ("".join(f"\\x{byte:02x}" for byte in piece) for piece in PAYLOADS if 0 < len(piece) <= 64)
    words.write_text("".join(f'"{piece}"\n' for piece in escaped), "ascii")
    scratch = Path(tempfile.mkdtemp(prefix="factcheck-fuzz-"))
    limits = (f"-max_total_time={seconds}", f"-timeout={SLOWEST}", f"-rss_limit_mb={MOST_MEGABYTES}")
    flags = (*limits, "-max_len=20000", "-print_final_stats=1", f"-dict={words}", f"-artifact_prefix={folder}/finding-")
    atheris.Setup([sys.argv[0], *flags, str(folder / "inputs")], lambda data: _call(PARSERS[name], data, scratch))
    atheris.Fuzz()


def _call(parse, data, scratch):
    parse(data, scratch)


if __name__ == "__main__":
    sys.exit(main())
