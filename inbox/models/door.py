"""Who is kept out of mailboxes, and who is always let in."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from crm.workspaces import tenancy
from crm.workspaces.models import Membership
from inbox.models.mailbox import Mailbox
from inbox.models.thread import Thread


class Block(tenancy.PublicModel):
    """An address, or a domain, whose mail a member does not want to see, or nobody here does.

    A mail is hidden where nobody else from outside is on it: one with a customer stays.
    """

    # In small letters; a domain without an @
    pattern = models.CharField(max_length=254)
    # Whose personal mailboxes it holds for; null: every mailbox of the workspace
    member = tenancy.WorkspaceForeignKey(Membership, models.CASCADE, null=True, related_name="+")
    by = tenancy.WorkspaceForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    # It holds no more; it goes when all that it hid is shown again
    ended_at = models.DateTimeField(null=True)
    # Written by releases before `HiddenRow`, and read as long as there may be some
    kept = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    # Something is still to be hidden or shown, and whoever does so has until then
    due_at = models.DateTimeField(null=True)

    # The scheduler looks across workspaces for what nobody goes on with
    across_workspaces = ("block_due",)

    class Meta(tenancy.PublicModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "member", "pattern"],
                condition=Q(member__isnull=False),
                name="blocked_once",
            ),
            models.UniqueConstraint(
                fields=["workspace", "pattern"],
                condition=Q(member__isnull=True),
                name="blocked_here_once",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="block_due")
        ]

    def __str__(self) -> str:
        return self.pattern

    @property
    def is_domain(self) -> bool:
        return "@" not in self.pattern


class HiddenRow(tenancy.WorkspaceModel):
    """A row of a list as it was when a block hid what it showed; of several the last one counts."""

    block = tenancy.WorkspaceForeignKey(Block, models.CASCADE, related_name="rows")
    thread = tenancy.WorkspaceForeignKey(Thread, models.CASCADE, related_name="+")
    mailbox = tenancy.WorkspaceForeignKey(Mailbox, models.CASCADE, related_name="+")
    # What nobody could add up again, by name; moments as ISO 8601
    was = models.JSONField(default=dict)

    class Meta(tenancy.WorkspaceModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "block", "thread"], name="hidden_row"),
            models.Index(fields=["workspace", "thread"], name="hidden_thread"),
        ]


class Welcome(tenancy.WorkspaceModel):
    """An address whose mail comes into a mailbox though nobody has it among his people."""

    mailbox = tenancy.WorkspaceForeignKey(Mailbox, models.CASCADE, related_name="+")
    address = models.CharField(max_length=254)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "mailbox", "address"], name="welcomed_once"
            )
        ]
