"""Which workspace is open, for the ORM and for PostgreSQL alike."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connections

_opened: ContextVar[int | None] = ContextVar("opened_workspace", default=None)


class Here(int):
    """The id of the opened workspace among the values of a query, to be known there again."""

    __slots__ = ()


class NoWorkspace(Exception):
    """A walled table was touched while no workspace was open."""


class ForeignWorkspace(Exception):
    """A row of one workspace was about to be joined to another."""


def opened() -> int | None:
    """The id of the workspace that is open here, or None."""
    return _opened.get()


def required() -> int:
    """The id of the workspace that is open here; raises NoWorkspace."""
    workspace_id = _opened.get()
    if workspace_id is None:
        raise NoWorkspace("open a workspace first: with open_workspace(id)")
    return workspace_id


@contextmanager
def open_workspace(workspace_id: int) -> Iterator[None]:
    """Work inside one workspace; inside an open transaction it cannot be changed.

    Raises ForeignWorkspace where another workspace is open in the same transaction.
    """
    connection = connections["default"]
    before = _opened.get()
    if before != workspace_id and connection.in_atomic_block:
        if before is not None or getattr(connection, "told", None) not in (None, workspace_id):
            raise ForeignWorkspace("the workspace cannot change inside a transaction")
        tell_database(connection, workspace_id)
    token = _opened.set(workspace_id)
    try:
        yield
    finally:
        _opened.reset(token)


def tell_database(connection: Any, workspace_id: int) -> None:
    """Name the workspace to PostgreSQL until the transaction ends (SET LOCAL, never SET)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.workspace_id', %s, true)", [str(workspace_id)])
    connection.told = workspace_id
