"""Records are found by the names of those they belong to: a deal by its organization."""

from typing import Any

from django.db.models import Q

from crm.fields.models import Record
from crm.fields.queries import beside, pointing
from crm.workspaces import bulk

AT_ONCE = 1_000


def carry(record: Record) -> int:
    """Bring what finds the records that point at this one into step with its new name.

    In the caller's transaction; a few queries for each thousand. Returns how many there were.
    """
    columns: dict[type[Record], list[str]] = {}
    for pointer in pointing.pointers(type(record)):
        if not pointer.kind and issubclass(pointer.model, Record):
            columns.setdefault(pointer.model, []).append(pointer.column)
    return sum(_of(model, names, record) for model, names in columns.items())


def _of(model: Any, names: list[str], record: Record) -> int:
    count, last = 0, 0
    links = [name.removesuffix("_id") for name in names]
    parts = [
        link.get_accessor_name()
        for link in model._meta.related_objects
        if link.related_model._meta.label in model.PARTS
    ]
    while True:
        rows = model.objects.filter(_any(names, record.pk), pk__gt=last)
        rows = rows.select_related(*{*links, *beside.near(model)}).prefetch_related(*parts)
        batch = list(rows.order_by("pk")[:AT_ONCE])
        for row in batch:
            row.prepare()
        bulk.save(batch, ["search"])
        count += len(batch)
        if len(batch) < AT_ONCE:
            return count
        last = batch[-1].pk


def _any(names: list[str], pk: int) -> Any:
    found = Q()
    for name in names:
        found |= Q(**{name: pk})
    return found
