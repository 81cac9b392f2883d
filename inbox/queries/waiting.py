"""What conversations wait for: the time they come back at, and whose wish that was."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from crm.workspaces.models import Membership
from inbox.models import MailboxThread, Thread, Wake
from inbox.queries import access


def wakes(thread_id: int, mailbox_ids: Iterable[int]) -> dict[str, Wake]:
    """What one thread waits for in these mailboxes, by kind; of several the next one."""
    rows = Wake.objects.filter(thread=thread_id, mailbox__in=list(mailbox_ids))
    found: dict[str, Wake] = {}
    for row in rows.select_related("by").order_by("due_at", "pk"):
        found.setdefault(row.kind, row)
    return found


def times(thread_ids: Sequence[int], mailbox_ids: Iterable[int]) -> dict[tuple[int, str], datetime]:
    """When threads come back, by (thread id, kind), as these mailboxes have it."""
    rows = Wake.objects.filter(thread__in=thread_ids, mailbox__in=list(mailbox_ids))
    told = rows.order_by("-due_at").values_list("thread_id", "kind", "due_at")
    return {(thread, kind): due for thread, kind, due in told}


def again(member: Membership, threads: Sequence[Thread]) -> list[str]:
    """How these threads are snoozed in the member's mailboxes, as words that snooze them so again.

    Each is the thread's public id, the time, and a 1 where an answer of ours ends it.
    """
    rows = Wake.objects.filter(
        thread__in=threads, mailbox__in=access.mailboxes(member), kind=Wake.Kind.SNOOZE
    )
    aside = MailboxThread.objects.filter(thread__in=threads, place=MailboxThread.Place.SNOOZED)
    known = set(aside.values_list("thread_id", "mailbox_id"))
    found: dict[str, str] = {}
    for row in rows.select_related("thread").order_by("due_at"):
        if (row.thread_id, row.mailbox_id) in known:
            until = row.due_at.isoformat().replace("+00:00", "Z")
            said = f"{row.thread.uid} {until} {'1' if row.unless_answered else ''}"
            found.setdefault(str(row.thread.uid), said.strip())
    return list(found.values())
