"""Leads."""

from decimal import Decimal
from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.contacts.models import Organization, Person
from crm.deals.models import Deal
from crm.fields.facts import Fact
from crm.fields.models import Record
from crm.workspaces import tenancy


class Lead(Record):
    """Somebody who may want to buy something, before anybody knows it well."""

    class Status(models.TextChoices):
        OPEN = "open", _("In the lead inbox")
        ARCHIVED = "archived", _("Archived")
        CONVERTED = "converted", _("Now a deal")

    status = models.CharField(
        _("status"), max_length=9, choices=Status, default=Status.OPEN, editable=False
    )
    # When it was archived or became a deal
    closed_at = models.DateTimeField(null=True, editable=False)
    # Where it comes from: a fair, a campaign, a colleague's word
    source = models.CharField(_("source"), max_length=80, blank=True)
    value = models.DecimalField(
        _("value"),
        max_digits=16,
        decimal_places=2,
        null=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    currency = models.CharField(_("currency"), max_length=3)
    expected_on = models.DateField(_("expected close"), null=True)
    person = tenancy.WorkspaceForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    organization = tenancy.WorkspaceForeignKey(
        Organization, models.SET_NULL, null=True, related_name="+"
    )
    # What it became, or what it was before it came back
    deal = tenancy.WorkspaceForeignKey(
        Deal, models.SET_NULL, null=True, related_name="+", editable=False
    )

    MANY = "leads"
    SAYS = ("name_key", "source")
    FACTS: ClassVar[tuple[Fact, ...]] = (
        Fact("name", _("Title"), order="name_key", required=True),
        Fact(
            "source",
            _("Source"),
            order="source",
            prompt=_("Say where it comes from"),
            offers="leads:sources",
        ),
        Fact("value", _("Value"), "money", order="value", prompt=_("Add a value")),
        Fact(
            "expected_on",
            _("Expected"),
            "date",
            order="expected_on",
            prompt=_("Add an expected date"),
        ),
        Fact(
            "organization",
            _("Organization"),
            "organization",
            order="organization__name_key",
            prompt=_("Add an organization"),
        ),
        Fact("person", _("Person"), "person", order="person__name_key", prompt=_("Add a person")),
        Fact(
            "status",
            _("Status"),
            "choice",
            options=tuple(Status.choices),
            editable=False,
            aside=True,
        ),
        Fact("closed_at", _("Archived or taken up"), "moment", order="closed_at",
             editable=False, aside=True),
    )  # fmt: skip

    class Meta(Record.Meta):
        indexes = [
            *Record.Meta.indexes,
            # The lead inbox, the last come first
            models.Index(
                "workspace",
                "status",
                models.F("created_at").desc(),
                models.F("id").desc(),
                condition=Q(trashed_at=None),
                name="lead_inbox",
            ),
            models.Index(fields=["workspace", "person"], name="lead_person"),
            models.Index(fields=["workspace", "organization"], name="lead_organization"),
            models.Index(fields=["workspace", "deal"], name="lead_deal"),
        ]

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @property
    def standing(self) -> str:
        """Where it is, in a word: where it came from, or that it lies in the archive."""
        return self.source if self.is_open else self.get_status_display()

    def search_parts(self) -> list[str]:
        """Title, source, person and organization."""
        person = self.person.name if self.person else ""
        company = self.organization.name if self.organization else ""
        return [self.name, company, person, self.source]
