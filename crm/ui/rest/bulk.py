"""Many rows at once, for resources that say how one is made, changed and taken away."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings

from crm.ui.rest import counted, fields, shapes
from crm.ui.rest.loose import loosened, shape
from crm.ui.rest.resources import Resource


class Bulk(Resource):
    """`POST bulk/`: all of it is done, or nothing.

    A resource says the shapes of a new row and of a changed one, what many are called, and how
    one is made (`make`), changed (`alter`) and, where that is all there is to it, removed.
    """

    many: ClassVar[str]
    new_shape: ClassVar[Any]
    changed_shape: ClassVar[Any]
    removes: ClassVar[bool] = True
    bulk: ClassVar[Any]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        stem = cls.new_shape.__name__.removeprefix("New").removesuffix("Shape")
        asked, told = _asked(cls, stem), _told(cls, stem)
        cls.bulk = _method(cls, asked, told)

    def make(self, asked: dict[str, Any]) -> Any:
        """A row of a checked body; raises ValidationError."""
        raise Http404

    def alter(self, row: Any, asked: dict[str, Any]) -> Any:
        """The row with what a checked body names changed; raises ValidationError."""
        raise Http404

    def remove(self, row: Any) -> None:
        """Take the row away."""
        raise Http404

    def around(self, rows: Sequence[Any]) -> dict[str, Any]:
        """What the shape of an answer takes besides these rows."""
        return self.get_serializer_context()

    def found(self, uid: str) -> Any:
        """A row by its public id; raises Http404."""
        wanted = fields.as_uid(uid)
        row = self.rows().filter(uid=wanted).first() if wanted else None
        if row is None:
            raise Http404
        return row

    def again(self, rows: list[Any]) -> list[Any]:
        """The rows as they stand now, in their order."""
        fresh = {row.pk: row for row in self.rows().filter(pk__in=[row.pk for row in rows])}
        return [fresh[row.pk] for row in rows]


def _method(resource: type[Bulk], asked: Any, told: Any) -> Any:
    @extend_schema(
        summary=f"Change many {resource.many} at once", request=asked, responses={200: told}
    )
    @action(detail=False, methods=["post"])
    def bulk(self: Bulk, request: Request) -> Response:
        """Make, change and delete up to 200, each row once: all of it, or nothing."""
        wanted = self.read(asked)
        _each_once(wanted)
        gone = [self.found(uid) for uid in wanted.get("delete", ())]
        for row in gone:
            self.remove(row)
        updated = [self.alter(self.found(each.pop("id")), each) for each in wanted["update"]]
        created = [self.make(each) for each in wanted["create"]]
        done = {"created": self.again(created), "updated": self.again(updated)}
        said = {**done, "deleted": [row.uid for row in gone]}
        context = self.around([*done["created"], *done["updated"]])
        return Response(told(said, context=context).data)

    return bulk


def _each_once(wanted: Mapping[str, Any]) -> None:
    """Raises ValidationError where a row is named twice: nobody knows which of them is meant."""
    named = [each["id"] for each in wanted["update"]] + list(wanted.get("delete", ()))
    if len({each.lower() for each in named}) < len(named):
        text = _("Name each row once.")
        raise ValidationError({api_settings.NON_FIELD_ERRORS_KEY: [text]}, code="repeated")


def _asked(resource: type[Bulk], stem: str) -> Any:
    base = resource.changed_shape
    loose = {name: loosened(field) for name, field in base._declared_fields.items()}
    one = shape(f"{stem}BulkChangeShape", base.__doc__, {**loose, "id": fields.Id()}, base)
    parts: dict[str, Any] = {
        # `create` and `update` are methods of a serializer, so these are given by name
        "create": resource.new_shape(many=True, required=False, default=list),
        "update": one(many=True, required=False, default=list),
    }
    if resource.removes:
        gone = serializers.ListField(child=fields.Id(), required=False, default=list)
        parts["delete"] = gone
    text = f"Up to {counted.MOST_AT_ONCE} at once: all of it is done, or nothing."
    return shape(f"{stem}BulkShape", text, parts, counted.Many)


def _told(resource: type[Bulk], stem: str) -> Any:
    shown: Any = resource.serializer_class
    parts = {
        "created": shown(many=True),
        "updated": shown(many=True),
        "deleted": serializers.ListField(child=fields.Id()),
    }
    return shape(f"{stem}BulkDoneShape", None, parts, shapes.Shape)
