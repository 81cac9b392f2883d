"""Pipelines and their stages, and why deals are lost."""

from typing import Optional

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.workspaces import tenancy
from crm.workspaces.models import Membership


class Pipeline(tenancy.PublicModel):
    """A way of selling: stages one after the other."""

    name = models.CharField(_("name"), max_length=60)
    position = models.PositiveIntegerField(default=0)
    # A deal that rots with nothing planned gives its owner something to do
    follows_up = models.BooleanField(default=False, db_default=False)
    # Its deals stay; it is offered no more
    closed_at = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        return self.name


class Stage(tenancy.PublicModel):
    """One step of a pipeline."""

    pipeline = tenancy.WorkspaceForeignKey(Pipeline, models.CASCADE, related_name="stages")
    name = models.CharField(_("name"), max_length=60)
    position = models.PositiveIntegerField(default=0)
    # Of a hundred deals in this stage so many are won
    probability = models.PositiveSmallIntegerField(
        _("probability"), default=100, validators=[MaxValueValidator(100)]
    )
    # A deal that nobody touches for longer is rotting
    rotting_days = models.PositiveSmallIntegerField(_("rots after days"), null=True, blank=True)

    class Meta(tenancy.PublicModel.Meta):
        indexes = [models.Index(fields=["workspace", "pipeline", "position"], name="stage_place")]
        constraints = [
            models.CheckConstraint(condition=Q(probability__lte=100), name="stage_probability")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def removal(self) -> Optional["StageRemoval"]:
        """How far its removal is, where it is being removed."""
        return next(iter(self.removals.all()), None)


class StageRemoval(tenancy.PublicModel):
    """A stage with so many deals that it goes step by step; the row outlives it for a while."""

    stage = tenancy.WorkspaceForeignKey(Stage, models.SET_NULL, null=True, related_name="removals")
    name = models.CharField(max_length=60)
    # Where its deals go; that one stays until they are all there
    to = tenancy.WorkspaceForeignKey(Stage, models.SET_NULL, null=True, related_name="+")
    by = tenancy.WorkspaceForeignKey(Membership, models.CASCADE, related_name="+")
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    across_workspaces = ("stage_removal_due",)

    class Meta(tenancy.PublicModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "stage"], name="stage_removal_once")
        ]
        indexes = [
            models.Index(fields=["workspace", "to"], name="stage_removal_to"),
            models.Index(
                fields=["lease_until"],
                condition=Q(finished_at=None, failed_at=None),
                name="stage_removal_due",
            ),
        ]

    @property
    def percent(self) -> int:
        return min(99, 100 * self.done // self.total) if self.total else 0


class LostReason(tenancy.PublicModel):
    """A reason people choose from when a deal is lost."""

    name = models.CharField(_("reason"), max_length=120)
    position = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.name
