"""Winning deals, losing them, and opening them again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from crm.deals.actions.deals import about
from crm.deals.models import Deal, Stay
from crm.fields import actions as records
from crm.workspaces.models import Membership


def win_deal(
    *, deal: Deal, by: Membership, at: datetime, version: int | None = None, strict: bool = False
) -> Deal:
    """The deal is won; its time in the stage ends."""
    values = {"status": Deal.Status.WON, "closed_at": at, "lost_reason": ""}
    return _close(deal, "deal.won", values, by, at, version, strict)


def lose_deal(
    *,
    deal: Deal,
    reason: str = "",
    by: Membership,
    at: datetime,
    version: int | None = None,
    strict: bool = False,
) -> Deal:
    """The deal is lost, for a reason if one is known."""
    values = {"status": Deal.Status.LOST, "closed_at": at, "lost_reason": reason[:200]}
    return _close(deal, "deal.lost", values, by, at, version, strict)


def reopen_deal(
    *, deal: Deal, by: Membership, at: datetime, version: int | None = None, strict: bool = False
) -> Deal:
    """A won or lost deal is open again, in the stage it was in."""
    values = {"status": Deal.Status.OPEN, "closed_at": None, "lost_reason": ""}
    return _close(deal, "deal.reopened", values, by, at, version, strict)


def _close(
    deal: Deal,
    verb: str,
    values: Mapping[str, Any],
    by: Membership,
    at: datetime,
    version: int | None,
    strict: bool,
) -> Deal:
    with transaction.atomic():
        closed = records.change(
            deal,
            values,
            by=by,
            at=at,
            version=version,
            strict=strict,
            verb=verb,
            about=about(deal),
        )
        stays = Stay.objects.filter(deal=deal, left_at=None)
        if closed.is_open and not stays.exists():
            Stay.objects.create(deal=deal, stage_id=closed.stage_id, entered_at=at)
        elif not closed.is_open:
            stays.update(left_at=at)
    return closed
