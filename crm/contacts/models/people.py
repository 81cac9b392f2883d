"""People we sell to, their addresses and phones."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.contacts.models.organizations import Organization
from crm.fields.facts import Fact
from crm.fields.models import Record
from crm.workspaces import tenancy


class Person(Record):
    """Someone we sell to."""

    organization = tenancy.WorkspaceForeignKey(
        Organization, models.SET_NULL, null=True, related_name="+"
    )
    title = models.CharField(_("job title"), max_length=120, blank=True, default="", db_default="")

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
    )

    class Meta(Record.Meta):
        indexes = [
            *Record.Meta.indexes,
            models.Index(fields=["workspace", "organization"], name="person_organization"),
        ]

    def search_parts(self) -> list[str]:
        """Name, title, addresses, phones and where the person works."""
        if self._state.adding:
            return [self.name, self.title]
        return [
            self.name,
            self.title,
            *self.emails.values_list("address", flat=True),
            *self.phones.values_list("number", flat=True),
            self.organization.name if self.organization else "",
        ]

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
