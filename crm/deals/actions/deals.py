"""Making deals and changing them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from crm.deals.models import Deal, Stage, Stay
from crm.fields import actions as records
from crm.fields.actions.creating import default_visibility
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
        made = records.create(deal, by=by, at=at, about=about(deal))
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


def about(deal: Deal) -> list[Any]:
    return [row for row in (deal.person, deal.organization) if row is not None]
