"""Moving deals on through their pipeline."""

from datetime import datetime

from django.db import transaction

from crm.deals.actions.deals import about
from crm.deals.models import Deal, Stage, Stay
from crm.fields import actions as records
from crm.workspaces.models import Membership


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
            about=about(deal),
        )
        Stay.objects.filter(deal=deal, left_at=None).update(left_at=at)
        Stay.objects.create(deal=deal, stage=to, entered_at=at)
    return moved
