"""The secrets of an embedded installation, made once and kept in its data folder."""

import base64
import os
import secrets
from pathlib import Path

PASSWORDS = ("admin", "owner", "app", "system")


def keep(data: Path) -> dict[str, str]:
    """Reads the secrets, after making those that are missing; keys as in the environment.

    Losing the file would make the sealed mail passwords unreadable, so it is written whole
    or not at all.
    """
    place = data / "secrets.env"
    known = read(place)
    wanted = dict(known)
    wanted.setdefault("FIO_SECRET_KEY", secrets.token_urlsafe(48))
    wanted.setdefault("FIO_MASTER_KEYS", base64.b64encode(secrets.token_bytes(32)).decode())
    for name in PASSWORDS:
        wanted.setdefault(f"PASSWORD_{name.upper()}", secrets.token_urlsafe(24))
    if wanted != known:
        write(place, wanted)
    return wanted


def read(place: Path) -> dict[str, str]:
    """KEY=value lines as a mapping; empty when the file is not there."""
    if not place.exists():
        return {}
    lines = place.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def write(place: Path, values: dict[str, str]) -> None:
    """Writes KEY=value lines, readable by us alone, replacing the file in one step."""
    fresh = place.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        out.writelines(f"{key}={value}\n" for key, value in values.items())
        out.flush()
        os.fsync(out.fileno())
    fresh.rename(place)
