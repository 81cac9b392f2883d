"""Pipelines and their stages."""

from typing import TYPE_CHECKING, Optional

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.workspaces import tenancy

if TYPE_CHECKING:
    from crm.deals.models.removals import StageRemoval


class Pipeline(tenancy.DatedModel):
    """A way of selling: stages one after the other."""

    name = models.CharField(_("name"), max_length=60)
    position = models.PositiveIntegerField(default=0)
    # A deal that rots with nothing planned gives its owner something to do
    follows_up = models.BooleanField(default=False, db_default=False)
    # Its deals stay; it is offered no more
    closed_at = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        return self.name


class Stage(tenancy.DatedModel):
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

    class Meta(tenancy.DatedModel.Meta):
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
