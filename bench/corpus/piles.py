"""Reads a pile of mail collections: boxes listed in tab-separated files, with reference answers."""

import csv
import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

DIVIDER = re.compile(rb"^From (?!:)\S*.*\d.*(\d\d:\d\d|\b(19|20)\d\d\b)")
DIVIDER_AT_ALL = re.compile(rb"^From (?!:)\S*.*\d.*$")


@dataclass(frozen=True)
class Listed:
    """One mail of a box; `sha` is the first 24 hex of SHA-256 with LF line ends, stripped."""

    uid: int
    sha: str
    raw: bytes
    date: str


def boxes(pile: Path) -> list[str]:
    """The names of the mailboxes in a pile."""
    return sorted(path.stem for path in (pile / "_mailboxes").glob("*.tsv"))


def mails(pile: Path, box: str) -> Iterator[Listed]:
    """The mails of a box in the order of their numbers; raises ValueError if one differs."""
    with open(pile / "_mailboxes" / f"{box}.tsv", newline="") as rows:
        for row in csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE):
            path = pile / row["file"]
            raw = _split(path)[int(row["index"])] if row["index"] else _unwrapped(path)
            if fingerprint(raw) != row["sha256_24"]:
                raise ValueError(f"{box}: {row['file']} {row['index']} is not the listed mail")
            yield Listed(int(row["uid"]), row["sha256_24"], raw, row["date"])


def fingerprint(raw: bytes) -> str:
    """How a pile names bytes, whatever line ends a server gave them."""
    plain = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").strip()
    return hashlib.sha256(plain).hexdigest()[:24]


def write_maildir(folder: Path, listed: list[Listed]) -> None:
    """A Maildir whose file times are the mails' dates, in the order of their numbers."""
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for item in listed:
        path = folder / "cur" / f"{item.uid:06d}.M{item.uid}P1.pile:2,S"
        path.write_bytes(item.raw)
        at = min(max(_seconds(item), 0), 2**31 - 1)
        os.utime(path, (at, at))


def truths(pile: Path) -> dict[tuple[str, int], dict[str, Any]]:
    """Reference answers by (box, uid)."""
    with open(pile / "_truth" / "messages.jsonl") as lines:
        found = [json.loads(line) for line in lines]
    return {(row["mailbox"], row["uid"]): row for row in found}


def thread_bounds(pile: Path, box: str) -> dict[str, Any]:
    """`lower` (forced by headers) and `upper` (with subjects) partitions of a box's numbers."""
    bounds: dict[str, Any] = json.loads((pile / "_mailboxes" / f"{box}.threads.json").read_text())
    return bounds


def _seconds(item: Listed) -> int:
    try:
        return int(datetime.fromisoformat(item.date).timestamp())
    except (ValueError, OverflowError):
        return 1_000_000_000 + item.uid


def _unwrapped(path: Path) -> bytes:
    """A file's mail without the line that an mbox puts before it."""
    raw = path.read_bytes()
    if not raw.startswith(b"From "):
        return raw
    ends = [at for at in (raw.find(b"\n"), raw.find(b"\r")) if at >= 0]
    first = min(ends)
    is_crlf = raw[first : first + 2] == b"\r\n"
    return raw[first + (2 if is_crlf else 1) :]


@lru_cache(maxsize=4)
def _split(path: Path) -> list[bytes]:
    """The mails of an mbox: a divider follows a blank line, and holds a time or a year."""
    raw = path.read_bytes()
    lines = raw.splitlines(keepends=True) if b"\n" in raw else raw.split(b"\r")
    found: list[list[bytes]] = []
    is_after_blank = True
    for line in lines:
        bare = line.rstrip(b"\r\n")
        if is_after_blank and DIVIDER_AT_ALL.match(bare) and DIVIDER.match(bare):
            found.append([])
        elif found:
            found[-1].append(line)
        elif bare:
            found.append([line])
        is_after_blank = not bare
    return [b"".join(mail) for mail in found]
