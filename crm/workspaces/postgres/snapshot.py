"""One moment of the database, seen by many short transactions one after the other."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import psycopg
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

_seen: ContextVar[str | None] = ContextVar("snapshot", default=None)


@contextmanager
def held() -> Iterator[str]:
    """The name of the moment this begins in; it can be seen as long as this lasts.

    A session of its own keeps it. Meanwhile PostgreSQL cleans up nothing that was deleted later.
    """
    with psycopg.connect(**connections["default"].get_connection_params()) as session:
        session.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        session.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        row = session.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        yield str(row[0])


@contextmanager
def seen(name: str) -> Iterator[None]:
    """Outermost transactions that begin inside see that moment, and cannot write."""
    token = _seen.set(name)
    try:
        yield
    finally:
        _seen.reset(token)


def take(connection: BaseDatabaseWrapper) -> None:
    """Have the transaction that just began see the moment that is asked for, if one is."""
    name = _seen.get()
    if name is not None:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(name)))
