"""Rows loosened and deleted some thousand at a time."""

from django.db import connections, models

from crm.workspaces import walls
from crm.workspaces.models import ApiToken, Invitation, Membership

# Rows taken away in one transaction
AT_ONCE = 5000
# Looked up before a workspace is open; in this order, because they point at each other
DIRECTORY: tuple[type[models.Model], ...] = (ApiToken, Invitation, Membership)


def loosen(model: type[models.Model], workspace_id: int, together: set[type[models.Model]]) -> None:
    """Let rows point at none of those that go with them in the same step, themselves included."""
    for field in walls.links(model):
        if field.related_model in together and field.null:
            table, column = model._meta.db_table, field.column
            some = _some(table, f"AND {column} IS NOT NULL")
            while _run(f"UPDATE {table} SET {column} = NULL WHERE {some}", workspace_id):
                pass


def delete(model: type[models.Model], workspace_id: int) -> int:
    # In SQL: Django would read every row to look for others that go with it
    """Delete some thousand rows of a workspace; returns how many."""
    table = model._meta.db_table
    return _run(f"DELETE FROM {table} WHERE {_some(table)}", workspace_id)


def _some(table: str, more: str = "") -> str:
    rows = f"SELECT ctid FROM {table} WHERE workspace_id = %s {more} LIMIT {AT_ONCE}"
    return f"ctid = ANY(ARRAY({rows}))"


def _run(statement: str, workspace_id: int) -> int:
    with connections["system"].cursor() as cursor:
        cursor.execute(statement, [workspace_id])
        return int(cursor.rowcount)
