"""`python -m benchmarks`: every measurement in its small form, one after the other.

Each module has a form of its own with larger numbers: `python benchmarks/index.py --help`.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
RUNS = (
    ("golden.py", "golden/questions.jsonl", "seeds"),
    ("golden.py", "golden/news.jsonl", "tests/data/news"),
    ("tutorial.py",),
    ("questions.py", "--articles", "200"),
    ("index.py", "--articles", "100"),
)


def main() -> int:
    failed = 0
    for script, *arguments in RUNS:
        print(f"\n== {script} {' '.join(arguments)}", flush=True)
        failed += subprocess.run([sys.executable, HERE / script, *arguments], cwd=HERE.parent).returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
