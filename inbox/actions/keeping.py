"""What two threads were before they became one, and making them so again."""

import json
from collections import defaultdict
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q

from inbox.actions import placing
from inbox.models import (
    Comment,
    Draft,
    HiddenRow,
    LinkedMessage,
    MailboxThread,
    Message,
    Outgoing,
    Thread,
    ThreadGuest,
    ThreadKey,
    ThreadLabel,
    ThreadLink,
    Visibility,
    Wake,
)

MOVED: tuple[type[Any], ...] = (
    Message,
    ThreadKey,
    Draft,
    Outgoing,
    Comment,
    HiddenRow,
)
ROWS: tuple[type[Any], ...] = (ThreadLink, MailboxThread, Wake, ThreadLabel, ThreadGuest)


def kept(into: int, other: int) -> dict[str, Any]:
    """Ids of what will move, and rows of both as they are."""
    found: dict[str, Any] = {
        model.__name__: list(model.objects.filter(thread=other).values_list("pk", flat=True))
        for model in MOVED
    }
    both = Q(thread=into) | Q(thread=other)
    for model in ROWS:
        found[model.__name__] = list(model.objects.filter(both).values())
    singles = LinkedMessage.objects.filter(link__thread__in=[into, other])
    found["singles"] = list(singles.values_list("link_id", "message_id"))
    merged = Thread.objects.filter(merged_into=other)
    found["redirects"] = list(merged.values_list("pk", flat=True))
    plain: dict[str, Any] = json.loads(json.dumps(found, cls=DjangoJSONEncoder))
    return plain


def restore(was: dict[str, Any], into: int, other: int) -> None:
    """Give both threads back what `kept` told; what came meanwhile stays with the first."""
    _move_back(was, into, other)
    _restore_links(was, into)
    _restore_entries(was, into, other)
    _restore_wakes(was, into)
    _restore_labels(was, into)
    _restore_guests(was, into)
    Thread.objects.filter(pk__in=was["redirects"]).update(merged_into=other)


def _move_back(kept: dict[str, Any], into: int, other: int) -> None:
    for model in MOVED:
        rows = model.objects.filter(thread=into, pk__in=kept.get(model.__name__, ()))
        rows.update(thread=other)


def _restore_links(kept: dict[str, Any], into: int) -> None:
    """Links as both had them; what was linked by hand meanwhile stays with the first.

    What was undone meanwhile is undone of both.
    """
    was = [ThreadLink(**row) for row in kept["ThreadLink"]]
    before = {(link.kind, link.object_id) for link in was if link.thread_id == into}
    ended = _undone_since(was, into)
    firsts = [link.pk for link in was if link.thread_id == into]
    LinkedMessage.objects.filter(link__in=firsts).delete()
    for link in was:
        link.undone_at = ended.get((link.kind, link.object_id), link.undone_at)
        if link.thread_id == into:
            ThreadLink.objects.filter(pk=link.pk).update(undone_at=link.undone_at)
        elif (link.kind, link.object_id) not in before:
            same = ThreadLink.objects.filter(thread=into, kind=link.kind)
            same.filter(object_id=link.object_id).delete()
    ThreadLink.objects.bulk_create(link for link in was if link.thread_id != into)
    singles = kept["singles"]
    rows = ThreadLink.objects.filter(pk__in={link for link, _message in singles})
    there = set(rows.values_list("pk", flat=True))
    mails = Message.objects.filter(pk__in={message for _link, message in singles})
    present = set(mails.values_list("pk", flat=True))
    LinkedMessage.objects.bulk_create(
        LinkedMessage(link_id=link, message_id=message)
        for link, message in singles
        if link in there and message in present
    )


def _undone_since(was: list[ThreadLink], into: int) -> dict[tuple[str, int], datetime]:
    """When links of both were undone by hand after they had become one's."""
    known = {(link.kind, link.object_id): set[Any]() for link in was}
    for link in was:
        known[link.kind, link.object_id].add(link.undone_at)
    rows = ThreadLink.objects.filter(thread=into, undone_at__isnull=False)
    now = {(kind, pk): at for kind, pk, at in rows.values_list("kind", "object_id", "undone_at")}
    return {
        pair: at for pair, at in now.items() if pair in known and _written(at) not in known[pair]
    }


def _written(at: datetime) -> Any:
    """A time as it is kept."""
    return json.loads(json.dumps(at, cls=DjangoJSONEncoder))


def _restore_entries(kept: dict[str, Any], into: int, other: int) -> None:
    """List rows with the place they had, and the visibility unless the whole was closed since."""
    was = [MailboxThread(**row) for row in kept["MailboxThread"]]
    rows = MailboxThread.objects.filter(thread=into)
    now = dict(rows.values_list("mailbox_id", "visibility"))
    whole: dict[int, str] = {}
    for entry in was:
        box = entry.mailbox_id
        whole[box] = Visibility.stricter(entry.visibility, whole.get(box, entry.visibility))
    for entry in was:
        is_closed = now.get(entry.mailbox_id, whole[entry.mailbox_id]) != whole[entry.mailbox_id]
        if is_closed:
            entry.visibility = Visibility.stricter(entry.visibility, now[entry.mailbox_id])
    MailboxThread.objects.bulk_create(entry for entry in was if entry.thread_id == other)
    names = ("visibility", "assignee_id", "assigned_at", *placing.STAMPS)
    for entry in was:
        if entry.thread_id != other:
            same = MailboxThread.objects.filter(thread=into, mailbox=entry.mailbox_id)
            same.update(**{name: getattr(entry, name) for name in names})


def _restore_wakes(kept: dict[str, Any], into: int) -> None:
    """When both come back, as it was; what was said meanwhile stays with the first."""
    was = [Wake(**row) for row in kept.get("Wake", ())]
    before = {(wake.mailbox_id, wake.kind) for wake in was if wake.thread_id == into}
    for wake in was:
        if wake.thread_id != into and (wake.mailbox_id, wake.kind) not in before:
            same = Wake.objects.filter(thread=into, mailbox=wake.mailbox_id, kind=wake.kind)
            same.filter(since=wake.since).delete()
    Wake.objects.bulk_create(
        (wake for wake in was if wake.thread_id != into), ignore_conflicts=True
    )


def _restore_labels(kept: dict[str, Any], into: int) -> None:
    """Each has the labels it had; one that was put on meanwhile stays with the first."""
    was = [ThreadLabel(**row) for row in kept.get("ThreadLabel", ())]
    before = {(row.label_id, row.mailbox_id) for row in was if row.thread_id == into}
    for row in was:
        if row.thread_id != into and (row.label_id, row.mailbox_id) not in before:
            same = ThreadLabel.objects.filter(thread=into, label=row.label_id)
            same.filter(mailbox=row.mailbox_id).delete()
    ThreadLabel.objects.bulk_create(
        (row for row in was if row.thread_id != into), ignore_conflicts=True
    )


def _restore_guests(kept: dict[str, Any], into: int) -> None:
    """Each half is read by those who were let into it; whoever came meanwhile reads the first.

    Who read the whole and was shut out of it reads neither half.
    """
    was = [ThreadGuest(**row) for row in kept.get("ThreadGuest", ())]
    rows = ThreadGuest.objects.filter(thread=into).values_list("mailbox_id", "member_id")
    standing, halves = set(rows), defaultdict[int, set[int]](set)
    for row in kept["MailboxThread"]:
        halves[row["mailbox_id"]].add(row["thread_id"])
    let_into = {(guest.thread_id, guest.mailbox_id, guest.member_id) for guest in was}

    def is_out(guest: ThreadGuest) -> bool:
        box, member = guest.mailbox_id, guest.member_id
        read_all = all((half, box, member) in let_into for half in halves[box])
        return read_all and (box, member) not in standing

    was = [guest for guest in was if not is_out(guest)]
    before = {(guest.mailbox_id, guest.member_id) for guest in was if guest.thread_id == into}
    for guest in was:
        if guest.thread_id != into and (guest.mailbox_id, guest.member_id) not in before:
            ThreadGuest.objects.filter(
                thread=into, mailbox=guest.mailbox_id, member=guest.member_id, at=guest.at
            ).delete()
    ThreadGuest.objects.bulk_create(was, ignore_conflicts=True)
