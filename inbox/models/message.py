"""Messages: the narrow row that lists are made of, the body beside it, the bytes beneath."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.workspaces import tenancy
from inbox.mime import unpacked
from inbox.models.door import Block
from inbox.models.mailbox import Mailbox
from inbox.models.packed import PackedTextField
from inbox.models.thread import Thread


class Blob(tenancy.WorkspaceModel):
    """Bytes by their SHA-256, compressed with zstd; a mail is kept before it is read.

    The hash is looked up inside one workspace only, so nobody can find out what
    others have by sending it to himself.
    """

    sha256 = models.BinaryField()
    size = models.BigIntegerField()
    data = models.BinaryField()
    # Moved on when the same bytes are kept again after a while
    created_at = models.DateTimeField(default=timezone.now)

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "sha256"], name="blob_once")]


class Message(tenancy.PublicModel):
    """One mail in one mailbox."""

    class Direction(models.TextChoices):
        IN = "in", _("Received")
        OUT = "out", _("Sent")

    class Kind(models.TextChoices):
        MAIL = "mail", _("Mail")
        AUTO = "auto", _("Automatic reply")
        BOUNCE = "bounce", _("Could not be delivered")
        COMPLAINT = "complaint", _("Reported as spam")
        INVITE = "invite", _("Invitation")
        RECEIPT = "receipt", _("Receipt")

    class Origin(models.TextChoices):
        LIVE = "live", _("Arrived")
        BACKFILL = "backfill", _("Imported")
        SENT_HERE = "sent_here", _("Sent from here")

    class Quality(models.TextChoices):
        FULL = "full", _("Read in full")
        PARTIAL = "partial", _("Read in part")
        RAW_ONLY = "raw_only", _("Kept, not read")

    mailbox = tenancy.WorkspaceForeignKey(Mailbox, models.CASCADE, related_name="messages")
    thread = tenancy.WorkspaceForeignKey(Thread, models.CASCADE, related_name="messages")
    blob = tenancy.WorkspaceForeignKey(Blob, models.PROTECT, related_name="messages")
    # Message-ID (RFC 5322, 3.6.4) without brackets; an index to look by, never an identity
    rfc_id = models.TextField(null=True)
    subject = models.TextField(blank=True)
    sender_name = models.TextField(blank=True)
    sender_address = models.TextField(blank=True)
    snippet = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    direction = models.CharField(max_length=3, choices=Direction)
    kind = models.CharField(max_length=9, choices=Kind, default=Kind.MAIL)
    origin = models.CharField(max_length=9, choices=Origin)
    quality = models.CharField(max_length=8, choices=Quality, default=Quality.FULL)
    defects = ArrayField(models.TextField(), default=list)
    is_read = models.BooleanField(default=False)
    is_bulk = models.BooleanField(default=False)
    # Left with a pixel or with links by way of us
    is_tracked = models.BooleanField(default=False, db_default=False)
    has_html = models.BooleanField(default=False)
    attachment_count = models.PositiveIntegerField(default=0)
    recipient_count = models.PositiveIntegerField(default=0)
    size = models.BigIntegerField(default=0)
    # Base subject and counterpart, hashed: where a reply without any thread header may belong
    subject_key = models.BinaryField(null=True)
    is_bare_reply = models.BooleanField(default=False)
    bounce = models.JSONField(null=True)
    # The rule of `mime.sensitive` that keeps it private, or empty
    sensitive = models.CharField(max_length=8, blank=True, default="", db_default="")
    deleted_at = models.DateTimeField(null=True)
    # What hid it; it is deleted as well then
    block = tenancy.WorkspaceForeignKey(Block, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta(tenancy.PublicModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "thread", "received_at"], name="message_thread"),
            models.Index(fields=["workspace", "rfc_id"], name="message_rfc_id"),
            models.Index(fields=["workspace", "blob", "mailbox"], name="message_bytes"),
            models.Index(
                fields=["workspace", "block"],
                condition=models.Q(block__isnull=False),
                name="message_blocked",
            ),
            models.Index(
                fields=["workspace", "mailbox", "subject_key", "received_at"],
                condition=models.Q(subject_key__isnull=False),
                name="message_subject",
            ),
        ]


class MessageBody(tenancy.WorkspaceModel):
    """What a message says; apart from its row, so that lists never read it.

    `search` holds unquoted text only. Mailbox and time are repeated here so that a
    search can walk backwards in time without touching the message.
    """

    message = tenancy.WorkspaceForeignKey(
        Message, models.CASCADE, primary_key=True, related_name="bodies"
    )
    mailbox = tenancy.WorkspaceForeignKey(Mailbox, models.CASCADE, related_name="+")
    received_at = models.DateTimeField()
    text = PackedTextField(blank=True)
    own_text = PackedTextField(blank=True)
    html = PackedTextField(blank=True)
    search = SearchVectorField(null=True)

    class Meta(tenancy.WorkspaceModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "mailbox", "-received_at"], name="body_time"),
            GinIndex(fields=["workspace", "search"], name="body_search"),
        ]


class Participant(tenancy.WorkspaceModel):
    """An address on a message, at most 500 of them."""

    class Role(models.TextChoices):
        FROM = "from", _("From")
        REPLY_TO = "reply_to", _("Reply to")
        TO = "to", _("To")
        CC = "cc", _("Cc")
        BCC = "bcc", _("Bcc")

    message = tenancy.WorkspaceForeignKey(Message, models.CASCADE, related_name="participants")
    role = models.CharField(max_length=8, choices=Role)
    position = models.PositiveSmallIntegerField()
    name = models.TextField(blank=True)
    address = models.TextField(blank=True)

    class Meta(tenancy.WorkspaceModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "message", "position"], name="participant_message"),
            models.Index(fields=["workspace", "address", "-message"], name="participant_address"),
        ]


class Attachment(tenancy.PublicModel):
    """A part of a message that is a file; its bytes are cut out of the mail when asked for."""

    message = tenancy.WorkspaceForeignKey(Message, models.CASCADE, related_name="attachments")
    part = models.CharField(max_length=64)
    filename = models.TextField(blank=True)
    content_type = models.TextField()
    size = models.BigIntegerField()
    sha256 = models.BinaryField()
    cid = models.TextField(blank=True)
    is_inline = models.BooleanField(default=False)

    class Meta(tenancy.PublicModel.Meta):
        indexes = [models.Index(fields=["workspace", "message"], name="attachment_message")]

    @property
    def is_embedded(self) -> bool:
        """Whether it belongs to the text or to another file; else it is a file attached."""
        is_forwarded = self.is_inline and self.content_type == "message/rfc822"
        return not self.filename or unpacked.MARK in self.part or is_forwarded
