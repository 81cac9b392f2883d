"""What is remembered of a workspace that was taken away."""

from django.db import connections, models

from crm.workspaces import chain, walls
from crm.workspaces.actions.deleting import DIRECTORY
from crm.workspaces.models import ErasedWorkspace, Workspace


def remember(workspace: Workspace) -> ErasedWorkspace:
    """What an operator may know afterwards: who ended it and when, and how much there was."""
    known = ErasedWorkspace.objects.using("system").filter(uid=workspace.uid).first()
    if known is not None:
        return known
    with connections["system"].cursor() as cursor:
        told = chain.verify(cursor, workspace.pk)
    counts = {model._meta.db_table: _count(model, workspace.pk) for model in _all()}
    return ErasedWorkspace.objects.using("system").create(
        uid=workspace.uid,
        slug=workspace.slug,
        closed_by=workspace.closed_by,
        closed_at=workspace.closed_at,
        counts={table: count for table, count in counts.items() if count},
        audit_length=told.length,
        audit_head=told.head,
    )


def _all() -> list[type[models.Model]]:
    walled: list[type[models.Model]] = list(walls.walled_models())
    return [*walled, *DIRECTORY]


def _count(model: type[models.Model], workspace_id: int) -> int:
    with connections["system"].cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {model._meta.db_table} WHERE workspace_id = %s", [workspace_id]
        )
        return int(cursor.fetchone()[0])
