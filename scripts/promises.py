"""`python -m scripts.promises write` makes docs/security.md of docs/security.toml.

`check` says whether the page is up to date, and whether docs/asvs.csv answers each requirement
once and names a proof for each "yes". That the named tests exist is what `scripts.proofs` sees to.
"""

import csv
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SOURCE, PAGE, ANSWERS = (ROOT / "docs" / f"{name}" for name in
                         ("security.toml", "security.md", "asvs.csv"))  # fmt: skip
COLUMNS = ["id", "asks", "answer", "proof", "remark"]
FIRST_LEVEL = 70
HEAD = """# What Fio promises, and what shows it

Made by `python -m scripts.promises write` of `docs/security.toml`. The letters stand for tenancy,
hostile mail, servers and sites, access, and reliability. A test runs with `make test`, or alone:
`.venv/bin/python -m pytest tests/…::name`. Commands take longer and are run when there is time.
What OWASP's ASVS 5.0 asks at its first level is answered in `docs/asvs.csv`.

| | promise | shown by |
|---|---|---|
"""


def main() -> int:
    """Returns 1 when `check` finds something wrong."""
    if sys.argv[1:] == ["write"]:
        PAGE.write_text(page())
        return 0
    faults = [] if PAGE.read_text() == page() else [f"{PAGE.name} is not what {SOURCE.name} says"]
    faults += list(unanswered(list(csv.DictReader(ANSWERS.open(newline="")))))
    print("\n".join(faults) or "Promises and answers are complete.")
    return 1 if faults else 0


def page() -> str:
    """The table; a test stands by its name, the file it is in before the first of each."""
    told: dict[str, dict[str, Any]] = tomllib.loads(SOURCE.read_text())
    return HEAD + "".join(f"| {name} | {_promise(each)} |\n" for name, each in told.items())


def _promise(told: dict[str, Any]) -> str:
    shown = [*map(_linked, told["proofs"]), *(f"`{each}`" for each in told.get("commands", []))]
    rest = f" *Open: {told['open']}*" if "open" in told else ""
    return f"{told['says']}{rest} | {'<br>'.join(shown) or 'nothing yet'}"


def _linked(proof: str) -> str:
    file, _colons, name = proof.partition("::")
    return f"`{file}::{name}`"


def unanswered(rows: list[dict[str, str]]) -> list[str]:
    """What is wrong with the answers, a sentence each."""
    faults = []
    if len({row["id"] for row in rows}) != FIRST_LEVEL or len(rows) != FIRST_LEVEL:
        faults.append(f"{ANSWERS.name} has {len(rows)} rows, not {FIRST_LEVEL} different ones")
    settings = (ROOT / "crm" / "config" / "settings.py").read_text()
    for row in rows:
        if list(row) != COLUMNS or row["answer"] not in ("yes", "no", "n.a."):
            faults.append(f"{row['id']}: no answer")
        elif row["answer"] == "yes" and not row["proof"]:
            faults.append(f"{row['id']}: yes, and nothing shows it")
        elif row["answer"] != "yes" and not row["remark"]:
            faults.append(f"{row['id']}: {row['answer']}, and nobody says why")
        for kind, name in re.findall(r"(setting|file):(\S+)", row["proof"]):
            there = f"\n{name} = " in settings or f"\n{name}: " in settings
            if not (there if kind == "setting" else (ROOT / name).exists()):
                faults.append(f"{row['id']}: there is no {kind} {name}")
    return faults


if __name__ == "__main__":
    sys.exit(main())
