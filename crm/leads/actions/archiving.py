"""Putting leads into the archive and out of it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from crm.fields import actions as records
from crm.leads.models import Lead
from crm.workspaces.models import Membership


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
