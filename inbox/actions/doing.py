"""One thing done to some conversations of many, and undone where it changed something."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from crm.timeline import subjects
from crm.workspaces import directory
from crm.workspaces.models import Membership
from inbox.actions import assigning, before, binding, labels, snoozing, triage, unread
from inbox.models import MailboxThread, MailLabel, Message, Thread

# What moves or marks a conversation, and comes back as it was
ROWS = {*triage.VERBS, "snooze", "unsnooze"}
VERBS = {*ROWS, "label", "unlabel", "link", "assign"}
SNOOZED = MailboxThread.Place.SNOOZED
Changed = dict[int, str]
Said = Mapping[str, Any]


def do(
    verb: str, said: Said, entries: list[MailboxThread], *, by: Membership, at: datetime
) -> Changed:
    """Do it to the threads of these locked list rows, of which one works in each mailbox.

    Returns those it changed, by id, with words that `undo` needs.
    """
    given: dict[str, Any] = {"by": by, "at": at}
    if verb in ROWS:
        return _move(verb, said, entries, by, at)
    if verb == "assign":
        return _assign(said, entries, by, at)
    threads = list({entry.thread_id: entry.thread for entry in entries}.values())
    if verb in ("label", "unlabel"):
        label = MailLabel.objects.filter(uid=said["label"], removed_at=None).first()
        change = labels.put_on if verb == "label" else labels.take_off
        found = change(threads=threads, label=label, **given) if label is not None else []
        return {thread.pk: "" for thread in found}
    return _link(said, threads, by, at)


def undo(verb: str, said: Said, kept: Changed, *, by: Membership, at: datetime) -> None:
    """Take it back in the threads that `do` changed, where nobody moved them since."""
    given: dict[str, Any] = {"by": by, "at": at}
    if verb in ROWS:
        rows = {int(pk): was for told in kept.values() for pk, was in json.loads(told).items()}
        before.put_back(verb, triage.own_entries(list(kept), by), rows, **given)
        return
    if verb == "assign":
        whose = {int(pk): was for told in kept.values() for pk, was in json.loads(told).items()}
        rows_now = triage.own_entries(list(kept), by)
        assigning.give_back(entries=rows_now, kept=whose, by=by, at=at)
        return
    threads = list(Thread.objects.filter(pk__in=kept))
    if verb in ("label", "unlabel"):
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
    verb: str, said: Said, entries: list[MailboxThread], by: Membership, at: datetime
) -> Changed:
    """Each thread it changes with its list rows as they stood."""
    own = unread.own(before.team(entries), by) if verb in before.MARKS else {}
    unlike = _unlike(verb, entries, own)
    meant = [entry for entry in entries if entry.thread_id in unlike]
    was = before.standing(verb, meant, own)
    changed: list[Message] = []
    if verb == "snooze":
        until, unless = datetime.fromisoformat(said["until"]), bool(said.get("unless_answered"))
        snoozing.put_aside(meant, until, unless, by=by, at=at)
    elif verb == "unsnooze":
        snoozing.bring_back(meant, by=by, at=at)
    else:
        changed = triage.put(verb, meant, by=by, at=at)
    before.became(verb, meant, was, changed)
    found: dict[int, dict[int, before.Was]] = defaultdict(dict)
    for entry in meant:
        found[entry.thread_id][entry.pk] = was[entry.pk]
    return {pk: json.dumps(rows) for pk, rows in found.items()}


def _assign(said: Said, entries: list[MailboxThread], by: Membership, at: datetime) -> Changed:
    """Each thread that became somebody else's; none once the access of whoever is meant ended."""
    uid = str(said["member"])
    try:
        to = directory.receiver(UUID(uid)) if uid else None
    except (directory.Ended, Membership.DoesNotExist):
        return {}
    given = assigning.pass_on(entries=entries, to=to, by=by, at=at)
    found: dict[int, dict[int, assigning.Was]] = defaultdict(dict)
    for entry in entries:
        if entry.pk in given:
            found[entry.thread_id][entry.pk] = given[entry.pk]
    return {pk: json.dumps(rows) for pk, rows in found.items()}


def _unlike(verb: str, entries: list[MailboxThread], own: Mapping[unread.Pair, int]) -> set[int]:
    """The ids of those threads that the verb would change; `own` as `unread.own` tells it."""
    if verb in before.MARKS:
        left = {
            entry.pk: entry.unread_count or own.get((entry.thread_id, entry.mailbox_id))
            for entry in entries
        }
        return {e.thread_id for e in entries if bool(left[e.pk]) == (verb == "read")}
    if verb in triage.MOVES:
        place = triage.MOVES[verb].place
        return {entry.thread_id for entry in entries if entry.place != place}
    if verb == "snooze":
        return {entry.thread_id for entry in entries}
    place = SNOOZED if verb == "unsnooze" else triage.MOVES[triage.BACK[verb]].place
    return {entry.thread_id for entry in entries if entry.place == place}


def _link(said: Said, threads: Sequence[Thread], by: Membership, at: datetime) -> Changed:
    record = _record(said, by)
    if record is None:
        return {}
    found = binding.bind(threads=threads, record=record, by=by, at=at)
    return {pk: json.dumps(was) for pk, was in found.items()}


def _record(said: Said, by: Membership) -> Any:
    kind, _colon, uid = str(said["record"]).partition(":")
    return subjects.find(by, kind, UUID(uid))
