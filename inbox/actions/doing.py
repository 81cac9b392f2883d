"""One thing done to some conversations of many, and undone where it changed something."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from crm.timeline import subjects
from crm.workspaces.models import Membership
from inbox.actions import before, binding, labels, snoozing, triage
from inbox.models import MailboxThread, MailLabel, Thread, ThreadUnread
from inbox.queries import access

# What moves or marks a conversation, and comes back as it was
ROWS = {*triage.VERBS, "snooze", "unsnooze"}
VERBS = {*ROWS, "label", "unlabel", "link"}
SNOOZED = MailboxThread.Place.SNOOZED
Changed = dict[int, str]
Said = Mapping[str, Any]


def do(
    verb: str, said: Said, threads: Sequence[Thread], *, by: Membership, at: datetime
) -> Changed:
    """Do it to these threads; returns those it changed, by id, with words that `undo` needs."""
    given: dict[str, Any] = {"by": by, "at": at}
    if verb in ROWS:
        return _move(verb, said, threads, by, at)
    if verb in ("label", "unlabel"):
        label = MailLabel.objects.filter(uid=said["label"], removed_at=None).first()
        change = labels.put_on if verb == "label" else labels.take_off
        found = change(threads=threads, label=label, **given) if label is not None else []
        return {thread.pk: "" for thread in found}
    return _link(said, threads, by, at)


def undo(
    verb: str, said: Said, threads: Sequence[Thread], kept: Changed, *, by: Membership, at: datetime
) -> None:
    """Take it back where `do` changed something and nobody moved it since."""
    given: dict[str, Any] = {"by": by, "at": at}
    if verb in ROWS:
        rows = {int(pk): was for told in kept.values() for pk, was in json.loads(told).items()}
        before.put_back(verb, triage.own_entries(threads, by), rows, **given)
    elif verb in ("label", "unlabel"):
        label = MailLabel.objects.filter(uid=said["label"]).first()
        change = labels.take_off if verb == "label" else labels.put_on
        if label is not None:
            change(threads=threads, label=label, **given)
    else:
        record = _record(said, by)
        # What an earlier release linked says nothing of before
        links = {pk: json.loads(was or "null") for pk, was in kept.items()}
        if record is not None:
            binding.loosen(threads=threads, record=record, kept=links, **given)


def _move(
    verb: str, said: Said, threads: Sequence[Thread], by: Membership, at: datetime
) -> Changed:
    """Each thread it changes with its list rows as they stood."""
    meant = _unlike(verb, threads, by)
    entries = triage.own_entries(meant, by)
    was = before.standing(verb, entries, by)
    if verb == "snooze":
        snoozing.snooze(threads=meant, **_until(said), by=by, at=at)
    elif verb == "unsnooze":
        snoozing.unsnooze(threads=meant, by=by, at=at)
    else:
        triage.triage(verb=verb, threads=meant, by=by, at=at)
    before.became(verb, entries, was)
    found: dict[int, dict[int, before.Was]] = {thread.pk: {} for thread in meant}
    for entry in entries:
        found[entry.thread_id][entry.pk] = was[entry.pk]
    return {pk: json.dumps(rows) for pk, rows in found.items()}


def _until(said: Said) -> dict[str, Any]:
    until = datetime.fromisoformat(said["until"])
    return {"until": until, "unless_answered": bool(said.get("unless_answered"))}


def _unlike(verb: str, threads: Sequence[Thread], by: Membership) -> list[Thread]:
    """Those of the threads that the verb would change, in the member's own mailboxes."""
    rows = MailboxThread.objects.filter(thread__in=threads, mailbox__in=access.mailbox_ids(by))
    if verb == "unsnooze":
        rows = rows.filter(place=SNOOZED)
    elif verb in triage.MOVES:
        rows = rows.exclude(place=triage.MOVES[verb].place)
    elif verb in triage.BACK:
        rows = rows.filter(place=triage.MOVES[triage.BACK[verb]].place)
    elif verb in before.MARKS:
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
    found = binding.bind(threads=threads, record=record, by=by, at=at)
    return {pk: json.dumps(was) for pk, was in found.items()}


def _record(said: Said, by: Membership) -> Any:
    kind, _colon, uid = str(said["record"]).partition(":")
    return subjects.find(by, kind, UUID(uid))
