"""What projects of one sort begin with."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.projects.models.boards import Board
from crm.workspaces import tenancy


class Template(tenancy.PublicModel):
    """The tasks of a project to come."""

    name = models.CharField(_("name"), max_length=60)
    board = tenancy.WorkspaceForeignKey(Board, models.CASCADE, related_name="+")
    position = models.PositiveIntegerField(default=0)
    # How many days a project of this sort takes
    days = models.PositiveIntegerField(_("takes days"), null=True, blank=True)
    # [{"name", "days": after the first day or None, "tasks": [{"name", "days"}]}], in order
    tasks = models.JSONField(default=list, blank=True)

    def __str__(self) -> str:
        return self.name
