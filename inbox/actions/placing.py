"""Where a rep finds a thread, and what its row in the list says."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connections, models
from psycopg.types.json import Jsonb

from crm.workspaces import bulk
from inbox.models import Mailbox, MailboxThread, Visibility

Pair = tuple[int, int]
PEOPLE = 8
Place = MailboxThread.Place

MESSAGES = """
SELECT m.thread_id, m.mailbox_id, m.subject, m.sender_name, m.sender_address, m.snippet,
       m.direction, m.received_at, m.is_read, m.attachment_count, m.kind,
       m.sensitive, m.is_tracked,
       COALESCE(array_agg(DISTINCT f.role) FILTER (WHERE f.role IS NOT NULL), '{}')
FROM inbox_message m
LEFT JOIN inbox_ledgerentry l ON l.workspace_id = m.workspace_id AND l.message_id = m.id
     AND l.missing_since IS NULL
LEFT JOIN inbox_folder f ON f.workspace_id = l.workspace_id AND f.id = l.folder_id
WHERE m.workspace_id = current_setting('app.workspace_id')::bigint
  AND m.thread_id = ANY(%s) AND m.mailbox_id = ANY(%s) AND m.deleted_at IS NULL
GROUP BY m.id ORDER BY m.received_at, m.id
"""


@dataclass
class Summary:
    """What one mailbox holds of one thread, added up."""

    subject: str = ""
    snippet: str = ""
    people: list[list[Any]] = field(default_factory=list)
    last_at: datetime | None = None
    last_direction: str = "in"
    messages: int = 0
    unread: int = 0
    has_attachment: bool = False
    has_sent: bool = False
    sensitive: str = ""
    is_tracked: bool = False
    roles: set[str] = field(default_factory=set)
    outside_trash: bool = False
    outside_spam: bool = False
    # It left the server's inbox, and stays in ours
    stays: bool = False

    def add(self, row: Sequence[Any]) -> None:
        (
            _t,
            _m,
            subject,
            name,
            address,
            snippet,
            way,
            at,
            read,
            files,
            _kind,
            rule,
            tracked,
            roles,
        ) = row
        self.messages += 1
        self.subject = self.subject or subject
        self.snippet, self.last_at, self.last_direction = snippet, at, way
        self.unread += way == "in" and not read
        self.has_attachment |= files > 0
        self.has_sent |= way == "out"
        self.sensitive = rule or self.sensitive
        self.is_tracked |= tracked
        self.roles |= set(roles)
        self.outside_trash |= set(roles) != {"trash"}
        self.outside_spam |= set(roles) != {"spam"}
        who = [name, address, way == "out"]
        if who in self.people:
            self.people.remove(who)
        self.people = [*self.people, who][-PEOPLE:]


STAMPS = {
    "snoozed_at": MailboxThread.Place.SNOOZED,
    "done_at": MailboxThread.Place.DONE,
    "archived_at": MailboxThread.Place.ARCHIVE,
    "trashed_at": MailboxThread.Place.TRASH,
    "spammed_at": MailboxThread.Place.SPAM,
    "restored_at": MailboxThread.Place.INBOX,
}


def by_stamps(stamps: Mapping[str, datetime | None]) -> str:
    """Where a person put it last; empty where nobody did."""
    done_here = [(at, name) for name, at in stamps.items() if at is not None]
    return STAMPS[max(done_here)[1]] if done_here else ""


def stamps(entry: MailboxThread) -> dict[str, datetime | None]:
    """What people did with a list row here, and when."""
    return {name: getattr(entry, name) for name in STAMPS}


def place(summary: Summary, stamped: Mapping[str, datetime | None]) -> str:
    """Where a thread is found: what a person did here last, else the server's folders."""
    if put := by_stamps(stamped):
        return put
    if summary.stays:
        return MailboxThread.Place.INBOX
    if not summary.outside_trash:
        return MailboxThread.Place.TRASH
    if not summary.outside_spam:
        return MailboxThread.Place.SPAM
    if "inbox" in summary.roles:
        return MailboxThread.Place.INBOX
    if summary.roles & {"archive", "all"}:
        return MailboxThread.Place.ARCHIVE
    return MailboxThread.Place.OTHER


def _stay(rows: list[tuple[MailboxThread, Summary]]) -> None:
    """Keep in our inbox what was only archived or deleted there, where that has no effect here.

    One query, where anything left the server's inbox.
    """
    left = [
        (entry, summary)
        for entry, summary in rows
        if "inbox" not in summary.roles and (entry.was_inbox or entry.place == Place.INBOX)
    ]
    if not left:
        return
    ids = {entry.mailbox_id for entry, _summary in left}
    columns = ("pk", "follow_archive", "follow_delete")
    boxes = {pk: told for pk, *told in Mailbox.objects.filter(pk__in=ids).values_list(*columns)}
    for entry, summary in left:
        archives, deletes = boxes[entry.mailbox_id]
        entry.was_inbox = True
        is_gone = not summary.roles or not summary.outside_trash
        is_archived = bool(summary.roles & {"archive", "all"}) and not is_gone
        summary.stays = (is_archived and not archives) or (is_gone and not deletes)


def refresh(pairs: Iterable[Pair], *, visibility: dict[int, str], reopened: set[Pair]) -> None:
    """Add up the rows of these (thread, mailbox) pairs anew, in three statements.

    `visibility` is the default of each mailbox, for pairs that are new. Live mail from
    outside reopens what was done, archived or trashed. What a rule keeps private is not
    shared, whatever the default; two statements more where there is any.
    """
    wanted = set(pairs)
    if not wanted:
        return
    standing = locked(wanted)
    found = _added_up(wanted)
    _stay([(standing[p], found[p]) for p in found if p in standing])
    _update([(standing[p], found[p]) for p in found if p in standing], reopened)
    _create([(p, found[p]) for p in found if p not in standing], visibility)
    _close([p for p in found if found[p].sensitive])
    empty = [standing[p].pk for p in wanted if p in standing and p not in found]
    if empty:
        MailboxThread.objects.filter(pk__in=empty).delete()


def restamp(entries: Sequence[MailboxThread]) -> None:
    """Write the stamps of these locked rows, and put each where they say; `place` tells where.

    What bears no stamp is where the server's folders have it. One statement, and two where any
    is without stamps.
    """
    bare = [entry for entry in entries if not by_stamps(stamps(entry))]
    found = _added_up({(entry.thread_id, entry.mailbox_id) for entry in bare}) if bare else {}
    summed = [(entry, found.get((entry.thread_id, entry.mailbox_id))) for entry in bare]
    _stay([(entry, summary) for entry, summary in summed if summary is not None])
    for entry, summary in summed:
        entry.place = place(summary, {}) if summary is not None else entry.place
    for entry in entries:
        entry.place = by_stamps(stamps(entry)) or entry.place
    bulk.save(entries, ("place", *STAMPS, "was_inbox"))


def locked(wanted: set[Pair]) -> dict[Pair, MailboxThread]:
    """Their rows as they stand: whoever moves one waits for us, and we for him.

    Asked for before a mail or a wake of theirs is written, as those do whom people move, and in
    the same order: nobody waits for somebody who waits for him.
    """
    threads, mailboxes = ({pair[i] for pair in wanted} for i in (0, 1))
    rows = MailboxThread.objects.filter(thread__among=threads, mailbox__among=mailboxes)
    found = rows.select_for_update(no_key=True).order_by("pk")
    return {(entry.thread_id, entry.mailbox_id): entry for entry in found}


def _added_up(wanted: set[Pair]) -> dict[Pair, Summary]:
    threads, mailboxes = ({pair[i] for pair in wanted} for i in (0, 1))
    found: dict[Pair, Summary] = defaultdict(Summary)
    with connections["default"].cursor() as cursor:
        cursor.execute(MESSAGES, [list(threads), list(mailboxes)])
        for row in cursor.fetchall():
            if (row[0], row[1]) in wanted:
                found[row[0], row[1]].add(row)
    return found


def _close(pairs: list[Pair]) -> None:
    """Have what a rule keeps private read by nobody else, unless its owner lifted that."""
    if not pairs:
        return
    rows = MailboxThread.objects.filter(
        thread__among={thread for thread, _box in pairs},
        mailbox__among={box for _thread, box in pairs},
        visibility=Visibility.SHARED,
        lifted_at=None,
    ).exclude(sensitive="")
    team = models.Q(mailbox__kind=Mailbox.Kind.TEAM)
    rows.filter(team).update(visibility=Visibility.TEAM)
    rows.exclude(team).update(visibility=Visibility.PRIVATE)


COLUMNS = (
    "place",
    "subject",
    "snippet",
    "people",
    "last_at",
    "last_direction",
    "message_count",
    "unread_count",
    "has_attachment",
    "has_sent",
    "sensitive",
    "is_tracked",
)


def _values(
    summary: Summary, stamped: Mapping[str, datetime | None], woken_at: datetime | None = None
) -> tuple[Any, ...]:
    last_at = summary.last_at
    if woken_at is not None and last_at is not None:
        last_at = max(last_at, woken_at)
    return (
        place(summary, stamped),
        summary.subject,
        summary.snippet,
        Jsonb(summary.people),
        last_at,
        summary.last_direction,
        summary.messages,
        summary.unread,
        summary.has_attachment,
        summary.has_sent,
        summary.sensitive,
        summary.is_tracked,
    )


def _create(rows: list[tuple[Pair, Summary]], visibility: dict[int, str]) -> None:
    if not rows:
        return
    bulk.insert(
        MailboxThread,
        ("thread_id", "mailbox_id", "visibility", *COLUMNS),
        (
            (thread, mailbox, visibility[mailbox], *_values(summary, {}))
            for (thread, mailbox), summary in rows
        ),
    )


def _update(rows: list[tuple[MailboxThread, Summary]], reopened: set[Pair]) -> None:
    if rows:
        bulk.update(
            MailboxThread,
            (*COLUMNS, *STAMPS, "was_inbox"),
            (_changed(entry, summary, reopened) for entry, summary in rows),
        )


def _changed(entry: MailboxThread, summary: Summary, reopened: set[Pair]) -> list[Any]:
    is_reopened = (entry.thread_id, entry.mailbox_id) in reopened
    kept = dict.fromkeys(STAMPS) if is_reopened else stamps(entry)
    return [entry.pk, *_values(summary, kept, entry.woken_at), *kept.values(), entry.was_inbox]
