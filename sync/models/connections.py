"""How a mailbox is reached."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.workspaces import sealing, tenancy
from inbox.models import Folder, Mailbox

# Which folder is read first
ORDER = (
    Folder.Role.INBOX,
    Folder.Role.SENT,
    Folder.Role.DRAFTS,
    Folder.Role.OTHER,
    Folder.Role.ARCHIVE,
    Folder.Role.ALL,
    Folder.Role.TRASH,
    Folder.Role.SPAM,
)


class Security(models.TextChoices):
    TLS = "tls", "TLS"
    STARTTLS = "starttls", "STARTTLS"
    NONE = "none", _("None (not encrypted)")


class Connection(tenancy.PublicModel):
    """The servers of a mailbox and the secret that opens them."""

    mailbox = tenancy.WorkspaceForeignKey(Mailbox, models.CASCADE, related_name="connections")
    imap_host = models.CharField(max_length=253)
    imap_port = models.PositiveIntegerField(default=993)
    imap_security = models.CharField(max_length=8, choices=Security, default=Security.TLS)
    smtp_host = models.CharField(max_length=253)
    smtp_port = models.PositiveIntegerField(default=465)
    smtp_security = models.CharField(max_length=8, choices=Security, default=Security.TLS)
    username = models.CharField(max_length=254)
    password = sealing.SealedField()
    # Somebody took the risk of an unprotected connection for this one mailbox
    allows_plain = models.BooleanField(default=False)
    # Folder names to read, or null for all
    folders = models.JSONField(null=True, blank=True)
    # What the servers said they can do
    caps = models.JSONField(default=dict)
    # What DNS says of the domain it sends from, by "spf", "dkim", "dmarc"
    domain = models.JSONField(default=dict)
    domain_at = models.DateTimeField(null=True)
    files_own_sent = models.BooleanField(null=True)
    # False after another server or user name, until mail we know was found there
    is_proven = models.BooleanField(default=True, db_default=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta(tenancy.PublicModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "mailbox"], name="connection_once")
        ]

    def __str__(self) -> str:
        return f"{self.mailbox}, {self.imap_host}"
