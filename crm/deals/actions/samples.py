"""Sample data to look around with: added at once, and taken away as if it had never been there."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as n_

from crm.contacts import actions as contacts
from crm.contacts.actions import Reach
from crm.contacts.models import Organization, Person
from crm.deals.actions.deals import create_deal
from crm.deals.actions.pipelines import prepare_selling
from crm.deals.actions.sampling import SAMPLERS, Made
from crm.deals.models import Currency, Deal, Pipeline, Stage
from crm.fields.actions.labels import create_label
from crm.fields.models import Label
from crm.timeline.actions import activities, due, notes
from crm.timeline.actions.preparing import prepare_types
from crm.timeline.models import Activity, Sample
from crm.workspaces import alone
from crm.workspaces.models import Membership

FIRMS = (
    ("Brightmoor Dairy", "brightmoor.example"),
    ("Selby Foods", "selbyfoods.example"),
    ("Hollin Farm Shops", "hollin.example"),
)
# Name, the place of the firm above, what they do there
PEOPLE = (
    ("Owen Castell", 0, n_("Operations")),
    ("Hettie Marlowe", 0, n_("Finance")),
    ("Raj Bhandal", 1, n_("Site lead")),
    ("Ana Figueiredo", 1, n_("Quality")),
    ("Tom Ashdown", 2, n_("Owner")),
)
# Title, value, stage, firm, person, days until it should close
DEALS = (
    (n_("Cold chain sensors, 14 depots"), 48600, 3, 0, 0, 12),
    (n_("Door loggers at the dock"), 12400, 2, 1, 2, 30),
    (n_("Yearly service contract"), 8900, 1, 0, 1, 45),
    (n_("Trial in two shops"), 3200, 0, 2, 4, 60),
    (n_("Second dairy"), 27500, 1, 1, 3, 75),
)


def add_samples(*, by: Membership, at: datetime) -> int:
    """Firms, people, deals, leads and a project with all about them; nothing where there are some.

    Returns how many records were made.
    """
    if Sample.objects.exists():
        return 0
    with transaction.atomic():
        alone.until_the_end()
        if Sample.objects.exists():
            return 0
        prepare_selling(by=by, at=at)
        more = [sampler.model.kind() for sampler in SAMPLERS]
        kinds = ("organization", "person", "deal", *more)
        labels = {kind: _label(kind, by, at) for kind in kinds}
        firms = [
            contacts.create_organization(
                name=name,
                values={"domains": [domain], "label_ids": [labels["organization"].pk]},
                by=by,
                at=at,
            )
            for name, domain in FIRMS
        ]
        people = [_person(each, firms, labels["person"], by, at) for each in PEOPLE]
        deals = _deals(firms, people, labels["deal"], by, at)
        said = [*_activities(deals, by, at), *_notes(deals, by, at)]
        made = Made(firms, people, deals)
        records: list[Any] = [*firms, *people, *deals]
        for sampler in SAMPLERS:
            added, beside = sampler.add(made, labels[sampler.model.kind()], by, at)
            records += added
            said += beside
        rows = [*labels.values(), *records, *said]
        Sample.objects.bulk_create(_mark(row) for row in rows)
    return len(records)


def _mark(row: Any) -> Sample:
    return Sample(kind=row._meta.model_name, object_id=row.pk, version=getattr(row, "version", 0))


def _label(kind: str, by: Membership, at: datetime) -> Label:
    name = _("Sample")
    there = Label.objects.filter(kind=kind, name__iexact=name).exists()
    if there:
        name = _("Sample data")
    return create_label(kind=kind, name=name, hue="stone", by=by, at=at)


def _person(
    each: tuple[str, int, str],
    firms: list[Organization],
    label: Label,
    by: Membership,
    at: datetime,
) -> Person:
    name, firm, title = each
    first = name.split(" ", 1)[0].lower()
    address = f"{first}@{FIRMS[firm][1]}"
    taken = Person.objects.filter(emails__address=address).exists()
    values = {"title": _(title), "organization": firms[firm], "label_ids": [label.pk]}
    reach = [] if taken else [Reach(address)]
    return contacts.create_person(name=name, emails=reach, values=values, by=by, at=at)


def _deals(
    firms: list[Organization], people: list[Person], label: Label, by: Membership, at: datetime
) -> list[Deal]:
    pipeline = Pipeline.objects.filter(closed_at=None).order_by("position", "pk").first()
    stages = list(Stage.objects.filter(pipeline=pipeline).order_by("position", "pk"))
    base = Currency.objects.filter(is_base=True).first()
    return [
        create_deal(
            name=_(title),
            stage=stages[min(stage, len(stages) - 1)],
            currency=base.code if base else "EUR",
            values={
                "value": Decimal(value),
                "organization": firms[firm],
                "person": people[person],
                "expected_on": (at + timedelta(days=days)).date(),
                "label_ids": [label.pk],
            },
            by=by,
            at=at,
        )
        for title, value, stage, firm, person, days in DEALS
    ]


def _activities(deals: list[Deal], by: Membership, at: datetime) -> list[Activity]:
    types = prepare_types()
    plan = (
        (_("Call about installation dates"), 0, 2),
        (_("Send the offer"), 1, 0),
        (_("Visit the dock"), 1, 5),
        (_("Ask for the payment terms"), 2, -1),
    )
    return [
        activities.create_activity(
            values={"type": types[place % len(types)], "subject": subject},
            due=due.Due(on=(at + timedelta(days=days)).date()),
            about=[deals[deal]],
            by=by,
            at=at,
        )
        for place, (subject, deal, days) in enumerate(plan)
    ]


def _notes(deals: list[Deal], by: Membership, at: datetime) -> list[Any]:
    text = _("Raj wants the loggers on the dock doors, not in the chillers. Lead with that.")
    html = f"<p>{text}</p>"
    return [notes.write_note(html=html, about=[deals[1]], by=by, at=at)]
