"""Workspaces, and those that were."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.workspaces import tenancy


class Workspace(models.Model):
    """The tenant: one company that works with Fio."""

    class MailboxKinds(models.TextChoices):
        ANY = "any", _("Of members and of teams")
        TEAM = "team", _("Of teams only")
        PERSONAL = "personal", _("Of members only")

    uid = models.UUIDField(default=tenancy.new_uid, editable=False, unique=True)
    slug = models.SlugField(max_length=48, unique=True)
    name = models.CharField(_("name"), max_length=120)
    data_key = models.BinaryField(editable=False)
    key_made_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # What is asked of members: a second step from then on, a new sign-in after so many hours
    second_step_from = models.DateTimeField(null=True, blank=True)
    session_hours = models.PositiveSmallIntegerField(null=True, blank=True)
    mailbox_kinds = models.CharField(
        max_length=8, choices=MailboxKinds, default=MailboxKinds.ANY, db_default=MailboxKinds.ANY
    )
    # Mail among these is internal; null: the domains of the mailboxes
    own_domains = ArrayField(models.CharField(max_length=253), null=True, blank=True)
    # Closed to everybody; restored, or taken away after that time
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_by = models.CharField(max_length=254, blank=True, db_default="", editable=False)
    erase_after = models.DateTimeField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return self.name


class ErasedWorkspace(models.Model):
    """What is left of a workspace for those who run Fio: that it was, and who ended it."""

    uid = models.UUIDField(unique=True)
    slug = models.CharField(max_length=48)
    closed_by = models.CharField(max_length=254, blank=True)
    closed_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    # Rows by table
    counts = models.JSONField(default=dict)
    # The end of its audit log, to be compared with what its owners kept
    audit_length = models.BigIntegerField(default=0)
    audit_head = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return self.slug
