"""Who can read what one sees of a conversation, each with the reason."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery, Value
from django.utils.translation import gettext as _

from crm.fields import queries as records
from crm.workspaces.models import Membership
from inbox.models import Mailbox, ThreadGuest, ThreadVisit, Visibility
from inbox.queries import belonging, workers
from inbox.queries.reading import ThreadPage


@dataclass(frozen=True, slots=True)
class Listener:
    """A member who can read it, and why."""

    name: str
    address: str
    why: str
    is_you: bool = False
    # When he opened it for the last time, where that is kept
    read_at: datetime | None = None
    # Whom a mention let in has the id of the member, by which he can be shut out again
    guest: UUID | None = None


def audience(
    page: ThreadPage, reader: Membership, others: Iterable[str]
) -> tuple[list[Listener], set[str]]:
    """Everybody who may read what the page shows, owners first, and which of `others` are members.

    One query, and two more where it is shared through a record; `reader` is told that it is
    him. Copies in mailboxes the member cannot see are not spoken of.
    """
    entries = page.found.entries
    boxes = [page.mailboxes[entry.mailbox_id] for entry in entries]
    guests = _guests(page)
    owners = {box.owner_id for box in boxes if box.kind == Mailbox.Kind.PERSONAL}
    # Asked only where somebody can: the question is dear, and most mail lies in personal ones
    teams = [box for box in boxes if box.kind == Mailbox.Kind.TEAM]
    works = workers.works(teams) if teams else Value(False)
    is_shared = any(entry.visibility == Visibility.SHARED for entry in entries)
    # What may be named comes first, so that it is the reason
    links = sorted(page.links, key=lambda link: not link.is_told) if is_shared else []
    through = records.seen_through(links)
    named = Q(pk__in={*owners, *through, *guests}) | Q(email__in=list(others))
    people = Membership.objects.using("default").filter(is_active=True)
    visits = ThreadVisit.objects.filter(thread=page.found.thread.pk, member=OuterRef("pk"))
    told = people.filter(named | works if teams else named).annotate(works=works)
    found = list(told.annotate(read_at=Subquery(visits.values("at")[:1])))
    rights = {*owners, *through, *guests}
    rows = [row for row in found if row.pk in rights or row.works]
    rows.sort(key=lambda row: (row.pk not in owners, not row.works, row.name))
    if not page.found.own_entries:
        # Who has read it is told to those whose mail it is
        for row in rows:
            row.read_at = None
    readers = [_listener(row, owners, through.get(row.pk), reader) for row in rows]
    readers = [_guest(one, row, guests) for one, row in zip(readers, rows, strict=True)]
    return readers, {row.email for row in found}.intersection(others)


def _guests(page: ThreadPage) -> dict[int, str]:
    """Whom a mention let read what the page shows, and who mentioned him; a query where any was."""
    if not page.found.has_guests:
        return {}
    boxes = [entry.mailbox_id for entry in page.found.entries]
    rows = ThreadGuest.objects.filter(thread=page.found.thread, mailbox__in=boxes)
    return {pk: name or "" for pk, name in rows.values_list("member_id", "by__name")}


def _guest(one: Listener, row: Any, guests: dict[int, str]) -> Listener:
    """Whoever reads it by being mentioned alone; other reasons come first."""
    if row.pk not in guests or one.why != _("sees a record it is linked to"):
        return one
    why = _("mentioned by %(name)s") % {"name": guests[row.pk] or _("somebody")}
    return replace(one, why=why, guest=row.uid)


def _listener(
    row: Any, owners: set[int | None], through: belonging.Linked | None, reader: Membership
) -> Listener:
    is_you = row.pk == reader.pk
    if row.pk in owners:
        why = _("your mailbox") if is_you else _("their mailbox")
    elif row.works:
        why = _("works in the mailbox")
    elif through is not None and through.is_told:
        why = _("sees %(name)s") % {"name": through.name}
    else:
        why = _("sees a record it is linked to")
    return Listener(row.name, row.email, why, is_you, row.read_at)
