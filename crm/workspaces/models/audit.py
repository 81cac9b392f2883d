"""The audit log."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.workspaces import tenancy
from crm.workspaces.models.users import Membership


class AuditEntry(tenancy.PublicModel):
    """Something that bears on who may do and see what; written once, changed by nobody.

    PostgreSQL numbers the entries of a workspace and chains each to the one before (`chain`).
    """

    class Kind(models.TextChoices):
        MEMBER = "member", _("Member")
        PROGRAM = "program", _("API token")
        OPERATOR = "operator", _("Operator")
        FIO = "fio", _("Fio")

    number = models.BigIntegerField(default=0, editable=False)
    at = models.DateTimeField()
    verb = models.CharField(max_length=48)
    kind = models.CharField(max_length=8, choices=Kind)
    by = tenancy.WorkspaceForeignKey(Membership, models.DO_NOTHING, null=True, related_name="+")
    # As they were called then
    who = models.CharField(max_length=254, blank=True)
    about = models.CharField(max_length=254, blank=True)
    data = models.JSONField(default=dict)
    address = models.CharField(max_length=45, blank=True)
    previous = models.BinaryField(default=bytes, editable=False)
    hash = models.BinaryField(default=bytes, editable=False)

    is_append_only = True

    class Meta(tenancy.PublicModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "number"], name="audit_number_once"),
        ]
        indexes = [
            models.Index(fields=["workspace", "verb", "-number"], name="audit_verb"),
            models.Index(fields=["workspace", "by", "-number"], name="audit_by"),
        ]

    @property
    def link(self) -> str:
        """The hash in hexadecimal digits."""
        return bytes(self.hash).hex()
