"""What was won in the months of the forecast."""

from collections import defaultdict
from datetime import datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from crm.deals.models import Deal
from crm.deals.queries.money import Money
from crm.deals.queries.months import MONTHS, key_of
from crm.deals.queries.wanted import Wanted
from crm.workspaces import queries
from crm.workspaces.models import Membership
from crm.workspaces.statements import Given, Statements


def won_in(
    member: Membership, asked: dict[str, Any], wanted: Wanted, money: Money
) -> dict[str, Decimal]:
    """What was won in each of the months, as the reader's clock has them."""
    zone = timezone.get_current_timezone()
    begin, until = (
        datetime.combine(asked[name], time.min, zone) for name in ("month0", f"month{MONTHS}")
    )
    found: dict[str, Decimal] = defaultdict(Decimal)
    if wanted.rotting_at is not None:
        # What is won does not rot
        return found
    rows = WON.of(str(zone), member.role, wanted.mine).rows(**asked, begin=begin, until=until)
    for month, code, total in rows:
        found[key_of(month.date())] += money.in_base([(code, total or Decimal())])
    return found


def _closed(zone: str, role: str, mine: bool) -> QuerySet[Any, Any]:
    asker = queries.stand_in(role)
    rows = Deal.objects.visible_to(asker).filter(
        pipeline_id=Given("pipeline"),
        status=Deal.Status.WON,
        closed_at__gte=Given("begin"),
        closed_at__lt=Given("until"),
    )
    if mine:
        rows = rows.filter(owner_id=asker.pk)
    grouped = rows.order_by().annotate(month=TruncMonth("closed_at", tzinfo=ZoneInfo(zone)))
    return grouped.values_list("month", "currency").annotate(Sum("value"))


WON = Statements(_closed)
