"""What a backup says about itself, written last: a folder without it is no backup."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from crm.workspaces.checksums import Checksum

FORMAT = 1
DUMP, MANIFEST, SUMS = "fio.dump", "manifest.json", "SHA256SUMS"
PIECE = 1 << 20


class Damaged(Exception):
    """The folder is not what was written; the text says what is wrong."""


@dataclass
class Manifest:
    """Times are ISO 8601 in UTC, sizes octets, hashes SHA-256.

    `sealed_by` has, for each master key's 4-byte name in hex, the slugs of the workspaces it
    opens; `roles` has what each database role may do, never a password.
    """

    made_at: str
    postgresql: str
    octets: int
    sha256: str
    roles: dict[str, dict[str, bool]]
    migrations: list[str]
    sealed_by: dict[str, list[str]]
    checksums: list[Checksum] = field(default_factory=list)
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        """Into the folder, with a file that `sha256sum --check` reads."""
        text = json.dumps(asdict(self), indent=1).encode()
        sums = f"{self.sha256}  {DUMP}\n{hashlib.sha256(text).hexdigest()}  {MANIFEST}\n"
        (folder / SUMS).write_text(sums)
        (folder / MANIFEST).write_bytes(text)


def read(folder: Path) -> Manifest:
    """The manifest of a whole and undamaged backup; raises Damaged."""
    place = folder / MANIFEST
    if not place.exists():
        raise Damaged(f"{folder} holds no {MANIFEST}: it is no backup, or one that broke off")
    try:
        values: dict[str, Any] = json.loads(place.read_bytes())
        values["checksums"] = [Checksum(**line) for line in values["checksums"]]
        manifest = Manifest(**values)
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged(f"{place} cannot be read: {error}") from error
    if manifest.format != FORMAT:
        raise Damaged(f"{place} is of format {manifest.format}; this Fio reads {FORMAT}")
    found = sha256(folder / DUMP)
    if found != manifest.sha256:
        raise Damaged(f"{folder / DUMP} is not the file that was written (SHA-256 {found})")
    return manifest


def sha256(place: Path) -> str:
    """Of a file of any size; raises Damaged where there is none."""
    seen = hashlib.sha256()
    try:
        with place.open("rb") as source:
            while piece := source.read(PIECE):
                seen.update(piece)
    except OSError as error:
        raise Damaged(f"{place}: {error.strerror}") from error
    return seen.hexdigest()
