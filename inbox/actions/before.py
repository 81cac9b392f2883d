"""How conversations stood before something was done to many, so that it comes back exactly.

Of each list row a small object is kept: for what moves, `stamps` and `wake` as they were and `then`
as the stamps became; for what is read, the `mail` that was unread, the mail that became so, and
`own`: how much of a team's mailbox only the member had not read.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from crm.workspaces.models import Membership
from inbox.actions import placing, snoozing, triage, unread
from inbox.models import Mailbox, MailboxThread, Message, Wake

Was = dict[str, Any]
Entries = list[MailboxThread]
MARKS = ("read", "unread")
SNOOZE = Wake.Kind.SNOOZE
TOLD = {"snooze": "unsnoozed", "unsnooze": "snoozed"}
WAKE = ("due_at", "since", "unless_answered", "by_id")


def standing(
    verb: str, entries: Sequence[MailboxThread], own: Mapping[unread.Pair, int]
) -> dict[int, Was]:
    """How these list rows stand, by id; a query for what is put aside, and none else.

    `own` is what only the member has not read, as `unread.own` tells it.
    """
    if verb in MARKS:
        return {e.pk: {"own": own.get((e.thread_id, e.mailbox_id), 0)} for e in entries}
    told = snoozing.of(entries).filter(kind=SNOOZE) if verb in TOLD else ()
    wakes = {(wake.thread_id, wake.mailbox_id): wake for wake in told}
    return {
        entry.pk: {
            "stamps": _stamps(entry),
            "wake": _wake(wakes.get((entry.thread_id, entry.mailbox_id))),
        }
        for entry in entries
    }


def became(
    verb: str,
    entries: Sequence[MailboxThread],
    kept: Mapping[int, Was],
    changed: Iterable[Message],
) -> None:
    """Add how they stand now, so that nobody's later change is taken back with it.

    `changed` are the mails that a mark made read, or unread.
    """
    if verb not in MARKS:
        for entry in entries:
            kept[entry.pk]["then"] = _stamps(entry)
        return
    found: dict[unread.Pair, list[int]] = defaultdict(list)
    for row in changed:
        found[row.thread_id, row.mailbox_id].append(row.pk)
    for entry in entries:
        mail = sorted(found[entry.thread_id, entry.mailbox_id])
        kept[entry.pk]["mail" if verb == "read" else "marked"] = mail


def put_back(
    verb: str, entries: Entries, kept: Mapping[int, Was], *, by: Membership, at: datetime
) -> None:
    """Make these list rows what they were, where nobody moved them since; tells the server."""
    meant = [entry for entry in entries if entry.pk in kept]
    if verb == "read":
        _unread_again(meant, kept, by, at)
    elif verb == "unread":
        _read_again(meant, kept, by, at)
    else:
        meant = [entry for entry in meant if _stamps(entry) == kept[entry.pk].get("then")]
        _move_back(verb, meant, kept, at)
    if meant:
        triage.record(TOLD.get(verb) or triage.OPPOSITE[verb], meant, by, at)


def _move_back(verb: str, entries: Entries, kept: Mapping[int, Was], at: datetime) -> None:
    if not entries:
        return
    for entry in entries:
        for name, value in zip(placing.STAMPS, kept[entry.pk]["stamps"], strict=True):
            setattr(entry, name, value and datetime.fromisoformat(value))
    if verb in TOLD:
        snoozing.of(entries).filter(kind=SNOOZE).delete()
        for entry in entries:
            wake = kept[entry.pk]["wake"]
            if wake is not None:
                snoozing.put(SNOOZE, [entry], dict(zip(WAKE, wake, strict=True)))
    placing.restamp(entries)
    if verb in triage.OPPOSITE:
        triage.tell_server(triage.OPPOSITE[verb], entries, at)


def _read_again(entries: Entries, kept: Mapping[int, Was], by: Membership, at: datetime) -> None:
    """What was read before is read again; what was unread then stays so, and newer mail too."""
    marked = [pk for entry in entries for pk in kept[entry.pk].get("marked", [])]
    if marked:
        letters = Message.objects.filter(pk__in=marked, is_read=False, deleted_at=None)
        triage.set_read(entries, list(letters), is_read=True, at=at)
    rows = team(entries)
    own = unread.own(rows, by)
    known = [entry for entry in rows if (entry.thread_id, entry.mailbox_id) in own]
    unread.put(known, by, [kept[entry.pk]["own"] for entry in known])


def _unread_again(entries: Entries, kept: Mapping[int, Was], by: Membership, at: datetime) -> None:
    """Exactly what was unread is so again.

    In a team's mailbox it is so for him alone who takes it back, where a colleague read it since.
    """
    rows = team(entries)
    mail = {entry.pk: kept[entry.pk]["mail"] for entry in entries}
    alone = unread.take_from_others(rows, {e.pk: len(mail[e.pk]) for e in rows}, by)
    wanted = [pk for entry in entries if entry.pk not in alone for pk in mail[entry.pk]]
    letters = Message.objects.filter(pk__in=wanted, is_read=True, deleted_at=None)
    triage.set_read(entries, list(letters), is_read=False, at=at)
    more = {pk: len(mail[pk]) for pk in alone}
    unread.put(rows, by, [kept[entry.pk]["own"] + more.get(entry.pk, 0) for entry in rows])


def team(entries: Entries) -> Entries:
    """Those of the list rows that are a team's."""
    return [entry for entry in entries if entry.mailbox.kind == Mailbox.Kind.TEAM]


def _stamps(entry: MailboxThread) -> list[str | None]:
    return [at.isoformat() if at else None for at in placing.stamps(entry).values()]


def _wake(row: Wake | None) -> list[Any] | None:
    if row is None:
        return None
    return [row.due_at.isoformat(), row.since.isoformat(), row.unless_answered, row.by_id]
