"""Whom nobody here should write to."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.workspaces import tenancy
from crm.workspaces.models import Membership
from inbox.models.mailbox import Mailbox


class Suppression(tenancy.PublicModel):
    """An address, or a domain, that mail to comes back from, or whose owner wants none."""

    class Reason(models.TextChoices):
        BOUNCE = "bounce", _("Mail comes back")
        COMPLAINT = "complaint", _("Called mail spam")
        UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
        HAND = "hand", _("By hand")

    # In small letters; a domain without an @
    pattern = models.CharField(max_length=254)
    reason = models.CharField(max_length=12, choices=Reason, default=Reason.HAND)
    # A report put it there. What a person puts there is a row of its own beside it, so that
    # taking that off leaves what was heard
    is_heard = models.BooleanField(default=False, db_default=False)
    # Whose report that was: only those who work in that mailbox see it on the list
    mailbox = tenancy.WorkspaceForeignKey(Mailbox, models.SET_NULL, null=True, related_name="+")
    by = tenancy.WorkspaceForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    # It holds no more
    ended_at = models.DateTimeField(null=True)

    class Meta(tenancy.PublicModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "pattern", "is_heard"], name="suppressed_once_each"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "-created_at", "-id"], name="suppressed_newest")
        ]

    def __str__(self) -> str:
        return self.pattern

    @property
    def is_domain(self) -> bool:
        return "@" not in self.pattern
