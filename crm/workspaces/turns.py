"""Rows that are due, of whichever workspace, worked off a few at a time.

The scheduler asks where something is due and rings once for each workspace; there each
transaction takes a few rows, which another worker skips, so nothing is done twice.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from crm.workspaces import tenancy

AT_ONCE = 200


def due(model: type[tenancy.WorkspaceModel], column: str, *, at: datetime) -> list[int]:
    """The workspaces in which rows of `model` have a moment in `column` that has come by `at`."""
    everywhere: Any = model.unwalled
    rows = everywhere.filter(**{f"{column}__lte": at}).order_by()
    return sorted(rows.values_list("workspace_id", flat=True).distinct())


def work(some: Callable[[], tuple[int, int]], *, workspace_id: int) -> int:
    """Call `some` in a transaction of the workspace until it finds fewer than AT_ONCE rows.

    `some` locks the rows it takes and returns (rows found, rows done); returns how
    many were done in all.
    """
    count = 0
    while True:
        with tenancy.open_workspace(workspace_id), transaction.atomic():
            found, done = some()
        count += done
        if found < AT_ONCE:
            return count
