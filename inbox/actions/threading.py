"""Which conversation a mail belongs to.

Ids join: any id with an @ in Message-ID, In-Reply-To or References, without a look
at the subject, and a mail that names two known threads merges them (union-find; the
ids nobody has seen yet are kept, as in RFC 5256's empty containers). A reply that
names nothing may join mail of the same mailbox with the same base subject and the
same counterpart within 30 days before it. Both rules are about pairs of mails, so
the order in which mails arrive changes nothing. Threads that a person parted stay apart:
a mail that names both goes to the one that it answers.
"""

import hashlib
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.db import connections
from django.db.models import Q

from crm.workspaces import bulk
from crm.workspaces.tenancy import new_uid, required
from inbox.actions import merging
from inbox.mime import thread as headers
from inbox.mime.parsed import Parsed
from inbox.models import Parting, Thread, ThreadKey

WINDOW = timedelta(days=30)
# A mail that came later than this after it was written was copied here from somewhere else
COPIED = timedelta(days=2)
LOCK = 0x46494F  # one placing at a time in a workspace


MOMENT = (
    f"CASE WHEN sent_at < received_at - interval '{COPIED.days} days'"
    " THEN sent_at ELSE received_at END"
)


@dataclass(slots=True)
class Placed:
    """A mail on its way into a thread."""

    parsed: Parsed
    received_at: datetime
    subject_key: bytes | None
    is_bare_reply: bool
    thread_id: int = 0

    @property
    def moment(self) -> datetime:
        """When it was received, or written where it is a copy that came long after."""
        sent = self.parsed.date
        return sent if sent and sent < self.received_at - COPIED else self.received_at


class Union:
    """Sets that grow together, but for those that hold two threads which were parted."""

    def __init__(self) -> None:
        self.parent: dict[Hashable, Hashable] = {}
        # Threads that must stay apart, each with the others, and the threads of a set by its root
        self.parted: dict[int, set[int]] = {}
        self.threads: dict[Hashable, set[int]] = {}

    def find(self, item: Hashable) -> Hashable:
        self.parent.setdefault(item, item)
        while self.parent[item] != item:
            self.parent[item] = self.parent[self.parent[item]]
            item = self.parent[item]
        return item

    def join(self, one: Hashable, other: Hashable) -> None:
        mine, theirs = self.find(one), self.find(other)
        if mine == theirs or (self.parted and self._is_parted(mine, theirs)):
            return
        self.parent[mine] = theirs
        if mine in self.threads:
            self.threads.setdefault(theirs, set()).update(self.threads.pop(mine))

    def part(self, pairs: Iterable[tuple[int, int]]) -> None:
        """From now on keep these threads apart, whatever names both."""
        for one, other in pairs:
            self.parted.setdefault(one, set()).add(other)
            self.parted.setdefault(other, set()).add(one)
        for thread in self.parted:
            root = self.find(("thread", thread))
            self.threads.setdefault(root, set()).add(thread)

    def _is_parted(self, mine: Hashable, theirs: Hashable) -> bool:
        others = self.threads.get(theirs, set())
        return any(others & self.parted.get(each, set()) for each in self.threads.get(mine, ()))

    def sets(self) -> list[list[Hashable]]:
        found: dict[Hashable, list[Hashable]] = defaultdict(list)
        for item in list(self.parent):
            found[self.find(item)].append(item)
        return list(found.values())


def subject_key(parsed: Parsed, counterpart: str) -> bytes | None:
    """16 bytes that name a base subject (RFC 5256, 2.1) and the other side, or None."""
    base = parsed.base_subject.casefold().strip()
    if not base or not counterpart:
        return None
    return hashlib.blake2b(f"{base}\0{counterpart.lower()}".encode(), digest_size=16).digest()


def is_bare_reply(parsed: Parsed) -> bool:
    """A "Re:" that no thread header explains."""
    return parsed.is_reply and not parsed.in_reply_to and not parsed.references


def place(*, mailbox_id: int, mails: Sequence[Placed], at: datetime) -> set[int]:
    """Give every mail its thread id; returns the threads that were merged into others.

    Holds the workspace's threading lock until the transaction ends.
    """
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, required() & 0x7FFFFFFF])
    union = Union()
    keys = [[key_of(word) for word in headers.nearest(mail.parsed)] for mail in mails]
    known = _known({key for mail_keys in keys for key in mail_keys})
    union.part(_parted(set(known.values())))
    for key, thread_id in known.items():
        union.join(("key", key), ("thread", thread_id))
    for number, mail_keys in enumerate(keys):
        union.find(("mail", number))
        for key in mail_keys:
            union.join(("mail", number), ("key", key))
    _join_bare_replies(union, mailbox_id, mails)
    return _settle(union, mails, set(known), at)


def _settle(union: Union, mails: Sequence[Placed], known: set[bytes], at: datetime) -> set[int]:
    """Each set of mails, ids and threads becomes one thread, the oldest of those it joins."""
    groups = [_sorted(group) for group in union.sets()]
    fresh = [group for group in groups if not group["thread"]]
    subjects = [_subject(group, mails) for group in fresh]
    for group, thread_id in zip(fresh, _new_threads(subjects, at), strict=True):
        group["thread"] = [thread_id]
    merged: set[int] = set()
    keys: list[tuple[bytes, int]] = []
    for group in groups:
        thread_id, *others = sorted(group["thread"])
        if others:
            merging.merge(into=thread_id, threads=set(others))
            merged |= set(others)
        for number in group["mail"]:
            mails[number].thread_id = thread_id
        keys += [(key, thread_id) for key in group["key"] if key not in known]
    if keys:
        bulk.insert(ThreadKey, ("key", "thread_id"), keys)
    return merged


def _sorted(group: list[Hashable]) -> dict[str, list[Any]]:
    kinds: dict[str, list[Any]] = {"mail": [], "key": [], "thread": []}
    for item in group:
        kind, value = cast("tuple[str, Any]", item)
        kinds[kind].append(value)
    return kinds


def _subject(group: dict[str, list[Any]], mails: Sequence[Placed]) -> str:
    first = min((mails[number] for number in group["mail"]), key=lambda mail: mail.received_at)
    return first.parsed.base_subject


def _new_threads(subjects: Sequence[str], at: datetime) -> list[int]:
    if not subjects:
        return []
    ids = bulk.new_ids(Thread, len(subjects))
    rows = ((pk, new_uid(), subject, at) for pk, subject in zip(ids, subjects, strict=True))
    bulk.insert(Thread, ("id", "uid", "subject", "created_at"), rows)
    return ids


def key_of(word: str) -> bytes:
    """16 bytes for an id as `mime.thread.keys` gives it."""
    return hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _known(keys: set[bytes]) -> dict[bytes, int]:
    if not keys:
        return {}
    rows = ThreadKey.objects.filter(key__among=keys).values_list("key", "thread_id")
    return {bytes(key): thread_id for key, thread_id in rows}


def _parted(threads: set[int]) -> list[tuple[int, int]]:
    """Which of these threads somebody told apart, and from which others."""
    if not threads:
        return []
    rows = Parting.objects.filter(Q(thread__among=threads) | Q(other__among=threads))
    return list(rows.values_list("thread_id", "other_id"))


def _join_bare_replies(union: Union, mailbox_id: int, mails: Sequence[Placed]) -> None:
    """Join replies without headers to what they answer, whichever of the two came first."""
    by_key: dict[bytes, list[tuple[datetime, bool, Hashable]]] = defaultdict(list)
    for number, mail in enumerate(mails):
        if mail.subject_key is not None:
            by_key[mail.subject_key].append((mail.moment, mail.is_bare_reply, ("mail", number)))
    for key, at, bare, thread_id in _stored(mailbox_id, by_key):
        by_key[key].append((at, bare, ("thread", thread_id)))
    for rows in by_key.values():
        _join_within(union, rows)


def _join_within(union: Union, rows: list[tuple[datetime, bool, Hashable]]) -> None:
    """Join each bare reply to all that came in the window before it.

    In order of time those are neighbours, and one walk is enough: whoever has the same
    subject every hour for years must not make a batch slow.
    """
    rows.sort(key=lambda row: row[0])
    times = [at for at, _bare, _item in rows]
    joined = 0  # rows before this one are joined to their neighbours as far as they reach
    for at, bare, item in rows:
        if not bare:
            continue
        first = max(bisect_left(times, at - WINDOW), joined - 1, 0)
        last = bisect_right(times, at)
        for _at, _bare, other in rows[first:last]:
            union.join(item, other)
        joined = max(joined, last)


def _stored(
    mailbox_id: int, wanted: dict[bytes, list[tuple[datetime, bool, Hashable]]]
) -> list[tuple[bytes, datetime, bool, int]]:
    """Stored mails that could pair with these; without a bare reply on our side only theirs."""
    if not wanted:
        return []
    bare = [key for key, rows in wanted.items() if any(is_bare for _at, is_bare, _i in rows)]
    times = [at for rows in wanted.values() for at, _bare, _item in rows]
    first = min(times) - WINDOW  # no mail is received before its moment
    with connections["default"].cursor() as cursor:
        cursor.execute(
            f"SELECT subject_key, {MOMENT}, is_bare_reply, thread_id FROM inbox_message"
            " WHERE workspace_id = current_setting('app.workspace_id')::bigint"
            " AND mailbox_id = %s AND subject_key = ANY(%s) AND received_at >= %s"
            f" AND {MOMENT} BETWEEN %s AND %s AND (is_bare_reply OR subject_key = ANY(%s))",
            [mailbox_id, list(wanted), first, first, max(times) + WINDOW, bare],
        )
        return [(bytes(key), at, is_bare, tid) for key, at, is_bare, tid in cursor.fetchall()]
