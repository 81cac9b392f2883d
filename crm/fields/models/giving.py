"""What a member owned and somebody else was given at once."""

from django.db import models

from crm.workspaces import tenancy
from crm.workspaces.models import Membership


class Transfer(tenancy.PublicModel):
    """Everything that went from one member to another, and all it takes to give it back."""

    owner = tenancy.WorkspaceForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    to = tenancy.WorkspaceForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    by = tenancy.WorkspaceForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    # Ids of what went, by the word of its kind or of the sort of work: {"person": [1, 2]}
    given = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)

    class Meta(tenancy.PublicModel.Meta):
        indexes = [models.Index(fields=["workspace", "owner", "-at"], name="transfer_owner")]

    @property
    def counts(self) -> dict[str, int]:
        """How many of each went."""
        return {word: len(pks) for word, pks in self.given.items()}

    @property
    def count(self) -> int:
        """How many went, records and work together."""
        return sum(self.counts.values())
