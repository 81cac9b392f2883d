"""Work that goes along when a member's records go to somebody else: what he was still to do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from crm.timeline import actions as timeline
from crm.timeline.models import Activity
from crm.workspaces.models import Membership


@dataclass(frozen=True)
class Work:
    """A sort of work under its word; `open_of` are the rows somebody is still to do.

    The rows have an `assignee`; `tell` records what became of some of them.
    """

    word: str
    open_of: Callable[[Membership], QuerySet[Any]]
    tell: Callable[[Sequence[Any], Membership, Membership, Membership, datetime], None]

    def give(
        self,
        owner: Membership,
        to: Membership,
        by: Membership,
        at: datetime,
        among: Sequence[int] | None = None,
    ) -> list[int]:
        """Let `to` do what `owner` was to do, or those of `among`; returns the ids."""
        rows = self.open_of(owner)
        if among is not None:
            rows = rows.filter(pk__among=among)
        found = list(rows.select_for_update(of=("self",)).order_by("pk"))
        self.tell(found, owner, to, by, at)
        return [row.pk for row in found]


WORK: dict[str, Work] = {}


def register(work: Work) -> None:
    """Bring a sort of work that members have assigned to them."""
    WORK[work.word] = work


def _open_activities(owner: Membership) -> QuerySet[Any]:
    rows: QuerySet[Any] = Activity.objects.open().filter(assignee=owner)
    return rows.prefetch_related("about")


def _tell_activities(
    rows: Sequence[Any], owner: Membership, to: Membership, by: Membership, at: datetime
) -> None:
    Activity.objects.filter(pk__among=[row.pk for row in rows]).update(
        assignee=to, version=F("version") + 1, updated_at=at
    )
    said = {"changes": {"assignee": [owner.name, to.name]}}
    told = [
        (
            [("activity", row.pk), *((link.kind, link.object_id) for link in row.about.all())],
            {"subject": row.subject, **said},
        )
        for row in rows
    ]
    timeline.record_each("activity.changed", by=by, told=told, at=at)


register(Work("activity", _open_activities, _tell_activities))
