"""What is done about a deal shows that it does not lie untouched."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from crm.deals.models import Deal


def touch(*, deals: Iterable[Deal], at: datetime) -> int:
    """Something was planned, done, noted or filed about these deals; returns how many.

    Neither their version nor what they say changes, so that nobody's editing is overtaken.
    """
    pks = [deal.pk for deal in deals]
    if not pks:
        return 0
    later = Q(touched_at=None) | Q(touched_at__lt=at)
    return Deal.objects.filter(later, pk__in=pks).update(touched_at=at)
