"""Whom a mention let read a conversation: shut out again, and let in once more."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from crm.timeline import actions as timeline
from crm.workspaces.models import Membership
from inbox.models import Mailbox, Thread, ThreadGuest
from inbox.queries import access


def shut_out(
    *, thread: Thread, mailbox: Mailbox, member: Membership, by: Membership, at: datetime
) -> bool:
    """Whoever was let in by a mention reads it no more; raises PermissionDenied as `let_in`."""
    return _let(thread, mailbox, member, by, at, is_in=False)


def let_in(
    *, thread: Thread, mailbox: Mailbox, member: Membership, by: Membership, at: datetime
) -> bool:
    """Let a colleague read what a mailbox holds of a thread; False where nothing changed.

    Raises PermissionDenied for whoever does not work in the mailbox.
    """
    return _let(thread, mailbox, member, by, at, is_in=True)


def _let(
    thread: Thread,
    mailbox: Mailbox,
    member: Membership,
    by: Membership,
    at: datetime,
    *,
    is_in: bool,
) -> bool:
    if mailbox.pk not in access.mailbox_ids(by):
        raise PermissionDenied("mailbox")
    here = {"thread": thread, "mailbox": mailbox, "member": member}
    with transaction.atomic():
        if is_in:
            _row, changed = ThreadGuest.objects.get_or_create(**here, defaults={"by": by, "at": at})
        else:
            changed = bool(ThreadGuest.objects.filter(**here).delete()[0])
        if changed:
            verb = "thread.let_in" if is_in else "thread.shut_out"
            data = {"mailboxes": [mailbox.pk], "member": member.pk}
            timeline.record(verb, by=by, about=[thread], at=at, data=data)
    return changed
