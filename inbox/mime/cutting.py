"""A file out of a mail, for whoever asks; what is packed inside another file is unpacked apart.

Packed files are what outsiders write to be unpacked by us: that happens in a process of its own,
with the limits of those that parse, so that no request of anybody else's waits for it.
"""

import os
import subprocess
import sys

from inbox.mime import parse, unpacked
from inbox.mime.worker import ROOT, confine

SECONDS = 10
# What the process says, instead of a file, where there is none
ABSENT = 3


class TooMuch(KeyError):
    """A file that cannot be unpacked within bounds."""


def part_bytes(raw: bytes, number: str) -> bytes:
    """Return the decoded bytes of a part; KeyError where there is none, TooMuch among them."""
    if unpacked.MARK not in number:
        return parse.part_bytes(raw, number)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "inbox.mime.cutting", number],
            input=raw,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={"PATH": os.defpath, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"},
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TooMuch(number) from error
    if done.returncode == ABSENT:
        raise KeyError(number)
    if done.returncode:
        raise TooMuch(number)
    return done.stdout


def main() -> None:
    """Read a mail from standard input and write the part named by the argument."""
    confine()
    raw = sys.stdin.buffer.read()
    try:
        data = parse.part_bytes(raw, sys.argv[1])
    except KeyError:
        sys.exit(ABSENT)
    sys.stdout.buffer.write(data)


if __name__ == "__main__":
    main()
