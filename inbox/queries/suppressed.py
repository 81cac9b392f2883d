"""Whom nobody here should write to, as a member may know."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from crm.workspaces.models import Membership
from inbox.mime import domains
from inbox.models import Suppression
from inbox.queries import access


def listed(member: Membership, typed: str = "") -> QuerySet[Suppression]:
    """What holds, newest first; with `typed` in its address.

    What came back to a mailbox would tell whom its owner writes to, so it is listed for those
    alone who work there. Whoever writes to it is warned, whosever it is.
    """
    rows = known(member).filter(ended_at=None)
    if typed:
        rows = rows.filter(pattern__contains=typed.strip().lower())
    return rows.select_related("by", "mailbox").order_by("-created_at", "-pk")


def known(member: Membership) -> QuerySet[Suppression]:
    """What is, or was, on the list as far as the member may know."""
    mine = Q(is_heard=False) | Q(mailbox__in=access.mailbox_ids(member))
    rows: QuerySet[Suppression] = Suppression.objects.filter(mine)
    return rows


def of(addresses: Iterable[str]) -> list[tuple[str, Suppression]]:
    """Those of the addresses that should not be written to, each with why; one query.

    What a person wrote down goes before what was heard: everybody may know it.
    """
    wanted = [each.lower() for each in addresses]
    names = {*wanted, *(domains.domain(each) for each in wanted)}
    rows = Suppression.objects.filter(pattern__in=names, ended_at=None).select_related("by")
    found = {row.pattern: row for row in rows.order_by("-is_heard")}
    told = ((each, found.get(each) or found.get(domains.domain(each))) for each in wanted)
    return [(each, row) for each, row in told if row is not None]
