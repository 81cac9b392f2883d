"""Records that were made one, as a member sees them."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from crm.fields.models import Likeness, Merge, Record
from crm.workspaces.models import Membership
from crm.workspaces.statements import Given, Statement


def others(member: Membership, record: Record) -> list[Any]:
    """Who may be the same as this record, the likeliest first."""
    mine = Q(first_id=record.pk) | Q(second_id=record.pk)
    rows = Likeness.objects.filter(mine, kind=record.kind(), dismissed_at=None)
    ids = [
        pair.second_id if pair.first_id == record.pk else pair.first_id
        for pair in rows.order_by("-score", "pk")[:10]
    ]
    seen = type(record).objects.visible_to(member).in_bulk(ids)
    return [seen[pk] for pk in ids if pk in seen]


def _merged() -> QuerySet[Merge]:
    rows: QuerySet[Merge] = Merge.objects.filter(
        kind=Given("kind"), into_id=Given("into"), undone_at=None
    )
    return rows.select_related("by").order_by("-at", "-pk")[:5]


MERGED = Statement(_merged)


def merges_into(record: Record) -> list[Merge]:
    """What was merged into this record and can be undone, the last one first."""
    return MERGED.rows(kind=record.kind(), into=record.pk)


def stayed(member: Membership, model: type[Record], uid: UUID) -> Any:
    """The record of which the one with this id became a part, or None."""
    made = Merge.objects.filter(kind=model.kind(), other_uid=uid, undone_at=None)
    last = made.order_by("-at").first()
    return model.objects.visible_to(member).filter(pk=last.into_id).first() if last else None
