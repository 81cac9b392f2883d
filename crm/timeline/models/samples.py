"""The mark of sample data."""

from django.db import models

from crm.workspaces import tenancy


class Sample(tenancy.WorkspaceModel):
    """A row that was made to look around with; `version` is the one it was made with."""

    kind = models.CharField(max_length=24)
    object_id = models.BigIntegerField()
    version = models.PositiveIntegerField(default=0)

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "kind", "object_id"], name="sample_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
