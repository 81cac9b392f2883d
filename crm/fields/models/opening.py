"""With which view a member's list opens."""

from django.db import models

from crm.fields.models.saved import View
from crm.workspaces import tenancy
from crm.workspaces.models import Membership


class Opening(tenancy.WorkspaceModel):
    """The view of a kind that this member begins with."""

    member = tenancy.WorkspaceForeignKey(Membership, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16)
    view = tenancy.WorkspaceForeignKey(View, models.CASCADE, related_name="+")

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "member", "kind"], name="opening_once")
        ]
        indexes = [models.Index(fields=["workspace", "view"], name="opening_view")]

    def __str__(self) -> str:
        return self.kind
