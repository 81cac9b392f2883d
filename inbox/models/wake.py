"""When a conversation that was put aside comes back."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.workspaces import tenancy
from crm.workspaces.models import Membership
from inbox.models.mailbox import Mailbox
from inbox.models.thread import Thread


class Wake(tenancy.WorkspaceModel):
    """A time at which what one mailbox holds of a thread comes back to its inbox.

    A row is the work that is due: it is gone once the thread came back, or need not.
    """

    class Kind(models.TextChoices):
        SNOOZE = "snooze", _("Snoozed")
        REMINDER = "reminder", _("Reminder")

    thread = tenancy.WorkspaceForeignKey(Thread, models.CASCADE, related_name="wakes")
    mailbox = tenancy.WorkspaceForeignKey(Mailbox, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    due_at = models.DateTimeField()
    # When the waiting began: a mail of ours begins it anew
    since = models.DateTimeField()
    # Whoever answers, they or we, ends it before its time
    unless_answered = models.BooleanField(default=False)
    by = tenancy.WorkspaceForeignKey(Membership, models.SET_NULL, null=True, related_name="+")

    # The scheduler looks across workspaces for what is due
    across_workspaces = ("wake_due",)

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "thread", "mailbox", "kind"], name="wake_once"
            )
        ]
        indexes = [models.Index(fields=["due_at"], name="wake_due")]
