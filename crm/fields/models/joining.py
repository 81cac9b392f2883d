"""Records that may be the same twice."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from crm.workspaces import tenancy
from crm.workspaces.models import Membership


class Likeness(tenancy.PublicModel):
    """Two records of a kind that may be the same, `first_id` the one with the smaller id."""

    kind = models.CharField(max_length=16)
    first_id = models.BigIntegerField()
    second_id = models.BigIntegerField()
    # Keys of `Record.ALIKE`, the strongest first
    reasons = ArrayField(models.CharField(max_length=16), default=list)
    # Of a hundred; the strongest reason and a little for each other one
    score = models.PositiveSmallIntegerField()
    found_at = models.DateTimeField(default=timezone.now)
    # Somebody said that they are two; it is not asked again
    dismissed_at = models.DateTimeField(null=True)
    dismissed_by = tenancy.WorkspaceForeignKey(
        Membership, models.SET_NULL, null=True, related_name="+"
    )

    class Meta(tenancy.PublicModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "kind", "first_id", "second_id"], name="likeness_once"
            ),
            models.CheckConstraint(condition=Q(first_id__lt=F("second_id")), name="likeness_order"),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "kind", "-score", "id"],
                condition=Q(dismissed_at=None),
                name="likeness_best",
            ),
            models.Index(fields=["workspace", "kind", "second_id"], name="likeness_second"),
        ]

    @property
    def is_dismissed(self) -> bool:
        return self.dismissed_at is not None


class Compared(tenancy.WorkspaceModel):
    """How far the records of a kind were compared, in the order of their changes."""

    kind = models.CharField(max_length=16)
    until = models.DateTimeField()
    last_id = models.BigIntegerField(default=0)

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "kind"], name="compared_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.until:%F %T}"
