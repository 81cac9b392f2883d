"""Labels, and their colours."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from crm.workspaces import tenancy


class Hue(models.TextChoices):
    """The eight colours of labels and choices."""

    SEA = "sea", _("Sea")
    CLAY = "clay", _("Clay")
    GOLD = "gold", _("Gold")
    LEAF = "leaf", _("Leaf")
    SKY = "sky", _("Sky")
    IRIS = "iris", _("Iris")
    ROSE = "rose", _("Rose")
    STONE = "stone", _("Stone")


class Label(tenancy.DatedModel):
    """A short coloured word on records of one kind."""

    kind = models.CharField(max_length=16)
    name = models.CharField(_("name"), max_length=40)
    hue = models.CharField(_("colour"), max_length=8, choices=Hue, default=Hue.STONE)
    position = models.PositiveIntegerField(default=0)

    class Meta(tenancy.DatedModel.Meta):
        constraints = [
            models.UniqueConstraint("workspace", "kind", Lower("name"), name="label_name_once"),
        ]

    def __str__(self) -> str:
        return self.name
