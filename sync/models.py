"""How a mailbox is reached, how far it was read, and when it is looked at next."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.workspaces import sealing, tenancy
from crm.workspaces.models import Membership
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


class FolderCursor(tenancy.WorkspaceModel):
    """How far one folder was read; moved only in the transaction that keeps what was read."""

    folder = tenancy.WorkspaceForeignKey(Folder, models.CASCADE, related_name="cursors")
    mailbox = tenancy.WorkspaceForeignKey(Mailbox, models.CASCADE, related_name="+")
    # The provider's own, opaque
    cursor = models.JSONField(null=True)
    page = models.JSONField(null=True)
    # A renumbered folder is listed anew under a new generation before anything is believed gone
    snapshot_page = models.JSONField(null=True)
    snapshot_started_at = models.DateTimeField(null=True)
    snapshot_generation = models.BigIntegerField(null=True)
    # History is listed newest first down to its end
    history_done_at = models.DateTimeField(null=True)
    renumbered = models.PositiveSmallIntegerField(default=0)
    renumbered_on = models.DateField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    checked_at = models.DateTimeField(null=True)
    # When what we know of it was last held against the server's own count
    counted_at = models.DateTimeField(null=True)
    last_ok_at = models.DateTimeField(null=True)

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "folder"], name="cursor_once")]


class Upkeep(tenancy.WorkspaceModel):
    """When a workspace is tidied next, and the number that fences off whoever began before."""

    due_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    fence = models.BigIntegerField(default=0)
    last_ok_at = models.DateTimeField(null=True)

    across_workspaces = ("upkeep_due",)

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="upkeep_once")]
        indexes = [models.Index(fields=["due_at"], name="upkeep_due")]


class Schedule(tenancy.WorkspaceModel):
    """When a mailbox is due, who holds it, and the number that fences off whoever held it before.

    Narrow on purpose: it takes all the update traffic. Claimed in batches across
    workspaces by the scheduler.
    """

    class Lane(models.TextChoices):
        IN = "in", _("reading")
        OUT = "out", _("sending")

    mailbox = tenancy.WorkspaceForeignKey(Mailbox, models.CASCADE, related_name="schedules")
    lane = models.CharField(max_length=3, choices=Lane)
    is_enabled = models.BooleanField(default=True)
    due_at = models.DateTimeField(default=timezone.now)
    hot_until = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    lease_owner = models.CharField(max_length=64, blank=True)
    fence = models.BigIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    fail_code = models.CharField(max_length=64, blank=True)
    fail_count = models.PositiveSmallIntegerField(default=0)
    last_ok_at = models.DateTimeField(null=True)
    folders_at = models.DateTimeField(null=True)
    # Older mail is still to be brought in: the slow line
    is_behind = models.BooleanField(default=True)
    # Until then a listener holds a connection that hears of new mail at once
    heard_until = models.DateTimeField(null=True)

    across_workspaces = ("schedule_due",)

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "mailbox", "lane"], name="lane_once")
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(is_enabled=True), name="schedule_due"
            ),
            # The few that are held, so that counting a workspace's share reads no others
            models.Index(
                fields=["workspace", "lease_until"],
                condition=models.Q(lease_until__isnull=False),
                name="schedule_held",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mailbox}, {self.get_lane_display()}"


class Repair(tenancy.PublicModel):
    """A mailbox compared with its server folder by folder, and mended if that was asked for.

    The reading lane carries it on from run to run: `folder` and `page` say where it is, and
    `findings` hold what each folder was found to have, by the folder's public id.
    """

    class Kind(models.TextChoices):
        COMPARE = "compare", _("compare")
        MEND = "mend", _("mend")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        STOPPED = "stopped", _("stopped")

    OPEN = (State.WAITING, State.RUNNING)

    mailbox = tenancy.WorkspaceForeignKey(Mailbox, models.CASCADE, related_name="repairs")
    kind = models.CharField(max_length=7, choices=Kind)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    by = tenancy.WorkspaceForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    folder = tenancy.WorkspaceForeignKey(Folder, models.SET_NULL, null=True, related_name="+")
    page = models.JSONField(null=True)
    findings = models.JSONField(default=dict)

    class Meta(tenancy.PublicModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "mailbox"],
                condition=models.Q(state__in=["waiting", "running"]),
                name="repair_once",
            )
        ]
        indexes = [models.Index(fields=["workspace", "mailbox", "-asked_at"], name="repair_last")]

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN
