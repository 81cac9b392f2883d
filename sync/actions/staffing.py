"""Who works in a team's mailbox."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.workspaces.models import Membership, Team
from inbox.models import Mailbox, MailboxMember, MailboxTeam
from sync.actions.telling import tell_changed


@transaction.atomic
def choose_workers(
    *,
    by: Membership,
    mailbox: Mailbox,
    members: Iterable[Membership],
    teams: Iterable[Team],
    at: datetime,
) -> None:
    """Say who works in a team's mailbox from now on; raises ValidationError where nobody would."""
    members, teams = list(members), list(teams)
    if not members and not teams:
        raise ValidationError(_("Choose at least one team or member."), code="nobody")
    set_workers(mailbox, members=members, teams=teams)
    tell_changed(mailbox, ["workers"], by=by, at=at)


def set_workers(mailbox: Mailbox, *, members: Iterable[Membership], teams: Iterable[Team]) -> None:
    """These members and teams, and no others, work in a team's mailbox."""
    wanted, given = {member.pk for member in members}, {team.pk for team in teams}
    MailboxMember.objects.filter(mailbox=mailbox).exclude(member__in=wanted).delete()
    MailboxTeam.objects.filter(mailbox=mailbox).exclude(team__in=given).delete()
    MailboxMember.objects.bulk_create(
        (MailboxMember(mailbox=mailbox, member_id=pk) for pk in sorted(wanted)),
        ignore_conflicts=True,
    )
    MailboxTeam.objects.bulk_create(
        (MailboxTeam(mailbox=mailbox, team_id=pk) for pk in sorted(given)), ignore_conflicts=True
    )
