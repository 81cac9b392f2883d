"""Mail of somebody who is no longer here: what is his alone is held, what is a team's leaves.

His mailbox is read by nobody else, so nobody else may send from it. Those who run the workspace
are told how many mails are held, and never which. Let in again, he decides himself.
"""

from datetime import datetime

from django.db.models import QuerySet

from crm.timeline import actions as timeline
from crm.workspaces import directory
from inbox.models import Mailbox, Outgoing

HELD = "send.held"


def owner_left(mailbox: Mailbox) -> bool:
    """Whether it is the own mailbox of somebody who left, or whose account is blocked."""
    own = Mailbox.objects.filter(pk=mailbox.pk, kind=Mailbox.Kind.PERSONAL)
    owner = own.values_list("owner", flat=True).first()
    return owner is not None and directory.has_ended(owner)


def hold(*, mailbox: Mailbox, due: QuerySet[Outgoing], at: datetime) -> int:
    """Keep this mail from leaving until a person says so; returns how many mails that is."""
    count = due.update(held_at=at, error_code=HELD, error_text="")
    if count:
        box = Mailbox.objects.select_related("owner").get(pk=mailbox.pk)
        said = {"count": count, "owner": box.owner.name if box.owner is not None else ""}
        timeline.record("mailbox.mail_held", by=None, about=[box], at=at, data=said)
    return count
