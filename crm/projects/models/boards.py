"""Boards and their phases."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.workspaces import tenancy


class Board(tenancy.PublicModel):
    """A way of delivering: phases one after the other."""

    name = models.CharField(_("name"), max_length=60)
    position = models.PositiveIntegerField(default=0)
    # Its projects stay; it is offered no more
    closed_at = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        return self.name


class Phase(tenancy.PublicModel):
    """One step of a board."""

    board = tenancy.WorkspaceForeignKey(Board, models.CASCADE, related_name="phases")
    name = models.CharField(_("name"), max_length=60)
    position = models.PositiveIntegerField(default=0)

    class Meta(tenancy.PublicModel.Meta):
        indexes = [models.Index(fields=["workspace", "board", "position"], name="phase_place")]

    def __str__(self) -> str:
        return self.name
