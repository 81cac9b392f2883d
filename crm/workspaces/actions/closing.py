"""The end of a workspace: closed, with a time to think again."""

from datetime import datetime, timedelta

from django.db import transaction

from crm.workspaces import parts, tenancy
from crm.workspaces.actions import audit
from crm.workspaces.models import Membership, Workspace

GRACE = timedelta(days=14)


def close_workspace(*, workspace: Workspace, by: Membership, at: datetime) -> Workspace:
    """Close it to everybody and stop all its work; fourteen days later it may be taken away."""
    here = tenancy.open_workspace(workspace.pk)
    with here, transaction.atomic(), transaction.atomic("system"):
        row = Workspace.objects.using("system").select_for_update().get(pk=workspace.pk)
        if row.closed_at is not None:
            return row
        row.closed_at, row.erase_after = at, at + GRACE
        row.closed_by = f"{by.name} <{by.email}>"[:254]
        row.save(update_fields=["closed_at", "erase_after", "closed_by"])
        audit.note("workspace.closed", by=by, at=at, about=row.name)
        for part in parts.joined:
            if part.stop is not None:
                part.stop(at)
    return row


def reopen_workspace(*, workspace: Workspace, by: Membership, at: datetime) -> Workspace:
    """Open it again and go on where it stopped."""
    here = tenancy.open_workspace(workspace.pk)
    with here, transaction.atomic(), transaction.atomic("system"):
        row = Workspace.objects.using("system").select_for_update().get(pk=workspace.pk)
        if row.closed_at is None:
            return row
        row.closed_at, row.erase_after, row.closed_by = None, None, ""
        row.save(update_fields=["closed_at", "erase_after", "closed_by"])
        audit.note("workspace.reopened", by=by, at=at, about=row.name)
        for part in parts.joined:
            if part.resume is not None:
                part.resume(at)
    return row


def due_erasures(*, at: datetime) -> list[int]:
    """The ids of workspaces whose time to think again is over."""
    rows = Workspace.objects.using("system").filter(erase_after__lte=at)
    return list(rows.order_by("pk").values_list("pk", flat=True))
