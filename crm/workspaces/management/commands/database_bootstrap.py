"""Make the three roles and the marks that only a superuser can make; safe to run again."""

from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from psycopg import sql

from crm.workspaces import walls

LOCK = 0x46494F00
ROLES = {
    "owner": (walls.OWNER_ROLE, "NOBYPASSRLS"),
    "default": (walls.APP_ROLE, "NOBYPASSRLS"),
    "system": (walls.SYSTEM_ROLE, "BYPASSRLS"),
}


class Command(BaseCommand):
    help = __doc__ or ""
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        address = settings.DATABASE_ADMIN_URL
        if not address:
            raise CommandError("FIO_DATABASE_ADMIN_URL is not set: give a superuser's address")
        database = str(settings.DATABASES["owner"]["NAME"])
        with psycopg.connect(address, autocommit=True) as connection:
            # Roles belong to the whole cluster: two who change one at once would both fail
            connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            for alias, (role, bypass) in ROLES.items():
                password = str(settings.DATABASES[alias]["PASSWORD"])
                self._role(connection, role, bypass, password)
            self._create(connection, database)
        with psycopg.connect(address, autocommit=True, dbname=database) as connection:
            self._database(connection, database)

    def _create(self, connection: Any, database: str) -> None:
        known = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [database]
        ).fetchone()
        if not known:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(database), sql.Identifier(walls.OWNER_ROLE)
                )
            )

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
        self._compress(connection, database)
        for extension in ("unaccent", "pg_trgm", "btree_gin"):
            connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
        # How alike words must be to be found in spite of a typing mistake
        connection.execute("SELECT 1 FROM pg_proc WHERE 'a' %> 'a' LIMIT 1")
        connection.execute(
            sql.SQL("ALTER DATABASE {} SET pg_trgm.word_similarity_threshold = 0.45").format(
                sql.Identifier(database)
            )
        )
        for function in walls.LEAKPROOF:
            connection.execute(f"ALTER FUNCTION {function} LEAKPROOF")
        for function in walls.SLOW:
            connection.execute(f"ALTER FUNCTION {function} COST 1000")

    def _compress(self, connection: Any, database: str) -> None:
        # lz4 costs a third of pglz on long texts; not every build of PostgreSQL has it
        known = connection.execute(
            "SELECT 'lz4' = ANY (enumvals) FROM pg_settings"
            " WHERE name = 'default_toast_compression'"
        ).fetchone()
        if known and known[0]:
            name = sql.Identifier(database)
            connection.execute(
                sql.SQL("ALTER DATABASE {} SET default_toast_compression = 'lz4'").format(name)
            )
