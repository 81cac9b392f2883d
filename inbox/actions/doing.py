"""One thing done to some conversations of many, and undone where it changed something."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from crm.timeline import subjects
from crm.workspaces.models import Membership
from inbox.actions import choosing, labels, snoozing, triage
from inbox.models import MailboxThread, MailLabel, Thread, ThreadLink, ThreadUnread
from inbox.queries import access, moments, waiting

VERBS = {*triage.VERBS, "snooze", "label", "unlabel", "link"}
Changed = dict[int, str]
Said = Mapping[str, Any]


def do(
    verb: str, said: Said, threads: Sequence[Thread], *, by: Membership, at: datetime
) -> Changed:
    """Do it to these threads; returns those it changed, by id, with words that `undo` needs."""
    given: dict[str, Any] = {"by": by, "at": at}
    if verb == "snooze":
        was = {each.partition(" ")[0]: each for each in waiting.again(by, threads)}
        snoozing.snooze(threads=threads, **_until(said), **given)
        return {thread.pk: was.get(str(thread.uid), "") for thread in threads}
    if verb in ("label", "unlabel"):
        label = MailLabel.objects.filter(uid=said["label"], removed_at=None).first()
        change = labels.put_on if verb == "label" else labels.take_off
        found = change(threads=threads, label=label, **given) if label is not None else []
        return {thread.pk: "" for thread in found}
    if verb == "link":
        return _link(said, threads, by, at)
    meant = _unlike(verb, threads, by)
    triage.triage(verb=verb, threads=meant, **given)
    return {thread.pk: "" for thread in meant}


def undo(
    verb: str, said: Said, threads: Sequence[Thread], kept: Changed, *, by: Membership, at: datetime
) -> None:
    """Take it back where `do` changed something and nobody moved it since."""
    given: dict[str, Any] = {"by": by, "at": at}
    if verb == "snooze":
        snoozing.unsnooze(threads=threads, **given)
        for thread in threads:
            _uid, _space, rest = kept[thread.pk].partition(" ")
            when, _space, unless = rest.partition(" ")
            until = moments.read(when, zone=at.tzinfo) if when and at.tzinfo else None
            if until is not None and until > at:
                again: dict[str, Any] = {"until": until, "unless_answered": bool(unless)}
                snoozing.snooze(threads=[thread], **again, **given)
    elif verb in ("label", "unlabel"):
        label = MailLabel.objects.filter(uid=said["label"]).first()
        change = labels.take_off if verb == "label" else labels.put_on
        if label is not None:
            change(threads=threads, label=label, **given)
    elif verb == "link":
        record = _record(said, by)
        for thread in threads if record is not None else ():
            choosing.unlink(thread=thread, record=record, **given)
    else:
        back = triage.OPPOSITE[verb]
        triage.triage(verb=back, threads=_unlike(back, threads, by), **given)


def _until(said: Said) -> dict[str, Any]:
    until = datetime.fromisoformat(said["until"])
    return {"until": until, "unless_answered": bool(said.get("unless_answered"))}


def _unlike(verb: str, threads: Sequence[Thread], by: Membership) -> list[Thread]:
    """Those of the threads that the verb would change, in the member's own mailboxes."""
    rows = MailboxThread.objects.filter(thread__in=threads, mailbox__in=access.mailbox_ids(by))
    if verb in triage.MOVES:
        rows = rows.exclude(place=triage.MOVES[verb].place)
    elif verb in triage.BACK:
        rows = rows.filter(place=triage.MOVES[triage.BACK[verb]].place)
    else:
        own = ThreadUnread.objects.filter(
            member=by, thread=OuterRef("thread"), mailbox=OuterRef("mailbox")
        )
        unread = Q(unread_count__gt=0) | Q(Exists(own))
        rows = rows.filter(unread if verb == "read" else ~unread)
    wanted = set(rows.values_list("thread_id", flat=True))
    return [thread for thread in threads if thread.pk in wanted]


def _link(said: Said, threads: Sequence[Thread], by: Membership, at: datetime) -> Changed:
    record = _record(said, by)
    if record is None:
        return {}
    there = ThreadLink.objects.filter(
        thread__in=threads, kind=record.kind(), object_id=record.pk, undone_at=None
    )
    known = set(there.values_list("thread_id", flat=True))
    fresh = [thread for thread in threads if thread.pk not in known]
    for thread in fresh:
        choosing.link(thread=thread, record=record, by=by, at=at)
    return {thread.pk: "" for thread in fresh}


def _record(said: Said, by: Membership) -> Any:
    kind, _colon, uid = str(said["record"]).partition(":")
    return subjects.find(by, kind, UUID(uid))
