"""Which open deals a board or forecast shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from crm.deals.models import Deal, Tally, rotting
from crm.workspaces import queries
from crm.workspaces.models import Membership
from crm.workspaces.statements import Given


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which open deals: one's own alone, those alone that are rotting at this time."""

    mine: bool = False
    rotting_at: datetime | None = None

    def shape(self, member: Membership) -> tuple[str, bool, bool]:
        """What the SQL depends on."""
        return member.role, self.mine, self.rotting_at is not None

    def values(self, member: Membership) -> dict[str, Any]:
        """What a statement of this shape is given."""
        return {**queries.asker(member), "rotting_at": self.rotting_at}


ALL = Wanted()


def open_deals(role: str, mine: bool, rots: bool) -> QuerySet[Deal]:
    """The open deals that whoever asks sees, for a statement of this shape."""
    asker = queries.stand_in(role)
    rows: QuerySet[Deal] = Deal.objects.visible_to(asker).filter(status=Deal.Status.OPEN)
    if mine:
        rows = rows.filter(owner_id=asker.pk)
    return rows.filter(rotting(Given("rotting_at"))) if rots else rows


def tallies(role: str) -> QuerySet[Tally]:
    """What is counted of the open deals of a pipeline that whoever asks sees, for a statement."""
    rows: QuerySet[Tally] = Tally.objects.seen_by(queries.stand_in(role))
    return rows.filter(pipeline_id=Given("pipeline")).order_by()
