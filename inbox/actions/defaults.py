"""Another default for a mailbox, applied to the conversations it has already, if asked."""

from datetime import datetime

from django.db import transaction

from crm.timeline import actions as timeline
from crm.workspaces.models import Membership
from inbox.models import Mailbox, MailboxThread, Visibility


def apply_visibility(*, mailbox: Mailbox, by: Membership, at: datetime) -> int:
    """Have every conversation of a mailbox read by whom its default says; how many changed.

    What a rule keeps private stays private.
    """
    wanted = mailbox.visibility
    with transaction.atomic():
        rows = MailboxThread.objects.filter(mailbox=mailbox).exclude(visibility=wanted)
        if wanted == Visibility.SHARED:
            held = MailboxThread.objects.filter(mailbox=mailbox, lifted_at=None)
            rows = rows.exclude(pk__in=held.exclude(sensitive="").values("pk"))
        changed = rows.update(visibility=wanted)
        if changed:
            said = {"mailboxes": [mailbox.pk], "to": wanted, "count": changed}
            timeline.record("mailbox.visibility_applied", by=by, about=[mailbox], at=at, data=said)
    return changed
