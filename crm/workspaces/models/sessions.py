"""Where users are signed in, and operators have looked."""

from django.db import models
from django.utils import timezone

from crm.workspaces import tenancy
from crm.workspaces.models.users import User


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


class OperatorVisit(tenancy.PublicModel):
    """Hours in which an operator may see rows of the workspace, and the reason he gave."""

    operator = models.CharField(max_length=254)
    reason = models.CharField(max_length=300)
    began_at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta(tenancy.PublicModel.Meta):
        indexes = [models.Index(fields=["workspace", "-began_at"], name="visit_began")]
