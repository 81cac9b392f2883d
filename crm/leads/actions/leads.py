"""Making leads, changing them, putting them into the archive and out of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from crm.fields import actions as records
from crm.fields.actions.changing import default_visibility
from crm.leads.models import Lead
from crm.workspaces.models import Membership


class Taken(Exception):
    """The lead is a deal already, so it cannot be archived or taken up again."""


def create_lead(
    *,
    name: str,
    currency: str,
    values: Mapping[str, Any] | None = None,
    by: Membership,
    at: datetime,
) -> Lead:
    """A lead in the inbox; without an owner it is whoever made it."""
    given = dict(values or {})
    given.setdefault("visibility", default_visibility("lead", by))
    lead = Lead(name=name[:200], currency=currency, **given)
    return records.create(lead, by=by, at=at, about=about(lead))


def change_lead(
    *,
    lead: Lead,
    values: Mapping[str, Any],
    by: Membership,
    at: datetime,
    version: int | None = None,
    strict: bool = False,
) -> Lead:
    """Give a lead these values; raises Outdated."""
    return records.change(lead, values, by=by, at=at, version=version, strict=strict)


def archive_leads(*, leads: Sequence[Lead], by: Membership, at: datetime) -> list[Lead]:
    """Out of the inbox, into the archive; returns those that went."""
    return _put(leads, Lead.Status.OPEN, Lead.Status.ARCHIVED, "lead.archived", by, at)


def unarchive_leads(*, leads: Sequence[Lead], by: Membership, at: datetime) -> list[Lead]:
    """Back into the inbox; returns those that came."""
    return _put(leads, Lead.Status.ARCHIVED, Lead.Status.OPEN, "lead.unarchived", by, at)


def _put(
    leads: Sequence[Lead],
    before: Lead.Status,
    after: Lead.Status,
    verb: str,
    by: Membership,
    at: datetime,
) -> list[Lead]:
    closed_at = at if after == Lead.Status.ARCHIVED else None
    moved = []
    with transaction.atomic():
        pks = [lead.pk for lead in leads]
        # As they stand now: one that is a deal meanwhile is neither archived nor taken up
        fresh = Lead.objects.select_for_update(of=("self",)).filter(pk__in=pks)
        for lead in fresh.order_by("pk"):
            if lead.status == before:
                values = {"status": after, "closed_at": closed_at}
                moved.append(records.change(lead, values, by=by, at=at, verb=verb))
    return moved


def about(lead: Lead) -> list[Any]:
    """What an event of the lead is about besides."""
    return [row for row in (lead.person, lead.organization) if row is not None]
