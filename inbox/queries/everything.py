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
    """What the member may see that is like what was typed: records first, mail last."""
    if not typed.strip():
        return []
    return [
        *of_records(member, typed, limit=limit),
        *of_activities(member, typed, limit=limit),
        *of_notes(member, typed, limit=limit),
        *of_mail(member, typed, limit=limit),
    ]


def of_records(member: Membership, typed: str, *, limit: int) -> list[Hit]:
    """Records of every kind, of people with their address."""
    found = records.search(member, typed, limit=limit)
    people = [each.uid for each in found if each.kind == "person"]
    addresses = contacts.addresses_of(people)
    return [Hit(each.kind, each.uid, each.name, addresses.get(each.uid, "")) for each in found]


def of_activities(member: Membership, typed: str, *, limit: int) -> list[Hit]:
    """Activities with these words."""
    return [
        _about(Hit("activity", each.row.uid, each.row.title, at=each.row.at), each)
        for each in searching.search_activities(member, typed, limit=limit)
    ]


def of_notes(member: Membership, typed: str, *, limit: int) -> list[Hit]:
    """Notes with these words."""
    return [
        _about(Hit("note", each.row.uid, each.row.title, at=each.row.at), each)
        for each in searching.search_notes(member, typed, limit=limit)
    ]


def of_mail(member: Membership, typed: str, *, limit: int) -> list[Hit]:
    """Conversations with these words."""
    rows = lists.threads(member, lists.Filter(query=typed), limit=limit).rows
    return [Hit("thread", row.uid, row.subject, row.snippet, at=row.last_at) for row in rows]


def _about(hit: Hit, found: searching.Found) -> Hit:
    record = found.record
    if record is None:
        return hit
    return replace(hit, detail=record.name, about_kind=record.kind, about=record.uid)
