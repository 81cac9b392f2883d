"""An operator looks into a workspace: for a reason, for some hours, and its owners see it."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from crm.workspaces import tenancy
from crm.workspaces.actions import audit
from crm.workspaces.models import OperatorVisit, User, Workspace


def begin_visit(
    *, workspace: Workspace, operator: User, reason: str, hours: int, at: datetime
) -> OperatorVisit:
    """Let an operator see the workspace's rows on the operators' pages until then."""
    until = at + timedelta(hours=hours)
    with tenancy.open_workspace(workspace.pk), transaction.atomic():
        visit: OperatorVisit = OperatorVisit.objects.create(
            operator=operator.email, reason=reason, began_at=at, until=until
        )
        words = {"reason": reason, "hours": hours}
        audit.note("operator.came", at=at, operator=operator.email, data=words)
    return visit


def end_visits(*, workspace: Workspace, operator: User, at: datetime) -> None:
    """Close the door before its time."""
    with tenancy.open_workspace(workspace.pk), transaction.atomic():
        mine = OperatorVisit.objects.filter(operator=operator.email, until__gt=at)
        if mine.update(until=at):
            audit.note("operator.left", at=at, operator=operator.email)


def note_looks(*, operator: User, what: str, at: datetime) -> None:
    """Write into each workspace the operator visits what he looked at."""
    for workspace_id in open_visits(operator=operator, at=at):
        audit.note(
            "operator.looked",
            at=at,
            workspace_id=workspace_id,
            about=what,
            operator=operator.email,
        )


def open_visits(*, operator: User, at: datetime) -> list[int]:
    """The ids of the workspaces whose rows the operator may see now."""
    unwalled: Any = OperatorVisit.unwalled
    rows = unwalled.filter(operator=operator.email, began_at__lte=at, until__gt=at)
    return sorted(set(rows.values_list("workspace_id", flat=True)))
