"""The mailboxes a member may look after."""

from django.db.models import Q, QuerySet

from crm.timeline.models import Event
from crm.workspaces import permissions
from crm.workspaces.models import Membership
from inbox.models import Mailbox
from inbox.queries import access


def boxes(member: Membership) -> QuerySet[Mailbox]:
    """The mailboxes whose health a member may see: his own, his teams', all teams' for admins."""
    allowed = Q(pk__in=access.mailboxes(member).values("pk"))
    if permissions.may(member, "workspace.change"):
        allowed |= Q(kind=Mailbox.Kind.TEAM)
    found: QuerySet[Mailbox] = Mailbox.objects.filter(allowed)
    return found.exclude(state=Mailbox.State.DELETED).order_by("kind", "address")


def may_manage(member: Membership, mailbox: Mailbox) -> bool:
    """Whether the member may pause, change or disconnect it: his own, or as a lead his team's."""
    if mailbox.kind == Mailbox.Kind.PERSONAL:
        return mailbox.owner_id == member.pk
    return permissions.may(member, "mailboxes.connect_team")


def connected_by(mailbox: Mailbox) -> str:
    """The name of whoever connected it; empty where nobody wrote that down."""
    event = (
        Event.objects.filter(
            verb="mailbox.connected", about__kind="mailbox", about__object_id=mailbox.pk
        )
        .select_related("by")
        .first()
    )
    return event.by.name if event and event.by else ""
