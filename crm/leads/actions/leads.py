"""Making leads and changing them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crm.fields import actions as records
from crm.fields.actions.creating import default_visibility
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


def about(lead: Lead) -> list[Any]:
    """What an event of the lead is about besides."""
    return [row for row in (lead.person, lead.organization) if row is not None]
