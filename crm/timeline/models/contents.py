"""What files hold, each of it once."""

from django.db import models
from django.utils import timezone

from crm.workspaces import tenancy


class FileContent(tenancy.WorkspaceModel):
    """The bytes of files by their SHA-256, each once in a workspace."""

    sha256 = models.BinaryField()
    size = models.BigIntegerField()
    data = models.BinaryField()
    # Moved on when the same bytes are kept again
    created_at = models.DateTimeField(default=timezone.now)

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "sha256"], name="file_content_once")
        ]

    def __str__(self) -> str:
        return f"{self.size}"
