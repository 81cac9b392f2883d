"""What a mail took along to tell of its reading, and each time it told."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.workspaces import tenancy
from inbox.models import Message, Outgoing


class Trace(tenancy.WorkspaceModel):
    """A pixel or a link in a mail that left. Its random token is all that the mail says of it."""

    class Kind(models.TextChoices):
        OPEN = "open", _("Opened")
        CLICK = "click", _("Link clicked")

    outgoing = tenancy.WorkspaceForeignKey(Outgoing, models.CASCADE, related_name="traces")
    # The mail in its thread, once it has left
    message = tenancy.WorkspaceForeignKey(
        Message, models.SET_NULL, null=True, related_name="traces"
    )
    kind = models.CharField(max_length=5, choices=Kind)
    # 0 for the pixel; links are counted as they stand in the mail
    position = models.PositiveSmallIntegerField(default=0)
    token = models.CharField(max_length=22)
    # Where a link leads: nobody is led anywhere that is not written here
    target = models.TextField(blank=True)
    hit_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    # Whoever follows a link names no workspace
    across_workspaces = ("trace_token",)

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["token"], name="trace_token"),
            models.UniqueConstraint(
                fields=["workspace", "outgoing", "position"], name="trace_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "message"],
                condition=models.Q(message__isnull=False),
                name="trace_message",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.position}"


class Hit(tenancy.WorkspaceModel):
    """Somebody or something fetched a pixel or followed a link. Its address is not kept."""

    class Who(models.TextChoices):
        """Who it probably was; nothing is left out for it, it is only called so."""

        HUMAN = "human", _("Probably a person")
        PROXY = "proxy", _("A mail service")
        BOT = "bot", _("A machine")
        SELF = "self", _("One of us")

    trace = tenancy.WorkspaceForeignKey(Trace, models.CASCADE, related_name="hits")
    at = models.DateTimeField()
    who = models.CharField(max_length=5, choices=Who)
    # The rule that says so, from `tracking.agents`; empty for a person
    reason = models.CharField(max_length=12, blank=True)
    agent = models.CharField(max_length=200, blank=True)

    class Meta(tenancy.WorkspaceModel.Meta):
        indexes = [models.Index(fields=["workspace", "trace", "-at"], name="hit_trace")]

    def __str__(self) -> str:
        return f"{self.who} {self.at}"
