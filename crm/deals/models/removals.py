"""Stages on their way out, whose deals go to another."""

from django.db import models
from django.db.models import Q

from crm.deals.models.pipelines import Stage
from crm.workspaces import tenancy
from crm.workspaces.models import Membership


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
