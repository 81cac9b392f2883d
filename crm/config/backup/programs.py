"""PostgreSQL's own programs, and how they reach our database."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from psycopg.conninfo import make_conninfo

from crm.config.embedded import postgres


def path(name: str) -> Path:
    """`pg_dump` or `pg_restore` of the newest PostgreSQL here; raises Refusal without any."""
    return postgres.find_binaries() / name


def address(alias: str) -> dict[str, Any]:
    """Where a role of ours finds the database, in libpq's words."""
    values: dict[str, Any] = settings.DATABASES[alias]
    options = {key: value for key, value in values["OPTIONS"].items() if key != "pool"}
    known = {
        "host": values["HOST"],
        "port": values["PORT"],
        "dbname": values["NAME"],
        "user": values["USER"],
        "password": values["PASSWORD"],
    }
    return {key: value for key, value in (known | options).items() if value}


def dbname(alias: str) -> str:
    """The argument for a program: everything but the password, which others could read there."""
    return make_conninfo("", **{k: v for k, v in address(alias).items() if k != "password"})


def environment(alias: str) -> dict[str, str]:
    """The environment of a program, with the password in it."""
    plain = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    return plain | {"PGPASSWORD": str(address(alias).get("password", ""))}
