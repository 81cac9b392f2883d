"""Shapes that follow from the shape of a new record: a changed one, many at once."""

from typing import Any

from rest_framework import serializers

from crm.fields.models import Record
from crm.ui.rest import counted, fields, shapes
from crm.ui.rest.counted import MOST_AT_ONCE
from crm.ui.rest.loose import loosened, shape


def stem(shape: type[shapes.Shape]) -> str:
    """`Person` of `NewPersonShape`."""
    return shape.__name__.removeprefix("New").removesuffix("Shape")


def changed(new: type[shapes.Shape]) -> type[shapes.Shape]:
    """What a change may say: all of a new record's fields, none of them needed or filled in."""
    loose = {name: loosened(field) for name, field in new._declared_fields.items()}
    return shape(f"Changed{stem(new)}Shape", new.__doc__, loose, new)


def bulk(
    model: type[Record], new: type[shapes.Shape], change: type[shapes.Shape]
) -> type[shapes.Shape]:
    """Lists of what to make, change and delete, together at most `MOST_AT_ONCE`."""

    def among(asking: Any) -> Any:
        return model.objects.visible_to(asking)

    one = shape(f"{stem(new)}BulkChangeShape", None, {"id": fields.Ref(among)}, change)
    text = f"Up to {MOST_AT_ONCE} at once: all of it is done, or nothing."
    parts = {
        "create": new(many=True, required=False, default=list),
        "update": one(many=True, required=False, default=list),
        "delete": serializers.ListField(child=fields.Ref(among), required=False, default=list),
    }
    return shape(f"{stem(new)}BulkShape", text, parts, counted.Many)


def done(new: type[shapes.Shape], shown: type[shapes.Shape]) -> type[shapes.Shape]:
    """What a bulk request answers with."""
    parts = {
        "created": shown(many=True),
        "updated": shown(many=True),
        "deleted": serializers.ListField(child=fields.Id()),
    }
    return shape(f"{stem(new)}BulkDoneShape", None, parts, shapes.Shape)
