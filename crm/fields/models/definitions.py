"""The fields a workspace defines for itself."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.fields import facts
from crm.workspaces import tenancy


class Field(tenancy.PublicModel):
    """A field that the workspace added to one kind of record; its values are in `Record.custom`."""

    kind = models.CharField(max_length=16)
    # What filters, files and programs call it; it never changes
    key = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=60)
    type = models.CharField(_("type"), max_length=16, choices=facts.OWN_TYPES)
    # For single and multiple choice: [{"key", "name", "hue"}], in order
    options = models.JSONField(default=list, blank=True)
    position = models.PositiveIntegerField(default=0)
    is_required = models.BooleanField(_("required"), default=False)
    # Ids of stages in which it must be filled; other kinds leave it empty
    required_in = ArrayField(models.BigIntegerField(), default=list, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # Values stay in the records until the field is gone for good
    removed_at = models.DateTimeField(null=True, editable=False)

    class Meta(tenancy.PublicModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "kind", "key"], name="field_key_once"),
        ]

    def __str__(self) -> str:
        return self.name


def next_position(model: type[models.Model], **of: Any) -> int:
    """The place behind all rows of the same sort."""
    last: int | None = model._default_manager.filter(**of).aggregate(at=models.Max("position"))[
        "at"
    ]
    return 0 if last is None else last + 1
