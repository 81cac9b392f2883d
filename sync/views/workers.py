"""The part of a mailbox's settings that says who works in it."""

from crm.workspaces import directory, queries
from crm.workspaces.middleware import MemberRequest
from inbox.models import Mailbox, MailboxMember, MailboxTeam
from sync.forms import WorkersForm


def form(request: MemberRequest, kind: str, mailbox: Mailbox | None = None) -> WorkersForm | None:
    """The form as it was sent or as things stand; None for a personal mailbox."""
    if kind != Mailbox.Kind.TEAM:
        return None
    initial: dict[str, list[str]] = {"members": [str(request.member.uid)]}
    if mailbox is not None:
        members = MailboxMember.objects.filter(mailbox=mailbox)
        teams = MailboxTeam.objects.filter(mailbox=mailbox)
        initial = {
            "members": [str(uid) for uid in members.values_list("member__uid", flat=True)],
            "teams": [str(uid) for uid in teams.values_list("team__uid", flat=True)],
        }
    return WorkersForm(
        request.POST or None,
        initial=initial,
        all_teams=[team for team, _inside in queries.teams()],
        all_members=directory.members(request.workspace.pk),
    )
