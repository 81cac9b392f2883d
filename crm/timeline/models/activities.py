"""Activities: what is to be done, with whom and when, and what was done."""

from datetime import UTC, date, datetime
from typing import Any, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.timeline.models.about import About, AboutQuerySet
from crm.timeline.models.types import ActivityType
from crm.workspaces import permissions, tenancy
from crm.workspaces.models import Membership

# Where activities without a date stand: behind all others
SOMEDAY = datetime(9999, 1, 1, tzinfo=UTC)
OPEN = Q(done_at=None, trashed_at=None)


class ActivityQuerySet(AboutQuerySet):
    """Activities as one member may see them."""

    def visible_to(self, member: Membership) -> Self:
        """One's own, and those about records all of which one sees; without removed ones."""
        return self.seen_by(member).filter(trashed_at=None)

    def seen_by(self, member: Membership) -> Self:
        """What the member may see, removed or not."""
        if permissions.may(member, "records.see_all"):
            return self
        shared = self.is_linked() & ~self.is_hidden(member)
        return self.filter(Q(assignee_id=member.pk) | Q(created_by_id=member.pk) | shared)

    def open(self) -> Self:
        """What is still to be done."""
        return self.filter(OPEN)


class Activity(tenancy.PublicModel):
    """A call, a meeting, a task: to be done by somebody, or done."""

    type = tenancy.WorkspaceForeignKey(ActivityType, models.PROTECT, related_name="+")
    subject = models.CharField(_("subject"), max_length=200)
    # The day, in the zone of whoever set it; with a time of day also the moment
    due_on = models.DateField(_("day"), null=True)
    due_at = models.DateTimeField(null=True)
    # Where it stands among others: the moment, or the beginning of its day in UTC
    falls_at = models.DateTimeField(default=SOMEDAY, editable=False)
    minutes = models.PositiveIntegerField(_("duration"), null=True)
    note = models.TextField(_("note"), blank=True)
    assignee = tenancy.WorkspaceForeignKey(
        Membership, models.SET_NULL, null=True, related_name="+", verbose_name=_("assigned to")
    )
    # Minutes before it is due when its assignee is told, and the moment that makes
    remind_before = models.PositiveIntegerField(_("reminder"), null=True)
    remind_at = models.DateTimeField(null=True, editable=False)
    search = models.TextField(default="", editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = tenancy.WorkspaceForeignKey(
        Membership, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    done_at = models.DateTimeField(null=True, editable=False)
    done_by = tenancy.WorkspaceForeignKey(
        Membership, models.SET_NULL, null=True, related_name="+", editable=False
    )
    # Thirty days later it is gone
    trashed_at = models.DateTimeField(null=True, editable=False)

    objects: Any = tenancy.walled(ActivityQuerySet)

    class Meta(tenancy.PublicModel.Meta):
        indexes = [
            models.Index(
                fields=["workspace", "falls_at", "id"], condition=OPEN, name="activity_open"
            ),
            models.Index(
                fields=["workspace", "assignee", "falls_at", "id"],
                condition=OPEN,
                name="activity_mine",
            ),
            models.Index(
                fields=["workspace", "-done_at", "-id"],
                condition=Q(done_at__isnull=False, trashed_at=None),
                name="activity_done",
            ),
            models.Index(
                fields=["workspace", "remind_at"],
                condition=Q(remind_at__isnull=False),
                name="activity_reminders",
            ),
            models.Index(fields=["workspace", "updated_at", "id"], name="activity_updated"),
            GinIndex(
                fields=["workspace", "search"],
                opclasses=["int8_ops", "gin_trgm_ops"],
                name="activity_search",
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    def due(self, at: datetime) -> str:
        """For a mark beside it: "late", "today", "" for later and for what is done."""
        if self.is_done or self.due_on is None:
            return ""
        if self.due_at is not None and self.due_at < at:
            return "late"
        day = self.day()
        today = timezone.localdate(at)
        return "late" if day and day < today else "today" if day == today else ""

    def day(self) -> date | None:
        """The day it falls on where the reader is."""
        return timezone.localdate(self.due_at) if self.due_at else self.due_on


class ActivityAbout(About):
    """A record that an activity is about."""

    of = tenancy.WorkspaceForeignKey(Activity, models.CASCADE, related_name="about")
