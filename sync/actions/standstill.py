"""All mailboxes of a workspace stopped, and gone on with."""

from datetime import datetime

from django.db import connections

from crm.workspaces import tenancy
from inbox.models import Mailbox
from sync.actions.waking import ring
from sync.models import Schedule

State = Mailbox.State


def stop_all(at: datetime) -> None:
    """Neither read nor send anything of the opened workspace; whoever works on it is fenced off."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "UPDATE sync_schedule SET fence = fence + 1, lease_until = NULL, is_enabled = false"
            " WHERE workspace_id = %s",
            [tenancy.required()],
        )


def resume_all(at: datetime) -> None:
    """Go on with every mailbox of the opened workspace that nobody paused or has to sign in to."""
    still = (State.PAUSED, State.DELETED, State.NEEDS_REAUTH)
    going = Mailbox.objects.exclude(state__in=still).values_list("pk", flat=True)
    Schedule.objects.filter(mailbox__in=list(going)).update(is_enabled=True, due_at=at)
    ring()
