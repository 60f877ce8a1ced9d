"""`python -m benchmarks`: every measurement in its small form, one after the other.

Each module has a form of its own with larger numbers: `python benchmarks/index.py --help`.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
GOLDEN = (("golden/questions.jsonl", "seeds"), ("golden/news.jsonl", "tests/data/news"))
RUNS = (
    ("questions.py", "--articles", "200"),
    ("index.py", "--articles", "100"),
)


def evaluate(golden: str, folder: str) -> bool:
    print(f"\n== factcheck eval {golden}, over {folder}", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        index = ("--index", f"{scratch}/index")
        for command in (("index", folder), ("eval", golden, "-o", f"{scratch}/run", "--engine", "embedded")):
            if subprocess.run([sys.executable, "-m", "factcheck", *command, *index], cwd=HERE.parent).returncode:
                return False
    return True


def main() -> int:
    failed = sum(not evaluate(golden, folder) for golden, folder in GOLDEN)
    for script, *arguments in RUNS:
        print(f"\n== {script} {' '.join(arguments)}", flush=True)
        failed += subprocess.run([sys.executable, HERE / script, *arguments], cwd=HERE.parent).returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
