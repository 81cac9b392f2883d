"""Notes as they were."""

from django.db import models

from crm.timeline.models.notes import Note
from crm.workspaces import tenancy
from crm.workspaces.models import Membership


class NoteVersion(tenancy.WorkspaceModel):
    """A note as it was before somebody changed it."""

    note = tenancy.WorkspaceForeignKey(Note, models.CASCADE, related_name="versions")
    html = models.TextField()
    # Who wrote it so, and when
    by = tenancy.WorkspaceForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta(tenancy.WorkspaceModel.Meta):
        indexes = [models.Index(fields=["workspace", "note", "-at"], name="note_versions")]

    def __str__(self) -> str:
        return f"{self.at:%F}"
