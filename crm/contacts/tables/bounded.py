"""A workbook read in a process of its own: a bad one costs itself, never who waits beside it.

The bytes go in on standard input; out come lines of JSON: the heading and every row, or why not.
"""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

from crm.contacts.tables import workbook
from crm.contacts.tables.table import Table, Unreadable

# Of the processor, and of the clock: less than an import is held for
SECONDS, PATIENCE = 140, 170
ROOM = 2 * 1024 * 1024 * 1024
ROOT = Path(__file__).resolve().parents[3]
SURROUNDINGS = {
    "PATH": os.defpath,
    "PYTHONPATH": str(ROOT),
    "LANG": "C.UTF-8",
    # lxml would let entities pass unsaid; without it all parsing is defusedxml's
    "OPENPYXL_LXML": "False",
    "OPENPYXL_DEFUSEDXML": "True",
}


def read(data: bytes, *, seconds: int = SECONDS) -> Table:
    """The table of an .xlsx file; raises Unreadable, also where it takes too long or too much."""
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "crm.contacts.tables.bounded", str(seconds)],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=True,
            cwd=ROOT,
            env=SURROUNDINGS,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise Unreadable("too_large") from error
    first, *rest = ended.stdout.splitlines()
    found = json.loads(first)
    if isinstance(found, str):
        raise Unreadable(found)
    return Table(found, [json.loads(line) for line in rest])


def main(seconds: int) -> None:
    """Read standard input within bounds and say what is in it."""
    _confine(seconds)
    try:
        table = workbook.read(sys.stdin.buffer.read())
        said: list[object] = [table.heading, *table.rows]
    except Unreadable as error:
        said = [error.code]
    for line in said:
        sys.stdout.write(json.dumps(line) + "\n")


def _confine(seconds: int) -> None:
    """Give up what reading never needs: more memory and time, files to write, core dumps."""
    resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    main(int(sys.argv[1]))
