"""Events, and what each of them is about."""

from django.db import models
from django.dispatch import Signal
from django.utils import timezone

from crm.workspaces import tenancy
from crm.workspaces.models import Membership

# The one signal in the system, sent after commit; automations.receivers is its only listener
event_recorded = Signal()


class Event(tenancy.PublicModel):
    """Something that happened: `deal.moved`, `email.received`."""

    verb = models.CharField(max_length=48)
    by = tenancy.WorkspaceForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    data = models.JSONField(default=dict)

    class Meta(tenancy.PublicModel.Meta):
        indexes = [models.Index(fields=["workspace", "-at"], name="event_at")]


class EventAbout(tenancy.WorkspaceModel):
    """One of the rows an event is about."""

    event = tenancy.WorkspaceForeignKey(Event, models.CASCADE, related_name="about")
    kind = models.CharField(max_length=24)
    object_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta(tenancy.WorkspaceModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "kind", "object_id", "-at"], name="event_about"),
            models.Index(fields=["workspace", "event"], name="event_rows"),
        ]
