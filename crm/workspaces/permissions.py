"""Who may do what in a workspace: one table, asked by every page and every API operation."""

from django.core.exceptions import PermissionDenied

from crm.workspaces.models import Membership, Role

OWNERS = frozenset({Role.OWNER})
EVERYONE = frozenset(Role)
LEADS = frozenset({Role.OWNER, Role.ADMIN, Role.MANAGER})
ADMINS = frozenset({Role.OWNER, Role.ADMIN})

RULES: dict[str, frozenset[Role]] = {
    "workspace.see": EVERYONE,
    "workspace.change": ADMINS,
    "workspace.end": OWNERS,
    "members.see": EVERYONE,
    "members.change": ADMINS,
    "teams.change": LEADS,
    "policy.change": ADMINS,
    "audit.see": ADMINS,
    "tokens.own": EVERYONE,
    "tokens.all": ADMINS,
    "mailboxes.connect": EVERYONE,
    "mailboxes.connect_team": LEADS,
    # Records besides those that their visibility shows
    "records.see_all": ADMINS,
    "records.bulk": EVERYONE,
    "records.transfer": ADMINS,
    "records.export": LEADS,
    "records.import": LEADS,
    "people.change": EVERYONE,
    "people.delete": EVERYONE,
    "people.merge": EVERYONE,
    "organizations.change": EVERYONE,
    "organizations.delete": EVERYONE,
    "organizations.merge": EVERYONE,
    "deals.change": EVERYONE,
    "deals.delete": EVERYONE,
    "leads.change": EVERYONE,
    "leads.delete": EVERYONE,
    "projects.change": EVERYONE,
    "projects.delete": EVERYONE,
    "boards.change": ADMINS,
    "pipelines.change": ADMINS,
    "activities.change": EVERYONE,
    "activity_types.change": ADMINS,
    "notes.change": EVERYONE,
    "samples.change": LEADS,
    "files.change": EVERYONE,
    "labels.change": LEADS,
    "fields.change": ADMINS,
    "views.share": EVERYONE,
    # Templates that others shared
    "templates.change_all": ADMINS,
}


def may(member: Membership, what: str) -> bool:
    """Whether the member's role allows it; an undeclared right raises KeyError."""
    return member.role in RULES[what]


def require(member: Membership, what: str) -> None:
    """Raise PermissionDenied unless the member's role allows it."""
    if not may(member, what):
        raise PermissionDenied(what)


def grantable(member: Membership) -> list[Role]:
    """The roles a member may give and take: only owners touch owners."""
    if not may(member, "members.change"):
        return []
    return [role for role in Role if role != Role.OWNER or member.role == Role.OWNER]
