"""How many deals are open in a place, and what they are worth together."""

from typing import Any

from django.db import models

from crm.fields.models import RecordQuerySet
from crm.workspaces import tenancy


class Tally(tenancy.WorkspaceModel):
    """Open deals of one stage, month and currency that the same members see, counted.

    PostgreSQL keeps it: each statement that changes deals adds what it changed, in its own
    transaction (migration 0006). Two that change the same place at once do not wait for each
    other but write a row each, so only sums of rows mean something.
    """

    # No keys, or what is counted could not go before its count
    pipeline_id = models.BigIntegerField()
    stage_id = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    # The first day of the month in which they are expected to close
    month = models.DateField(null=True)
    visibility = models.CharField(max_length=8)
    # Whose they are, where that decides who sees them
    owner_id = models.BigIntegerField(null=True)
    count = models.BigIntegerField()
    total = models.DecimalField(max_digits=24, decimal_places=2)

    objects: Any = tenancy.walled(RecordQuerySet)
    is_reckoned = True

    class Meta(tenancy.WorkspaceModel.Meta):
        indexes = [
            models.Index(
                fields=["workspace", "pipeline_id", "stage_id", "visibility", "currency"],
                name="tally_place",
            )
        ]

    def __str__(self) -> str:
        return f"{self.count} × {self.currency}"
