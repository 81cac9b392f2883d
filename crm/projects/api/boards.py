"""Boards and phases for programs."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crm.projects.actions import boards, phases
from crm.projects.models import Board, Phase
from crm.ui.rest import fields, shapes
from crm.ui.rest.refusals import Conflict
from crm.ui.rest.resources import Resource
from crm.workspaces import permissions
from crm.workspaces.models import Membership

BOARD = OpenApiExample("A board", request_only=True, value={"name": "Repairs"})
PHASE = OpenApiExample(
    "A phase",
    request_only=True,
    value={"board": "01941f29-7c00-7a3c-9b1e-0f5d8c2b6a47", "name": "Handing over"},
)


def known_boards(asking: Membership) -> QuerySet[Board]:
    found: QuerySet[Board] = Board.objects.all()
    return found


def known_phases(asking: Membership) -> QuerySet[Phase]:
    found: QuerySet[Phase] = Phase.objects.select_related("board")
    return found


class BoardShape(shapes.Shape):
    id = fields.Id(source="uid")
    name = fields.Text()
    position = fields.Number(help_text="Boards stand in this order.")


class NewBoardShape(shapes.Shape):
    """A board to make; it has one phase."""

    name = fields.Text(max_length=60)


class PhaseShape(shapes.Shape):
    id = fields.Id(source="uid")
    board = fields.Id(source="board.uid")
    name = fields.Text()
    position = fields.Number(help_text="Phases stand in this order.")


class NewPhaseShape(shapes.Shape):
    """A phase to make, behind the others of its board."""

    board = fields.Ref(known_boards, help_text="The id of a board.")
    name = fields.Text(max_length=60)


class ChangedPhaseShape(shapes.Shape):
    name = fields.Text(max_length=60, required=False)


class RemovedPhaseShape(shapes.Shape):
    """Where the projects of a phase go when it is removed."""

    move_to = fields.Ref(
        known_phases,
        required=False,
        allow_null=True,
        default=None,
        help_text="The id of the phase that takes its projects; needed where there are some.",
    )


class PhaseQuery(shapes.PageQuery):
    board = fields.Ref(known_boards, required=False, help_text="Phases of this board.")


class Boards(Resource):
    """The ways in which a workspace delivers what it sold."""

    read_scope = "deals:read"
    write_scope = "deals:write"
    serializer_class = BoardShape
    ordering = ("position", "id")

    def rows(self) -> QuerySet[Board]:
        return known_boards(self.member).filter(closed_at=None)

    @extend_schema(summary="List boards")
    def list(self, request: Request) -> Response:
        """Boards in their order."""
        return self.page(self.rows())

    @extend_schema(
        summary="Make a board",
        request=NewBoardShape,
        responses={201: BoardShape},
        examples=[BOARD],
    )
    def create(self, request: Request) -> Response:
        """A new board behind the others."""
        permissions.require(self.member, "boards.change")
        asked: dict[str, Any] = self.read(NewBoardShape)
        return self.shown(boards.create_board(**asked, by=self.member, at=timezone.now()), 201)

    @extend_schema(summary="Read a board")
    def retrieve(self, request: Request, id: str) -> Response:
        """One board by its id."""
        return self.shown(self.get_object())

    @extend_schema(summary="Rename a board", request=NewBoardShape, responses=BoardShape)
    def partial_update(self, request: Request, id: str) -> Response:
        """Another name for it."""
        permissions.require(self.member, "boards.change")
        row = self.get_object()
        asked = {"name": row.name} | self.read(NewBoardShape, partial=True)
        boards.rename_board(board=row, **asked, by=self.member, at=timezone.now())
        return self.shown(row)


class Phases(Resource):
    """The steps of the boards."""

    read_scope = "deals:read"
    write_scope = "deals:write"
    serializer_class = PhaseShape
    list_query = PhaseQuery
    ordering = ("board_id", "position", "id")

    def rows(self) -> QuerySet[Phase]:
        return known_phases(self.member)

    @extend_schema(summary="List phases")
    def list(self, request: Request) -> Response:
        """Phases by board, in their order."""
        rows = self.rows()
        if self.asked.get("board"):
            rows = rows.filter(board=self.asked["board"])
        return self.page(rows)

    @extend_schema(
        summary="Make a phase",
        request=NewPhaseShape,
        responses={201: PhaseShape},
        examples=[PHASE],
    )
    def create(self, request: Request) -> Response:
        """A new phase, the last of its board."""
        permissions.require(self.member, "boards.change")
        asked: dict[str, Any] = self.read(NewPhaseShape)
        return self.shown(phases.create_phase(**asked, by=self.member, at=timezone.now()), 201)

    @extend_schema(summary="Read a phase")
    def retrieve(self, request: Request, id: str) -> Response:
        """One phase of a board."""
        return self.shown(self.get_object())

    @extend_schema(summary="Rename a phase", request=ChangedPhaseShape, responses=PhaseShape)
    def partial_update(self, request: Request, id: str) -> Response:
        """Another name for it."""
        permissions.require(self.member, "boards.change")
        row = self.get_object()
        asked = {"name": row.name} | self.read(ChangedPhaseShape, partial=True)
        phases.rename_phase(phase=row, **asked, by=self.member, at=timezone.now())
        return self.shown(row)

    @extend_schema(summary="Remove a phase", request=RemovedPhaseShape, responses={204: None})
    @action(detail=True, methods=["post"])
    def removal(self, request: Request, id: str) -> Response:
        """Its projects move to another phase, then it is gone; 409 where they have no place."""
        permissions.require(self.member, "boards.change")
        row, asked = self.get_object(), self.read(RemovedPhaseShape)
        try:
            phases.delete_phase(phase=row, to=asked["move_to"], by=self.member, at=timezone.now())
        except phases.HasProjects as error:
            raise Conflict(_("There are projects in this phase. Say where they go.")) from error
        except boards.LastOne as error:
            raise Conflict(_("A board keeps at least one phase.")) from error
        return Response(status=204)
