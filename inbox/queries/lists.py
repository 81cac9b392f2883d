"""The lists of the inbox: fifty rows at a time, walked by a cursor."""

import base64
import binascii
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import Count, Q

from crm.fields.queries import seen_values
from crm.workspaces.models import Membership
from crm.workspaces.opening import required
from inbox.models import Mailbox, Outgoing
from inbox.queries import access, drafts, hits, narrowing, sql, walking
from inbox.queries.narrowing import Narrow
from inbox.queries.search import Search, parse

MANY = 500
MOST = 1000
MOST_LINKED = 200
MOST_LABELLED = 500
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Row:
    """A thread as one member sees it, from the mailboxes he may read."""

    thread_id: int
    uid: UUID
    subject: str
    snippet: str
    people: list[list[Any]]
    last_at: datetime
    last_direction: str
    message_count: int
    unread_count: int
    has_attachment: bool
    place: str
    visibility: str
    mailbox_ids: list[int]
    # [[name, hue, public id], …] by name
    labels: list[list[str]] = field(default_factory=list)
    # Whose it is, where it lies in a team's mailbox and was given to somebody
    assignee_uid: UUID | None = None
    assignee_name: str | None = None
    assignee_address: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and where those after and before them begin; None where there are none."""

    rows: list[Row]
    after: str | None
    before: str | None = None
    # Where its threads were looked up, for whoever counts them
    source: narrowing.Source = narrowing.NOWHERE


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; `query` is what somebody typed."""

    place: str | None = None
    mailbox: int | None = None
    folder: int | None = None
    unread: bool | None = None
    # A record that threads are linked to, as (kind, id)
    record: tuple[str, int] | None = None
    # Given to this member; or to nobody, which is said of teams' mailboxes only
    assignee: int | None = None
    is_unassigned: bool = False
    query: str = ""
    narrow: Narrow = narrowing.NOTHING


class BadCursor(ValueError):
    """The cursor is not one of ours."""


def threads(
    member: Membership,
    narrowed: Filter,
    *,
    after: str | None = None,
    before: str | None = None,
    limit: int = 50,
    own: Iterable[int] | None = None,
) -> Page:
    """One page of threads, newest first; raises BadCursor.

    The rows after a cursor; or those down to one and with it, `before`.
    `own` are the ids of the member's mailboxes, where they are known already.

    Reads the newest rows of each mailbox from its own index, whatever its size, and
    folds the rows of one thread in several mailboxes into one.
    """
    search = parse(narrowed.query)
    own = _boxes(narrowed, access.mailbox_ids(member) if own is None else own)
    values = _values(member, own, narrowed, search, before or after, limit)
    found: list[Row] = []
    with connections["default"].cursor() as cursor:
        asked = partial(
            walking.statement,
            narrowed,
            search,
            boxes=len(own),
            has_cursor=(before or after) is not None,
            is_common=_is_common(cursor, search, values),
            is_upwards=before is not None,
        )
        source = _source(cursor, narrowed, search, values)
        if source.is_many and narrowed.record is None:
            # The newest rows have a page of them, unless they are all old
            found = _asked(cursor, asked(is_near=True), values)
        if len(found) <= limit:
            found = _asked(cursor, asked(source=source.text), values)
    more = len(found) > limit
    if before is not None:
        return Page(found[-limit:], None, cursor_of(found[0]) if more else None)
    rows = found[:limit]
    return Page(rows, cursor_of(rows[-1]) if more else None, source=source)


def _asked(cursor: Any, statement: str, values: dict[str, Any]) -> list[Row]:
    cursor.execute(statement, values)
    return [_row(row) for row in cursor.fetchall()]


def total(
    narrowed: Filter,
    own: Iterable[int],
    member: Membership,
    source: narrowing.Source | None = None,
) -> int:
    """How many threads these mailboxes have in a place, counted up to `most` and no further.

    `source` is that of the list's page, where it is known already.
    """
    boxes = _boxes(narrowed, own)
    search, counted = parse(narrowed.query), most(narrowed)
    values = _values(member, boxes, narrowed, search, None, 0) | {"most": counted}
    with connections["default"].cursor() as cursor:
        if source is None:
            source = _source(cursor, narrowed, search, values)
        cursor.execute(walking.total(narrowed, len(boxes), source.text), values)
        return min(int(cursor.fetchone()[0]), counted)


def most(narrowed: Filter) -> int:
    """How far the threads of a list are counted: less far where each must be looked at closely."""
    if narrowing.asks_links(narrowed.narrow):
        return MOST_LINKED
    return MOST if narrowed.narrow.label is None else MOST_LABELLED


def _source(
    cursor: Any, narrowed: Filter, search: Search, values: dict[str, Any]
) -> narrowing.Source:
    """Where the threads of a list are looked up; at most one query."""
    if search:
        return narrowing.NOWHERE
    # What is unread is looked up in one's own mailboxes, and a record's mail lies in others' too
    is_unread = bool(narrowed.unread) and narrowed.record is None
    return narrowing.rarest(cursor, narrowed.narrow, values, sql.HERE, is_unread=is_unread)


def matching(narrowed: Filter, own: Iterable[int], member: Membership) -> list[int]:
    """Every thread of these mailboxes that a list or a search has, by id."""
    search = parse(narrowed.query)
    values = _values(member, [], narrowed, search, None, 0)
    values["own"] = _boxes(narrowed, own)
    with connections["default"].cursor() as cursor:
        cursor.execute(walking.matching(narrowed, search), values)
        return [pk for (pk,) in cursor.fetchall()]


def _boxes(narrowed: Filter, own: Iterable[int]) -> list[int]:
    """Which of these mailboxes a list is of: in a personal one nothing is given to anybody."""
    found = [pk for pk in own if narrowed.mailbox in (None, pk)]
    if narrowed.mailbox is not None or not (narrowed.is_unassigned or narrowed.assignee):
        return found
    teams = Mailbox.objects.filter(pk__in=found, kind=Mailbox.Kind.TEAM)
    return list(teams.order_by("pk").values_list("pk", flat=True))


def _is_common(cursor: Any, search: Search, values: dict[str, Any]) -> bool:
    """Whether so many messages match that walking back in time is quicker than looking them up.

    A search without words (a sender, a date) walks as well.
    """
    if not search.tsquery:
        return bool(search)
    cursor.execute(hits.probe(), {"words": values["words"], "many": MANY})
    return bool(cursor.fetchone()[0] >= MANY)


def _values(
    member: Membership,
    own: Sequence[int],
    narrowed: Filter,
    search: Search,
    after: str | None,
    limit: int,
) -> dict[str, Any]:
    at, thread = _position(after) if after else (None, None)
    unread = narrowed.unread if search.unread is None else search.unread
    return {
        "own": list(own),
        **{f"box{n}": pk for n, pk in enumerate(own)},
        "me": member.pk,
        "place": search.place or narrowed.place,
        "unread": unread,
        "folder": narrowed.folder,
        "assignee": narrowed.assignee,
        "kind": narrowed.record[0] if narrowed.record else None,
        "record": narrowed.record[1] if narrowed.record else None,
        "at": at,
        "thread": thread,
        "limit": limit + 1,
        "words": search.tsquery,
        "senders": [f"%{_plain(word)}%" for word in search.senders],
        "recipients": [f"%{_plain(word)}%" for word in search.recipients],
        "label": narrowed.narrow.label,
        "before": search.before,
        "after": search.after,
        "any_mailbox": narrowed.mailbox is None and bool(search or narrowed.record),
        **seen_values(member),
    }


def _plain(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _row(row: Sequence[Any]) -> Row:
    values = list(row)
    values[4] = json.loads(row[4])  # jsonb comes as text out of a bare cursor
    return Row(*values)


def cursor_of(row: Row) -> str:
    """Where a row stands in its list."""
    micros = (row.last_at - EPOCH) // timedelta(microseconds=1)
    return base64.urlsafe_b64encode(f"{micros}.{row.thread_id}".encode()).decode().rstrip("=")


def _position(cursor: str) -> tuple[datetime, int]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        micros, _dot, thread = text.partition(".")
        return EPOCH + timedelta(microseconds=int(micros)), int(thread)
    except (ValueError, binascii.Error, OverflowError) as error:
        raise BadCursor(cursor) from error


@dataclass(frozen=True, slots=True)
class Outbox:
    """What is being written or on its way, and what of that is stuck."""

    drafts: int
    waiting: int
    stuck: int


def unread(member: Membership, place: str, boxes: Iterable[Mailbox]) -> dict[int, int]:
    """How many unread threads each mailbox has in a place, by mailbox id; those without are out."""
    required()
    with connections["default"].cursor() as cursor:
        values: dict[str, Any] = {"own": [b.pk for b in boxes], "place": place, "me": member.pk}
        cursor.execute(sql.UNREAD, values)
        return dict(cursor.fetchall())


def outbox(member: Membership, boxes: Sequence[Mailbox]) -> Outbox:
    """Drafts he may go on with, and the outgoing mail of the mailboxes, in two queries."""
    waiting = Q(state__in=[Outgoing.State.QUEUED, Outgoing.State.SENDING])
    stuck = Q(state__in=[Outgoing.State.UNKNOWN, Outgoing.State.FAILED])
    out = Outgoing.objects.filter(waiting | stuck, mailbox__in=boxes).aggregate(
        waiting=Count("pk", filter=waiting), stuck=Count("pk", filter=stuck)
    )
    return Outbox(
        drafts.waiting(member, boxes).count(), out["waiting"] + out["stuck"], out["stuck"]
    )
