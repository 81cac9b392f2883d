"""What conversations wait for: the time they come back at, and whose wish that was."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from inbox.models import Wake


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
