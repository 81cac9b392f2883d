"""Making deals, moving them on, winning and losing them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from crm.deals.models import Deal, Stage, Stay
from crm.fields import actions as records
from crm.fields.actions.changing import default_visibility
from crm.workspaces.models import Membership


def create_deal(
    *,
    name: str,
    stage: Stage,
    currency: str,
    values: Mapping[str, Any] | None = None,
    by: Membership,
    at: datetime,
) -> Deal:
    """An open deal in a stage; without an owner it is whoever made it. Raises Lacking."""
    given = dict(values or {})
    given.setdefault("visibility", default_visibility("deal", by))
    deal = Deal(
        name=name[:200],
        stage=stage,
        pipeline_id=stage.pipeline_id,
        stage_since=at,
        currency=currency,
        **given,
    )
    records.refuse_lacking(Deal, deal.custom, place=stage.pk, always=False)
    with transaction.atomic():
        made = records.create(deal, by=by, at=at, about=_about(deal))
        Stay.objects.create(deal=made, stage=stage, entered_at=at)
    return made


def change_deal(
    *,
    deal: Deal,
    values: Mapping[str, Any],
    by: Membership,
    at: datetime,
    version: int | None = None,
    strict: bool = False,
) -> Deal:
    """Give a deal these values, not its stage or status; raises Outdated."""
    return records.change(deal, values, by=by, at=at, version=version, strict=strict)


def move_deal(
    *,
    deal: Deal,
    to: Stage,
    by: Membership,
    at: datetime,
    version: int | None = None,
    strict: bool = False,
) -> Deal:
    """Put a deal into another stage, of its own or of another pipeline.

    Raises Lacking, and Outdated where somebody moved it since `version`.
    """
    if to.pk == deal.stage_id:
        return deal
    values = {"stage": to, "pipeline": to.pipeline, "stage_since": at}
    with transaction.atomic():
        records.refuse_lacking(Deal, deal.custom, place=to.pk, always=False)
        moved = records.change(
            deal,
            values,
            by=by,
            at=at,
            version=version,
            strict=strict,
            verb="deal.moved",
            about=_about(deal),
        )
        Stay.objects.filter(deal=deal, left_at=None).update(left_at=at)
        Stay.objects.create(deal=deal, stage=to, entered_at=at)
    return moved


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
            about=_about(deal),
        )
        stays = Stay.objects.filter(deal=deal, left_at=None)
        if closed.is_open and not stays.exists():
            Stay.objects.create(deal=deal, stage_id=closed.stage_id, entered_at=at)
        elif not closed.is_open:
            stays.update(left_at=at)
    return closed


def _about(deal: Deal) -> list[Any]:
    return [row for row in (deal.person, deal.organization) if row is not None]
