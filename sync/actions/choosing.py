"""What a mailbox's server is told and what comes in, chosen."""

from datetime import datetime

from django.db import transaction

from crm.workspaces.models import Membership
from inbox.actions import doors
from inbox.models import Folder, LedgerEntry, Mailbox
from sync.actions.telling import tell_changed
from sync.actions.waking import make_due

# Not read unless somebody asks: unsent mail, and every mail a second time
UNUSUAL = (Folder.Role.DRAFTS, Folder.Role.ALL)


@transaction.atomic
def change_options(
    *,
    by: Membership,
    mailbox: Mailbox,
    at: datetime,
    **options: object,
) -> None:
    """Change name, start date, visibility or what is mirrored; old threads stay as they are.

    An earlier start date brings back what the old one left out, and a wider scope what waited.
    """
    for field, value in options.items():
        setattr(mailbox, field, value)
    mailbox.save(update_fields=list(options))
    if "sync_from" in options:
        left_out = LedgerEntry.objects.filter(
            mailbox=mailbox, decision=LedgerEntry.Decision.SKIPPED, reason="before_start"
        )
        if mailbox.sync_from is not None:
            left_out = left_out.filter(internal_date__date__gte=mailbox.sync_from)
        left_out.update(decision=LedgerEntry.Decision.PENDING, reason="", decided_at=None)
    if options.get("imports") == Mailbox.Scope.ALL:
        doors.open_wide(mailbox=mailbox)
    tell_changed(mailbox, sorted(options), by=by, at=at)
    make_due(mailbox=mailbox, at=at)
