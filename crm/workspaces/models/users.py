"""Who signs in, and what each is in a workspace."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from crm.workspaces import tenancy
from crm.workspaces.models.roles import Role
from crm.workspaces.models.workspaces import Workspace
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
