"""When a mailbox is looked at next."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.workspaces import tenancy
from inbox.models import Mailbox


class Schedule(tenancy.WorkspaceModel):
    """When a mailbox is due, who holds it, and the number that fences off whoever held it before.

    Narrow on purpose: it takes all the update traffic. Claimed in batches across
    workspaces by the scheduler.
    """

    class Lane(models.TextChoices):
        IN = "in", _("reading")
        OUT = "out", _("sending")

    mailbox = tenancy.WorkspaceForeignKey(Mailbox, models.CASCADE, related_name="schedules")
    lane = models.CharField(max_length=3, choices=Lane)
    is_enabled = models.BooleanField(default=True)
    due_at = models.DateTimeField(default=timezone.now)
    hot_until = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    lease_owner = models.CharField(max_length=64, blank=True)
    fence = models.BigIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    fail_code = models.CharField(max_length=64, blank=True)
    fail_count = models.PositiveSmallIntegerField(default=0)
    last_ok_at = models.DateTimeField(null=True)
    folders_at = models.DateTimeField(null=True)
    # Older mail is still to be brought in: the slow line
    is_behind = models.BooleanField(default=True)
    # Until then a listener holds a connection that hears of new mail at once
    heard_until = models.DateTimeField(null=True)

    across_workspaces = ("schedule_due",)

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "mailbox", "lane"], name="lane_once")
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(is_enabled=True), name="schedule_due"
            ),
            # The few that are held, so that counting a workspace's share reads no others
            models.Index(
                fields=["workspace", "lease_until"],
                condition=models.Q(lease_until__isnull=False),
                name="schedule_held",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mailbox}, {self.get_lane_display()}"
