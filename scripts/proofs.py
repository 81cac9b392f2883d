"""`python -m scripts.proofs`: every test that a document names as a proof is there.

The documents are the tables under docs/ (Markdown and CSV). A proof is a test's name, alone
or behind its file: `test_f01_it_…` or `tests/sync/test_x.py::test_it_…`.
"""

import re
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEFINED = re.compile(r"^\s*(?:async )?def (test_\w+)\(", re.MULTILINE)
NAMED = re.compile(r"(?:(tests/[\w/]+\.py)::)?\b(test_[a-z]\w*)\b(?!\.py)")


def main() -> int:
    """Returns 1 when a document names a test that is not there."""
    known = tests()
    lost = [
        f"{path.relative_to(ROOT)}: {name}" for path in documents() for name in absent(path, known)
    ]
    for line in lost:
        print(f"{line} is no test")
    return 1 if lost else 0


def documents() -> list[Path]:
    """What may name tests."""
    return sorted([*(ROOT / "docs").glob("*.md"), *(ROOT / "docs").glob("*.csv")])


def tests() -> dict[str, list[str]]:
    """The files that define a test of each name."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for name in DEFINED.findall(path.read_text()):
            found[name].append(path.relative_to(ROOT).as_posix())
    return dict(found)


def absent(document: Path, known: dict[str, list[str]]) -> list[str]:
    """Tests a document names and nobody wrote, or not in the file it says."""
    lost = []
    for file, name in NAMED.findall(document.read_text()):
        places = known.get(name, [])
        if not places or (file and file not in places):
            lost.append(f"{file}::{name}" if file else name)
    return sorted(set(lost))


if __name__ == "__main__":
    sys.exit(main())
