"""What a workspace asks of its members."""

from datetime import datetime

from django.db import transaction

from crm.workspaces.actions import audit
from crm.workspaces.models import Membership, Workspace

FIELDS = ("second_step_from", "session_hours", "mailbox_kinds")


def change_policy(
    *,
    workspace: Workspace,
    second_step_from: datetime | None,
    session_hours: int | None,
    mailbox_kinds: str,
    by: Membership,
    at: datetime,
) -> Workspace:
    """Ask for a second step from a time on (None: not), end sessions after so many hours
    (None: after two weeks), and say which kinds of mailboxes may be connected."""
    wanted = dict(zip(FIELDS, (second_step_from, session_hours, mailbox_kinds), strict=True))
    with transaction.atomic("system"):
        row = Workspace.objects.using("system").select_for_update().get(pk=workspace.pk)
        changed = {
            name: [_told(getattr(row, name)), _told(value)]
            for name, value in wanted.items()
            if getattr(row, name) != value
        }
        for name, value in wanted.items():
            setattr(row, name, value)
        row.save(update_fields=list(FIELDS))
        if changed:
            words = {"changed": sorted(changed), "values": changed}
            audit.note("policy.changed", by=by, at=at, data=words)
    return row


def _told(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
