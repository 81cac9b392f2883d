"""Linking a conversation by hand, and taking links back; each has its way back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from crm.workspaces.models import Membership
from inbox.actions import apart
from inbox.models import LinkedMessage, Message, Thread, ThreadLink
from inbox.queries import access


def link(
    *,
    thread: Thread,
    record: Any,
    by: Membership,
    at: datetime,
    messages: Sequence[Message] = (),
) -> ThreadLink:
    """Link a thread to a record, or only these messages of it; once more it changes which.

    A link that made itself out of mail which he cannot read becomes one that he chose. Raises
    PermissionDenied for whoever works in no mailbox that has the thread.
    """
    with transaction.atomic():
        boxes = apart.own_boxes([thread.pk], by)
        fresh = {"source": ThreadLink.Source.MANUAL, "by": by, "created_at": at}
        row, is_new = ThreadLink.objects.select_for_update().get_or_create(
            thread=thread, kind=record.kind(), object_id=record.pk, defaults=fresh
        )
        is_own_choice = row.undone_at is not None or _is_anothers(row, by)
        if is_own_choice:
            row.source, row.by, row.undone_at = ThreadLink.Source.MANUAL, by, None
            row.save(update_fields=["source", "by", "undone_at"])
            LinkedMessage.objects.filter(link=row).delete()
        is_new |= is_own_choice
        _narrow(row, messages, is_new)
        apart.tell("thread.linked", [thread], boxes, by, at)
    found: ThreadLink = row
    return found


def link_sent(
    *, thread_id: int, pairs: Sequence[Sequence[Any]], by: Membership | None, at: datetime
) -> None:
    """Link the thread of a mail that has left to what it was written about, (kind, id) each.

    Whoever wrote it chose that; a link that was taken back before comes back.
    """
    for kind, pk in pairs:
        fresh = {"source": ThreadLink.Source.MANUAL, "by": by, "created_at": at}
        row, is_new = ThreadLink.objects.get_or_create(
            thread_id=thread_id, kind=kind, object_id=pk, defaults=fresh
        )
        if not is_new and row.undone_at is not None:
            row.source, row.by, row.undone_at = ThreadLink.Source.MANUAL, by, None
            row.save(update_fields=["source", "by", "undone_at"])


def unlink(*, thread: Thread, record: Any, by: Membership, at: datetime) -> bool:
    """Take a link back, for good: it never makes itself again. False where he knows of none.

    Raises PermissionDenied as `link` does.
    """
    return _stamp("thread.unlinked", thread, record, by, at, undone_at=at)


def restore(*, thread: Thread, record: Any, by: Membership, at: datetime) -> bool:
    """Bring a link back as it was before `unlink`; False where there is none.

    Raises PermissionDenied as `link` does.
    """
    return _stamp("thread.linked", thread, record, by, at, undone_at=None)


def decline(*, thread: Thread, records: Sequence[Any], by: Membership, at: datetime) -> None:
    """It belongs to none of these: do not ask again, do not link it by itself.

    Raises PermissionDenied as `link` does. `at` names the answer for `ask_again`.
    """
    with transaction.atomic():
        boxes = apart.own_boxes([thread.pk], by)
        ThreadLink.objects.bulk_create(
            (
                ThreadLink(
                    thread=thread,
                    kind=record.kind(),
                    object_id=record.pk,
                    source=ThreadLink.Source.MANUAL,
                    by=by,
                    created_at=at,
                    undone_at=at,
                )
                for record in records
            ),
            ignore_conflicts=True,
        )
        apart.tell("thread.linked", [thread], boxes, by, at)


def ask_again(*, thread: Thread, answered: datetime, by: Membership, at: datetime) -> None:
    """Take one `decline` back; raises PermissionDenied as `link` does."""
    with transaction.atomic():
        boxes = apart.own_boxes([thread.pk], by)
        rows = ThreadLink.objects.filter(thread=thread, created_at=answered, undone_at=answered)
        rows.delete()
        apart.tell("thread.linked", [thread], boxes, by, at)


def _is_anothers(row: ThreadLink, by: Membership) -> bool:
    """Whether it made itself, and the member may not know of it."""
    is_by_hand = row.source == ThreadLink.Source.MANUAL
    return not is_by_hand and not access.links(by).filter(pk=row.pk).exists()


def _narrow(row: ThreadLink, messages: Sequence[Message], is_new: bool) -> None:
    """Say which messages are meant; a link to the whole thread is not narrowed by one more."""
    meant = LinkedMessage.objects.filter(link=row)
    if not messages:
        meant.delete()
    elif is_new or meant.exists():
        LinkedMessage.objects.bulk_create(
            (LinkedMessage(link=row, message=message) for message in messages),
            ignore_conflicts=True,
        )


def _stamp(
    verb: str,
    thread: Thread,
    record: Any,
    by: Membership,
    at: datetime,
    *,
    undone_at: datetime | None,
) -> bool:
    with transaction.atomic():
        boxes = apart.own_boxes([thread.pk], by)
        undone = ThreadLink.objects.filter(undone_at__isnull=False)
        rows = access.links(by) if undone_at is not None else undone
        meant = rows.filter(thread=thread, kind=record.kind(), object_id=record.pk)
        touched = meant.update(undone_at=undone_at)
        if touched:
            apart.tell(verb, [thread], boxes, by, at)
    return bool(touched)
