"""Runs the checks that are asked for and prints, or writes, a table each."""

import argparse
import importlib
import re
import sys
import time
from pathlib import Path

from bench.corpus import checks

# Some share the work: boxes are imported once for fields and threads as well
MODULES = {
    1: "boxes",
    2: "bounds",
    3: "boxes",
    4: "boxes",
    5: "bounces",
    6: "replies",
    7: "safety",
    8: "rendering",
    10: "contacts",
}
PREFACE = """# Other people's mail

Made by `make corpus CORPUS=/folder WRITE=docs/corpus.md`; the folder with the mail is no part of
this project. `CHECKS=5,6` runs some of the checks. A line whose bar is missed names every mail.

"""
SECTION = re.compile(r"^## (\d+)\. ", re.M)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pile", type=Path)
    parser.add_argument("--checks", default="1,2,3,4,5,6,7,8,10", help="numbers, as in 5,6")
    parser.add_argument("--box", action="append", help="only this box; may be repeated")
    parser.add_argument("--write", type=Path, help="keep the tables in this Markdown file")
    options = parser.parse_args()
    wanted = sorted({int(number) for number in options.checks.split(",")})
    found: list[checks.Check] = []
    for name in dict.fromkeys(MODULES[number] for number in wanted):
        began = time.monotonic()
        module = importlib.import_module(f"bench.corpus.{name}")
        made = [each for each in module.run(options.pile, options.box) if each.number in wanted]
        for check in made:
            print(checks.text(check, quoting=True), flush=True)
        print(f"({name}: {time.monotonic() - began:.0f} s)\n", flush=True)
        found += made
    if options.write:
        _write(options.write, found)
    failed = [str(check.number) for check in found if check.failed]
    print("Falling short: " + ", ".join(failed) if failed else "Everything held.")
    return 1 if failed else 0


def _write(path: Path, found: list[checks.Check]) -> None:
    """Put the sections just made in place of the old ones; the others stay."""
    kept = path.read_text() if path.exists() else ""
    starts = [*SECTION.finditer(kept)]
    ends = [*(match.start() for match in starts), len(kept)][1:]
    sections = {int(m[1]): kept[m.start() : end] for m, end in zip(starts, ends, strict=True)}
    sections |= {check.number: checks.text(check, quoting=False) for check in found}
    body = "\n".join(sections[number].rstrip() + "\n" for number in sorted(sections))
    path.write_text(PREFACE + body)


if __name__ == "__main__":
    sys.exit(main())
