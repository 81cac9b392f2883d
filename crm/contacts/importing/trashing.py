"""What an import made goes into the trash."""

from django.db import models
from django.db.models import Exists, F, OuterRef

from crm.contacts.importing import noting
from crm.contacts.importing.drafts import Context
from crm.contacts.importing.importers import IMPORTERS
from crm.contacts.models import ImportSide
from crm.fields.models import Record, kinds
from crm.timeline import actions as timeline


def undo_sides(context: Context, most: int = 500) -> int:
    """Put records made on the way into the trash, unless something else points at them by now.

    Notes go wherever they are, unless somebody wrote on in them.
    """
    sides = list(ImportSide.objects.filter(batch=context.batch).order_by("pk")[:most])
    noting.take_back([side.object_id for side in sides if side.kind == noting.SIDE], context)
    for kind in {side.kind for side in sides} - {noting.SIDE}:
        model = kinds()[kind]
        ids = [side.object_id for side in sides if side.kind == kind]
        gone = into_trash(model, _unused(model, ids), context)
        if kind in IMPORTERS:
            IMPORTERS[kind].trashed(gone)
    ImportSide.objects.filter(pk__in=[side.pk for side in sides]).delete()
    return len(sides)


def into_trash(model: type[Record], ids: list[int], context: Context) -> list[int]:
    """Those of the records that nobody touched since they were made are in the trash now."""
    rows = model.objects.filter(pk__among=ids, version=1, trashed_at=None)
    found = list(rows.select_for_update().only("pk", "name", "workspace"))
    gone = [row.pk for row in found]
    model.objects.filter(pk__among=gone).update(
        trashed_at=context.at,
        trashed_by=context.by,
        updated_at=context.at,
        version=F("version") + 1,
    )
    if found:
        timeline.record_many(
            f"{model.kind()}.trashed",
            by=context.by,
            about=found,
            at=context.at,
            data={"import": str(context.batch.uid)},
        )
    return gone


def _unused(model: type[Record], ids: list[int]) -> list[int]:
    rows = model.objects.filter(pk__among=ids)
    for other in kinds().values():
        for field in other._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is model:
                alive = other.objects.filter(**{field.name: OuterRef("pk"), "trashed_at": None})
                rows = rows.exclude(Exists(alive))
    return list(rows.values_list("pk", flat=True))
