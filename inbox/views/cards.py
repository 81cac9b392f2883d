"""Records as they stand beside mail: how far each has come, and what is next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from crm.contacts.models import Person, PersonPhone
from crm.deals.models import Deal
from crm.deals.queries.stays import Step, standing
from crm.fields.models import kinds
from crm.timeline.models import Activity
from crm.timeline.queries.ahead import next_of
from crm.workspaces.models import Membership
from inbox.queries import openings


@dataclass(frozen=True, slots=True)
class Card:
    """A record: where it stands, what is next, why it is linked; `messages` 0 is all of them."""

    record: Any
    activity: Activity | None
    reason: str = ""
    messages: int = 0
    # Of a deal: the stages of its pipeline
    way: Sequence[Step] = ()

    @property
    def here(self) -> Step | None:
        """The stage of a deal that is open."""
        return next((step for step in self.way if step.is_here), None)

    @property
    def is_work(self) -> bool:
        return self.record.kind() in openings.KINDS


def of(member: Membership, kind: str, pks: Sequence[int]) -> dict[int, Card]:
    """These records of a kind by their ids, in three queries at most.

    That the member sees them is settled already.
    """
    records = _records(kind, pks)
    activities = next_of(member, kind, pks) if kind in openings.KINDS else {}
    ways = standing(records.values(), timezone.now()) if kind == Deal.kind() else {}
    return {pk: Card(row, activities.get(pk), way=ways.get(pk, ())) for pk, row in records.items()}


def _records(kind: str, pks: Sequence[int]) -> dict[int, Any]:
    """With what their standing needs; that the member sees them is settled already."""
    rows = kinds()[kind].objects.filter(pk__in=pks)
    if kind == Person.kind():
        phones = PersonPhone.objects.filter(person=OuterRef("pk"))
        main = phones.order_by("-is_primary", "pk").values("number")[:1]
        rows = rows.select_related("organization").annotate(phone=Subquery(main))
    if kind == Deal.kind():
        rows = rows.select_related("stage", "pipeline")
    elif kind == "project":
        rows = rows.select_related("phase")
    return {row.pk: row for row in rows}
