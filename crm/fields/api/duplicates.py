"""Pairs of records that may be the same, for programs."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.fields import queries
from crm.fields.actions import comparing
from crm.fields.api.merging import merged
from crm.fields.models import Likeness, Record, kinds
from crm.ui.rest import counted, fields, shapes
from crm.ui.rest.resources import Resource
from crm.workspaces import permissions
from crm.workspaces.models import Membership

# Kinds of which two may be one
ALIKE = {word: model for word, model in sorted(kinds().items()) if model.ALIKE}
KINDS = [(word, f"Two {model.MANY}") for word, model in ALIKE.items()]
REASONS = dict.fromkeys(reason.key for model in ALIKE.values() for reason in model.ALIKE)
SIDES = [("first", "`first` stays, `second` becomes a part of it"),
         ("second", "`second` stays, `first` becomes a part of it")]  # fmt: skip
MERGE = OpenApiExample("Keep the first", request_only=True, value={"keep": "first", "take": []})


class DuplicateShape(shapes.Shape):
    """Two records that look alike; the same ids as the records' own resources use."""

    id = fields.Id(source="uid")
    kind = fields.Choice(choices=KINDS)
    first = fields.Id(source="sides.first")
    second = fields.Id(source="sides.second")
    reasons = serializers.ListField(
        child=fields.Text(), help_text="Why: " + ", ".join(f"`{key}`" for key in REASONS) + "."
    )
    score = fields.Number(help_text="How likely they are one, of a hundred.")
    dismissed = fields.Flag(source="is_dismissed", help_text="Somebody said that they are two.")
    found_at = fields.Moment()


class DuplicateQuery(shapes.PageQuery):
    kind = fields.Choice(choices=KINDS, required=False, help_text="Pairs of this kind.")
    dismissed = fields.Flag(
        required=False, default=False, help_text="Those that are said to be two, instead."
    )


class DismissalShape(shapes.Shape):
    """Whether these are two."""

    dismissed = fields.Flag(required=False, default=True, help_text="false asks again.")


class DuplicateMergeShape(shapes.Shape):
    """Which of the two stays."""

    keep = fields.Choice(choices=SIDES, required=False, default="first")
    take = counted.Few(
        child=fields.Text(max_length=40),
        required=False,
        max_length=100,
        help_text="Fields of which the other's value wins; where nothing is known it always does.",
    )


class MergedShape(shapes.Shape):
    kind = fields.Choice(choices=KINDS)
    id = fields.Id(help_text="The record that stays.")


class Duplicates(Resource):
    """Pairs of people and of organizations that may be the same, as far as both are seen."""

    read_scope = "people:read"
    write_scope = "people:write"
    serializer_class = DuplicateShape
    list_query = DuplicateQuery
    ordering = ("-score", "-id")

    def rows(self) -> QuerySet[Likeness]:
        found = Q(pk__in=[])
        for word, model in ALIKE.items():
            if permissions.may(self.member, f"{model.MANY}.merge"):
                found |= _seen(word, model, self.member)
        rows: QuerySet[Likeness] = Likeness.objects.filter(found)
        return rows

    @extend_schema(summary="List possible duplicates")
    def list(self, request: Request) -> Response:
        """The likeliest first. Records are compared as they change; this compares what is left."""
        asked = self.asked
        for word, model in ALIKE.items():
            if asked.get("kind", word) == word:
                comparing.compare(model, at=timezone.now())
        rows = self.rows().filter(dismissed_at__isnull=not asked["dismissed"])
        if asked.get("kind"):
            rows = rows.filter(kind=asked["kind"])
        return self.page(rows)

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """With the public ids of both records beside each pair; a query a kind."""
        if args:
            pairs = args[0] if kwargs.get("many") else [args[0]]
            _name(pairs)
        return super().get_serializer(*args, **kwargs)

    @extend_schema(summary="Read a possible duplicate")
    def retrieve(self, request: Request, id: str) -> Response:
        """One pair by its id, why it was found and how likely it is."""
        return self.shown(self.get_object())

    @extend_schema(summary="Say that two are two", request=DismissalShape, responses=DuplicateShape)
    @action(detail=True, methods=["post"])
    def dismissal(self, request: Request, id: str) -> Response:
        """It is not asked again, unless `dismissed` is false."""
        pair, asked = self.get_object(), self.read(DismissalShape)
        permissions.require(self.member, f"{ALIKE[pair.kind].MANY}.change")
        if asked["dismissed"]:
            comparing.dismiss(pair=pair, by=self.member, at=timezone.now())
        else:
            comparing.ask_again(pair=pair)
        return self.shown(pair)

    @extend_schema(
        summary="Merge a possible duplicate",
        request=DuplicateMergeShape,
        responses=MergedShape,
        examples=[MERGE],
    )
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, id: str) -> Response:
        """The two are one; `unmerge` of that record undoes it for thirty days."""
        pair, asked = self.get_object(), self.read(DuplicateMergeShape)
        model = ALIKE[pair.kind]
        permissions.require(self.member, f"{model.MANY}.change")
        take = asked.get("take")
        unknown = sorted(set(take or ()) - set(queries.facts_of(model)))
        if unknown:
            text = _("There is no field “%(name)s” here.") % {"name": unknown[0]}
            raise ValidationError({"take": [text]}, code="unknown")
        rows = model.objects.visible_to(self.member).in_bulk([pair.first_id, pair.second_id])
        if {pair.first_id, pair.second_id} - set(rows):
            raise Http404
        first, second = rows[pair.first_id], rows[pair.second_id]
        into, other = (first, second) if asked["keep"] == "first" else (second, first)
        merged(into, other, take=take, by=self.member)
        return Response({"kind": pair.kind, "id": str(into.uid)})


def _seen(word: str, model: type[Record], member: Membership) -> Q:
    seen = model.objects.visible_to(member).order_by().values("pk")
    return Q(kind=word, first_id__in=seen, second_id__in=seen)


def _name(pairs: Any) -> None:
    for word, model in ALIKE.items():
        here = [pair for pair in pairs if pair.kind == word]
        ids = {pk for pair in here for pk in (pair.first_id, pair.second_id)}
        uids = dict(model.objects.filter(pk__in=ids).values_list("pk", "uid")) if ids else {}
        for pair in here:
            pair.sides = {"first": uids[pair.first_id], "second": uids[pair.second_id]}
