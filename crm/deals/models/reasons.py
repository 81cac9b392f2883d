"""Why deals are lost."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.workspaces import tenancy


class LostReason(tenancy.PublicModel):
    """A reason people choose from when a deal is lost."""

    name = models.CharField(_("reason"), max_length=120)
    position = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.name
