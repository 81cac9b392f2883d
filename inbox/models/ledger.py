"""Every message a server listed, and what became of it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.workspaces import tenancy
from inbox.models.mailbox import Folder, Mailbox
from inbox.models.message import Blob, Message


class LedgerEntry(tenancy.PublicModel):
    """One message in one folder, as the server numbers it.

    The ledger is also the list of work: what is pending is still to come. It is
    written in the transaction that moves the cursor past the message, so nothing
    the server listed can be forgotten between two steps.
    """

    class Decision(models.TextChoices):
        PENDING = "pending", _("Still to come")
        IMPORTED = "imported", _("Stored")
        SKIPPED = "skipped", _("Left out")
        DUPLICATE = "duplicate", _("Stored already")
        FAILED = "failed", _("Kept, not read")

    mailbox = tenancy.WorkspaceForeignKey(Mailbox, models.CASCADE, related_name="ledger")
    folder = tenancy.WorkspaceForeignKey(Folder, models.CASCADE, related_name="ledger")
    generation = models.BigIntegerField()
    number = models.BigIntegerField()
    decision = models.CharField(max_length=9, choices=Decision, default=Decision.PENDING)
    # A key of the texts that explain decisions
    reason = models.CharField(max_length=64, blank=True)
    message = tenancy.WorkspaceForeignKey(
        Message, models.SET_NULL, null=True, blank=True, related_name="locations"
    )
    # The bytes are kept before they are read, so a crash while reading costs no download
    blob = tenancy.WorkspaceForeignKey(Blob, models.SET_NULL, null=True, related_name="+")
    flags = ArrayField(models.TextField(), default=list)
    size = models.BigIntegerField(null=True)
    internal_date = models.DateTimeField(null=True)
    modseq = models.BigIntegerField(null=True)
    # Old mail found in history raises no news; new mail does
    is_news = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True)
    listed_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    missing_since = models.DateTimeField(null=True)
    # Whom a mail that was left at the door is with, and what it is called
    sender = models.TextField(blank=True, default="", db_default="")
    sender_name = models.TextField(blank=True, default="", db_default="")
    subject = models.TextField(blank=True, default="", db_default="")
    # A person asked for it: no rule leaves it out
    is_wanted = models.BooleanField(default=False, db_default=False)

    class Meta(tenancy.PublicModel.Meta):
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "folder", "generation", "number"], name="listed_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["workspace", "mailbox", "-internal_date"],
                condition=models.Q(decision="pending"),
                name="ledger_pending",
            ),
            models.Index(fields=["workspace", "mailbox", "decision", "folder"], name="ledger_sums"),
            models.Index(fields=["workspace", "message", "folder"], name="ledger_message"),
            models.Index(
                fields=["workspace", "mailbox", "sender"],
                condition=models.Q(reason="unknown_sender"),
                name="ledger_door",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.folder}, {self.number}"

    @property
    def remote_id(self) -> str:
        return f"{self.generation}:{self.number}"


class DoorKey(tenancy.WorkspaceModel):
    """An id that joins a mail left at the door to others of its conversation."""

    entry = tenancy.WorkspaceForeignKey(LedgerEntry, models.CASCADE, related_name="+")
    mailbox = tenancy.WorkspaceForeignKey(Mailbox, models.CASCADE, related_name="+")
    # As `inbox.actions.threading.key_of` makes it
    key = models.BinaryField(max_length=16)

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "entry", "key"], name="door_key_once")
        ]
        indexes = [models.Index(fields=["workspace", "mailbox", "key"], name="door_key")]
