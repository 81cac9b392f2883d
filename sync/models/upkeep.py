"""When a workspace is tidied next."""

from django.db import models
from django.utils import timezone

from crm.workspaces import tenancy


class Upkeep(tenancy.WorkspaceModel):
    """When a workspace is tidied next, and the number that fences off whoever began before."""

    due_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    fence = models.BigIntegerField(default=0)
    last_ok_at = models.DateTimeField(null=True)

    across_workspaces = ("upkeep_due",)

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="upkeep_once")]
        indexes = [models.Index(fields=["due_at"], name="upkeep_due")]
