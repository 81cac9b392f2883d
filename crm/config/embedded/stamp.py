"""Whether the code is the one that last prepared this data folder."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]
PACKAGES = ("crm", "inbox", "sync", "tracking", "automations", "reports")


def of_code(extra: str = "") -> str:
    """A digest of every source file's place, size and time, and of `extra`."""
    digest = hashlib.sha256(extra.encode())
    for path in _sources():
        facts = path.stat()
        digest.update(f"{path} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    for package in PACKAGES:
        for place, folders, files in os.walk(CHECKOUT / package):
            folders[:] = sorted(folder for folder in folders if folder != "__pycache__")
            for name in sorted(files):
                if name.endswith((".py", ".sql")):
                    yield Path(place) / name
    requirements = CHECKOUT / "requirements" / "base.txt"
    if requirements.exists():
        yield requirements
