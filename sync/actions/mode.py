"""Making a personal mailbox a team's, and a team's mailbox one member's."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.timeline import actions as timeline
from crm.workspaces import directory, permissions, policy
from crm.workspaces.models import Membership, Team
from inbox.actions import modes
from inbox.models import Mailbox, MailboxMember, MailboxTeam
from inbox.queries import modes as queries
from inbox.queries import workers
from sync.actions import staffing

TO_TEAM, TO_MEMBER = "mailbox.given_to_team", "mailbox.given_to_member"
Kind = Mailbox.Kind


def may_change(member: Membership, mailbox: Mailbox) -> bool:
    """Its owner, or one of those who work in a team's mailbox; of either only who may lead one."""
    if not permissions.may(member, "mailboxes.connect_team"):
        return False
    if mailbox.kind == Kind.PERSONAL:
        return mailbox.owner_id == member.pk
    return member.pk in workers.ids([mailbox.pk])


@transaction.atomic
def give_to_team(
    *,
    by: Membership,
    mailbox: Mailbox,
    members: Iterable[Membership],
    teams: Iterable[Team],
    at: datetime,
    with_secrets: bool = False,
) -> None:
    """Let these work in it from now on; they read all that is there.

    Raises ValidationError where the workspace wants no team mailboxes, nobody would work in it,
    it is a team's already, or mail with codes, passwords, pay or bank comes along and that was
    not said (`with_secrets`).
    """
    row = _locked(mailbox, Kind.PERSONAL, by)
    policy.require_kind(directory.workspace(by.workspace_id), Kind.TEAM)
    members, teams = list(members), list(teams)
    if not members and not teams:
        raise ValidationError({"members": [_("Choose at least one team or member.")]}, "nobody")
    if not with_secrets and queries.effect(row).kept:
        text = _(
            "Say that mail with codes, passwords, pay or bank comes along, or delete it first."
        )
        raise ValidationError({"with_secrets": [text]}, code="secrets")
    modes.to_team(mailbox=row)
    staffing.set_workers(row, members=members, teams=teams)
    timeline.record(TO_TEAM, by=by, about=[row], at=at)


@transaction.atomic
def give_to_member(*, by: Membership, mailbox: Mailbox, owner: Membership, at: datetime) -> None:
    """Let one of those who work in it have it alone; the others read only what is shared.

    Raises ValidationError where the workspace wants no personal mailboxes, the member does not
    work in it, or it is personal already.
    """
    row = _locked(mailbox, Kind.TEAM, by)
    policy.require_kind(directory.workspace(by.workspace_id), Kind.PERSONAL)
    if directory.has_ended(owner.pk) or owner.pk not in workers.ids([row.pk]):
        text = _("Choose one of those who work in the mailbox.")
        raise ValidationError({"owner": [text]}, code="not_inside")
    modes.to_member(mailbox=row, owner=owner, at=at)
    MailboxMember.objects.filter(mailbox=row).delete()
    MailboxTeam.objects.filter(mailbox=row).delete()
    timeline.record(TO_MEMBER, by=by, about=[row], at=at, data={"owner": owner.name})


def _locked(mailbox: Mailbox, kind: str, by: Membership) -> Mailbox:
    row: Mailbox = Mailbox.objects.select_for_update(of=("self",)).get(pk=mailbox.pk)
    if not may_change(by, row):
        raise PermissionDenied("mailbox")
    if row.kind != kind:
        raise ValidationError(_("It has this mode already."), code="same")
    return row
