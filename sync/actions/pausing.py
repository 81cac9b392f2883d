"""Mailboxes paused, gone on with, and deleted."""

from datetime import datetime

from django.db import connections, transaction

from crm.timeline import actions as timeline
from crm.workspaces.models import Membership
from inbox.models import Mailbox
from sync.actions.waking import forgive
from sync.models import Connection, Schedule

State = Mailbox.State


@transaction.atomic
def pause(*, by: Membership | None, mailbox: Mailbox, at: datetime, operator: str = "") -> None:
    """Neither read nor send until somebody resumes; whoever works on it is fenced off."""
    _fence_off(mailbox)
    mailbox.state, mailbox.state_reason = State.PAUSED, ""
    mailbox.save(update_fields=["state", "state_reason"])
    timeline.record("mailbox.paused", by=by, about=[mailbox], at=at, operator=operator)


@transaction.atomic
def resume(*, by: Membership | None, mailbox: Mailbox, at: datetime, operator: str = "") -> None:
    """Go on where it stopped, at once."""
    Schedule.objects.filter(mailbox=mailbox).update(is_enabled=True)
    forgive(mailbox=mailbox, at=at)
    if mailbox.state in (State.PAUSED, State.NEEDS_REAUTH, State.DEGRADED):
        mailbox.state, mailbox.state_reason = State.CONNECTING, ""
        mailbox.save(update_fields=["state", "state_reason"])
    timeline.record("mailbox.resumed", by=by, about=[mailbox], at=at, operator=operator)


@transaction.atomic
def delete(*, by: Membership, mailbox: Mailbox, at: datetime) -> None:
    """Disconnect: the fence first, then the secret; stored mail stays where it is."""
    _fence_off(mailbox)
    Connection.objects.filter(mailbox=mailbox).delete()
    mailbox.state, mailbox.state_reason = State.DELETED, ""
    mailbox.save(update_fields=["state", "state_reason"])
    timeline.record("mailbox.disconnected", by=by, about=[mailbox], at=at)


def _fence_off(mailbox: Mailbox) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "UPDATE sync_schedule SET fence = fence + 1, lease_until = NULL, is_enabled = false"
            " WHERE workspace_id = %s AND mailbox_id = %s",
            [mailbox.workspace_id, mailbox.pk],
        )
