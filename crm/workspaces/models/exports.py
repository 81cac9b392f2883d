"""A workspace taken along, in pieces."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.workspaces import tenancy
from crm.workspaces.models.users import Membership


class Export(tenancy.PublicModel):
    """Everything a workspace keeps, as one archive, for its owners to take away."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    asked_by = tenancy.WorkspaceForeignKey(Membership, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    # Rows and files
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    size = models.BigIntegerField(default=0)
    expires_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    fence = models.PositiveSmallIntegerField(default=0)

    across_workspaces = ("export_due",)

    class Meta(tenancy.PublicModel.Meta):
        indexes = [
            models.Index(
                fields=["lease_until"],
                condition=models.Q(state__in=["queued", "running"]),
                name="export_due",
            )
        ]

    @property
    def percent(self) -> int:
        return min(99, 100 * self.done // self.total) if self.total else 0


class ExportPiece(tenancy.WorkspaceModel):
    """A megabyte of an export."""

    export = tenancy.WorkspaceForeignKey(Export, models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "export", "number"], name="piece_once"),
        ]
