"""Migrate as the owner of the tables, then raise the walls around what is new.

Everything goes on meanwhile, so no lock is waited for longer than the owner's
lock_timeout: whoever holds it first finishes, and the migration is tried again.
"""

import time
from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import OperationalError, connections, transaction

from crm.workspaces import walls
from crm.workspaces.postgres.states import Executor

TRIES, PAUSE = 20, 3.0
# PostgreSQL's word for a lock that was not to be had in time
LOCK_NOT_AVAILABLE = "55P03"
# Django's command looks its executor up here, and offers no other place to name one
migrate.MigrationExecutor = Executor  # type: ignore[attr-defined]  # stubs tell no imports


class Command(migrate.Command):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        planned = options["plan"] or options["check_unapplied"] or options["app_label"]
        for left in reversed(range(TRIES)):
            try:
                self._once(args, options, walled=not planned)
                return
            except OperationalError as error:
                if left == 0 or getattr(error.__cause__, "sqlstate", "") != LOCK_NOT_AVAILABLE:
                    raise
                self.stderr.write(f"A table is in use; trying again in {PAUSE:.0f} s.")
                time.sleep(PAUSE)

    def _once(self, args: Any, options: Any, *, walled: bool) -> None:
        with connections["owner"].cursor() as cursor:
            _drop_broken(cursor)
        super().handle(*args, **options)
        if not walled:
            return
        with connections["owner"].cursor() as cursor:
            walls.index_full_tables(cursor)
        with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
            walls.raise_walls(cursor)
        with connections["owner"].cursor() as cursor:
            walls.prove(cursor)


def _drop_broken(cursor: Any) -> None:
    """An index that CREATE INDEX CONCURRENTLY did not finish is in the way of the next try."""
    cursor.execute(
        "SELECT i.indexrelid::regclass::text FROM pg_index i"
        " JOIN pg_class c ON c.oid = i.indexrelid"
        " WHERE NOT i.indisvalid AND c.relnamespace = 'public'::regnamespace"
    )
    for (name,) in cursor.fetchall():
        cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
