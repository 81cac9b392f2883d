"""The teams of the workspace, so that programs can name them; they are made on their pages."""

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.rest import fields, shapes
from crm.ui.rest.resources import Resource
from crm.workspaces.models import Team, TeamMember


class Place(fields.Id):
    """A place in a team, as the id of who has it."""

    def to_representation(self, value: TeamMember) -> str:
        return super().to_representation(value.member.uid)


class TeamShape(shapes.Shape):
    id = fields.Id(source="uid")
    name = fields.Text()
    parent = fields.Id(  # type: ignore[assignment]  # a field, taken off the class
        source="parent.uid", allow_null=True, default=None, help_text="The team above it."
    )
    members = serializers.ListField(
        child=Place(),
        source="teammember_set.all",
        read_only=True,
        help_text="Its active members, in the order they joined it.",
    )


class Teams(Resource):
    """Members who share mailboxes and see each other's records."""

    read_scope = "workspace:read"
    serializer_class = TeamShape
    ordering = ("position", "name", "id")

    def rows(self) -> QuerySet[Team]:
        inside = TeamMember.objects.filter(member__is_active=True).order_by("pk")
        places = Prefetch("teammember_set", inside.select_related("member"))
        rows: QuerySet[Team] = Team.objects.select_related("parent").prefetch_related(places)
        return rows

    @extend_schema(summary="List the teams")
    def list(self, request: Request) -> Response:
        """Every team of the workspace, in the order people put them."""
        return self.page(self.rows())

    @extend_schema(summary="Read a team")
    def retrieve(self, request: Request, id: str) -> Response:
        """One team: its name, the team above it and who is in it."""
        return self.shown(self.get_object())
