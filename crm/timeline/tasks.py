"""Ringing for what is due; that it is due stands in the database."""

from django.utils import timezone

from crm.timeline.actions import reminding
from crm.workspaces import doorbell

QUEUE = "mail.maint"


@doorbell.task("timeline.remind")
def remind(*, workspace_id: int, **_: object) -> None:
    """Tell the members of one workspace of what they asked to be reminded of."""
    reminding.remind(workspace_id=workspace_id, at=timezone.now())


def ring_all() -> None:
    """Ring for every workspace in which a reminder is due; raises one of doorbell.AWAY."""
    for workspace_id in reminding.due_reminders(at=timezone.now()):
        doorbell.ring(remind, QUEUE, workspace_id=workspace_id)
