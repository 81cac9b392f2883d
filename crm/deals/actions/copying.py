"""A deal once more: what was agreed before, open again under another name."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from crm.deals.actions.deals import create_deal
from crm.deals.models import Deal, DealPerson
from crm.workspaces.models import Membership

# What a copy takes over; its stage, its days and its history are its own
KEPT = ("value", "person", "organization", "visibility", "owner", "expected_on")


def duplicate_deal(*, deal: Deal, by: Membership, at: datetime) -> Deal:
    """An open deal with the same facts, labels and people in the same stage; raises Lacking."""
    name = _("%(name)s (copy)") % {"name": deal.name[:180]}
    values = {field: getattr(deal, field) for field in KEPT}
    values |= {"label_ids": list(deal.label_ids), "custom": dict(deal.custom)}
    with transaction.atomic():
        made = create_deal(
            name=name, stage=deal.stage, currency=deal.currency, values=values, by=by, at=at
        )
        DealPerson.objects.bulk_create(
            DealPerson(deal=made, person_id=row.person_id, role=row.role)
            for row in DealPerson.objects.filter(deal=deal).order_by("pk")
        )
    return made
