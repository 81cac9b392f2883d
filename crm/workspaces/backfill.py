"""Filling a new column of old rows while everything goes on, for use in migrations.

The owner of the tables sees no row behind the wall, so a backfill works as the application
does: one workspace open at a time, some rows in each transaction.
"""

from collections.abc import Callable
from typing import Any

from django.db import connections, transaction
from django.db.models import QuerySet

from crm.workspaces import walls
from crm.workspaces.tenancy import open_workspace

SIZE = 1000
Write = Callable[[Any, "QuerySet[Any]"], object]
Step = Callable[[Any, int], object]


class Backfill:
    """The code of a RunPython that works in small steps, named after what is done in each."""

    # The rules of migrations ask for it
    in_batches = True

    def __init__(self, step: Step, name: str) -> None:
        self.step, self.__name__ = step, name

    def __call__(self, apps: Any, schema_editor: Any) -> None:
        if _is_new():
            return
        with schema_editor.connection.cursor() as cursor:
            walls.open_new_tables(cursor)
        for workspace_id in _workspaces(apps):
            self.step(apps, workspace_id)


def in_batches(label: str, write: Write, *, size: int = SIZE) -> Backfill:
    """The code of a RunPython: `write(apps, rows)` for up to `size` rows of a walled model.

    Each call has a transaction of its own, so the migration must not be atomic, and what
    broke off begins anew: let `write` leave alone what is filled already.
    """

    def step(apps: Any, workspace_id: int) -> None:
        model = apps.get_model(label)
        last: int | None = 0
        while last is not None:
            last = _batch(apps, model, workspace_id, last, write, size)

    return Backfill(step, write.__name__)


def in_each(write: Step) -> Backfill:
    """The code of a RunPython: `write(apps, workspace_id)` in a transaction for each workspace.

    For what is quick for all rows of a workspace together; otherwise as `in_batches`.
    """

    def step(apps: Any, workspace_id: int) -> None:
        with open_workspace(workspace_id), transaction.atomic("default"):
            write(apps, workspace_id)

    return Backfill(step, write.__name__)


def _workspaces(apps: Any) -> list[int]:
    known = apps.get_model("workspaces.Workspace").objects.using("system")
    return list(known.order_by("pk").values_list("pk", flat=True))


def _is_new() -> bool:
    """Whether this run of `migrate` made the tables: they are empty, and nobody may look yet."""
    with connections["system"].cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('workspaces_workspace', 'SELECT')")
        return not cursor.fetchone()[0]


def _batch(
    apps: Any, model: Any, workspace_id: int, last: int, write: Write, size: int
) -> int | None:
    """Write the rows behind `last`; returns the last id among them, None when there were none."""
    with open_workspace(workspace_id), transaction.atomic("default"):
        rows = model._base_manager.using("default").filter(workspace_id=workspace_id)
        ids = list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:size])
        if ids:
            write(apps, rows.filter(pk__in=ids))
    return ids[-1] if ids else None
