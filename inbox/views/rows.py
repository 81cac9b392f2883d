"""The rows of a list as its page shows them, below the days they stand under."""

from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from crm.ui import times
from crm.workspaces.middleware import MemberRequest
from inbox.models import Mailbox
from inbox.queries import addressees, lists, sidebar, waiting, worth

if TYPE_CHECKING:
    from inbox.views.listing import Asked


class ListRow(NamedTuple):
    """A row as the list shows it: what its piece of the page is known again by."""

    uid: UUID
    url: str
    subject: str
    snippet: str
    people: tuple[tuple[Any, ...], ...]
    last_at: datetime
    at: str
    message_count: int
    unread_count: int
    has_attachment: bool
    to: tuple[tuple[Any, ...], ...] = ()
    mailbox_name: str = ""
    # Name and address of whose it is
    whose: tuple[str, str] | None = None
    # When it comes back, in Snoozed
    until: datetime | None = None
    labels: tuple[tuple[str, ...], ...] = ()
    # Value, currency and name of the deal it belongs to
    stake: tuple[Decimal, str, str] | None = None
    # It lies in no mailbox of the member's
    reads_only: bool = False
    # Where the list is that of a record: who may read it, and why it is there
    visibility: str = ""
    reason: str = ""


class Day(NamedTuple):
    """Rows that stand below one heading."""

    name: str
    begins: datetime
    rows: list[ListRow]


def rows(
    request: MemberRequest, side: sidebar.Side, what: "Asked", found: list[lists.Row]
) -> list[ListRow]:
    went_to = {}
    if what.folder == "sent":
        went_to = addressees.addressees(side.own_ids, [row.thread_id for row in found])
    back: dict[tuple[int, str], datetime] = {}
    if what.folder == "snoozed":
        back = waiting.times([row.thread_id for row in found], side.own_ids)
    stakes: dict[int, worth.Stake] = {}
    if what.record is None:
        stakes = worth.stakes(request.member, [row.thread_id for row in found], side.own_ids)
    names = _names(side, found) if what.box is None and len(side.mailboxes) > 1 else {}
    mine = {box.address.lower() for box in side.mailboxes if box.kind == Mailbox.Kind.PERSONAL}
    unnamed, url, own = _("(no subject)"), what.thread_urls(), set(side.own_ids)
    return [
        ListRow(
            uid=row.uid,
            url=url(row.uid),
            subject=row.subject or unnamed,
            snippet=row.snippet,
            people=tuple((name, who, is_me and who in mine) for name, who, is_me in row.people),
            last_at=row.last_at,
            at=lists.cursor_of(row),
            message_count=row.message_count,
            unread_count=row.unread_count,
            has_attachment=row.has_attachment,
            to=tuple(map(tuple, went_to.get(row.thread_id, ()))),
            labels=tuple((name, hue) for name, hue, _uid in row.labels),
            stake=_stake(stakes.get(row.thread_id)),
            until=back.get((row.thread_id, "snooze")),
            mailbox_name=", ".join(names[pk] for pk in row.mailbox_ids if pk in names),
            whose=_given(row),
            reads_only=own.isdisjoint(row.mailbox_ids),
        )
        for row in found
    ]


def _stake(deal: worth.Stake | None) -> tuple[Decimal, str, str] | None:
    return (deal.value, deal.currency, deal.name) if deal is not None else None


def _given(row: lists.Row) -> tuple[str, str] | None:
    if row.assignee_name is None:
        return None
    return row.assignee_name, row.assignee_address or ""


def days(found: list[ListRow]) -> list[Day]:
    """The rows below the headings they stand under; neighbours of one day ask once for its name."""
    made: list[Day] = []
    for _date, of_date in groupby(found, lambda row: localdate(row.last_at)):
        of_day = list(of_date)
        name = times.day(of_day[0].last_at)
        if made and made[-1].name == name:
            made[-1].rows.extend(of_day)
        else:
            made.append(Day(name, of_day[0].last_at, of_day))
    return made


def _names(side: sidebar.Side, found: list[lists.Row]) -> dict[int, str]:
    """Names of the mailboxes these rows lie in, those of colleagues among them.

    The reader's one own mailbox goes without saying.
    """
    own = [box.pk for box in side.mailboxes if box.kind == Mailbox.Kind.PERSONAL]
    names = {box.pk: box.shown_name for box in side.mailboxes}
    missing = {pk for row in found for pk in row.mailbox_ids} - set(names)
    if missing:
        others = Mailbox.objects.filter(pk__in=missing)
        names |= {box.pk: box.shown_name for box in others}
    return names if len(own) > 1 else {pk: name for pk, name in names.items() if pk not in own}
