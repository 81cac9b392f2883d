"""A lead becomes a deal."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from crm.deals import actions as deals
from crm.deals.models import Deal, Stage
from crm.fields import actions as records
from crm.leads.actions.carrying import values_of
from crm.leads.actions.leads import Taken, about
from crm.leads.models import Lead
from crm.timeline.actions import links
from crm.workspaces.models import Membership


def convert_lead(*, lead: Lead, stage: Stage, by: Membership, at: datetime) -> Deal:
    """The lead is an open deal in this stage from now on; it keeps its history, notes and mail.

    A deal it was before comes back as it was. Raises Taken, and `deals.Lacking`.
    """
    with transaction.atomic():
        lead = Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
        if lead.status == Lead.Status.CONVERTED:
            raise Taken
        deal = _former(lead, stage, by, at) or _new(lead, stage, by, at)
        links.move(source=lead, target=deal)
        values = {"status": Lead.Status.CONVERTED, "closed_at": at, "deal": deal}
        records.change(
            lead, values, by=by, at=at, verb="lead.converted", about=[deal, *about(lead)]
        )
    return deal


def convert_leads(
    *, leads: Sequence[Lead], stage: Stage, by: Membership, at: datetime
) -> list[Deal]:
    """All of them are open deals in this stage from now on, or none is.

    Those that are deals already are passed over. Raises `deals.Lacking`.
    """
    with transaction.atomic():
        return [
            convert_lead(lead=lead, stage=stage, by=by, at=at)
            for lead in sorted(leads, key=lambda each: each.pk)
            if lead.status != Lead.Status.CONVERTED
        ]


def _former(lead: Lead, stage: Stage, by: Membership, at: datetime) -> Deal | None:
    """The deal this lead was before, taken out of the trash, with what is known now."""
    rows = Deal.objects.select_related("person", "organization", "stage")
    deal: Deal | None = rows.filter(pk=lead.deal_id).first() if lead.deal_id else None
    if deal is None or not deal.is_trashed:
        return None
    records.restore([deal], by=by, at=at)
    values = values_of(lead, "deal", by, at) | {"name": lead.name, "currency": lead.currency}
    deal = deals.change_deal(deal=deal, values=values, by=by, at=at)
    if not deal.is_open:
        deal = deals.reopen_deal(deal=deal, by=by, at=at)
    return deals.move_deal(deal=deal, to=stage, by=by, at=at)


def _new(lead: Lead, stage: Stage, by: Membership, at: datetime) -> Deal:
    return deals.create_deal(
        name=lead.name,
        stage=stage,
        currency=lead.currency,
        values=values_of(lead, "deal", by, at),
        by=by,
        at=at,
    )
