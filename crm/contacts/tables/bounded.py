"""A file read in a process of its own: a bad one costs itself, never who waits beside it.

The bytes go in on standard input; out come lines of JSON: the heading and every row, or why not.
"""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer
from typing import IO

from crm.contacts.tables import kinds
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
    """The table of a file; raises Unreadable, also where it takes too long or too much."""
    with _reader(data, seconds) as lines:
        first = lines.readline()
        found = json.loads(first) if first else {"code": "too_large"}
        if isinstance(found, dict):
            raise Unreadable(**found)
        # One line at a time: what is said is never here twice
        return Table(found, [json.loads(line) for line in lines])


@contextmanager
def _reader(data: bytes, seconds: int) -> Iterator[IO[bytes]]:
    """What the other process says of these bytes; Unreadable where it does not end well."""
    command = [sys.executable, "-m", "crm.contacts.tables.bounded", str(seconds)]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env=SURROUNDINGS,
    ) as child:
        clock = Timer(PATIENCE, child.kill)
        clock.start()
        try:
            assert child.stdin is not None and child.stdout is not None
            # It may have ended already
            with suppress(BrokenPipeError):
                child.stdin.write(data)
                child.stdin.close()
            yield child.stdout
            if child.wait() != 0:
                raise Unreadable("too_large")
        except ValueError as error:
            # It was ended in the middle of a line
            raise Unreadable("too_large") from error
        finally:
            clock.cancel()
            child.kill()


def main(seconds: int) -> None:
    """Read standard input within bounds and say what is in it."""
    _confine(seconds)
    try:
        table = kinds.read(sys.stdin.buffer.read())
    except Unreadable as error:
        sys.stdout.write(json.dumps({"code": error.code, "line": error.line}))
        return
    for line in (table.heading, *table.rows):
        sys.stdout.write(json.dumps(line) + "\n")


def _confine(seconds: int) -> None:
    """Give up what reading never needs: more memory and time, files to write, core dumps."""
    resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    main(int(sys.argv[1]))
