"""Pipelines and stages for programs."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.deals.actions import pipelines
from crm.deals.models import Pipeline, Stage
from crm.ui.rest import fields, shapes
from crm.ui.rest.resources import Resource
from crm.workspaces import permissions
from crm.workspaces.models import Membership

PIPELINE = OpenApiExample("A pipeline", request_only=True, value={"name": "Renewals"})
STAGE = OpenApiExample(
    "A stage",
    request_only=True,
    value={
        "pipeline": "01941f29-7c00-7a3c-9b1e-0f5d8c2b6a47",
        "name": "Offer sent",
        "probability": 60,
        "rotting_days": 14,
    },
)


def known_pipelines(asking: Membership) -> QuerySet[Pipeline]:
    found: QuerySet[Pipeline] = Pipeline.objects.all()
    return found


class PipelineShape(shapes.Shape):
    id = fields.Id(source="uid")
    name = fields.Text()
    position = fields.Number(help_text="Pipelines stand in this order.")


class NewPipelineShape(shapes.Shape):
    """A pipeline to make; its stages come after it."""

    name = fields.Text(max_length=60)


class StageShape(shapes.Shape):
    id = fields.Id(source="uid")
    pipeline = fields.Id(source="pipeline.uid")
    name = fields.Text()
    position = fields.Number(help_text="Stages stand in this order.")
    probability = fields.Number(help_text="Of a hundred deals here so many are won.")
    rotting_days = fields.Number(allow_null=True)


class NewStageShape(shapes.Shape):
    """A stage to make, behind the others of its pipeline."""

    pipeline = fields.Ref(known_pipelines, help_text="The id of a pipeline.")
    name = fields.Text(max_length=60)
    probability = fields.Number(min_value=0, max_value=100, required=False, default=100)
    rotting_days = fields.Number(
        min_value=1,
        max_value=999,
        required=False,
        allow_null=True,
        default=None,
        help_text="A deal that nobody touches for longer is rotting; null: never.",
    )


class ChangedStageShape(shapes.Shape):
    name = fields.Text(max_length=60, required=False)
    probability = fields.Number(min_value=0, max_value=100, required=False)
    rotting_days = fields.Number(min_value=1, max_value=999, required=False, allow_null=True)


class StageQuery(shapes.PageQuery):
    pipeline = fields.Ref(known_pipelines, required=False, help_text="Stages of this pipeline.")


class Pipelines(Resource):
    """The ways in which a workspace sells."""

    read_scope = "deals:read"
    write_scope = "deals:write"
    serializer_class = PipelineShape
    ordering = ("position", "id")

    def rows(self) -> QuerySet[Pipeline]:
        return known_pipelines(self.member).filter(closed_at=None)

    @extend_schema(summary="List pipelines")
    def list(self, request: Request) -> Response:
        """Pipelines in their order."""
        return self.page(self.rows())

    @extend_schema(
        summary="Make a pipeline",
        request=NewPipelineShape,
        responses={201: PipelineShape},
        examples=[PIPELINE],
    )
    def create(self, request: Request) -> Response:
        """A new pipeline behind the others, without stages."""
        permissions.require(self.member, "pipelines.change")
        asked: dict[str, Any] = self.read(NewPipelineShape)
        made = pipelines.create_pipeline(**asked, by=self.member, at=timezone.now())
        return self.shown(made, 201)

    @extend_schema(summary="Read a pipeline")
    def retrieve(self, request: Request, id: str) -> Response:
        """One pipeline by its id."""
        return self.shown(self.get_object())

    @extend_schema(summary="Rename a pipeline", request=NewPipelineShape, responses=PipelineShape)
    def partial_update(self, request: Request, id: str) -> Response:
        """Another name for it."""
        permissions.require(self.member, "pipelines.change")
        row = self.get_object()
        asked = {"name": row.name} | self.read(NewPipelineShape, partial=True)
        pipelines.rename_pipeline(pipeline=row, **asked, by=self.member, at=timezone.now())
        return self.shown(row)


class Stages(Resource):
    """The steps of the pipelines."""

    read_scope = "deals:read"
    write_scope = "deals:write"
    serializer_class = StageShape
    list_query = StageQuery
    ordering = ("pipeline_id", "position", "id")

    def rows(self) -> QuerySet[Stage]:
        rows: QuerySet[Stage] = Stage.objects.select_related("pipeline")
        return rows

    @extend_schema(summary="List stages")
    def list(self, request: Request) -> Response:
        """Stages by pipeline, in their order."""
        rows = self.rows()
        if self.asked.get("pipeline"):
            rows = rows.filter(pipeline=self.asked["pipeline"])
        return self.page(rows)

    @extend_schema(
        summary="Make a stage",
        request=NewStageShape,
        responses={201: StageShape},
        examples=[STAGE],
    )
    def create(self, request: Request) -> Response:
        """A new stage, the last of its pipeline."""
        permissions.require(self.member, "pipelines.change")
        asked: dict[str, Any] = self.read(NewStageShape)
        return self.shown(pipelines.create_stage(**asked, by=self.member, at=timezone.now()), 201)

    @extend_schema(summary="Read a stage")
    def retrieve(self, request: Request, id: str) -> Response:
        """One stage of a pipeline."""
        return self.shown(self.get_object())

    @extend_schema(summary="Change a stage", request=ChangedStageShape, responses=StageShape)
    def partial_update(self, request: Request, id: str) -> Response:
        """Change what is named."""
        permissions.require(self.member, "pipelines.change")
        row = self.get_object()
        asked = self.read(ChangedStageShape, partial=True)
        pipelines.change_stage(stage=row, values=asked, by=self.member, at=timezone.now())
        return self.shown(row)
