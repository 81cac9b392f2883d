"""Pipelines and stages for programs."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.deals import tasks
from crm.deals.actions import Lacking, pipelines, removing, stages
from crm.deals.models import Pipeline, Stage, StageRemoval
from crm.fields.actions.ordering import put_in_order
from crm.ui.rest import fields, shapes
from crm.ui.rest.bulk import Bulk
from crm.ui.rest.refusals import Conflict
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
REMOVAL = OpenApiExample(
    "Its deals go to another stage",
    request_only=True,
    value={"move_to": "01941f2a-1b00-7d21-8f4e-6a2b9c3d5e10"},
)


def known_pipelines(asking: Membership) -> QuerySet[Pipeline]:
    found: QuerySet[Pipeline] = Pipeline.objects.all()
    return found


class PipelineShape(shapes.Shape):
    id = fields.Id(source="uid")
    name = fields.Text()
    position = fields.Number(help_text="Pipelines stand in this order.")
    follows_up = fields.Flag(help_text="Whether deals that rot give their owner an activity.")
    updated_at = fields.Moment()


class NewPipelineShape(shapes.Shape):
    """A pipeline to make; its stages come after it."""

    name = fields.Text(max_length=60)
    follows_up = fields.Flag(
        required=False,
        help_text="Give the owner of a deal that rots with nothing planned an activity, once.",
    )


class StageRemovalShape(shapes.Shape):
    """How far the removal of a stage with many deals is."""

    move_to = fields.Id(source="to.uid", allow_null=True, default=None)
    done = fields.Number(help_text="Deals that have moved.")
    total = fields.Number(help_text="Deals there were.")
    failed_at = fields.Moment(
        allow_null=True, help_text="When it broke off; asking for the removal again goes on."
    )


class StageShape(shapes.Shape):
    id = fields.Id(source="uid")
    pipeline = fields.Id(source="pipeline.uid")
    name = fields.Text()
    position = fields.Number(help_text="Stages stand in this order.")
    probability = fields.Number(help_text="Of a hundred deals here so many are won.")
    rotting_days = fields.Number(allow_null=True)
    removal = StageRemovalShape(
        allow_null=True, help_text="null unless the stage is being removed; then how far it is."
    )
    updated_at = fields.Moment()


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
    position = fields.Number(
        min_value=0, max_value=999, required=False, help_text="Its new place; 0 is the first."
    )
    probability = fields.Number(min_value=0, max_value=100, required=False)
    rotting_days = fields.Number(min_value=1, max_value=999, required=False, allow_null=True)


class RemovedStageShape(shapes.Shape):
    """Where the deals of a stage go when it is removed."""

    move_to = fields.Ref(
        lambda asking: Stage.objects.select_related("pipeline"),
        required=False,
        allow_null=True,
        default=None,
        help_text="The id of the stage that takes its deals; needed where there are some.",
    )


class StageQuery(shapes.DatedQuery):
    pipeline = fields.Ref(known_pipelines, required=False, help_text="Stages of this pipeline.")


class Pipelines(Bulk):
    """The ways in which a workspace sells."""

    many = "pipelines"
    new_shape = changed_shape = NewPipelineShape
    removes = False

    read_scope = "deals:read"
    write_scope = "deals:write"
    serializer_class = PipelineShape
    ordering = ("position", "id")
    list_query = shapes.DatedQuery

    def rows(self) -> QuerySet[Pipeline]:
        return known_pipelines(self.member).filter(closed_at=None)

    @extend_schema(summary="List pipelines")
    def list(self, request: Request) -> Response:
        """Pipelines in their order."""
        return self.page(self.dated(self.rows()))

    @extend_schema(
        summary="Make a pipeline",
        request=NewPipelineShape,
        responses={201: PipelineShape},
        examples=[PIPELINE],
    )
    def create(self, request: Request) -> Response:
        """A new pipeline behind the others, without stages."""
        return self.shown(self.make(self.read(NewPipelineShape)), 201)

    @extend_schema(summary="Read a pipeline")
    def retrieve(self, request: Request, id: str) -> Response:
        """One pipeline by its id."""
        return self.shown(self.get_object())

    @extend_schema(summary="Change a pipeline", request=NewPipelineShape, responses=PipelineShape)
    def partial_update(self, request: Request, id: str) -> Response:
        """Change what is named."""
        asked = self.read(NewPipelineShape, partial=True)
        return self.shown(self.alter(self.get_object(), asked))

    def make(self, asked: dict[str, Any]) -> Pipeline:
        permissions.require(self.member, "pipelines.change")
        return pipelines.create_pipeline(**asked, by=self.member, at=timezone.now())

    def alter(self, row: Pipeline, asked: dict[str, Any]) -> Pipeline:
        permissions.require(self.member, "pipelines.change")
        pipelines.change_pipeline(pipeline=row, values=asked, by=self.member, at=timezone.now())
        return row


class Stages(Bulk):
    """The steps of the pipelines."""

    many = "stages"
    new_shape, changed_shape = NewStageShape, ChangedStageShape
    removes = False

    read_scope = "deals:read"
    write_scope = "deals:write"
    serializer_class = StageShape
    list_query = StageQuery
    ordering = ("pipeline_id", "position", "id")

    def rows(self) -> QuerySet[Stage]:
        rows: QuerySet[Stage] = Stage.objects.select_related("pipeline")
        return rows.prefetch_related("removals__to")

    @extend_schema(summary="List stages")
    def list(self, request: Request) -> Response:
        """Stages by pipeline, in their order."""
        rows = self.dated(self.rows())
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
        return self.shown(self.make(self.read(NewStageShape)), 201)

    @extend_schema(summary="Read a stage")
    def retrieve(self, request: Request, id: str) -> Response:
        """One stage of a pipeline."""
        return self.shown(self.get_object())

    @extend_schema(summary="Change a stage", request=ChangedStageShape, responses=StageShape)
    def partial_update(self, request: Request, id: str) -> Response:
        """Change what is named."""
        row = self.alter(self.get_object(), self.read(ChangedStageShape, partial=True))
        return self.shown(self.rows().get(pk=row.pk))

    def make(self, asked: dict[str, Any]) -> Stage:
        permissions.require(self.member, "pipelines.change")
        return stages.create_stage(**asked, by=self.member, at=timezone.now())

    def alter(self, row: Stage, asked: dict[str, Any]) -> Stage:
        permissions.require(self.member, "pipelines.change")
        at = timezone.now()
        place = asked.pop("position", None)
        stages.change_stage(stage=row, values=asked, by=self.member, at=at)
        if place is not None:
            others = list(
                Stage.objects.filter(pipeline=row.pipeline_id)
                .exclude(pk=row.pk)
                .order_by("position", "pk")
                .values_list("uid", flat=True)
            )
            others.insert(place, row.uid)
            put_in_order(
                Stage.objects.filter(pipeline=row.pipeline_id),
                others,
                verb="pipeline.stages_ordered",
                about=row.pipeline,
                by=self.member,
                at=at,
            )
        return row

    @extend_schema(
        summary="Remove a stage",
        request=RemovedStageShape,
        responses={204: None, 202: StageShape},
        examples=[REMOVAL],
    )
    @action(detail=True, methods=["post"])
    def removal(self, request: Request, id: str) -> Response:
        """Its deals move to another stage, then it is gone; 409 where they have no place.

        A stage with more than 500 deals goes step by step: 202, and `removal` of the stage
        tells how far it is until the stage is not found any more.
        """
        permissions.require(self.member, "pipelines.change")
        row, asked = self.get_object(), self.read(RemovedStageShape)
        if row.removal is not None and row.removal.failed_at is not None:
            removing.try_again(removal=row.removal)
            tasks.ring_after(row.removal)
            return self.shown(self.rows().get(pk=row.pk), 202)
        how: dict[str, Any] = {"by": self.member, "at": timezone.now()}
        try:
            done = removing.remove_stage(stage=row, to=asked["move_to"], **how)
        except removing.HasDeals as error:
            raise Conflict(_("There are deals in this stage. Say where they go.")) from error
        except removing.Leaving as error:
            raise Conflict(_("One of these stages is being removed right now.")) from error
        except pipelines.LastOne as error:
            raise Conflict(_("A pipeline keeps at least one stage.")) from error
        except Lacking as error:
            told = {fact.name: [_("This stage asks for it.")] for fact in error.facts}
            raise ValidationError({"custom": told}, code="required") from error
        if not isinstance(done, StageRemoval):
            return Response(status=204)
        tasks.ring_after(done)
        return self.shown(self.rows().get(pk=row.pk), 202)
