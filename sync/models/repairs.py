"""Comparisons of a mailbox with its server."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.workspaces import tenancy
from crm.workspaces.models import Membership
from inbox.models import Folder, Mailbox


class Repair(tenancy.PublicModel):
    """A mailbox compared with its server folder by folder, and mended if that was asked for.

    The reading lane carries it on from run to run: `folder` and `page` say where it is, and
    `findings` hold what each folder was found to have, by the folder's public id.
    """

    class Kind(models.TextChoices):
        COMPARE = "compare", _("compare")
        MEND = "mend", _("mend")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        STOPPED = "stopped", _("stopped")

    OPEN = (State.WAITING, State.RUNNING)

    mailbox = tenancy.WorkspaceForeignKey(Mailbox, models.CASCADE, related_name="repairs")
    kind = models.CharField(max_length=7, choices=Kind)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    by = tenancy.WorkspaceForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    folder = tenancy.WorkspaceForeignKey(Folder, models.SET_NULL, null=True, related_name="+")
    page = models.JSONField(null=True)
    findings = models.JSONField(default=dict)

    class Meta(tenancy.PublicModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "mailbox"],
                condition=models.Q(state__in=["waiting", "running"]),
                name="repair_once",
            )
        ]
        indexes = [models.Index(fields=["workspace", "mailbox", "-asked_at"], name="repair_last")]

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN
