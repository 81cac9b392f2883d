"""What a member is told of in the app: a reminder, a mention."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.timeline.models.events import Event
from crm.workspaces import tenancy
from crm.workspaces.models import Membership


class Notice(tenancy.PublicModel):
    """One thing a member is told of; the event it comes from says what."""

    class Why(models.TextChoices):
        REMINDER = "reminder", _("A reminder")
        MENTION = "mention", _("A mention")
        ASSIGNED = "assigned", _("Something to do")
        ANSWERED = "answered", _("An answer that came first")
        GIVEN = "given", _("A conversation to answer")
        SILENCE = "silence", _("No answer yet")

    member = tenancy.WorkspaceForeignKey(Membership, models.CASCADE, related_name="+")
    event = tenancy.WorkspaceForeignKey(Event, models.CASCADE, related_name="+")
    why = models.CharField(max_length=8, choices=Why)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects: Any = tenancy.WalledManager()

    class Meta(tenancy.PublicModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "member", "-at", "-id"], name="notice_member"),
            models.Index(
                fields=["workspace", "member"], condition=Q(read_at=None), name="notice_unread"
            ),
        ]
