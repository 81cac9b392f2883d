"""A deal becomes a lead again."""

from datetime import datetime

from django.db import transaction

from crm.deals.models import Deal
from crm.fields import actions as records
from crm.leads.actions.carrying import values_of
from crm.leads.actions.leads import create_lead
from crm.leads.models import Lead
from crm.timeline.actions import links
from crm.workspaces.models import Membership


def return_deal(*, deal: Deal, by: Membership, at: datetime) -> Lead:
    """The deal is a lead in the inbox again, the deal itself in the trash.

    The lead it came from, if it came from one; otherwise a new one with what is known.
    """
    with transaction.atomic():
        # Whoever does the same at once waits, and finds the lead that was made
        deal = Deal.objects.select_for_update(of=("self",)).get(pk=deal.pk)
        rows = Lead.objects.select_for_update(of=("self",)).filter(deal=deal, trashed_at=None)
        known: Lead | None = rows.order_by("-pk").first()
        values = values_of(deal, "lead", by, at)
        if known is None:
            known = create_lead(name=deal.name, currency=deal.currency, values=values, by=by, at=at)
        values |= {"name": deal.name, "currency": deal.currency, "deal": deal}
        opened = {"status": Lead.Status.OPEN, "closed_at": None}
        lead: Lead = records.change(
            known, values | opened, by=by, at=at, verb="lead.returned", about=[deal]
        )
        links.move(source=deal, target=lead)
        records.trash([deal], by=by, at=at)
    return lead
