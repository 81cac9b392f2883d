"""What is being written and what is on its way."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.workspaces import tenancy
from crm.workspaces.models import Membership
from inbox.models.mailbox import Mailbox
from inbox.models.message import Blob, Message
from inbox.models.thread import Thread


class Upload(tenancy.PublicModel):
    """A file put on a mail that is being written."""

    member = tenancy.WorkspaceForeignKey(Membership, models.CASCADE, related_name="+")
    blob = tenancy.WorkspaceForeignKey(Blob, models.PROTECT, related_name="+")
    filename = models.TextField()
    content_type = models.TextField()
    size = models.BigIntegerField()
    created_at = models.DateTimeField(default=timezone.now)


class Draft(tenancy.PublicModel):
    """A mail being written, kept on the server after every pause."""

    class Kind(models.TextChoices):
        NEW = "new", _("New mail")
        REPLY = "reply", _("Reply")
        REPLY_ALL = "reply_all", _("Reply to all")
        FORWARD = "forward", _("Forward")

    mailbox = tenancy.WorkspaceForeignKey(Mailbox, models.CASCADE, related_name="drafts")
    # Who began it, and in a team's mailbox whoever wrote in it last
    author = tenancy.WorkspaceForeignKey(Membership, models.CASCADE, related_name="+")
    # A colleague wrote in it as well; it stays with those who work where it is, whoever saves it
    is_shared = models.BooleanField(default=False, db_default=False)
    kind = models.CharField(max_length=9, choices=Kind, default=Kind.NEW)
    answers = tenancy.WorkspaceForeignKey(Message, models.SET_NULL, null=True, related_name="+")
    thread = tenancy.WorkspaceForeignKey(Thread, models.SET_NULL, null=True, related_name="drafts")
    # Lists of [name, address]
    to = models.JSONField(default=list)
    cc = models.JSONField(default=list)
    bcc = models.JSONField(default=list)
    subject = models.TextField(blank=True)
    html = models.TextField(blank=True)
    # The exact words of a program; empty where they are to be read off the HTML
    text = models.TextField(blank=True)
    # Records as [kind, id] that its thread is linked to once it is sent
    about = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    # The mail answered is put below when this one is sent, not while it is written
    is_quoting = models.BooleanField(default=True)
    # Days after it has left in which somebody should answer; 0 without a reminder
    remind_days = models.PositiveSmallIntegerField(default=0, db_default=0)
    # Its writer wants to know whether it is opened, and whether its links are followed
    tracks_opens = models.BooleanField(default=False, db_default=False)
    tracks_clicks = models.BooleanField(default=False, db_default=False)
    # Raised by every save; a save that names an older version is told so and nothing is overwritten
    version = models.PositiveIntegerField(default=1)
    # Handed to the outbox: hidden from the drafts until it is sent or cancelled
    queued_at = models.DateTimeField(null=True)
    # Thrown away, and for a while still to be had back
    discarded_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta(tenancy.PublicModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "author", "-updated_at"], name="draft_author"),
            models.Index(fields=["workspace", "thread"], name="draft_thread"),
            models.Index(
                fields=["workspace", "mailbox"],
                condition=models.Q(queued_at=None, discarded_at=None),
                name="draft_waiting",
            ),
        ]


class DraftUpload(tenancy.WorkspaceModel):
    """A file on a draft."""

    draft = tenancy.WorkspaceForeignKey(Draft, models.CASCADE, related_name="files")
    upload = tenancy.WorkspaceForeignKey(Upload, models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "draft", "upload"], name="file_once")
        ]


class Outgoing(tenancy.PublicModel):
    """A mail on its way out, sent at most once.

    queued → sending → sent, or failed, or unknown when the wire broke after the end of
    the mail and nobody can tell; cancelled while it was queued. `sending` is committed
    before the socket opens, and nothing leads from `unknown` to another attempt but
    proof that it did not leave, or a person's word.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        SENDING = "sending", pgettext_lazy("mail", "Sending")
        SENT = "sent", pgettext_lazy("mail", "Sent")
        FAILED = "failed", pgettext_lazy("mail", "Not sent")
        UNKNOWN = "unknown", _("Not known")
        CANCELLED = "cancelled", _("Cancelled")

    mailbox = tenancy.WorkspaceForeignKey(Mailbox, models.CASCADE, related_name="outbox")
    author = tenancy.WorkspaceForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    draft = tenancy.WorkspaceForeignKey(Draft, models.SET_NULL, null=True, related_name="+")
    thread = tenancy.WorkspaceForeignKey(Thread, models.SET_NULL, null=True, related_name="+")
    answers = tenancy.WorkspaceForeignKey(Message, models.SET_NULL, null=True, related_name="+")
    # The message in its thread, once it is sent
    message = tenancy.WorkspaceForeignKey(Message, models.SET_NULL, null=True, related_name="+")
    # Made once, before the first attempt, without brackets
    rfc_id = models.TextField()
    blob = tenancy.WorkspaceForeignKey(Blob, models.PROTECT, related_name="+")
    subject = models.TextField(blank=True)
    snippet = models.TextField(blank=True)
    recipients = models.JSONField(default=list)
    state = models.CharField(max_length=9, choices=State, default=State.QUEUED)
    send_after = models.DateTimeField()
    # A person's answer that comes before then makes it a draft again
    unless_answered = models.BooleanField(default=False, db_default=False)
    # As the draft said
    tracks_opens = models.BooleanField(default=False, db_default=False)
    tracks_clicks = models.BooleanField(default=False, db_default=False)
    # Its time came when its owner was no longer here; only a person lets it go then
    held_at = models.DateTimeField(null=True)
    # How far the last attempt got: connect, mail, rcpt, data, done
    stage = models.CharField(max_length=8, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    fence = models.BigIntegerField(default=0)
    # When the Sent folder is looked into again
    look_after = models.DateTimeField(null=True)
    results = models.JSONField(default=list)
    error_code = models.CharField(max_length=64, blank=True)
    error_text = models.TextField(blank=True)
    is_filed = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    sending_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    # The scheduler looks across workspaces for what may leave
    across_workspaces = ("outgoing_queued",)

    class Meta(tenancy.PublicModel.Meta):
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        constraints = [
            models.UniqueConstraint(fields=["workspace", "rfc_id"], name="outgoing_id_once")
        ]
        indexes = [
            models.Index(
                fields=["send_after"],
                condition=models.Q(state="queued"),
                name="outgoing_queued",
            ),
            models.Index(
                fields=["workspace", "mailbox", "send_after"],
                condition=models.Q(state__in=["queued", "sending", "unknown"]),
                name="outgoing_due",
            ),
            models.Index(fields=["workspace", "mailbox", "-created_at"], name="outgoing_list"),
            models.Index(fields=["workspace", "thread"], name="outgoing_thread"),
        ]

    def __str__(self) -> str:
        return self.rfc_id


class PendingChange(tenancy.WorkspaceModel):
    """Something done here that the provider is to be told, where its switch is on."""

    class Op(models.TextChoices):
        READ = "read", _("Mark as read")
        UNREAD = "unread", _("Mark as unread")
        ARCHIVE = "archive", _("Archive")
        TRASH = "trash", _("Move to trash")
        RESTORE = "restore", _("Move back")

    mailbox = tenancy.WorkspaceForeignKey(Mailbox, models.CASCADE, related_name="+")
    message = tenancy.WorkspaceForeignKey(Message, models.CASCADE, related_name="pending_changes")
    op = models.CharField(max_length=8, choices=Op)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(default=timezone.now)
    # Until the server has shown it back, or this time has come, our value holds (15 minutes)
    holds_until = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    across_workspaces = ("change_waiting",)

    class Meta(tenancy.WorkspaceModel.Meta):
        indexes = [
            models.Index(
                fields=["not_before"],
                condition=models.Q(done_at=None, failed_at=None),
                name="change_waiting",
            ),
            models.Index(
                fields=["workspace", "mailbox", "not_before"],
                condition=models.Q(done_at=None, failed_at=None),
                name="change_due",
            ),
            models.Index(fields=["workspace", "message"], name="change_message"),
        ]
