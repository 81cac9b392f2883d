"""Sample leads."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as n_

from crm.deals.actions.sampling import Made, Sampler
from crm.fields.models import Label
from crm.leads.actions.leads import create_lead
from crm.leads.models import Lead
from crm.workspaces.models import Membership

# Title, source, value, firm, person
LEADS = (
    (n_("Fridges for three clinics"), n_("Fair"), 9800, 2, 4),
    (n_("Asked for a price list"), n_("Website"), None, 1, 2),
)


def _add(
    made: Made, label: Label, by: Membership, at: datetime
) -> tuple[Sequence[Lead], Sequence[Any]]:
    currency = made.deals[0].currency
    leads = [
        create_lead(
            name=_(title),
            currency=currency,
            values={
                "source": _(source),
                "value": Decimal(value) if value else None,
                "organization": made.firms[firm],
                "person": made.people[person],
                "expected_on": (at + timedelta(days=60)).date() if value else None,
                "label_ids": [label.pk],
            },
            by=by,
            at=at,
        )
        for title, source, value, firm, person in LEADS
    ]
    return leads, []


SAMPLER = Sampler(Lead, _add)
