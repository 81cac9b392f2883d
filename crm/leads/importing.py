"""Leads out of a file."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.contacts.importing import titled
from crm.contacts.importing.drafts import Context, Draft
from crm.contacts.importing.importers import Importer
from crm.contacts.importing.targets import NOTE, Target
from crm.deals import queries
from crm.leads.models import Lead

NEW_ONLY = ("status", "closed_at")
WORDS: dict[str, tuple[str, ...]] = {
    **titled.WORDS,
    "name": ("lead", "lead name", "lead title", "title"),
    "source": ("lead source", "origin", "source origin", "original source", "origem", "fonte"),
}


def complete(draft: Draft) -> None:
    """Sets aside what a lead that is here does not take."""
    titled.set_aside(draft, NEW_ONLY)


def build(draft: Draft, context: Context) -> Lead:
    """A lead of a draft, in the lead inbox or archived; none of a file was converted here."""
    values: dict[str, Any] = dict(draft.values)
    values.setdefault("visibility", context.visibility)
    if "currency" not in values:
        if "currency" not in context.shelf:
            context.shelf["currency"] = queries.currencies().base
        values["currency"] = context.shelf["currency"]
    lead = Lead(**values, owner=draft.owner, custom=draft.custom, **titled.whom(draft, context))
    if draft.parts.get("status") == Lead.Status.ARCHIVED:
        lead.status = Lead.Status.ARCHIVED
        closed: Any = draft.parts.get("closed_at") or context.at
        lead.closed_at = closed
    return lead


LEADS = Importer(
    model=Lead,
    keys=titled.keys,
    find=titled.found_in(Lead),
    build=build,
    complete=complete,
    extra=(Target("currency", _("Currency")), NOTE),
    makes=("organization", "person"),
    words=WORDS,
    shown=frozenset({"status", "closed_at"}),
)
