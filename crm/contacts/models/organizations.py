"""Companies and other bodies we sell to."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.contacts.models import alike
from crm.fields.facts import Fact
from crm.fields.models import Record


class Organization(Record):
    """A company, an authority, a club: where the people we sell to work."""

    # Of its addresses and web site: whoever writes from there belongs to it
    domains = ArrayField(models.CharField(max_length=253), default=list, blank=True)
    website = models.CharField(_("web site"), max_length=500, blank=True)
    # E.164 where it is a number we know how to read
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    address = models.TextField(_("address"), max_length=1000, blank=True)

    MANY = "organizations"
    FACTS: ClassVar[tuple[Fact, ...]] = (
        Fact("name", _("Name"), order="name_key", required=True),
        Fact("domains", _("Domains"), "words", prompt=_("Add a domain")),
        Fact("website", _("Web site"), "link", prompt=_("Add a web site")),
        Fact("phone", _("Phone"), "phone", prompt=_("Add a phone")),
        Fact("address", _("Address"), "address", prompt=_("Add an address")),
    )

    ALIKE = alike.OF_ORGANIZATIONS

    class Meta(Record.Meta):
        indexes = [
            *Record.Meta.indexes,
            # Names that are almost the same
            GinIndex(
                fields=["workspace", "name_key"],
                opclasses=["int8_ops", "gin_trgm_ops"],
                name="organization_name_like",
            ),
            GinIndex(
                fields=["workspace", "domains"],
                opclasses=["int8_ops", "array_ops"],
                name="organization_domains",
            ),
        ]

    def search_parts(self) -> list[str]:
        """Name, domains, phone and address."""
        return [self.name, *self.domains, self.phone, self.address]
