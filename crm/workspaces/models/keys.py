"""What opens a workspace: invitations and keys for programs."""

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.workspaces import tenancy
from crm.workspaces.models.roles import Role
from crm.workspaces.models.users import Membership
from crm.workspaces.models.workspaces import Workspace


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
