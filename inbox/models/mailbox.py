"""Connected mail accounts and their folders."""

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.workspaces import tenancy
from crm.workspaces.models import Membership, Team


class Visibility(models.TextChoices):
    """Who may read a thread of a mailbox besides those whose mailbox it is."""

    PRIVATE = "private", _("Private")
    SHARED = "shared", _("Shared")
    TEAM = "team", _("Team only")

    @classmethod
    def stricter(cls, *values: str) -> str:
        """The one of them that lets the fewest read."""
        return min(values, key=(cls.PRIVATE.value, cls.TEAM.value, cls.SHARED.value).index)


class Mailbox(tenancy.PublicModel):
    """A mail account of one member, or of a team."""

    class Kind(models.TextChoices):
        PERSONAL = "personal", _("Personal")
        TEAM = "team", _("Team")

    class State(models.TextChoices):
        CONNECTING = "connecting", _("Connecting")
        BACKFILLING = "backfilling", _("Importing")
        ACTIVE = "active", _("In step")
        DEGRADED = "degraded", _("Needs a look")
        NEEDS_REAUTH = "needs_reauth", _("Sign in again")
        PAUSED = "paused", _("Paused")
        DELETED = "deleted", _("Deleted")

    class Scope(models.TextChoices):
        """Which mail is brought in; the rest waits outside, listed by its sender."""

        ALL = "all", _("Everything")
        KNOWN = "known", _("Only mail with people and companies you know")

    class Makes(models.TextChoices):
        """Of whom a person is made, where nobody has the address yet."""

        NOBODY = "nobody", _("Nobody")
        SENT = "sent", _("Whom you write to")
        BOTH = "both", _("Whom you write to, and who writes to you")

    address = models.EmailField(_("address"), max_length=254)
    name = models.CharField(_("name"), max_length=120, blank=True)
    provider = models.CharField(max_length=8, default="imap")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PERSONAL)
    owner = tenancy.WorkspaceForeignKey(
        Membership, models.CASCADE, null=True, blank=True, related_name="+"
    )
    visibility = models.CharField(
        _("default visibility"), max_length=8, choices=Visibility, default=Visibility.PRIVATE
    )
    imports = models.CharField(
        _("what comes in"), max_length=5, choices=Scope, default=Scope.ALL, db_default="all"
    )
    makes_people = models.CharField(
        _("people are made of"),
        max_length=6,
        choices=Makes,
        default=Makes.NOBODY,
        db_default=Makes.NOBODY.value,
    )
    state = models.CharField(max_length=12, choices=State, default=State.CONNECTING)
    # A key of the texts that explain states; the words are found when somebody reads them
    state_reason = models.CharField(max_length=64, blank=True)
    sync_from = models.DateField(_("import mail since"), null=True, blank=True)
    # Fio → provider, each a switch; a sent copy is always filed
    mirror_read = models.BooleanField(_("mark as read there too"), default=False)
    mirror_archive = models.BooleanField(_("archive there too"), default=False)
    mirror_delete = models.BooleanField(_("delete there too"), default=False)
    # The server → Fio
    follow_archive = models.BooleanField(_("archive here too"), default=False, db_default=False)
    follow_delete = models.BooleanField(_("delete here too"), default=True, db_default=True)
    complete_until = models.DateTimeField(null=True, blank=True)
    last_ok_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta(tenancy.PublicModel.Meta):
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        constraints = [
            models.UniqueConstraint(
                "workspace",
                Lower("address"),
                condition=~models.Q(state="deleted"),
                name="mailbox_address_once",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="team") | models.Q(owner__isnull=False),
                name="personal_mailbox_has_owner",
            ),
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def shown_name(self) -> str:
        return self.name or self.address

    @property
    def is_live(self) -> bool:
        return self.state not in (self.State.PAUSED, self.State.DELETED)


class MailboxMember(tenancy.WorkspaceModel):
    """A member who works in a team mailbox."""

    mailbox = tenancy.WorkspaceForeignKey(Mailbox, models.CASCADE, related_name="members")
    member = tenancy.WorkspaceForeignKey(Membership, models.CASCADE, related_name="+")

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "member", "mailbox"], name="in_mailbox_once"
            )
        ]


class MailboxTeam(tenancy.WorkspaceModel):
    """A team that works in a team mailbox: whoever is in it, now or later."""

    mailbox = tenancy.WorkspaceForeignKey(Mailbox, models.CASCADE, related_name="teams")
    team = tenancy.WorkspaceForeignKey(Team, models.CASCADE, related_name="+")

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "team", "mailbox"], name="given_to_team_once"
            )
        ]


class TrustedSender(tenancy.WorkspaceModel):
    """An address whose pictures a member always wants to see."""

    member = tenancy.WorkspaceForeignKey(Membership, models.CASCADE, related_name="+")
    address = models.CharField(max_length=320)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "member", "address"], name="trusted_once")
        ]


class Folder(tenancy.PublicModel):
    """A folder as the server names it."""

    class Role(models.TextChoices):
        INBOX = "inbox", _("Inbox")
        SENT = "sent", _("Sent")
        DRAFTS = "drafts", _("Drafts")
        TRASH = "trash", _("Trash")
        SPAM = "spam", _("Spam")
        ARCHIVE = "archive", pgettext_lazy("folder", "Archive")
        ALL = "all", _("All mail")
        OTHER = "other", _("Other")

    # Where mail arrives by itself: there anybody may say that he is the one whose mailbox it is
    DELIVERED = (Role.INBOX, Role.SPAM)

    mailbox = tenancy.WorkspaceForeignKey(Mailbox, models.CASCADE, related_name="folders")
    name = models.TextField()
    # The server's own id, which stays when the name changes (RFC 8474); empty where it has none
    remote_id = models.CharField(max_length=255, blank=True, default="", db_default="")
    display = models.TextField()
    delimiter = models.CharField(max_length=4, blank=True)
    role = models.CharField(max_length=8, choices=Role, default=Role.OTHER)
    is_selectable = models.BooleanField(default=True)
    is_synced = models.BooleanField(default=True)
    # UIDVALIDITY (RFC 3501, 2.3.1.1), 0 where the server gives none
    generation = models.BigIntegerField(default=0)
    total = models.IntegerField(default=0)
    parked_until = models.DateTimeField(null=True, blank=True)
    parked_reason = models.CharField(max_length=64, blank=True)
    missing_since = models.DateTimeField(null=True, blank=True)

    class Meta(tenancy.PublicModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "mailbox", "name"], name="folder_once")
        ]

    def __str__(self) -> str:
        return self.display

    @property
    def shown_name(self) -> str:
        """What it is for, in the reader's language; else as the server calls it."""
        return self.display if self.role == self.Role.OTHER else str(self.get_role_display())
