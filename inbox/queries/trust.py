"""Whose pictures a member always wants to see."""

from collections.abc import Iterable

from crm.workspaces.models import Membership
from inbox.models import TrustedSender


def trusted(member: Membership, addresses: Iterable[str]) -> set[str]:
    """Those of the addresses whose pictures are loaded without asking."""
    rows = TrustedSender.objects.filter(member=member, address__in=list(addresses))
    return set(rows.values_list("address", flat=True))
