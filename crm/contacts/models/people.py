"""People we sell to, their addresses and phones."""

from operator import attrgetter
from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.contacts.models import alike
from crm.contacts.models.organizations import Organization
from crm.fields.facts import Fact
from crm.fields.models import Record
from crm.workspaces import tenancy

_age = attrgetter("pk")


class Person(Record):
    """Someone we sell to."""

    organization = tenancy.WorkspaceForeignKey(
        Organization, models.SET_NULL, null=True, related_name="+"
    )
    title = models.CharField(_("job title"), max_length=120, blank=True, default="", db_default="")
    address = models.TextField(_("address"), max_length=1000, blank=True, default="", db_default="")

    MANY = "people"
    FACTS: ClassVar[tuple[Fact, ...]] = (
        Fact("name", _("Name"), order="name_key", required=True),
        Fact(
            "organization",
            _("Organization"),
            "organization",
            order="organization__name_key",
            joins=("organization",),
            prompt=_("Add an organization"),
        ),
        Fact("title", _("Job title"), prompt=_("Add a job title")),
        Fact("emails", _("E-mail"), "emails", "emails__address", prompt=_("Add an address")),
        Fact("phones", _("Phone"), "phones", "phones__number", prompt=_("Add a phone")),
        Fact("address", _("Address"), "address", prompt=_("Add a postal address")),
    )

    SAYS = ("name_key", "title", "address", "emails__address", "phones__number")
    ALIKE = alike.OF_PEOPLE
    PARTS = ("contacts.PersonEmail", "contacts.PersonPhone")

    class Meta(Record.Meta):
        indexes = [
            *Record.Meta.indexes,
            models.Index(fields=["workspace", "organization"], name="person_organization"),
        ]

    def search_parts(self) -> list[str]:
        """Name, title, addresses, phones, where the person works and lives."""
        if self._state.adding:
            return [self.name, self.title, self.address]
        return [
            self.name,
            self.title,
            *(row.address for row in sorted(self.emails.all(), key=_age)),
            *(row.number for row in sorted(self.phones.all(), key=_age)),
            self.organization.name if self.organization else "",
            self.address,
        ]

    def absorb(self, other: Any) -> dict[str, Any]:
        """The other's addresses and phones come behind one's own; a phone both have stays one."""
        parts: dict[str, Any] = {}
        for name, column in (("emails", "address"), ("phones", "number")):
            rows = getattr(other, name)
            told = rows.order_by("pk").values_list(column, "label", "is_primary")
            parts[name] = [list(each) for each in told]
            mine = getattr(self, name)
            kept = set(mine.values_list(column, flat=True))
            fresh = rows.exclude(**{f"{column}__in": kept})
            if mine.filter(is_primary=True).exists():
                fresh.update(is_primary=False)
            fresh.update(person=self)
        return parts

    def release(self, other: Any, parts: dict[str, Any]) -> None:
        """Give addresses and phones back; what somebody else took meanwhile stays theirs."""
        for address, label, is_primary in parts["emails"]:
            known = PersonEmail.objects.filter(address=address, is_live=True).first()
            if known is not None and known.person_id not in (self.pk, other.pk):
                continue
            row = known or PersonEmail(address=address)
            row.person, row.label, row.is_primary = other, label, is_primary
            row.save()
        had = set(other.phones.values_list("number", flat=True))
        for number, label, is_primary in parts["phones"]:
            if number in had:
                continue
            row = self.phones.filter(number=number).first() or PersonPhone(number=number)
            row.person, row.label, row.is_primary = other, label, is_primary
            row.save()

    def follow_trash(self) -> None:
        """An address of somebody in the trash is free; coming back, whoever took it keeps it."""
        if self.is_trashed:
            self.emails.update(is_live=False)
            return
        taken = PersonEmail.objects.filter(is_live=True, address=models.OuterRef("address"))
        self.emails.filter(models.Exists(taken.exclude(person=self))).delete()
        self.emails.update(is_live=True)


class PersonEmail(tenancy.WorkspaceModel):
    """An address of a person; inside a workspace it belongs to one person only."""

    person = tenancy.WorkspaceForeignKey(Person, models.CASCADE, related_name="emails")
    address = models.CharField(_("e-mail address"), max_length=254)
    label = models.CharField(_("label"), max_length=40, blank=True)
    is_primary = models.BooleanField(_("primary"), default=False)
    # Not while the person lies in the trash
    is_live = models.BooleanField(default=True, db_default=True, editable=False)

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "address"],
                condition=Q(is_live=True),
                name="person_address_once",
            )
        ]
        indexes = [
            models.Index(fields=["workspace", "person"], name="person_addresses"),
            GinIndex(
                fields=["workspace", "address"],
                opclasses=["int8_ops", "gin_trgm_ops"],
                name="person_address_like",
            ),
        ]

    def __str__(self) -> str:
        return self.address


class PersonPhone(tenancy.WorkspaceModel):
    """A phone of a person: +551132104321 where it could be read, else as it was typed."""

    person = tenancy.WorkspaceForeignKey(Person, models.CASCADE, related_name="phones")
    number = models.CharField(_("phone"), max_length=60)
    label = models.CharField(_("label"), max_length=40, blank=True)
    is_primary = models.BooleanField(_("primary"), default=False)

    class Meta(tenancy.WorkspaceModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "person"], name="person_phones"),
            models.Index(fields=["workspace", "number"], name="person_phone_number"),
        ]

    def __str__(self) -> str:
        return self.number
