"""Saved views for programs: which rows of a list, which columns, in which order."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError as Invalid
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.fields import filters, queries
from crm.fields.actions import saved as actions
from crm.fields.actions import saving
from crm.fields.api.of_kind import KINDS, OfKind
from crm.fields.models import View, kinds
from crm.ui.rest import counted, fields, shapes
from crm.ui.rest.resources import Resource
from crm.workspaces import permissions
from crm.workspaces.models import Membership

MOST_COLUMNS = 30
EXAMPLE = OpenApiExample(
    "Large deals of mine",
    request_only=True,
    value={
        "kind": "deal",
        "name": "Large deals of mine",
        "filter": {
            "all": [
                {"field": "owner", "is": "any_of", "value": ["me"]},
                {"field": "value", "is": "more", "value": 5000},
            ]
        },
        "columns": ["value", "stage"],
        "sort": "-value",
        "shared": False,
    },
)


def known_views(asking: Membership) -> QuerySet[View]:
    """The member's own views and those that are shared."""
    rows = View.objects.filter(Q(owner=asking) | Q(is_shared=True), kind__in=list(kinds()))
    found: QuerySet[View] = rows.select_related("owner")
    return found


def _columns() -> Any:
    return counted.Few(
        child=fields.Text(max_length=48),
        required=False,
        max_length=MOST_COLUMNS,
        help_text="Fields that its list shows, besides the name.",
    )


class ViewShape(shapes.Shape):
    id = fields.Id(source="uid")
    kind = fields.Choice(choices=KINDS)
    name = fields.Text()
    owner = fields.Id(source="owner.uid")
    shared = fields.Flag(source="is_shared")
    filter = serializers.DictField(help_text="Conditions, as `filter` of the lists takes them.")
    columns = serializers.ListField(child=fields.Text())
    sort = fields.Text(help_text="A field, with a minus the other way round.")
    position = fields.Number()
    created_at = fields.Moment()


class ChangedViewShape(shapes.Shape):
    """What a view may become; only its owner changes it."""

    name = fields.Text(max_length=60, required=False)
    filter = serializers.DictField(required=False)
    columns = _columns()
    sort = fields.Text(max_length=49, required=False, allow_blank=True)
    shared = fields.Flag(source="is_shared", required=False)


class NewViewShape(ChangedViewShape):
    """A view of one's own."""

    kind = fields.Choice(choices=KINDS)
    name = fields.Text(max_length=60)


class Saved(Resource):
    """What views of records and of mail share: who may change one, and how many one may have."""

    def _own(self) -> View:
        view: View = self.get_object()
        if view.owner_id != self.member.pk:
            raise Http404
        return view

    def _saved(self, asked: Mapping[str, Any]) -> Response:
        try:
            made = saving.save_view(**asked, by=self.member, at=timezone.now())
        except Invalid as error:
            raise ValidationError({"name": error.messages}, code="many") from error
        return self.shown(made, 201)

    def _changed(self, view: View, asked: Mapping[str, Any]) -> Response:
        try:
            now = timezone.now()
            return self.shown(actions.change_view(view=view, values=asked, by=self.member, at=now))
        except actions.ViewGone as error:
            raise Http404 from error

    def _deleted(self) -> Response:
        try:
            actions.delete_view(view=self._own(), by=self.member, at=timezone.now())
        except actions.ViewGone as error:
            raise Http404 from error
        return Response(status=204)


class Views(Saved, OfKind):
    """Lists that somebody saved; `?view=` of a list of records applies one."""

    serializer_class = ViewShape

    def rows(self) -> QuerySet[View]:
        return known_views(self.member)

    @extend_schema(summary="List views")
    def list(self, request: Request) -> Response:
        """One's own and those that are shared, by kind, in their order."""
        return self.of_kind()

    @extend_schema(
        summary="Save a view",
        request=NewViewShape,
        responses={201: ViewShape},
        examples=[EXAMPLE],
    )
    def create(self, request: Request) -> Response:
        """A view of one's own, seen by all where it is `shared`."""
        asked: dict[str, Any] = {"filter": {}, "columns": [], "sort": "", "is_shared": False}
        asked |= self.read(NewViewShape)
        self._check(asked["kind"], asked)
        return self._saved(asked)

    @extend_schema(summary="Read a view")
    def retrieve(self, request: Request, id: str) -> Response:
        """One view by its id."""
        return self.shown(self.get_object())

    @extend_schema(summary="Change a view", request=ChangedViewShape, responses=ViewShape)
    def partial_update(self, request: Request, id: str) -> Response:
        """Change what is named of a view of one's own."""
        view = self._own()
        asked = self.read(ChangedViewShape, partial=True)
        self._check(view.kind, asked)
        return self._changed(view, asked)

    @extend_schema(summary="Delete a view", responses={204: None})
    def destroy(self, request: Request, id: str) -> Response:
        """Forget a view of one's own; the records it showed stay."""
        return self._deleted()

    def _check(self, kind: str, asked: Mapping[str, Any]) -> None:
        """Raise ValidationError for what no list of this kind could show."""
        if asked.get("is_shared"):
            permissions.require(self.member, "views.share")
        model = kinds()[kind]
        facts = queries.facts_of(model)
        try:
            known = queries.asked_by(self.member, model, timezone.now(), facts)
            filters.compile(asked.get("filter"), known)
        except filters.BadFilter as error:
            raise ValidationError({"filter": [str(error)]}, code="invalid") from error
        unknown = [name for name in asked.get("columns", ()) if name not in facts]
        if unknown:
            text = _("There is no field “%(name)s” here.") % {"name": unknown[0]}
            raise ValidationError({"columns": [ErrorDetail(text, code="unknown")]})
        sort = asked.get("sort", "").removeprefix("-")
        if sort and (sort not in facts or not facts[sort].is_sorted):
            text = _("Rows cannot be put in the order of “%(name)s”.") % {"name": sort}
            raise ValidationError({"sort": [ErrorDetail(text, code="invalid")]})
