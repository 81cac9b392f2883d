"""What every change of threads by hand needs: one at a time, by whoever may, told to all."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import connections

from crm.timeline import actions as timeline
from crm.workspaces.models import Membership
from crm.workspaces.tenancy import required
from inbox.actions import placing, threading
from inbox.models import MailboxThread, Message, Parting, Thread
from inbox.queries import access


def lock() -> None:
    """One change of threads at a time in a workspace, until the transaction ends."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, %s)", [threading.LOCK, required() & 0x7FFFFFFF]
        )


def own_boxes(threads: Sequence[int], by: Membership) -> list[int]:
    """Every mailbox that has these threads; raises PermissionDenied unless each is in his."""
    rows = MailboxThread.objects.filter(thread__in=threads).values_list("thread_id", "mailbox_id")
    own = set(access.mailbox_ids(by))
    found = list(rows)
    if {thread for thread, box in found if box in own} != set(threads):
        raise PermissionDenied("thread")
    return sorted({box for _thread, box in found})


def part(one: int, other: int) -> None:
    """No mail joins these two threads any more."""
    low, high = sorted((one, other))
    Parting.objects.get_or_create(thread_id=low, other_id=high)


def tell(
    verb: str, threads: Sequence[Thread], boxes: list[int], by: Membership, at: datetime
) -> None:
    """Record what happened to threads, for those who can read them."""
    timeline.record(verb, by=by, about=threads, at=at, data={"mailboxes": boxes})


def refresh(threads: Iterable[int]) -> None:
    """Add up the list rows of these threads in every mailbox that has or had mail of them."""
    wanted = list(threads)
    mail = Message.objects.filter(thread__in=wanted).values_list("thread_id", "mailbox_id")
    rows = MailboxThread.objects.filter(thread__in=wanted)
    pairs = {*mail.distinct(), *rows.values_list("thread_id", "mailbox_id")}
    visibility = dict(rows.values_list("mailbox_id", "visibility"))
    placing.refresh(pairs, visibility=visibility, reopened=set())
