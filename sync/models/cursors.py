"""How far a folder was read."""

from django.db import models

from crm.workspaces import tenancy
from inbox.models import Folder, Mailbox


class FolderCursor(tenancy.WorkspaceModel):
    """How far one folder was read; moved only in the transaction that keeps what was read."""

    folder = tenancy.WorkspaceForeignKey(Folder, models.CASCADE, related_name="cursors")
    mailbox = tenancy.WorkspaceForeignKey(Mailbox, models.CASCADE, related_name="+")
    # The provider's own, opaque
    cursor = models.JSONField(null=True)
    page = models.JSONField(null=True)
    # A renumbered folder is listed anew under a new generation before anything is believed gone
    snapshot_page = models.JSONField(null=True)
    snapshot_started_at = models.DateTimeField(null=True)
    snapshot_generation = models.BigIntegerField(null=True)
    # History is listed newest first down to its end
    history_done_at = models.DateTimeField(null=True)
    renumbered = models.PositiveSmallIntegerField(default=0)
    renumbered_on = models.DateField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    checked_at = models.DateTimeField(null=True)
    # When what we know of it was last held against the server's own count
    counted_at = models.DateTimeField(null=True)
    last_ok_at = models.DateTimeField(null=True)

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "folder"], name="cursor_once")]
