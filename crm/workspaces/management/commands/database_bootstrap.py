"""Make the three roles and the marks that only a superuser can make; safe to run again."""

import os
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
from django.core.management.base import BaseCommand, CommandError
from psycopg import sql

from crm.workspaces import walls

ROLES = {
    "FIO_DATABASE_OWNER_URL": (walls.OWNER_ROLE, "NOBYPASSRLS"),
    "FIO_DATABASE_URL": (walls.APP_ROLE, "NOBYPASSRLS"),
    "FIO_DATABASE_SYSTEM_URL": (walls.SYSTEM_ROLE, "BYPASSRLS"),
}


class Command(BaseCommand):
    help = __doc__ or ""
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        address = os.environ.get("FIO_DATABASE_ADMIN_URL")
        if not address:
            raise CommandError("FIO_DATABASE_ADMIN_URL is not set: give a superuser's address")
        with psycopg.connect(address, autocommit=True) as connection:
            for variable, (role, bypass) in ROLES.items():
                password = unquote(urlsplit(os.environ.get(variable, "")).password or "")
                self._role(connection, role, bypass, password)
            database = connection.info.dbname
            self._database(connection, database)

    def _role(self, connection: Any, role: str, bypass: str, password: str) -> None:
        name = sql.Identifier(role)
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        if not known:
            connection.execute(sql.SQL("CREATE ROLE {}").format(name))
        options = sql.SQL(f"LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE {bypass}")
        connection.execute(sql.SQL("ALTER ROLE {} WITH {}").format(name, options))
        if password:
            secret = sql.Literal(password)
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, secret))

    def _database(self, connection: Any, database: str) -> None:
        owner = sql.Identifier(walls.OWNER_ROLE)
        connection.execute(
            sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(database), owner)
        )
        connection.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(owner))
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        connection.execute("GRANT USAGE ON SCHEMA public TO fio_app, fio_system")
        for extension in ("unaccent", "pg_trgm", "btree_gin"):
            connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
        for function in walls.LEAKPROOF:
            connection.execute(f"ALTER FUNCTION {function} LEAKPROOF")
