"""Who is here: workspaces, their members and the keys that open them.

These are directory rows: they are looked up before a workspace is open, by exact
key, through `directory`. The walled role sees of them only its own workspace.
"""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from crm.workspaces import tenancy
from crm.workspaces.statements import Given, Statement


class UserManager(BaseUserManager["User"]):
    """Makes users; an e-mail address is the name one signs in with."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get(self, *args: Any, **kwargs: Any) -> "User":
        """One user; by nothing but the id, as each page asks for whoever is signed in, quicker."""
        if args or set(kwargs) != {"pk"}:
            return super().get(*args, **kwargs)
        found = BY_ID.first(pk=kwargs["pk"])
        if found is None:
            raise self.model.DoesNotExist
        return found


class User(AbstractBaseUser, PermissionsMixin):
    """A human being who signs in; a member of any number of workspaces."""

    class Theme(models.TextChoices):
        SYSTEM = "system", _("As the system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Told(models.TextChoices):
        NOTHING = "nothing", _("Nothing")
        MINE = "mine", _("What is for me: mentions, assignments, reminders, answers")
        MAIL = "mail", _("That, and new mail in my mailboxes")

    uid = models.UUIDField(default=tenancy.new_uid, editable=False, unique=True)
    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=8, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    theme = models.CharField(_("theme"), max_length=8, choices=Theme, default=Theme.SYSTEM)
    single_keys = models.BooleanField(_("single-key shortcuts"), default=True)
    browser_tells = models.CharField(
        max_length=7, choices=Told, default=Told.NOTHING, db_default=Told.NOTHING.value
    )
    # In the user's own time zone, days of the week from 1, which is Monday; see `quiet`
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    quiet_days = ArrayField(models.PositiveSmallIntegerField(), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("operator"), default=False)
    # Changed to sign the user out everywhere
    session_salt = models.CharField(max_length=32, default="", editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()
    EMAIL_FIELD = USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and keep the name and address that memberships repeat in step."""
        self.email = self.email.lower()
        fields = kwargs.get("update_fields")
        with transaction.atomic("system"):
            super().save(*args, **kwargs)
            if fields is None or {"name", "email"} & set(fields):
                here = Membership.objects.using("system").filter(user=self)
                here.update(name=self.shown_name, email=self.email)

    @property
    def shown_name(self) -> str:
        return self.name or self.email.partition("@")[0]

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """What a session must match to stay alive: the password and the salt."""
        return salted_hmac(
            "crm.workspaces.session", self.password + self.session_salt, secret, algorithm="sha256"
        ).hexdigest()


# Asked for every page
BY_ID = Statement(lambda: User._base_manager.filter(pk=Given("pk")).order_by("pk")[:1])


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


class Role(models.TextChoices):
    """What a member may do, from most to least."""

    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Admin")
    MANAGER = "manager", _("Manager")
    MEMBER = "member", _("Member")


class Membership(models.Model):
    """A user in a workspace; what rows of the workspace point at when they name somebody."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    uid = models.UUIDField(default=tenancy.new_uid, editable=False, unique=True)
    role = models.CharField(_("role"), max_length=8, choices=Role, default=Role.MEMBER)
    # The user's own name and address, repeated here because the walled role may not read users
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail address"), max_length=254)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Not of the row: whom this member sees through teams, kept with the request (queries.sight)
    known_sight: Any = None

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="member_once"),
            models.UniqueConstraint(fields=["workspace", "id"], name="member_wall"),
        ]

    def __str__(self) -> str:
        return self.name


class Team(tenancy.PublicModel):
    """Members who share mailboxes and see each other's records."""

    name = models.CharField(_("name"), max_length=80)
    # The team above: what is open to a team "and below" is open to those under it too
    parent = tenancy.WorkspaceForeignKey("self", models.SET_NULL, null=True, related_name="below")
    # Those nobody has put in order stand first, by name
    position = models.PositiveIntegerField(default=0, db_default=0)

    class Meta(tenancy.PublicModel.Meta):
        constraints = [
            models.UniqueConstraint("workspace", Lower("name"), name="team_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class TeamMember(tenancy.WorkspaceModel):
    """A member's place in a team."""

    team = tenancy.WorkspaceForeignKey(Team, models.CASCADE)
    member = tenancy.WorkspaceForeignKey(Membership, models.CASCADE, related_name="+")

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "team", "member"], name="in_team_once"),
        ]


class Invitation(models.Model):
    """A place in a workspace, offered to one address for seven days, taken once."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="invitations")
    uid = models.UUIDField(default=tenancy.new_uid, editable=False, unique=True)
    email = models.EmailField(_("e-mail address"), max_length=254)
    role = models.CharField(_("role"), max_length=8, choices=Role, default=Role.MEMBER)
    token_hash = models.BinaryField(unique=True, editable=False)
    invited_by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("workspace", Lower("email"), name="invited_once")]

    def __str__(self) -> str:
        return self.email


class ApiToken(models.Model):
    """A program's key to one workspace in one user's name; only its hash is kept."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="tokens")
    member = models.ForeignKey(Membership, models.CASCADE, related_name="tokens")
    uid = models.UUIDField(default=tenancy.new_uid, editable=False, unique=True)
    name = models.CharField(_("name"), max_length=80)
    token_hash = models.BinaryField(unique=True, editable=False)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class UserSession(models.Model):
    """A browser somebody is signed in with; the session itself stays closed to its holder."""

    user = models.ForeignKey(User, models.CASCADE, related_name="sessions")
    uid = models.UUIDField(default=tenancy.new_uid, editable=False, unique=True)
    # What the session is called in its own table
    row = models.CharField(max_length=40, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    address = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.agent


class IdempotencyKey(tenancy.WorkspaceModel):
    """The first answer to a POST, given again to whoever sends the same key."""

    token_id = models.BigIntegerField()
    key = models.CharField(max_length=255)
    request_hash = models.BinaryField()
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "token_id", "key"], name="key_once"),
        ]
        indexes = [models.Index(fields=["workspace", "token_id", "created_at"], name="key_age")]


class AuditEntry(tenancy.PublicModel):
    """Something that bears on who may do and see what; written once, changed by nobody.

    PostgreSQL numbers the entries of a workspace and chains each to the one before (`chain`).
    """

    class Kind(models.TextChoices):
        MEMBER = "member", _("Member")
        PROGRAM = "program", _("API token")
        OPERATOR = "operator", _("Operator")
        FIO = "fio", _("Fio")

    number = models.BigIntegerField(default=0, editable=False)
    at = models.DateTimeField()
    verb = models.CharField(max_length=48)
    kind = models.CharField(max_length=8, choices=Kind)
    by = tenancy.WorkspaceForeignKey(Membership, models.DO_NOTHING, null=True, related_name="+")
    # As they were called then
    who = models.CharField(max_length=254, blank=True)
    about = models.CharField(max_length=254, blank=True)
    data = models.JSONField(default=dict)
    address = models.CharField(max_length=45, blank=True)
    previous = models.BinaryField(default=bytes, editable=False)
    hash = models.BinaryField(default=bytes, editable=False)

    is_append_only = True

    class Meta(tenancy.PublicModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "number"], name="audit_number_once"),
        ]
        indexes = [
            models.Index(fields=["workspace", "verb", "-number"], name="audit_verb"),
            models.Index(fields=["workspace", "by", "-number"], name="audit_by"),
        ]

    @property
    def link(self) -> str:
        """The hash in hexadecimal digits."""
        return bytes(self.hash).hex()


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


class Export(tenancy.PublicModel):
    """Everything a workspace keeps, as one archive, for its owners to take away."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    asked_by = tenancy.WorkspaceForeignKey(Membership, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    # Rows and files
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    size = models.BigIntegerField(default=0)
    expires_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    fence = models.PositiveSmallIntegerField(default=0)

    across_workspaces = ("export_due",)

    class Meta(tenancy.PublicModel.Meta):
        indexes = [
            models.Index(
                fields=["lease_until"],
                condition=models.Q(state__in=["queued", "running"]),
                name="export_due",
            )
        ]

    @property
    def percent(self) -> int:
        return min(99, 100 * self.done // self.total) if self.total else 0


class ExportPiece(tenancy.WorkspaceModel):
    """A megabyte of an export."""

    export = tenancy.WorkspaceForeignKey(Export, models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta(tenancy.WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "export", "number"], name="piece_once"),
        ]


class OperatorVisit(tenancy.PublicModel):
    """Hours in which an operator may see rows of the workspace, and the reason he gave."""

    operator = models.CharField(max_length=254)
    reason = models.CharField(max_length=300)
    began_at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta(tenancy.PublicModel.Meta):
        indexes = [models.Index(fields=["workspace", "-began_at"], name="visit_began")]
