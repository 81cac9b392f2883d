"""Coloured words on conversations, the same for the whole workspace."""

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.fields.models.labels import Hue
from crm.workspaces import tenancy
from crm.workspaces.models import Membership
from inbox.models.mailbox import Mailbox
from inbox.models.thread import Thread


class MailLabel(tenancy.DatedModel):
    """A short coloured word; anybody makes, changes and removes them."""

    name = models.CharField(_("name"), max_length=40)
    hue = models.CharField(_("colour"), max_length=8, choices=Hue, default=Hue.STONE)
    # What it was on stays on record, so that it can be brought back as it was
    removed_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta(tenancy.DatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                "workspace",
                Lower("name"),
                condition=models.Q(removed_at=None),
                name="mail_label_once",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ThreadLabel(tenancy.WorkspaceModel):
    """A label on what one mailbox holds of a thread: whoever reads that sees it."""

    label = tenancy.WorkspaceForeignKey(MailLabel, models.CASCADE, related_name="threads")
    thread = tenancy.WorkspaceForeignKey(Thread, models.CASCADE, related_name="labels")
    mailbox = tenancy.WorkspaceForeignKey(Mailbox, models.CASCADE, related_name="+")
    by = tenancy.WorkspaceForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    # That of its MailboxThread, kept by PostgreSQL: a label's list is walked in its order
    last_at = models.DateTimeField(null=True, editable=False)
    # The label it came from when that was merged into this one
    merged_from = tenancy.WorkspaceForeignKey(
        MailLabel, models.CASCADE, null=True, related_name="+"
    )

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "label", "mailbox", "thread"], name="thread_label_once"
            )
        ]
        indexes = [
            models.Index(fields=["workspace", "thread", "mailbox"], name="thread_labels"),
            models.Index(
                fields=["workspace", "label", "mailbox", "-last_at", "-thread"],
                name="label_entries",
            ),
            models.Index(
                fields=["workspace", "merged_from"],
                condition=models.Q(merged_from__isnull=False),
                name="thread_label_merged",
            ),
        ]
