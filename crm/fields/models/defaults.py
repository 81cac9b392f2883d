"""Who sees new records by default."""

from django.db import models

from crm.workspaces import tenancy
from crm.workspaces.models import Role


class Default(tenancy.WorkspaceModel):
    """Who sees a new record of this kind when somebody of this role makes it."""

    kind = models.CharField(max_length=16)
    role = models.CharField(max_length=8, choices=Role)
    visibility = models.CharField(max_length=8)

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "kind", "role"], name="default_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.role}"
