"""PostgreSQL, told at the start of each outermost transaction which workspace is open."""

from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg.pq import Format
from psycopg_pool import ConnectionPool

from crm.workspaces import opening
from crm.workspaces.postgres import columns, patience, snapshot

# Twenty times as quick as Django's, which is written in Python to serve any zone
MOMENTS = psycopg.adapters.get_loader(psycopg.adapters.types["timestamptz"].oid, Format.TEXT)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own backend; row-level security reads what it sets.

    The setting lasts until the transaction ends (SET LOCAL), so a pooled connection
    can never carry it into somebody else's request.
    """

    # The workspace that the open transaction was told of
    told: int | None = None
    # Whether the next cursor sends its parameters beside the statement
    binds = False

    def get_new_connection(self, conn_params: dict[str, Any]) -> psycopg.Connection:
        """A session that answers; raises OperationalError when the server is away.

        One dead session means that the server went away with all of them. The pool's own
        check would find that out one by one, waiting twice as long before each next one.
        """
        found = self._session(conn_params)
        if self.pool is None or self._answers(found):
            return found
        self.pool.check()
        found = self._session(conn_params)
        if not self._answers(found):
            raise psycopg.OperationalError("the server ends sessions as they begin")
        return found

    def _session(self, conn_params: dict[str, Any]) -> psycopg.Connection:
        """Django's own way to one, but for who waits no longer than that."""
        seconds = patience.session()
        if seconds is None or self.pool is None:
            return super().get_new_connection(conn_params)
        self.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        self.pool.open()
        found: psycopg.Connection = self.pool.getconn(timeout=seconds)
        return found

    def _answers(self, session: psycopg.Connection) -> bool:
        try:
            ConnectionPool.check_connection(session)
        except psycopg.Error:
            self.pool.putconn(session)
            return False
        return True

    def create_cursor(self, name: str | None = None) -> Any:
        """Django's own cursor, with moments read by psycopg: sessions are in UTC."""
        if self.binds:
            plain: psycopg.Cursor[Any] = psycopg.Cursor(self.connection)
            plain.adapters.register_dumper(columns.Packed, columns.PackedDumper)
            return plain
        cursor = super().create_cursor(name)
        cursor.adapters.register_loader("timestamptz", MOMENTS)
        return cursor

    def columns_cursor(self) -> Any:
        """A cursor that takes `columns.Packed`, counted and logged like any.

        Django's writes parameters into the statement, which no megabyte should be.
        """
        self.binds = True
        try:
            return self.cursor()
        finally:
            self.binds = False

    def set_autocommit(
        self,
        autocommit: bool,
        force_begin_transaction_with_broken_autocommit: bool = False,
    ) -> None:
        super().set_autocommit(autocommit, force_begin_transaction_with_broken_autocommit)
        if not autocommit:
            snapshot.take(self)
        self.told, workspace_id = None, opening.opened()
        if not autocommit and self.alias == "default" and workspace_id is not None:
            opening.tell_database(self, workspace_id)
