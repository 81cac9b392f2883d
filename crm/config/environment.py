"""What the environment says, and a clear word where it says nothing.

Running embedded, the supervisor writes the addresses of its services to
FIO_DATA/run/services.env; the process environment wins over that file.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

REMEDIES = {
    "FIO_DATABASE_URL": "start the embedded services with `make demo`, or give the address of "
    "PostgreSQL as postgresql://fio_app:password@host:5432/fio",
    "FIO_DATABASE_SYSTEM_URL": "give the same database with the role fio_system",
    "FIO_DATABASE_OWNER_URL": "give the same database with the role fio_owner",
    "FIO_REDIS_URL": "give the address of Redis or Valkey as redis://host:6379/0",
    "FIO_SECRET_KEY": "set it to at least 50 random characters and keep it the same on all hosts",
    "FIO_MASTER_KEYS": "set it to base64 of 32 random bytes; several, separated by commas, "
    "while keys are changed (the first one encrypts)",
}


class SettingsError(Exception):
    """A setting is missing or wrong; the text names the variable and the remedy."""

    def __init__(self, name: str, problem: str) -> None:
        remedy = REMEDIES.get(name, "see docs/operations.md")
        super().__init__(f"{name} {problem}. Remedy: {remedy}.")


class Environment:
    """The process environment over the file the supervisor wrote."""

    def __init__(self, root: Path) -> None:
        self.data = Path(os.environ.get("FIO_DATA") or root / "var").resolve()
        self.values = {**_read_lines(self.data / "run" / "services.env"), **os.environ}

    def text(self, name: str, default: str | None = None) -> str:
        value = self.values.get(name) or default
        if value is None:
            raise SettingsError(name, "is not set")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.values.get(name, "1" if default else "0").strip().lower()
        if value in ("1", "true", "yes", "on"):
            return True
        if value in ("0", "false", "no", "off", ""):
            return False
        raise SettingsError(name, f"is {value!r}, which is neither 1 nor 0")

    def number(self, name: str, default: int) -> int:
        value = self.values.get(name) or str(default)
        try:
            return int(value)
        except ValueError as error:
            raise SettingsError(name, f"is {value!r}, which is not a number") from error

    def choice(self, name: str, values: Sequence[str]) -> str:
        """One of the values; the first of them where nothing is set."""
        value = self.text(name, values[0])
        if value not in values:
            raise SettingsError(name, f"is {value!r}, which is none of {', '.join(values)}")
        return value

    def items(self, name: str, default: str = "") -> list[str]:
        return [item.strip() for item in self.text(name, default).split(",") if item.strip()]

    def database(self, name: str) -> dict[str, object]:
        """Django's settings for `postgresql://user:password@host:port/name` (or ?host=/socket)."""
        try:
            parts = conninfo_to_dict(self.text(name))
        except ProgrammingError as error:
            raise SettingsError(name, f"is no address of a database ({error})") from error
        named = {key: str(parts.pop(key, "")) for key in ("dbname", "user", "password")}
        return {
            "ENGINE": "crm.workspaces.postgres",
            "NAME": named["dbname"],
            "USER": named["user"],
            "PASSWORD": named["password"],
            "HOST": str(parts.pop("host", "")),
            "PORT": str(parts.pop("port", "")),
            "DISABLE_SERVER_SIDE_CURSORS": True,
            "OPTIONS": dict(parts),
        }


def _read_lines(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    pairs = (line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)
    return {key.strip(): value.strip() for key, value in pairs}
