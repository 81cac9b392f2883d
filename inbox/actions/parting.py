"""Splitting a conversation by hand: from a message on it is another one, and stays so."""

from datetime import datetime
from typing import Any

from django.db import transaction

from crm.workspaces.models import Membership
from inbox.actions import apart, threading
from inbox.mime import ids
from inbox.mime.thread import base_subject
from inbox.models import (
    Comment,
    Draft,
    LinkedMessage,
    MailboxThread,
    Message,
    Outgoing,
    Participant,
    Parting,
    Thread,
    ThreadGuest,
    ThreadKey,
    ThreadLabel,
    ThreadLink,
    ThreadUnread,
    Wake,
)


class NothingLeft(ValueError):
    """The message is the first one: the whole conversation would move."""


def split(*, message: Message, by: Membership, at: datetime) -> Thread:
    """Make another thread of a message and all that came after it, in every mailbox.

    Mailboxes keep their visibility and place on both sides; links made by hand stay on both,
    others go with the addresses that account for them. No later mail joins the two again.
    Raises NothingLeft, and PermissionDenied for whoever works in no mailbox that has it.
    """
    with transaction.atomic():
        apart.lock()
        thread: Thread = Thread.objects.select_for_update().get(pk=message.thread_id)
        boxes = apart.own_boxes([thread.pk], by)
        moved, kept = _sides(message)
        if not kept:
            raise NothingLeft
        made: Thread = Thread.objects.create(
            subject=base_subject(message.subject)[0], created_at=at
        )
        _move(thread, made, moved, kept)
        _divide_links(thread, made, set(moved))
        apart.part(thread.pk, made.pk)
        _inherit(thread.pk, made.pk)
        _divide_entries(thread, made)
        apart.tell("thread.split", [thread, made], boxes, by, at)
    return made


def _sides(message: Message) -> tuple[list[int], list[int]]:
    """What moves and what stays, by id; copies of one mail go together, by the first of them."""
    rows = Message.objects.filter(thread=message.thread_id).order_by("received_at", "pk")
    told = rows.values_list("pk", "rfc_id", "received_at")
    listed = [(pk, rfc_id or pk, (at, pk)) for pk, rfc_id, at in told]
    first: dict[Any, tuple[datetime, int]] = {}
    for _pk, same, place in listed:
        first.setdefault(same, place)
    since = first[message.rfc_id or message.pk]
    moved = [pk for pk, same, _place in listed if first[same] >= since]
    kept = [pk for pk, same, _place in listed if first[same] < since]
    return moved, kept


def _move(thread: Thread, made: Thread, moved: list[int], kept: list[int]) -> None:
    rows = Message.objects.filter(pk__in=moved)
    named = set(rows.exclude(rfc_id=None).values_list("rfc_id", flat=True))
    rows.update(thread=made)
    stays = Message.objects.filter(pk__in=kept).exclude(rfc_id=None)
    named -= set(stays.values_list("rfc_id", flat=True))
    keys = [threading.key_of(ids.key(rfc_id)) for rfc_id in named]
    ThreadKey.objects.filter(thread=thread, key__among=keys).update(thread=made)
    Draft.objects.filter(thread=thread, answers__in=moved).update(thread=made)
    since = rows.order_by("received_at").values_list("received_at", flat=True).first()
    # Where a mailbox has nothing of the new thread, nobody would read them there
    said = Comment.objects.filter(thread=thread, created_at__gte=since)
    said.filter(mailbox__in=rows.values("mailbox")).update(thread=made)
    # What is unread for a member alone are the newest mails, which went along
    ThreadUnread.objects.filter(thread=thread, mailbox__in=rows.values("mailbox")).update(
        thread=made
    )
    for answers in ("answers__in", "message__in"):
        Outgoing.objects.filter(thread=thread, **{answers: moved}).update(thread=made)


def _divide_links(thread: Thread, made: Thread, moved: set[int]) -> None:
    """Links by hand and undone ones stand on both sides, others where their address takes part."""
    on = {
        side: set(
            Participant.objects.filter(message__thread=side).values_list("address", flat=True)
        )
        for side in (thread.pk, made.pk)
    }
    singles = LinkedMessage.objects.filter(link__thread=thread)
    meant: dict[int, set[int]] = {}
    for link_id, message_id in singles.values_list("link_id", "message_id"):
        meant.setdefault(link_id, set()).add(message_id)
    for link in list(ThreadLink.objects.filter(thread=thread)):
        here, there = link.why in on[thread.pk], link.why in on[made.pk]
        if link.source == ThreadLink.Source.MANUAL or link.undone_at or not (here or there):
            here = there = True
        if link.pk in meant:
            there, here = bool(meant[link.pk] & moved), bool(meant[link.pk] - moved)
        if there:
            twin = _twin(link, made)
            LinkedMessage.objects.filter(link=link, message__in=moved).update(link=twin)
        if not here:
            link.delete()


def _twin(link: ThreadLink, thread: Thread) -> ThreadLink:
    same = ("kind", "object_id", "source", "rule", "why", "by_id", "created_at", "undone_at")
    made: ThreadLink = ThreadLink.objects.create(
        thread=thread, **{name: getattr(link, name) for name in same}
    )
    return made


def _inherit(thread: int, made: int) -> None:
    """What was parted from the whole is parted from both halves."""
    for row in Parting.objects.filter(thread=thread).exclude(other=made):
        apart.part(made, row.other_id)
    for row in Parting.objects.filter(other=thread).exclude(thread=made):
        apart.part(made, row.thread_id)


def _divide_entries(thread: Thread, made: Thread) -> None:
    """The new thread stands in each mailbox as the old one does; those without mail of it go."""
    for entry in list(MailboxThread.objects.filter(thread=thread)):
        entry.pk, entry.thread = None, made
        entry.save(force_insert=True)
    # What was said of the whole holds for both halves
    for model in (Wake, ThreadLabel, ThreadGuest):
        for row in list(model.objects.filter(thread=thread)):
            row.pk, row.thread = None, made
            row.save(force_insert=True)
    apart.refresh([thread.pk, made.pk])
