"""One search over all there is: records, activities, notes and mail."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from crm.contacts import queries as contacts
from crm.fields import queries as records
from crm.timeline.queries import searching
from crm.workspaces.models import Membership
from inbox.queries import lists

RECORDS, OTHERS = "records", ("activity", "note", "thread")


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: `kind` is a kind of record, "activity", "note" or "thread".

    `about_kind` and `about` name the record that an activity or a note is about.
    """

    kind: str
    uid: UUID
    title: str
    detail: str = ""
    about_kind: str = ""
    about: UUID | None = None
    at: datetime | None = None


def search(member: Membership, typed: str, *, limit: int = 6) -> list[Hit]:
    """What the member may see with these words: records first, mail last.

    Where there is nothing at all, what is like them: then they may be mistyped.
    """
    if not typed.strip():
        return []
    mail = _mail(member, typed, limit)
    found = _kept(member, typed, limit, forgiving=False)
    if not found and not mail:
        found = _kept(member, typed, limit, forgiving=True)
    return [*found, *mail]


def _kept(member: Membership, typed: str, limit: int, *, forgiving: bool) -> list[Hit]:
    """Records of every kind, of people with their address; then activities and notes."""
    found = records.find(member, typed, limit=limit, forgiving=forgiving)
    addresses = contacts.addresses_of([each.uid for each in found if each.kind == "person"])
    activities, notes = searching.find(member, typed, limit=limit, forgiving=forgiving)
    return [
        *(Hit(each.kind, each.uid, each.name, addresses.get(each.uid, "")) for each in found),
        *(_about("activity", each) for each in activities),
        *(_about("note", each) for each in notes),
    ]


def _mail(member: Membership, typed: str, limit: int) -> list[Hit]:
    """Conversations with these words."""
    rows = lists.threads(member, lists.Filter(query=typed), limit=limit).rows
    return [Hit("thread", row.uid, row.subject, row.snippet, at=row.last_at) for row in rows]


def _about(kind: str, found: searching.Found) -> Hit:
    hit = Hit(kind, found.row.uid, found.row.title, at=found.row.at)
    record = found.record
    if record is None:
        return hit
    return replace(hit, detail=record.name, about_kind=record.kind, about=record.uid)
