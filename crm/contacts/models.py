"""People we sell to."""

import unicodedata

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.workspaces import tenancy
from crm.workspaces.models import Membership


def sort_key(name: str) -> str:
    """How a name sorts: without case and accents, since the database sorts by code point."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))[:200]


class Person(tenancy.PublicModel):
    """Someone we sell to."""

    name = models.CharField(_("name"), max_length=200)
    name_key = models.CharField(max_length=200, editable=False)
    owner = tenancy.WorkspaceForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta(tenancy.PublicModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "name_key", "id"], name="person_name"),
            models.Index(fields=["workspace", "updated_at"], name="person_updated"),
        ]

    def __str__(self) -> str:
        return self.name


class PersonEmail(tenancy.WorkspaceModel):
    """An address of a person; inside a workspace it belongs to one person only."""

    person = tenancy.WorkspaceForeignKey(Person, models.CASCADE, related_name="emails")
    address = models.CharField(_("e-mail address"), max_length=254)
    label = models.CharField(_("label"), max_length=40, blank=True)
    is_primary = models.BooleanField(_("primary"), default=False)

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "address"], name="person_address_once")
        ]
        indexes = [models.Index(fields=["workspace", "person"], name="person_addresses")]

    def __str__(self) -> str:
        return self.address
