"""Making two records one, for programs."""

from collections.abc import Collection
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.fields import queries
from crm.fields.actions import merging
from crm.fields.api import deriving
from crm.fields.api.records import Records
from crm.fields.queries.merged import merges_into
from crm.ui.rest import counted, fields, shapes
from crm.ui.rest.refusals import Conflict
from crm.workspaces import permissions
from crm.workspaces.models import Membership

EXAMPLE = OpenApiExample(
    "A merge",
    request_only=True,
    value={"other": "01941f29-7c00-7a3c-9b1e-0f5d8c2b6a47", "take": ["owner"]},
)


class MergedRecords(Records):
    """Records of which two may turn out to be one; `merge_shape` is made for each kind."""

    merge_shape: type[shapes.Shape]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.merge_shape = _shape(cls.model, deriving.stem(cls.new_shape))
        extend_schema_view(
            merge=extend_schema(
                summary=f"Merge two {cls.many}",
                description="Everything of `other` comes to this one, and `other` goes into the "
                "trash. Its values win where this one has none, or for the fields in `take`. "
                "Needs the right to change and to merge both.",
                request=cls.merge_shape,
                responses=cls.serializer_class,
                examples=[EXAMPLE],
            ),
            unmerge=extend_schema(
                summary=f"Undo the last merge of {cls.one}",
                description="Both are as they were; what was changed since the merge stays. "
                "409 where nothing was merged, or one of them is gone.",
                request=shapes.Nothing,
                responses=cls.serializer_class,
            ),
        )(cls)

    @action(detail=True, methods=["post"])
    def merge(self, request: Request, id: str) -> Response:
        self._allow()
        into = self.get_object()
        asked = self.read(self.merge_shape)
        if asked["other"].pk == into.pk:
            text = _("These are one and the same.")
            raise ValidationError({"other": [text]}, code="invalid")
        take = asked.get("take")
        unknown = sorted(set(take or ()) - set(queries.facts_of(self.model)))
        if unknown:
            text = _("There is no field “%(name)s” here.") % {"name": unknown[0]}
            raise ValidationError({"take": [text]}, code="unknown")
        merged(into, asked["other"], take=take, by=self.member)
        return self.shown(self.written([into.pk])[into.pk])

    @action(detail=True, methods=["post"])
    def unmerge(self, request: Request, id: str) -> Response:
        self._allow()
        into = self.get_object()
        self.read(shapes.Nothing)
        made = next(iter(merges_into(into)), None)
        if made is None:
            raise Conflict(_("Nothing was merged into this."))
        try:
            merging.part(made, by=self.member, at=timezone.now())
        except merging.Parted as error:
            text = _("These cannot be made two again: one of them was deleted or merged further.")
            raise Conflict(text) from error
        return self.shown(self.written([into.pk])[into.pk])

    def _allow(self) -> None:
        for what in ("merge", "change"):
            permissions.require(self.member, f"{self.right}.{what}")


def merged(into: Any, other: Any, *, take: Collection[str] | None, by: Membership) -> None:
    """Make them one; a conflict where somebody was faster."""
    try:
        merging.merge(into, other, take=take, by=by, at=timezone.now())
    except merging.Gone as error:
        raise Conflict(_("One of the two was deleted or merged meanwhile.")) from error


def _shape(model: Any, stem: str) -> type[shapes.Shape]:
    def among(asking: Any) -> Any:
        return model.objects.visible_to(asking)

    other = fields.Ref(among, help_text="The id of the one that becomes a part of this one.")
    take = counted.Few(
        child=fields.Text(max_length=40),
        required=False,
        max_length=100,
        help_text="Fields of which the other's value wins.",
    )
    parts = {"other": other, "take": take, "__module__": __name__}
    made: type[shapes.Shape] = type(f"{stem}MergeShape", (shapes.Shape,), parts)
    return made
