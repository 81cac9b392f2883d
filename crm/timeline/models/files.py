"""Files on records."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from crm.timeline.models.about import About
from crm.timeline.models.contents import FileContent
from crm.timeline.models.notes import WrittenQuerySet
from crm.workspaces import tenancy
from crm.workspaces.models import Membership


class File(tenancy.PublicModel):
    """A file that somebody put on records."""

    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=200)
    size = models.BigIntegerField()
    content = tenancy.WorkspaceForeignKey(FileContent, models.PROTECT, related_name="+")
    created_by = tenancy.WorkspaceForeignKey(
        Membership, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    trashed_at = models.DateTimeField(null=True)

    objects: Any = tenancy.walled(WrittenQuerySet)

    class Meta(tenancy.PublicModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "content"], name="file_content"),
            models.Index(
                fields=["workspace", "trashed_at"],
                condition=Q(trashed_at__isnull=False),
                name="file_trash",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FileAbout(About):
    """A record that a file is on."""

    of = tenancy.WorkspaceForeignKey(File, models.CASCADE, related_name="about")
