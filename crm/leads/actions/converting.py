"""A lead becomes a deal, and a deal a lead again; what is known of the one goes to the other."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from crm.deals import actions as deals
from crm.deals.models import Deal, Stage
from crm.fields import actions as records
from crm.fields import queries
from crm.fields.actions.labels import create_label
from crm.fields.models import Label, Record
from crm.leads.actions.leads import Taken, about, create_lead
from crm.leads.models import Lead
from crm.timeline.actions import links
from crm.workspaces.models import Membership

# What both have
SHARED = ("value", "expected_on", "person", "organization", "owner", "visibility")


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


def return_deal(*, deal: Deal, by: Membership, at: datetime) -> Lead:
    """The deal is a lead in the inbox again, the deal itself in the trash.

    The lead it came from, if it came from one; otherwise a new one with what is known.
    """
    with transaction.atomic():
        # Whoever does the same at once waits, and finds the lead that was made
        deal = Deal.objects.select_for_update(of=("self",)).get(pk=deal.pk)
        rows = Lead.objects.select_for_update(of=("self",)).filter(deal=deal, trashed_at=None)
        known: Lead | None = rows.order_by("-pk").first()
        values = _values(deal, "lead", by, at)
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


def _former(lead: Lead, stage: Stage, by: Membership, at: datetime) -> Deal | None:
    """The deal this lead was before, taken out of the trash, with what is known now."""
    rows = Deal.objects.select_related("person", "organization", "stage")
    deal: Deal | None = rows.filter(pk=lead.deal_id).first() if lead.deal_id else None
    if deal is None or not deal.is_trashed:
        return None
    records.restore([deal], by=by, at=at)
    values = _values(lead, "deal", by, at) | {"name": lead.name, "currency": lead.currency}
    deal = deals.change_deal(deal=deal, values=values, by=by, at=at)
    if not deal.is_open:
        deal = deals.reopen_deal(deal=deal, by=by, at=at)
    return deals.move_deal(deal=deal, to=stage, by=by, at=at)


def _new(lead: Lead, stage: Stage, by: Membership, at: datetime) -> Deal:
    return deals.create_deal(
        name=lead.name,
        stage=stage,
        currency=lead.currency,
        values=_values(lead, "deal", by, at),
        by=by,
        at=at,
    )


def _values(record: Record, kind: str, by: Membership, at: datetime) -> dict[str, Any]:
    """What a record of the other kind takes over: columns, labels, own fields of one name."""
    model = Deal if kind == "deal" else Lead
    values = {name: getattr(record, name) for name in SHARED}
    values["label_ids"] = _labels(record, kind, by, at)
    theirs = queries.facts_of(model)
    ours = queries.facts_of(type(record))
    values["custom"] = {
        key: value
        for key, value in record.custom.items()
        if key in theirs and key in ours and theirs[key].type == ours[key].type
    }
    return values


def _labels(record: Record, kind: str, by: Membership, at: datetime) -> list[int]:
    """The labels of the other kind that are called alike, made where there are none."""
    own = [label for label in queries.labels_of(record.kind()) if label.pk in record.label_ids]
    known: dict[str, Label] = {label.name.lower(): label for label in queries.labels_of(kind)}
    return [
        (
            known.get(label.name.lower())
            or create_label(kind=kind, name=label.name, hue=label.hue, by=by, at=at)
        ).pk
        for label in own
    ]
