"""Linking many conversations to one record by hand, and making their links what they were."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from crm.workspaces.models import Membership
from inbox.actions import apart
from inbox.models import LinkedMessage, MailboxThread, Thread, ThreadLink
from inbox.queries import access

# Of a link that had been taken back: what it was, and which messages it meant
Was = dict[str, Any] | None
MANUAL = ThreadLink.Source.MANUAL


def bind(*, threads: Sequence[Thread], record: Any, by: Membership, at: datetime) -> dict[int, Was]:
    """Link threads of the member's own mailboxes that are not linked yet, in six statements.

    Returns these by id with how their link stood, None where there was none.
    """
    with transaction.atomic():
        own, boxes = _own(threads, by)
        rows = {row.thread_id: row for row in _links(own, record).select_for_update()}
        new = [pk for pk in own if pk not in rows]
        again = [row for row in rows.values() if row.undone_at is not None]
        was = _standing(again)
        given = {"kind": record.kind(), "object_id": record.pk, "source": MANUAL, "by": by}
        ThreadLink.objects.bulk_create(
            (ThreadLink(thread_id=pk, created_at=at, **given) for pk in new),
            ignore_conflicts=True,
        )
        meant = [row.pk for row in again]
        ThreadLink.objects.filter(pk__in=meant).update(source=MANUAL, by=by, undone_at=None)
        LinkedMessage.objects.filter(link__in=meant).delete()
        found: dict[int, Was] = dict.fromkeys(new) | was
        _tell("thread.linked", threads, found, boxes, by, at)
    return found


def loosen(
    *,
    threads: Sequence[Thread],
    record: Any,
    kept: Mapping[int, Was],
    by: Membership,
    at: datetime,
) -> None:
    """Make the links that `bind` made what they were, where nobody took them back since."""
    with transaction.atomic():
        own, boxes = _own(threads, by)
        standing = _links(own, record).filter(undone_at=None, source=MANUAL)
        rows = {row.thread_id: row for row in standing.select_for_update() if row.thread_id in kept}
        ThreadLink.objects.filter(
            pk__in=[row.pk for pk, row in rows.items() if kept[pk] is None]
        ).delete()
        for pk, row in rows.items():
            if (was := kept[pk]) is not None:
                row.source, row.by_id = was["source"], was["by"]
                row.undone_at = datetime.fromisoformat(was["undone_at"])
                row.save(update_fields=["source", "by", "undone_at"])
                LinkedMessage.objects.bulk_create(
                    LinkedMessage(link=row, message_id=each) for each in was["messages"]
                )
        _tell("thread.unlinked", threads, rows, boxes, by, at)


def _own(threads: Sequence[Thread], by: Membership) -> tuple[list[int], list[int]]:
    """Those of the threads that lie in the member's mailboxes, and every mailbox that has them."""
    ids = [thread.pk for thread in threads]
    entries = MailboxThread.objects.filter(thread__in=ids)
    pairs = set(entries.values_list("thread_id", "mailbox_id"))
    mine = set(access.mailbox_ids(by))
    own = {thread for thread, box in pairs if box in mine}
    return sorted(own), sorted({box for thread, box in pairs if thread in own})


def _links(threads: Sequence[int], record: Any) -> Any:
    return ThreadLink.objects.filter(
        thread__in=threads, kind=record.kind(), object_id=record.pk
    ).order_by("pk")


def _standing(rows: Sequence[ThreadLink]) -> dict[int, Was]:
    messages: dict[int, list[int]] = defaultdict(list)
    singles = LinkedMessage.objects.filter(link__in=[row.pk for row in rows]) if rows else ()
    for single in singles:
        messages[single.link_id].append(single.message_id)
    return {
        row.thread_id: {
            "source": row.source,
            "by": row.by_id,
            "undone_at": row.undone_at.isoformat(),
            "messages": messages[row.pk],
        }
        for row in rows
        if row.undone_at is not None
    }


def _tell(
    verb: str,
    threads: Sequence[Thread],
    changed: Mapping[int, Any],
    boxes: list[int],
    by: Membership,
    at: datetime,
) -> None:
    meant = [thread for thread in threads if thread.pk in changed]
    if meant:
        apart.tell(verb, meant, boxes, by, at)
