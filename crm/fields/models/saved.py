"""Lists that somebody saved."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.workspaces import tenancy
from crm.workspaces.models import Membership


class View(tenancy.PublicModel):
    """A list somebody saved: which rows, which columns, in which order."""

    kind = models.CharField(max_length=16)
    name = models.CharField(_("name"), max_length=60)
    owner = tenancy.WorkspaceForeignKey(Membership, models.CASCADE, related_name="+")
    is_shared = models.BooleanField(_("shared"), default=False)
    # A tree as `fields.filters` compiles it
    filter = models.JSONField(default=dict, blank=True)
    columns = ArrayField(models.CharField(max_length=48), default=list, blank=True)
    # A fact's name, with "-" in front for the other way round
    sort = models.CharField(max_length=49, blank=True)
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta(tenancy.PublicModel.Meta):
        indexes = [models.Index(fields=["workspace", "kind", "position"], name="view_kind")]

    def __str__(self) -> str:
        return self.name
