"""`python -m scripts.failures` writes docs/failures.md; with `check` it says what is wrong there.

The cases stand in tests/sync/faults/catalogue.toml. A case is proven by the tests that bear
its number, wherever they are: `test_f57_it_…`, or `test_f10_f11_it_…` for two of them.
"""

import re
import sys
import tomllib

from scripts import proofs

CASES = proofs.ROOT / "tests" / "sync" / "faults" / "catalogue.toml"
TABLE = proofs.ROOT / "docs" / "failures.md"
NUMBERS = re.compile(r"test_((?:f\d+b?_)+)")
HEAD = """# What can go wrong, and what Fio does then

Written by `python -m scripts.failures` from `tests/sync/faults/catalogue.toml` and the names
of the tests; `make check` refuses a case without a proof and a proof without its test. Run
one case by its number, for example `.venv/bin/python -m pytest -k f57_`.

{counts}

"""
COLUMNS = "| Case | What happens | What Fio does | Proof |\n|---|---|---|---|\n"


def main() -> int:
    """Returns 1 when `check` finds a case without an answer or a table out of date."""
    written, wrong = page(), missing()
    if sys.argv[1:] == ["check"]:
        if not TABLE.exists() or TABLE.read_text() != written:
            wrong.append("docs/failures.md is out of date: run python -m scripts.failures")
    else:
        TABLE.write_text(written)
    for line in wrong:
        print(line)
    return 1 if wrong else 0


def cases() -> list[dict[str, str]]:
    """The catalogue in its order: number, group, case, answer, and whose it is if not ours yet."""
    found: list[dict[str, str]] = tomllib.loads(CASES.read_text())["case"]
    return found


def proven() -> dict[str, list[str]]:
    """The names of the tests by the number of their case."""
    found: dict[str, list[str]] = {}
    for name in sorted(proofs.tests()):
        match = NUMBERS.match(name)
        for number in match[1].split("_")[:-1] if match else []:
            found.setdefault(number[1:].lstrip("0"), []).append(name)
    return found


def missing() -> list[str]:
    """Cases with neither a test nor a reason, and tests of cases that are not in the book."""
    tests, numbers = proven(), {case["number"] for case in cases()}
    bare = [c["number"] for c in cases() if c["number"] not in tests and not c.get("open")]
    strange = sorted(set(tests) - numbers)
    return [f"case {n} has no test" for n in bare] + [f"there is no case {n}" for n in strange]


def page() -> str:
    """The document."""
    tests, rows, group = proven(), [], ""
    for case in cases():
        if case["group"] != group:
            group = case["group"]
            rows.append(f"\n## {group}\n\n{COLUMNS}")
        proof = [f"`{name}`" for name in tests.get(case["number"], [])]
        if case.get("open"):
            proof.append(f"open: {case['open']}")
        cells = [case["number"], case["case"], case["answer"], "<br>".join(proof)]
        rows.append(f"| {' | '.join(cells)} |\n")
    return HEAD.format(counts=_counts(tests)) + "".join(rows).lstrip("\n")


def _counts(tests: dict[str, list[str]]) -> str:
    every = cases()
    closed = [case for case in every if not case.get("open")]
    count = len({name for names in tests.values() for name in names})
    return (
        f"{len(every)} cases: {len(closed)} proven, {len(every) - len(closed)} open because they"
        f" belong to a provider or a part that is not there yet; {count} tests."
    )


if __name__ == "__main__":
    sys.exit(main())
