"""A mailbox changes hands: from one member to a team, or from a team to one of its members."""

from datetime import datetime

from django.db import transaction

from crm.workspaces.models import Membership
from inbox.actions import triage
from inbox.models import Mailbox, MailboxThread, ThreadUnread, Visibility

AT_ONCE = 200
Kind = Mailbox.Kind


@transaction.atomic
def to_team(*, mailbox: Mailbox) -> None:
    """All of it is read by those who work there; what is shared stays so."""
    mailbox.kind, mailbox.owner = Kind.TEAM, None
    _close(mailbox, Visibility.PRIVATE, Visibility.TEAM)


@transaction.atomic
def to_member(*, mailbox: Mailbox, owner: Membership, at: datetime) -> None:
    """It is this member's alone, but for what is shared; nothing is anybody's there any more.

    What he had not read himself is unread then, whoever else has read it.
    """
    fresh = ThreadUnread.objects.filter(mailbox=mailbox, member=owner)
    threads = list(fresh.values_list("thread", flat=True))
    for start in range(0, len(threads), AT_ONCE):
        batch = threads[start : start + AT_ONCE]
        rows = MailboxThread.objects.filter(mailbox=mailbox, thread__in=batch, unread_count=0)
        triage.mark(list(rows.select_related("mailbox")), "unread", at)
    ThreadUnread.objects.filter(mailbox=mailbox).delete()
    given = MailboxThread.objects.filter(mailbox=mailbox, assignee__isnull=False)
    given.update(assignee=None, assigned_at=at)
    mailbox.kind, mailbox.owner = Kind.PERSONAL, owner
    _close(mailbox, Visibility.TEAM, Visibility.PRIVATE)


def _close(mailbox: Mailbox, before: str, after: str) -> None:
    """What was read by nobody else is so still, in the words of the other mode."""
    MailboxThread.objects.filter(mailbox=mailbox, visibility=before).update(visibility=after)
    if mailbox.visibility != Visibility.SHARED:
        mailbox.visibility = after
    mailbox.save(update_fields=["kind", "owner", "visibility"])
