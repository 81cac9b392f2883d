"""One thing done to many conversations, in the background."""

from django.db import models
from django.utils import timezone

from crm.workspaces import tenancy
from crm.workspaces.models import Membership
from inbox.models.thread import Thread


class Sweep(tenancy.PublicModel):
    """What is to be done, by whom, and how far it is; its items are the list of work."""

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        UNDOING = "undoing"
        UNDONE = "undone"

    by = tenancy.WorkspaceForeignKey(Membership, models.CASCADE, related_name="+")
    verb = models.CharField(max_length=12)
    # What the verb needs: until, unless_answered, label, record
    said = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    # Whoever works holds it until then
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    # The scheduler looks across workspaces for what nobody goes on with
    across_workspaces = ("sweep_due",)

    class Meta(tenancy.PublicModel.Meta):
        indexes = [
            models.Index(
                fields=["id"],
                condition=models.Q(state__in=["running", "undoing"]),
                name="sweep_due",
            ),
            models.Index(fields=["workspace", "by", "-created_at"], name="sweep_by"),
        ]


class SweepItem(tenancy.WorkspaceModel):
    """A conversation that is meant; `kept` says how it was, where it changed."""

    sweep = tenancy.WorkspaceForeignKey(Sweep, models.CASCADE, related_name="items")
    thread = tenancy.WorkspaceForeignKey(Thread, models.CASCADE, related_name="+")
    is_done = models.BooleanField(default=False, db_default=False)
    is_changed = models.BooleanField(default=False, db_default=False)
    kept = models.TextField(blank=True, default="", db_default="")

    class Meta(tenancy.WorkspaceModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "sweep", "is_done", "id"], name="sweep_items"),
            models.Index(fields=["workspace", "thread"], name="sweep_thread"),
        ]
