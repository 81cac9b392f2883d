"""Who sees a record."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.workspaces import permissions, queries
from crm.workspaces.models import Membership


class Visibility(models.TextChoices):
    """Who sees a record besides its owner and those who administer the workspace."""

    OWNER = "owner", _("Only the owner")
    TEAM = "team", _("The owner’s team")
    BELOW = "below", _("The owner’s team and those below")
    EVERYONE = "everyone", _("Everybody in the workspace")


def seen(member: Membership, through: str = "") -> Q:
    """What the member may see, of the rows themselves or of those that `through` leads to.

    Without conditions for whoever sees all; else one query for each request.
    """
    if permissions.may(member, "records.see_all"):
        return Q()
    sight = queries.sight(member)
    return (
        _is(through, visibility=Visibility.EVERYONE)
        | _is(through, owner_id=member.pk)
        | _is(through, visibility=Visibility.TEAM, owner_id__among=sight.teammates)
        | _is(through, visibility=Visibility.BELOW, owner_id__among=sight.above)
    )


def _is(through: str, **condition: Any) -> Q:
    return Q(**{f"{through}{name}": value for name, value in condition.items()})


class RecordQuerySet(models.QuerySet[Any]):
    """Records as one member may see them."""

    def visible_to(self, member: Membership) -> Self:
        """What the member may see, without the trash; costs one query more for each request."""
        return self.seen_by(member).filter(trashed_at=None)

    def trashed_for(self, member: Membership) -> Self:
        """What lies in the trash of what the member may see."""
        return self.seen_by(member).filter(trashed_at__isnull=False)

    def seen_by(self, member: Membership) -> Self:
        """What the member may see, in the trash or not."""
        return self.filter(seen(member))
