"""Mail that does not leave because its owner is no longer here: how much, and never which."""

from django.db.models import Count

from crm.workspaces import directory, permissions
from crm.workspaces.models import Membership
from inbox.models import Mailbox, Outgoing


def held(member: Membership) -> list[tuple[str, int]]:
    """(name of the owner, how many of his mails wait), for those who let members in."""
    if not permissions.may(member, "members.change"):
        return []
    rows = Outgoing.objects.filter(
        state=Outgoing.State.QUEUED,
        mailbox__kind=Mailbox.Kind.PERSONAL,
        mailbox__owner__in=directory.ended(member.workspace_id),
    )
    found = rows.order_by().values_list("mailbox__owner", "mailbox__owner__name")
    counted = found.annotate(Count("pk")).order_by("mailbox__owner__name", "mailbox__owner")
    return [(name, count) for _owner, name, count in counted]
