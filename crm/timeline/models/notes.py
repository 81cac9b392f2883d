"""Notes on records."""

from typing import Any, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone

from crm.timeline.models.about import About, AboutQuerySet
from crm.workspaces import permissions, tenancy
from crm.workspaces.models import Membership


class WrittenQuerySet(AboutQuerySet):
    """Notes or files as one member may see them."""

    def visible_to(self, member: Membership) -> Self:
        """Those about records all of which one sees; without removed ones."""
        return self.seen_by(member).filter(trashed_at=None)

    def seen_by(self, member: Membership) -> Self:
        """What the member may see, removed or not."""
        if permissions.may(member, "records.see_all"):
            return self
        return self.filter(self.is_linked() & ~self.is_hidden(member))


class Note(tenancy.PublicModel):
    """Something written about records; `html` is clean, `text` its words."""

    html = models.TextField()
    text = models.TextField()
    pinned_at = models.DateTimeField(null=True)
    created_by = tenancy.WorkspaceForeignKey(
        Membership, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    # Counts the texts it has had; those before are NoteVersions
    version = models.PositiveIntegerField(default=1)
    search = models.TextField(default="", editable=False)
    trashed_at = models.DateTimeField(null=True)

    objects: Any = tenancy.walled(WrittenQuerySet)

    class Meta(tenancy.PublicModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "updated_at", "id"], name="note_updated"),
            models.Index(
                fields=["workspace", "trashed_at"],
                condition=Q(trashed_at__isnull=False),
                name="note_trash",
            ),
            GinIndex(
                fields=["workspace", "search"],
                opclasses=["int8_ops", "gin_trgm_ops"],
                name="note_search",
            ),
        ]

    @property
    def is_pinned(self) -> bool:
        return self.pinned_at is not None

    @property
    def is_edited(self) -> bool:
        return self.version > 1


class NoteAbout(About):
    """A record that a note is about."""

    of = tenancy.WorkspaceForeignKey(Note, models.CASCADE, related_name="about")
