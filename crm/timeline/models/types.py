"""Types of activity."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.workspaces import tenancy


class Icon(models.TextChoices):
    """The pictures a type may have, by their names in the sprite."""

    PHONE = "phone", _("Phone")
    PEOPLE = "people", _("People")
    ACTIVITY = "activity", _("Tick")
    FLAG = "flag", _("Flag")
    MAIL = "mail", _("Envelope")
    LUNCH = "lunch", _("Fork and knife")
    CALENDAR = "calendar", _("Calendar")
    CLOCK = "clock", _("Clock")
    NOTE = "note", _("Sheet")
    ORGANIZATION = "organization", _("Building")
    GLOBE = "globe", _("Globe")
    SEND = "send", _("Paper plane")


class ActivityType(tenancy.PublicModel):
    """A sort of activity: call, meeting, or one that the workspace made."""

    name = models.CharField(_("name"), max_length=40)
    icon = models.CharField(_("icon"), max_length=16, choices=Icon, default=Icon.ACTIVITY)
    position = models.PositiveIntegerField(default=0)
    # What there is keeps its type; nothing new is given a closed one
    closed_at = models.DateTimeField(null=True, editable=False)

    class Meta(tenancy.PublicModel.Meta):
        indexes = [models.Index(fields=["workspace", "position"], name="activity_type_order")]

    def __str__(self) -> str:
        return self.name
