"""What a member chose last, for the next mail he writes."""

from django.db import models

from crm.workspaces import tenancy
from crm.workspaces.models import Membership


class Habit(tenancy.WorkspaceModel):
    """What he had tracked of the mail in which he chose last; without a row nothing is."""

    member = tenancy.WorkspaceForeignKey(Membership, models.CASCADE, related_name="+")
    tracks_opens = models.BooleanField(default=False)
    tracks_clicks = models.BooleanField(default=False)

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "member"], name="habit_once")]
