"""Records that were made one."""

from django.db import models

from crm.workspaces import tenancy
from crm.workspaces.models import Membership


class Merge(tenancy.PublicModel):
    """One record that became a part of another, and all it takes to part them again."""

    kind = models.CharField(max_length=16)
    into_id = models.BigIntegerField()
    other_id = models.BigIntegerField()
    other_uid = models.UUIDField()
    by = tenancy.WorkspaceForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    # Columns of both before, and of the one that stayed after: {"into", "other", "after"}
    columns = models.JSONField()
    # Rows that pointed at the other one: [[model, column, [ids]], …]
    moved = models.JSONField()
    # What the kind itself keeps for the way back: `Record.absorb`
    parts = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)

    class Meta(tenancy.PublicModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "kind", "into_id", "-at"], name="merge_into"),
            models.Index(fields=["workspace", "kind", "other_uid"], name="merge_other"),
        ]
