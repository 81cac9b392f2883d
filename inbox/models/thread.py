"""Conversations, and what each mailbox holds of them."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.workspaces import tenancy
from crm.workspaces.models import Membership
from inbox.models.mailbox import Mailbox, Visibility


class Thread(tenancy.PublicModel):
    """A conversation across the mailboxes of a workspace.

    It tells nobody anything by itself: what a member sees of it comes from the
    messages of the mailboxes he may read.
    """

    subject = models.TextField(blank=True)
    merged_into = tenancy.WorkspaceForeignKey("self", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta(tenancy.PublicModel.Meta):
        # Whenever a thread goes, PostgreSQL looks for those that became it
        indexes = [
            models.Index(
                fields=["workspace", "merged_into"],
                condition=models.Q(merged_into__isnull=False),
                name="thread_merged",
            )
        ]


class ThreadKey(tenancy.WorkspaceModel):
    """A Message-ID that some mail named, seen itself or not, and the thread it leads to."""

    key = models.BinaryField()
    thread = tenancy.WorkspaceForeignKey(Thread, models.CASCADE, related_name="keys")

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="thread_key_once")]
        indexes = [models.Index(fields=["workspace", "thread"], name="thread_keys")]


class MailboxThread(tenancy.WorkspaceModel):
    """What one mailbox holds of a thread: the row of an inbox list."""

    class Place(models.TextChoices):
        """Where a rep finds it."""

        INBOX = "inbox", _("Inbox")
        SNOOZED = "snoozed", _("Snoozed")
        DONE = "done", pgettext_lazy("folder", "Done")
        ARCHIVE = "archive", pgettext_lazy("folder", "Archive")
        TRASH = "trash", _("Trash")
        SPAM = "spam", _("Spam")
        OTHER = "other", _("Elsewhere")

    thread = tenancy.WorkspaceForeignKey(Thread, models.CASCADE, related_name="entries")
    mailbox = tenancy.WorkspaceForeignKey(Mailbox, models.CASCADE, related_name="entries")
    visibility = models.CharField(max_length=8, choices=Visibility)
    place = models.CharField(max_length=8, choices=Place, default=Place.INBOX)
    # Set by a person here, the last one counts; it holds against what the server's folders
    # say, until new mail comes
    snoozed_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    trashed_at = models.DateTimeField(null=True, blank=True)
    spammed_at = models.DateTimeField(null=True, blank=True)
    restored_at = models.DateTimeField(null=True, blank=True)
    # When it came back by itself, which puts it on top like a new mail
    woken_at = models.DateTimeField(null=True, blank=True)
    subject = models.TextField(blank=True)
    snippet = models.TextField(blank=True)
    # [[name, address, is_me], …] of who wrote, in order, at most 8
    people = models.JSONField(default=list)
    # Its last message, or when it came back: where it stands in lists
    last_at = models.DateTimeField()
    last_direction = models.CharField(max_length=3, default="in")
    message_count = models.PositiveIntegerField(default=0)
    unread_count = models.PositiveIntegerField(default=0)
    has_attachment = models.BooleanField(default=False)
    has_sent = models.BooleanField(default=False)
    # Holds mail that left with a pixel or with links by way of us
    is_tracked = models.BooleanField(default=False, db_default=False)
    # The rule that keeps it private, or empty; and when its owner lifted that for this thread
    sensitive = models.CharField(max_length=8, blank=True, default="", db_default="")
    lifted_at = models.DateTimeField(null=True, blank=True)
    # The server had it in the inbox: archiving there alone does not take it out of ours
    was_inbox = models.BooleanField(default=False, db_default=False)
    # Whose it is in a team's mailbox, and when that was last said
    assignee = tenancy.WorkspaceForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    assigned_at = models.DateTimeField(null=True, blank=True)

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "thread", "mailbox"], name="entry_once")
        ]
        indexes = [
            models.Index(
                fields=["workspace", "mailbox", "place", "-last_at", "-thread"], name="entry_place"
            ),
            models.Index(fields=["workspace", "mailbox", "-last_at", "-thread"], name="entry_all"),
            models.Index(
                fields=["workspace", "mailbox", "-last_at", "-thread"],
                condition=models.Q(has_sent=True),
                name="entry_sent",
            ),
            models.Index(
                fields=["workspace", "mailbox", "place", "-last_at", "-thread"],
                condition=models.Q(unread_count__gt=0),
                name="entry_new",
            ),
            models.Index(
                fields=["workspace", "mailbox", "-last_at", "-thread", "place"],
                condition=models.Q(is_tracked=True),
                name="entry_traced",
            ),
            models.Index(
                fields=["workspace", "mailbox", "assignee", "place", "-last_at", "-thread"],
                condition=models.Q(assignee__isnull=False),
                name="entry_assigned",
            ),
        ]


class ThreadUnread(tenancy.WorkspaceModel):
    """How many messages of a team's mailbox a member has not read that count as read there.

    They count as read as soon as one of those who work there has read them. Then everybody
    else has a row, until he reads them as well: there are as many rows as there is unread.
    """

    thread = tenancy.WorkspaceForeignKey(Thread, models.CASCADE, related_name="+")
    mailbox = tenancy.WorkspaceForeignKey(Mailbox, models.CASCADE, related_name="+")
    member = tenancy.WorkspaceForeignKey(Membership, models.CASCADE, related_name="+")
    count = models.PositiveIntegerField(default=1)
    # That of its MailboxThread, kept by PostgreSQL: what is unread is walked in its order
    last_at = models.DateTimeField(null=True, editable=False)

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "member", "thread", "mailbox"], name="unread_once"
            )
        ]
        indexes = [
            models.Index(fields=["workspace", "thread"], name="unread_thread"),
            models.Index(
                fields=["workspace", "member", "mailbox", "-last_at", "-thread"],
                name="unread_entries",
            ),
        ]


class ThreadVisit(tenancy.WorkspaceModel):
    """A member opened a conversation that is not his alone, at that time for the last."""

    thread = tenancy.WorkspaceForeignKey(Thread, models.CASCADE, related_name="visits")
    member = tenancy.WorkspaceForeignKey(Membership, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "thread", "member"], name="visit_once")
        ]


class ThreadLink(tenancy.WorkspaceModel):
    """A thread belongs to a record, and says why."""

    class Source(models.TextChoices):
        AUTO = "auto", _("by itself")
        MANUAL = "manual", _("by hand")

    class Rule(models.TextChoices):
        """Why a link made itself; `why` has the address that it goes back to."""

        ADDRESS = "address", _("takes part")
        WORKS = "works", _("works there")
        DOMAIN = "domain", _("writes from its domain")
        OPEN = "open", _("has no other open one")

    thread = tenancy.WorkspaceForeignKey(Thread, models.CASCADE, related_name="links")
    kind = models.CharField(max_length=16)
    object_id = models.BigIntegerField()
    source = models.CharField(max_length=6, choices=Source, default=Source.AUTO)
    rule = models.CharField(
        max_length=8, choices=Rule, default=Rule.ADDRESS, db_default=Rule.ADDRESS.value
    )
    # The address that made the link, where it made itself
    why = models.TextField(blank=True)
    # Who made it, where somebody did
    by = tenancy.WorkspaceForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    # Undone links stay, so that the same link never comes back by itself
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "thread", "kind", "object_id"], name="link_once"
            )
        ]
        indexes = [
            models.Index(fields=["workspace", "kind", "object_id", "thread"], name="link_object")
        ]
