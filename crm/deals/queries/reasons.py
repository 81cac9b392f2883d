"""Why deals are lost."""

from crm.deals.models import LostReason
from crm.workspaces.statements import Statement

REASONS = Statement(lambda: LostReason.objects.order_by("position", "pk"))


def reasons() -> list[LostReason]:
    """What one chooses from when a deal is lost, in its order; one query."""
    return REASONS.rows()
