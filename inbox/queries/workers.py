"""Who works in a team's mailbox: its own members, and everybody in the teams it was given to."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from crm.workspaces.models import Membership, TeamMember
from inbox.models import Mailbox, MailboxMember, MailboxTeam


def has(member: Membership) -> Q:
    """For mailboxes: the member works in it."""
    inside = TeamMember.objects.filter(member_id=member.pk).values("team")
    alone = MailboxMember.objects.filter(mailbox=OuterRef("pk"), member_id=member.pk)
    return Q(Exists(alone)) | Q(
        Exists(MailboxTeam.objects.filter(mailbox=OuterRef("pk"), team__in=inside))
    )


def works(mailboxes: Iterable[Any]) -> Q:
    """For members: works in one of these team mailboxes."""
    boxes = list(mailboxes)
    given = MailboxTeam.objects.filter(mailbox__in=boxes).values("team")
    return Q(Exists(MailboxMember.objects.filter(member=OuterRef("pk"), mailbox__in=boxes))) | Q(
        Exists(TeamMember.objects.filter(member=OuterRef("pk"), team__in=given))
    )


def ids(mailbox_ids: Iterable[int]) -> set[int]:
    """Ids of the members who work in these mailboxes, owners of personal ones among them."""
    first, *others = rows(mailbox_ids)
    return set(first.union(*others)) - {None}


def rows(mailbox_ids: Iterable[int]) -> tuple[QuerySet[Any, int], ...]:
    """As `ids`, in parts of one statement."""
    wanted = list(mailbox_ids)
    personal = Mailbox.objects.filter(pk__in=wanted, kind=Mailbox.Kind.PERSONAL)
    alone = MailboxMember.objects.filter(mailbox__in=wanted)
    given = MailboxTeam.objects.filter(mailbox__in=wanted).values("team")
    teams = TeamMember.objects.filter(team__in=given)
    return (
        personal.order_by().values_list("owner_id", flat=True),
        alone.order_by().values_list("member_id", flat=True),
        teams.order_by().values_list("member_id", flat=True),
    )


def named(mailbox_ids: Iterable[int]) -> dict[int, list[Any]]:
    """Public ids of the members who work in each mailbox by name, not through a team."""
    rows = MailboxMember.objects.filter(mailbox__in=list(mailbox_ids), member__is_active=True)
    rows = rows.order_by("pk")
    return _by_mailbox(rows.values_list("mailbox_id", "member__uid"))


def teams_of(mailbox_ids: Iterable[int]) -> dict[int, list[Any]]:
    """Public ids of the teams that each mailbox was given to."""
    rows = MailboxTeam.objects.filter(mailbox__in=list(mailbox_ids)).order_by("pk")
    return _by_mailbox(rows.values_list("mailbox_id", "team__uid"))


def _by_mailbox(pairs: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for mailbox, uid in pairs:
        found.setdefault(mailbox, []).append(uid)
    return found
